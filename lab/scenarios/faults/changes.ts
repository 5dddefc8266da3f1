// The changes that faults are made of: to boards, to a host of the intranet, to the cables, and a host more.
import type { Settings } from "../../board/settings.ts";
import type { BoardPlan } from "../../board/workings.ts";
import { usage } from "../../failure.ts";
import type { CableFaults, PathFaults } from "../../network/faulty.ts";
import type { HostPlan } from "../../network/index.ts";
import { programOf } from "../../runs/program.ts";
import type { PcPlan } from "../../servers/pc.ts";
import type { RouterPlan } from "../../servers/router.ts";
import type { ScenarioOptions } from "../options.ts";
import type { Cast } from "../scenario.ts";

type Tables = { readonly [T in keyof Settings]?: Partial<Settings[T]> };

/** Other settings of every board. */
export const setBoards = (cast: Cast, change: (settings: Settings) => Tables): Cast => ({
  ...cast,
  boards: cast.boards.map(board => {
    const changed = Object.entries(change(board.settings)).map(([table, keys]) => [
      table,
      { ...board.settings[table as keyof Settings], ...keys },
    ]);
    const settings: Settings = { ...board.settings, ...Object.fromEntries(changed) };
    return { ...board, settings, plan: { ...board.plan, settings } };
  }),
});

/** Something else in every board's hands. */
export const equipBoards = (cast: Cast, change: Partial<BoardPlan>): Cast => ({
  ...cast,
  boards: cast.boards.map(board => ({ ...board, plan: { ...board.plan, ...change } })),
});

/** So many milliseconds for an answer, so that silence is not waited for too long; where a person has set none. */
export function hurried(cast: Cast, milliseconds: number, { pace, set, settings }: ScenarioOptions): Cast {
  const isSet = set.some(one => /(dns|ntp)\.timeout/.test(one)) || settings.length > 0;
  if (pace === "real" || isSet) return cast;
  const timeout = milliseconds;
  return setBoards(cast, () => ({ dns: { timeout }, ntp: { timeout } }));
}

const programs = {
  router: programOf(import.meta.url, "../../servers/router.ts"),
  "JORGE-PC": programOf(import.meta.url, "../../servers/pc.ts"),
} as const;

/** @throws Failure (usage) where the run has no router of the lab's own */
export const changeRouter = (cast: Cast, change: Partial<RouterPlan>): Cast =>
  changeHost<RouterPlan>(cast, "router", before => ({ ...before, ...change }));

/** @throws Failure (usage) where the run has no PC with the lab's own servers */
export const changePc = (cast: Cast, change: Partial<PcPlan>): Cast =>
  changeHost<PcPlan>(cast, "JORGE-PC", before => ({ ...before, ...change }));

export function changeHost<Plan>(
  cast: Cast,
  name: keyof typeof programs,
  change: (plan: Plan) => Plan,
): Cast {
  const isOurs = (host: HostPlan): boolean => host.name === name && host.program === programs[name];
  if (!cast.hosts.some(isOurs))
    throw usage(
      `this fault is one of the lab's own servers on ${name}, and there are none in this run: play it in the intranet, with --servers embedded.`,
    );
  return {
    ...cast,
    hosts: cast.hosts.map(host =>
      isOurs(host) ? { ...host, settings: change(host.settings as Plan) } : host,
    ),
  };
}

/** A host more, behind all others in the ladder. */
export const addHost = (cast: Cast, host: HostPlan): Cast => ({ ...cast, hosts: [...cast.hosts, host] });

/** The same, for one that needs the others' servers before it is ready itself. */
export const addGuest = (cast: Cast, host: HostPlan): Cast => ({
  ...cast,
  guests: [...(cast.guests ?? []), host],
});

/** Faults of a host's cable, on top of those that it has already. */
export const impair = (cast: Cast, host: string, faults: CableFaults): Cast => ({
  ...cast,
  cables: { ...cast.cables, [host]: together(cast.cables?.[host] ?? {}, faults) },
});

/** The same on the cable of every board. */
export const impairBoards = (cast: Cast, faults: CableFaults): Cast =>
  cast.boards.reduce((changed, { name }) => impair(changed, name, faults), cast);

function together(one: CableFaults, other: CableFaults): CableFaults {
  const mtu = Math.min(one.mtu ?? 1500, other.mtu ?? 1500);
  return {
    ...one,
    ...other,
    ...(one.up && other.up && { up: bothPaths(one.up, other.up) }),
    ...(one.down && other.down && { down: bothPaths(one.down, other.down) }),
    ...(mtu < 1500 && { mtu }),
  };
}

/** Delays add up; what is lost on one of two is lost. */
function bothPaths(one: PathFaults, other: PathFaults): PathFaults {
  const either = (a = 0, b = 0): number => 1 - (1 - a) * (1 - b);
  return {
    ...one,
    ...other,
    delay: (one.delay ?? 0) + (other.delay ?? 0),
    jitter: (one.jitter ?? 0) + (other.jitter ?? 0),
    loss: either(one.loss, other.loss),
    duplicate: either(one.duplicate, other.duplicate),
    reorder: either(one.reorder, other.reorder),
  };
}
