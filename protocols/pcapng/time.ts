// Times of a capture: each interface counts its own units (draft-ietf-opsawg-pcapng §4.2, if_tsresol and if_tsoffset).
import type { Clock } from "./recorded.ts";

const nanosecondsASecond = 1_000_000_000n;
/** Joins the halves of a time without making bigints of them. */
const halves = new DataView(new ArrayBuffer(8));

/** How an interface counts time. */
export class TimeScale implements Clock {
  static readonly nanoseconds = new TimeScale(9);

  /** Units are those of the epoch, in nanoseconds: no arithmetic is needed. */
  readonly exact: boolean;
  /** Nanoseconds of a unit, where they are a whole number. */
  readonly #whole: number | undefined;
  readonly #multiplier: bigint;
  readonly #divisor: bigint;
  readonly #shift: bigint;

  constructor(
    /** if_tsresol: 0 to 127 is a negative power of 10, 128 and more of 2. Microseconds where nothing is said. */
    readonly resolution = 6,
    /** if_tsoffset: seconds between the Unix epoch and the interface's. */
    readonly offset = 0n,
  ) {
    const exponent = BigInt(resolution & 0x7f);
    const binary = (resolution & 0x80) !== 0;
    this.exact = resolution === 9 && offset === 0n;
    this.#multiplier = binary ? nanosecondsASecond : exponent < 9n ? 10n ** (9n - exponent) : 1n;
    this.#divisor = binary ? 2n ** exponent : exponent > 9n ? 10n ** (exponent - 9n) : 1n;
    this.#shift = offset * nanosecondsASecond;
    this.#whole = this.#divisor === 1n && !binary ? Number(this.#multiplier) : undefined;
  }

  /** Nanoseconds since the Unix epoch; parts of a nanosecond are dropped. */
  nanoseconds(units: bigint): bigint {
    if (this.exact) return units;
    return (units * this.#multiplier) / this.#divisor + this.#shift;
  }

  /** Of a time whose halves these are. */
  nanosecondsOf(high: number, low: number): bigint {
    halves.setUint32(0, high);
    halves.setUint32(4, low);
    return this.nanoseconds(halves.getBigUint64(0));
  }

  between(fromHigh: number, fromLow: number, toHigh: number, toLow: number): number {
    const units = (toHigh - fromHigh) * 0x1_0000_0000 + (toLow - fromLow);
    return this.#whole === undefined
      ? Number(this.nanosecondsOf(toHigh, toLow) - this.nanosecondsOf(fromHigh, fromLow))
      : units * this.#whole;
  }
}
