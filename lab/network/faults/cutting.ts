// The program that decides when a connection is cut: found, and asked in the order of the octets.
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CutPlan, Cutter, Watch } from "./faults.ts";

/** The program with its settings. @throws Error if there is none, by its path */
export async function loadCutter({ program, settings }: CutPlan): Promise<ReturnType<Cutter>> {
  const path = program.startsWith("file:") ? fileURLToPath(program) : program;
  if (!existsSync(path)) throw new Error(`there is no program ${path} to cut connections`);
  const module: { cutter?: unknown } = await import(pathToFileURL(path).href);
  if (typeof module.cutter !== "function")
    throw new Error(`the program ${path} exports no function "cutter"`);
  return (module.cutter as Cutter)(settings as never);
}

/** Segments that came before the one ahead of them wait; more of them than a window holds are nobody's. */
const mostWaiting = 256;

/** One direction of a connection, from its segments: handed to the watch once and in order. */
export class Direction {
  readonly #waiting = new Map<number, Uint8Array>();
  #next: number | undefined;

  constructor(
    readonly watch: Watch,
    readonly from: "client" | "server",
  ) {}

  /** The sequence number of the first octet to come. */
  begin(sequence: number): void {
    this.#next = sequence >>> 0;
    this.#waiting.clear();
  }

  /** Takes a segment's octets; whether the connection is to be cut behind them, or the name of that cut. */
  take(sequence: number, octets: Uint8Array): boolean | string {
    if (this.#next === undefined || octets.length === 0) return false;
    const ahead = (sequence - this.#next) | 0;
    if (ahead > 0) {
      if (this.#waiting.size < mostWaiting) this.#waiting.set(sequence, octets.slice());
      return false;
    }
    const fresh = octets.subarray(Math.min(-ahead, octets.length));
    if (fresh.length === 0) return false;
    this.#next = (this.#next + fresh.length) >>> 0;
    let isCut = this.watch(fresh, this.from);
    for (const [start, later] of this.#waiting) {
      if (((start - this.#next) | 0) > 0) continue;
      this.#waiting.delete(start);
      isCut = this.take(start, later) || isCut;
    }
    return isCut;
  }
}
