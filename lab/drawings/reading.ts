// What is drawn of a capture, read from its file in one pass: with the secrets that lie in it, and as if there were none.
import { type DecodeAs, dissector, type Packet } from "../../protocols/packet/index.ts";
import { type Met, type RecordedFrame, Unreadable } from "../../protocols/pcapng/capture.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { native } from "../../protocols/tls/native.ts";
import { analyzers } from "../analyzers.ts";
import { Failure } from "../failure.ts";
import { decodeAs } from "../inspect/decode-as.ts";
import { addSecrets } from "../inspect/secrets.ts";
import { protocols } from "../protocols.ts";
import { Turns } from "../turns.ts";
import { LadderGatherer } from "./ladder/gather.ts";
import { Census } from "./ladder/hosts.ts";
import type { Ladder } from "./ladder/ladder.ts";
import { type Plots, PlotsGatherer, type Reported } from "./plots/plots.ts";
import { WalkGatherer } from "./walk/gather.ts";
import type { Walk } from "./walk/walk.ts";

export interface Sources {
  /** As of `inspect -d`. */
  readonly decode?: readonly string[];
  /** A key log beside the secrets in the capture. */
  readonly keylog?: string;
  /** Secrets that are known already. */
  readonly keyLog?: KeyLog;
  /** The same as `decode`, read already. */
  readonly rules?: readonly DecodeAs[];
}

/** A packet, and the same without the keys of any session; `false`: enough. */
export type See = (open: Packet, closed: Packet) => unknown;

/** @throws Failure for what is no capture */
export async function ladderOf(file: string, sources: Sources = {}, most?: number): Promise<Ladder> {
  const census = await censusOf(file);
  const gatherer = new LadderGatherer(census.hosts(), census.ports(), most);
  await readTwice(file, sources, (open, closed) => gatherer.observe(open, closed));
  return gatherer.ladder();
}

/** `secrets`: whether the values of keys are told. @throws Failure for what is no capture */
export async function walksOf(file: string, sources: Sources, secrets: boolean): Promise<Walk[]> {
  const census = await censusOf(file);
  const gatherer = new WalkGatherer({ ciphers: native, hosts: census.hosts(), secrets });
  const keyLog = await readOnce(file, sources, packet => void gatherer.observe(packet));
  return gatherer.walks(keyLog);
}

/** What is plotted; `run`: what lies beside the capture. @throws Failure for what is no capture */
export async function plotsOf(
  file: string,
  sources: Sources,
  run: Parameters<PlotsGatherer["plots"]>[1] = {},
): Promise<Plots> {
  const [gatherer, all] = [new PlotsGatherer(), analyzers()];
  const drain = (found: Iterable<unknown>): void => void [...found];
  await readOnce(file, sources, packet => {
    gatherer.observe(packet);
    drain(all.observe(packet));
  });
  drain(all.conclude());
  return gatherer.plots(all.report() as unknown as Reported, run);
}

/** Who is in it. */
export async function censusOf(file: string): Promise<Census> {
  const census = new Census();
  for await (const frame of framesOf(file, met => census.meet(met))) {
    census.observe(frame);
    if (frame.number >= mostCounted) break;
  }
  return census;
}

/** Whoever has not spoken in so many frames goes by the address. */
const mostCounted = 20_000;

/** Every packet in order, opened and closed. What can't be read at the end of the file is passed over. */
export async function readTwice(file: string, sources: Sources, see: See): Promise<KeyLog> {
  const known = protocols(new KeyLog());
  const { packet } = dissector(known, sources.rules ?? decodeAs(sources.decode ?? [], known));
  return readOnce(file, sources, (open, frame) => see(open, packet(frame)));
}

/** Every packet in order, with the keys. */
async function readOnce(
  file: string,
  { decode = [], keylog, keyLog = new KeyLog(), rules }: Sources,
  see: (packet: Packet, frame: RecordedFrame) => unknown,
): Promise<KeyLog> {
  await addSecrets(keyLog, keylog);
  const known = protocols(keyLog);
  const { packet } = dissector(known, rules ?? decodeAs(decode, known));
  const turns = new Turns();
  const frames = framesOf(file, met => {
    if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
  });
  for await (const frame of frames) {
    if (see(packet(frame), frame) === false) break;
    if (turns.over) await turns.next();
  }
  return keyLog;
}

async function* framesOf(file: string, meet: (met: Met) => void): AsyncGenerator<RecordedFrame> {
  try {
    yield* openCapture(file, meet);
  } catch (error) {
    throw error instanceof Unreadable ? new Failure(error.message) : error;
  }
}
