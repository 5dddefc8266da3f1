// A network with faults: wraps any network of the lab, lays faults on the cables of its hosts, and writes into the
// recording what became of each frame that was hit.
import { readFileSync } from "node:fs";
import { finish } from "../../protocols/pcapng/finish.ts";
import { captureIn, frames } from "../../protocols/pcapng/reader.ts";
import type { Daemon, HostPlan, Network, Recording, RunningHost } from "./contract.ts";
import { type CableFaults, type Fault, type FaultReport, frameHash } from "./faults/faults.ts";
import { faultInWords } from "./faults/words.ts";

export type { CableFaults, Cutter, Fault, FaultReport, PathFaults, Watch } from "./faults/faults.ts";
export { faultLines } from "./faults/words.ts";

export interface FaultPlan {
  /** The same seed befalls the same frames of each cable. */
  readonly seed: number;
  /** On every host's cable. */
  readonly all?: Omit<CableFaults, "seed">;
  /** On the cable of a host, by its name; instead of those on all. */
  readonly hosts?: Readonly<Record<string, Omit<CableFaults, "seed">>>;
  /** Of the comments in the recording; English by default. */
  readonly language?: "en" | "es";
}

/**
 * Hosts that are plugged in from now on have cables with faults. Disposing it disposes of the network. Recorded is what
 * each host sends, when it sends it: a frame that is lost stands in the capture once, with a comment.
 */
export function faulty(network: Network, plan: FaultPlan): Network {
  return new Faulty(network, plan);
}

class Faulty implements Network {
  constructor(
    readonly network: Network,
    readonly plan: FaultPlan,
  ) {}

  get kind() {
    return this.network.kind;
  }

  get limits() {
    return this.network.limits;
  }

  async host(plan: HostPlan): Promise<RunningHost> {
    await this.#impair(plan.name);
    return this.network.host(plan);
  }

  async daemon(plan: Parameters<Network["daemon"]>[0]): Promise<Daemon> {
    await this.#impair(plan.name);
    return this.network.daemon(plan);
  }

  plug(name: string, plugged: boolean): Promise<void> {
    return this.network.plug(name, plugged);
  }

  impair(name: string, faults: CableFaults | undefined): Promise<void> {
    return this.network.impair(name, faults && { seed: this.plan.seed, ...faults });
  }

  faults(): Promise<FaultReport> {
    return this.network.faults();
  }

  async record(file: string): Promise<Recording> {
    const recording = await this.network.record(file);
    let stopped: ReturnType<Recording["stop"]> | undefined;
    const stop = async () => {
      const seen = await recording.stop();
      await annotate(file, (await this.network.faults()).faults, this.plan.language ?? "en");
      return seen;
    };
    return {
      file,
      stop() {
        stopped ??= stop();
        return stopped;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.network[Symbol.asyncDispose]();
  }

  async #impair(name: string): Promise<void> {
    const { seed, hosts = {}, all } = this.plan;
    const faults = hosts[name] ?? all;
    if (faults) await this.network.impair(name, { seed, ...faults });
  }
}

/** Gives each frame that a fault has hit a comment that says so. */
async function annotate(file: string, faults: readonly Fault[], language: "en" | "es"): Promise<void> {
  const hits = Map.groupBy(faults, ({ frame }) => frame);
  hits.delete(undefined);
  if (hits.size === 0) return;
  const comments = new Map<bigint, string[]>();
  for (const [hash, times] of framesOf(file, hits)) {
    for (const fault of hits.get(hash) ?? []) {
      // Frames that are alike are told apart by time: a fault is of the last one before it.
      const time = times.findLast(time => time <= fault.time) ?? times[0];
      if (time === undefined) continue;
      const words = faultInWords(fault, language);
      comments.set(time, [...(comments.get(time) ?? []), words]);
    }
  }
  await finish(file, {
    comment: ({ time, view, start, end }) => {
      const found = comments.get(time);
      return found && hits.has(frameHash(octetsIn(view, start, end))) ? found : [];
    },
  });
}

/** When each of these frames was recorded, in order. */
function framesOf(file: string, hits: ReadonlyMap<bigint | undefined, unknown>): Map<bigint, bigint[]> {
  const found = new Map<bigint, bigint[]>();
  for (const { time, view, start, end } of frames(captureIn(readFileSync(file), file), () => {})) {
    const hash = frameHash(octetsIn(view, start, end));
    if (!hits.has(hash)) continue;
    const times = found.get(hash);
    if (times) times.push(time);
    else found.set(hash, [time]);
  }
  return found;
}

const octetsIn = (view: DataView, start: number, end: number) =>
  new Uint8Array(view.buffer, view.byteOffset + start, end - start);
