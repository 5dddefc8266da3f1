// Who asks too often is told so, and then gets no answer (RFC 5905 §7.4, RATE).

export interface Pace {
  /** Seconds between the requests of one address, in the long run. */
  readonly interval: number;
  /** How many may come at once before that counts: 8 by default, as clients send when they start. */
  readonly burst?: number;
}

export type Verdict = "answer" | "kiss" | "silence";

/** More addresses are not remembered: those that asked longest ago are forgotten. 10 000 take about a megabyte. */
const mostAddresses = 10_000;

interface Account {
  /** Requests that it may still make; a fraction of one is being earned. */
  left: number;
  /** Nanoseconds, of `elapsed`. */
  at: bigint;
  kissed: bigint | undefined;
}

export class Pacing {
  readonly #accounts = new Map<string, Account>();
  readonly #interval: number;
  readonly #burst: number;

  constructor({ interval, burst = 8 }: Pace) {
    if (!(interval > 0 && burst >= 1))
      throw new RangeError(
        `an interval of ${interval} s and a burst of ${burst} pace nobody: more than 0 s and at least 1`,
      );
    this.#interval = interval * 1e9;
    this.#burst = burst;
  }

  /** What one more request of that address gets. One kiss an interval: who forges addresses must not have them flooded. */
  judge(address: string, elapsed: bigint): Verdict {
    const before = this.#accounts.get(address);
    const earned = before ? Number(elapsed - before.at) / this.#interval : 0;
    const left = Math.min((before?.left ?? this.#burst) + earned, this.#burst);
    const verdict =
      left >= 1
        ? "answer"
        : before?.kissed !== undefined && Number(elapsed - before.kissed) < this.#interval
          ? "silence"
          : "kiss";
    this.#accounts.delete(address);
    this.#accounts.set(address, {
      left: verdict === "answer" ? left - 1 : left,
      at: elapsed,
      kissed: verdict === "kiss" ? elapsed : before?.kissed,
    });
    if (this.#accounts.size > mostAddresses) this.#accounts.delete(this.#accounts.keys().next().value!);
    return verdict;
  }

  /** What a kiss asks for: the interval as a power of two in seconds, no shorter. */
  get poll(): number {
    return Math.max(-7, Math.min(17, Math.ceil(Math.log2(this.#interval / 1e9))));
  }
}
