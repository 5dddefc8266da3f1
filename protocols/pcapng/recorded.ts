// A frame as a capture file has it: its time stays the two numbers that the file holds until somebody asks.
import type { Frame } from "../packet/index.ts";
import type { RecordedFrame } from "./capture.ts";

/** How a file counts time: two numbers of 32 bits a frame. */
export interface Clock {
  /** Nanoseconds since the Unix epoch. */
  nanosecondsOf(high: number, low: number): bigint;
  /** Nanoseconds from one time to another, exact up to 2^53: 104 days. */
  between(fromHigh: number, fromLow: number, toHigh: number, toLow: number): number;
}

export class Recorded implements RecordedFrame {
  readonly interface: number;
  #time: bigint | undefined;

  constructor(
    readonly number: number,
    readonly clock: Clock,
    readonly high: number,
    readonly low: number,
    readonly view: DataView,
    readonly start: number,
    readonly end: number,
    readonly originalLength: number,
    readonly linkType: number,
    on: number,
    readonly comments: readonly string[],
    readonly direction: RecordedFrame["direction"],
    readonly at: number,
  ) {
    this.interface = on;
  }

  get time(): bigint {
    this.#time ??= this.clock.nanosecondsOf(this.high, this.low);
    return this.#time;
  }
}

/** Nanoseconds from one frame of a capture to another: exact up to 2^53, and without bigints where one clock timed both. */
export function nanosecondsBetween(one: Frame, other: Frame): number {
  if (one instanceof Recorded && other instanceof Recorded && one.clock === other.clock)
    return one.clock.between(one.high, one.low, other.high, other.low);
  return Number(other.time - one.time);
}
