// One comparison of two clocks, by the four times of an exchange (RFC 5905 §8).
import type { Time } from "./format.ts";
import { nanosecondsOf, toUnix } from "./timestamp.ts";

/** One comparison of the clocks: t1 and t4 are this clock's, t2 and t3 the server's, since the Unix epoch. */
export interface Sample {
  /** The request was sent. */
  readonly t1: bigint;
  /** It arrived there. */
  readonly t2: bigint;
  /** The reply was sent. */
  readonly t3: bigint;
  /** It arrived here. */
  readonly t4: bigint;
  readonly offset: bigint;
  readonly delay: bigint;
  readonly error: bigint;
  readonly reply: Time;
}

/** RFC 5905 §10, ψ: of the other samples' offsets from the best one's. */
export function jitterOf(samples: readonly Sample[], best: bigint): bigint {
  if (samples.length < 2) return 0n;
  const squares = samples.reduce((sum, { offset }) => sum + Number(offset - best) ** 2, 0);
  return BigInt(Math.round(Math.sqrt(squares / (samples.length - 1))));
}

/** This program is younger: a clock that shows an earlier time is wrong, and no measure for the server's era. */
const earliest = 1_767_225_600_000_000_000n; // 1 January 2026

/** Our own frequency may be off by so many nanoseconds a second (RFC 5905 §7.2, PHI). */
export const frequencyTolerance = 15_000n;

/** RFC 5905 §8, figure 15. The server's times are taken to be of the era that lies nearest to our own clock, if that can be right. */
export function sampleOf(reply: Time, t1: bigint, t4: bigint): Sample {
  const near = t1 > earliest ? t1 : earliest;
  const t2 = toUnix(reply.receiveTimestamp, near);
  const t3 = toUnix(reply.transmitTimestamp, near);
  const offset = (t2 - t1 + (t3 - t4)) / 2n;
  const measured = t4 - t1 - (t3 - t2);
  const precision = nanosecondsOf(2 ** reply.precision);
  // What is shorter than the server's clock can tell, or even negative, is that clock's grain.
  // biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigint
  const delay = measured > precision ? measured : precision;
  const error = delay / 2n + precision + ((t4 - t1) * frequencyTolerance) / 1_000_000_000n + 1n;
  return { t1, t2, t3, t4, offset, delay, error, reply };
}
