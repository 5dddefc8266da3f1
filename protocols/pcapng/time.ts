// Times of a capture: each interface counts its own units (draft-ietf-opsawg-pcapng §4.2, if_tsresol and if_tsoffset).

const nanosecondsASecond = 1_000_000_000n;

/** How an interface counts time. */
export class TimeScale {
  static readonly nanoseconds = new TimeScale(9);

  /** Units are those of the epoch, in nanoseconds: no arithmetic is needed. */
  readonly exact: boolean;
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
  }

  /** Nanoseconds since the Unix epoch; parts of a nanosecond are dropped. */
  nanoseconds(units: bigint): bigint {
    if (this.exact) return units;
    return (units * this.#multiplier) / this.#divisor + this.#shift;
  }
}
