// A run: made from a seed, or read again from its capture.
import { dissector, type Packet } from "../../protocols/packet/index.ts";
import { captureIn, frames } from "../../protocols/pcapng/index.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { selectionOf } from "../inspect/filter.ts";
import { protocols } from "../protocols.ts";
import { Draws } from "./draws.ts";
import type { Played, Run, Scene } from "./exercise.ts";
import { hashOf } from "./files.ts";

/** A run that was just made, and its capture. */
export interface MadeRun<Task> extends Run<Task> {
  readonly capture: Uint8Array;
}

/**
 * The seed of a scene for this student: no two scenes and no two versions of one share it. `secret`: a class's own, so
 * that nobody can make a neighbour's task.
 */
export function seedOf(
  student: string,
  { id, version }: Pick<Scene<unknown>, "id" | "version">,
  secret?: string,
): string {
  const name = student.normalize("NFC").trim().toLowerCase();
  return [id, version, secret === undefined ? name : hashOf(`${secret}|${id}|${version}|${name}`)].join("|");
}

/** Plays a scene. @throws Error if it does not come to its end */
export async function makeRun<Task>(scene: Scene<Task>, seed: string): Promise<MadeRun<Task>> {
  const draws = new Draws(seed);
  const task = scene.task(draws);
  const { capture, files = {}, told = [] }: Played = await scene.play(task, draws);
  return { ...readRun(scene, seed, capture, files), told, capture };
}

/** A run from its capture, as whoever checks an answer sees it. @throws Unreadable for what is no capture */
export function readRun<Task>(
  scene: Scene<Task>,
  seed: string,
  capture: Uint8Array,
  files: Run["files"] = {},
): Run<Task> {
  const packets = packetsOf(capture);
  return {
    seed,
    task: scene.task(new Draws(seed)),
    packets,
    files,
    told: [],
    select: filter => selected(packets, filter),
  };
}

function packetsOf(capture: Uint8Array): Packet[] {
  const keyLog = new KeyLog();
  const { packet } = dissector(protocols(keyLog));
  const all = frames(captureIn(capture), met => {
    if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
  });
  return [...all].map(packet);
}

/** @throws Failure for a filter that is none */
export function selected(packets: readonly Packet[], filter: string): Packet[] {
  const selection = selectionOf(filter);
  return packets.filter(packet => selection.selects(packet));
}
