// The book of a faulty network: how many frames each cable carried, and what befell them.
import {
  type Fault,
  type FaultKind,
  type FaultReport,
  mostFaults,
  noCounts,
  type PathCounts,
} from "./faults.ts";

export class Ledger {
  readonly #cables = new Map<string, { up: PathCounts; down: PathCounts }>();
  readonly #faults: Fault[] = [];

  /** A frame entered a host's cable. */
  met(host: string, way: "up" | "down"): void {
    this.#of(host)[way].frames++;
  }

  befell(host: string, way: "up" | "down", kinds: readonly FaultKind[], time: bigint, frame?: bigint): void {
    for (const kind of kinds) this.#note({ host, way, kind, time, frame });
  }

  /** A connection was cut. `name`: what the program that cuts calls it. */
  cut(host: string, way: "up" | "down", time: bigint, frame?: bigint, name?: string): void {
    this.#note({ host, way, kind: "cut", time, frame, name });
  }

  /** So many frames came faster than they could be looked at: which, nobody knows. */
  missed(host: string, way: "up" | "down", frames: number): void {
    const counts = this.#of(host)[way];
    counts.frames += frames;
    counts["too fast"] += frames;
  }

  report(): FaultReport {
    return {
      cables: [...this.#cables].map(([host, { up, down }]) => ({ host, up: { ...up }, down: { ...down } })),
      faults: [...this.#faults],
    };
  }

  #note(fault: Fault): void {
    this.#of(fault.host)[fault.way][fault.kind]++;
    if (this.#faults.length < mostFaults) this.#faults.push(fault);
  }

  #of(host: string) {
    let found = this.#cables.get(host);
    if (!found) {
      found = { up: noCounts(), down: noCounts() };
      this.#cables.set(host, found);
    }
    return found;
  }
}
