// What a person at the live page may do: each act read strictly, then done on the stage.
import * as v from "valibot";
import type { PathFaults } from "../network/faults/faults.ts";
import type { Network, RunningHost } from "../network/index.ts";
import { faultLimits, type LaidFaults, type LiveAct } from "../page/live.ts";
import type { Hosts } from "../runs/hosts.ts";

/** A play as far as it is seen and meddled with: a `Stage` is one. */
export interface Play {
  readonly network: Network;
  readonly hosts: Hosts;
  readonly boards: ReadonlyMap<string, PlayedBoard>;
  readonly over: Promise<unknown>;
  publish(text: string): void;
  plug(played: PlayedBoard, plugged: boolean): Promise<void>;
}

interface PlayedBoard {
  readonly board: { readonly name: string };
  readonly host: RunningHost | undefined;
  readonly lit: ReadonlySet<number>;
  readonly isLinked: boolean;
}

const name = v.pipe(v.string(), v.maxLength(100));
const amount = (most: number) => v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(most)));

const act = v.variant("does", [
  v.strictObject({ does: v.picklist(["button", "pull", "plug", "off"]), board: name }),
  v.strictObject({ does: v.literal("publish"), text: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)) }),
  v.strictObject({
    does: v.literal("faults"),
    host: name,
    faults: v.strictObject({
      loss: amount(faultLimits.loss),
      duplicate: amount(faultLimits.duplicate),
      reorder: amount(faultLimits.reorder),
      delay: amount(faultLimits.delay),
    }),
  }),
]);

/** `undefined`: it is no act. */
export function actIn(text: string): LiveAct | undefined {
  try {
    const read = v.safeParse(act, JSON.parse(text));
    return read.success ? (read.output as LiveAct) : undefined;
  } catch {
    return undefined;
  }
}

/** Does it. Returns why it can't be done, or nothing. */
export async function perform(stage: Play, act: LiveAct): Promise<string | undefined> {
  if (act.does === "publish") {
    stage.publish(act.text);
    return undefined;
  }
  if (act.does === "faults") {
    if (!stage.hosts.all.has(act.host)) return `there is no host ${act.host}`;
    const faults = pathOf(act.faults);
    try {
      await stage.network.impair(act.host, faults && { up: faults, down: faults });
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  }
  const played = stage.boards.get(act.board);
  if (!played?.host) return `there is no board ${act.board} yet`;
  if (act.does === "pull" || act.does === "plug") {
    const plugged = act.does === "plug";
    if (played.isLinked !== plugged) await stage.plug(played, plugged);
  } else played.host.tell({ kind: act.does });
  return undefined;
}

/** Of a cable, both ways. None, where nothing is wrong. */
function pathOf({ loss = 0, duplicate = 0, reorder = 0, delay = 0 }: LaidFaults): PathFaults | undefined {
  const faults = {
    ...(loss > 0 && { loss: loss / 100 }),
    ...(duplicate > 0 && { duplicate: duplicate / 100 }),
    ...(reorder > 0 && { reorder: reorder / 100 }),
    ...(delay > 0 && { delay }),
  };
  return Object.keys(faults).length > 0 ? faults : undefined;
}
