// NTP's two kinds of time (RFC 5905 §6): timestamps of 64 bits and intervals of 32, and what they are in nanoseconds.
import { type Codec, mapped, Unwritable, u32, u64 } from "../wire/index.ts";

/**
 * Seconds since 1900 in the upper 32 bits, their fraction in the lower: kept whole, for a double is out by up to
 * 477 ns. They begin anew every 2^32 s, an era; the first ends on 7 February 2036. 0 means "not known".
 */
export const timestamp: Codec<bigint> = u64.with({
  show: (value: bigint) => (value === 0n ? "not known" : shownTime(toUnix(value))),
  reference: "RFC 5905 §6, figure 3",
});

/** A short interval in seconds: 16 bits of them and 16 of their fraction. A draft must be a whole number of 2^-16 s. */
export const interval: Codec<number> = mapped(
  u32,
  wire => wire / 65536,
  seconds => {
    const wire = seconds * 65536;
    if (!Number.isInteger(wire))
      throw new Unwritable(
        `${seconds} s is no multiple of 2^-16 s; the nearest is ${nearestInterval(seconds)} s`,
      );
    return wire;
  },
).with({ unit: "s", reference: "RFC 5905 §6, figure 3" });

/** The interval nearest to so many seconds that can be written: at most 65536 s less 2^-16 s. */
export const nearestInterval = (seconds: number): number =>
  Math.min(Math.max(Math.round(seconds * 65536), 0), 0xffff_ffff) / 65536;

const second = 1_000_000_000n;
/** From 1900 to 1970, in seconds: 70 years and 17 leap days. */
const unixEpoch = 2_208_988_800n;
const era = 1n << 32n;

/** The timestamp of a time in nanoseconds since the Unix epoch, to the nearest 2^-32 s; its era is lost. */
export const fromUnix = (nanoseconds: bigint): bigint =>
  BigInt.asUintN(64, divided((nanoseconds + unixEpoch * second) << 32n, second));

/**
 * The time of a timestamp, in nanoseconds since the Unix epoch, to the nearest: of all eras, the one that brings
 * it nearest to `near`. Without `near` times are from 20 January 1968 to 26 February 2104 (RFC 4330 §3).
 */
export function toUnix(timestamp: bigint, near: bigint = middle): bigint {
  const inFirstEra = divided(timestamp * second, era) - unixEpoch * second;
  return inFirstEra + divided(near - inFirstEra, era * second) * era * second;
}

/** Seconds since 1900 with the highest bit set are of the first era, others of the second. */
const middle = (era - unixEpoch) * second - 1n;

/** The whole number nearest to a quotient. */
const divided = (dividend: bigint, divisor: bigint): bigint => {
  const doubled = dividend * 2n + divisor;
  const floor = doubled / (divisor * 2n);
  return doubled < 0n && doubled % (divisor * 2n) !== 0n ? floor - 1n : floor;
};

/** An interval of seconds in nanoseconds, to the nearest. */
export const nanosecondsOf = (seconds: number): bigint => BigInt(Math.round(seconds * 1e9));

/** "2021-10-08 12:26:20.123456789 UTC" */
export function shownTime(unix: bigint): string {
  const fraction = ((unix % second) + second) % second;
  const date = new Date(Number((unix - fraction) / 1_000_000n));
  return `${date.toISOString().slice(0, 19).replace("T", " ")}.${String(fraction).padStart(9, "0")} UTC`;
}
