// A host's cable on a relay, with what is wrong with it.
import { machineTime } from "../clock.ts";
import { loadCutter } from "../faults/cutting.ts";
import type { CableFaults, Cutter } from "../faults/faults.ts";
import { Ledger } from "../faults/ledger.ts";
import { Path } from "../faults/path.ts";

export const ethernetMtu = 1500;

/** One without faults carries everything at once. */
export class Cable {
  readonly up: Path | undefined;
  readonly down: Path | undefined;
  readonly mtu: number;

  constructor(
    readonly host: string,
    faults: CableFaults = {},
    readonly ledger = new Ledger(),
    /** Its connections are watched by this. */
    readonly cutter?: ReturnType<Cutter>,
  ) {
    const { seed = 0, up, down, mtu = ethernetMtu } = faults;
    this.up = up && new Path(up, `${seed} ${host} up`);
    this.down = down && new Path(down, `${seed} ${host} down`);
    this.mtu = mtu;
  }

  /** @throws Error if its cutter can't be had */
  static async withFaults(host: string, faults: CableFaults, ledger: Ledger): Promise<Cable> {
    return new Cable(host, faults, ledger, faults.cuts && (await loadCutter(faults.cuts)));
  }
}

/**
 * A frame of so many octets goes up one cable and down the other at `now`: when its copies arrive, in the same
 * milliseconds. `recorded` is the frame's hash, if it is recorded.
 */
export function passage(
  from: Cable,
  to: Cable,
  octets: number,
  now: number,
  recorded: () => bigint | undefined,
): readonly number[] {
  let arrivals: readonly number[] = [now];
  for (const [cable, way] of [
    [from, "up"],
    [to, "down"],
  ] as const) {
    const path = cable[way];
    if (!path) continue;
    arrivals = arrivals.flatMap(at => {
      cable.ledger.met(cable.host, way);
      const fate = path.frame(octets, at);
      if (fate.faults.length > 0)
        cable.ledger.befell(cable.host, way, fate.faults, machineTime(), recorded());
      return fate.arrivals;
    });
  }
  return arrivals;
}

/** When octets of a stream that enter at `now` arrive: later, but all of them and in order. */
export function crossing(from: Cable, to: Cable, octets: number, now: number): number {
  const sent = from.up ? from.up.stream(octets, now) : now;
  return to.down ? to.down.stream(octets, sent) : sent;
}
