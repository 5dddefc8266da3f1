// A client and a server over time: the clock filter, jumps, drift, and ways that differ (RFC 5905 §10).
import type { Finding } from "../packet/index.ts";
import { rules } from "./rules.ts";

/** One exchange as the capture saw it. Times by the capture's clock, nanoseconds. */
export interface Seen {
  readonly packets: readonly [asked: number, answered: number];
  /** When the reply passed. */
  readonly at: bigint;
  /** From request to the server's receive timestamp, and from its transmit timestamp to the reply: each with the offset in it. */
  readonly there: bigint;
  readonly back: bigint;
  readonly offset: bigint;
  readonly delay: bigint;
  readonly dispersion: bigint;
}

/** What the exchanges of one client with one server say together. In nanoseconds. */
export interface ReportedAssociation {
  readonly client: string;
  readonly server: string;
  readonly asked: number;
  readonly answered: number;
  /** The exchange with the least delay, by the packet numbers of its request and its reply. */
  readonly best:
    | {
        readonly packets: readonly number[];
        readonly offset: bigint;
        readonly delay: bigint;
        readonly error: bigint;
      }
    | undefined;
  /** How much the offsets of the last eight exchanges differ from the best of them. */
  readonly jitter: bigint | undefined;
  /** How far off the best of the last eight may be, the way not counted; grows with its age. */
  readonly dispersion: bigint | undefined;
  /** What the server's clock gains on the capture's, in parts in a million, give or take `error`. */
  readonly drift: { readonly ppm: number; readonly error: number } | undefined;
}

/** Exchanges that the clock filter looks at (RFC 5905 §7.2, NSTAGE). */
const stages = 8;
/** What a clock's frequency may be wrong by, in parts in a million (RFC 5905 §7.2, PHI; §11.3, MAXFREQ). */
const tolerance = 15n;
const mostDrift = 500;
/** Beyond this a clock is stepped, not slewed: 128 ms (RFC 5905 §11.2, STEPT). */
export const stepThreshold = 128_000_000n;
/** Ways that differ by less are the daily noise of systems: 1 ms. */
const noise = 1_000_000n;
/** Of a long capture, the exchanges that are compared with one another. */
const mostSeen = 10_000;

export class Association {
  readonly client: string;
  readonly server: string;
  asked = 0;
  answered = 0;
  /** In the order of the replies. After a jump of the clock a new row begins. */
  #seen: Seen[] = [];
  #best: Seen | undefined;

  constructor(client: string, server: string) {
    this.client = client;
    this.server = server;
  }

  *measure(seen: Seen): Generator<Finding> {
    const last = this.#seen.at(-1);
    if (last) {
      const moved = seen.offset - last.offset;
      const explained =
        errorOf(seen) + errorOf(last) + ((seen.at - last.at) * BigInt(mostDrift)) / 1_000_000n;
      if (size(moved) > stepThreshold && size(moved) > explained) {
        const packets = [last.packets[1], seen.packets[1]];
        const detail = `${this.server} went ${moved > 0n ? "forward" : "back"} by ${seconds(size(moved))} s`;
        yield { rule: rules.step, packets, field: "transmitTimestamp", detail };
        yield* this.conclude();
        this.#seen = [];
        this.#best = undefined;
      }
    }
    if (this.#seen.length < mostSeen) this.#seen.push(seen);
    else this.#seen[this.#seen.length - 1] = seen;
    if (!this.#best || seen.delay < this.#best.delay) this.#best = seen;
  }

  /** What only many exchanges show. */
  *conclude(): Generator<Finding> {
    const drift = this.#drift();
    if (drift && Math.abs(drift.ppm) - drift.error > mostDrift) {
      const packets = [this.#seen[0]!.packets[1], this.#seen.at(-1)!.packets[1]];
      const detail = `${this.server} ${drift.ppm > 0 ? "gains" : "loses"} ${Math.abs(drift.ppm).toFixed(0)} parts in a million`;
      yield { rule: rules.drift, packets, field: "transmitTimestamp", detail };
    }
    yield* this.#asymmetries(drift?.ppm ?? 0);
  }

  report(): ReportedAssociation {
    const best = this.#best;
    const filtered = this.#filter();
    return {
      client: this.client,
      server: this.server,
      asked: this.asked,
      answered: this.answered,
      best: best && {
        packets: best.packets,
        offset: best.offset,
        delay: best.delay,
        error: errorOf(best),
      },
      jitter: filtered?.jitter,
      dispersion: filtered?.dispersion,
      drift: this.#drift(),
    };
  }

  /** RFC 5905 §10: the last exchanges, the least delay first; each weighs half of the one before. */
  #filter(): { jitter: bigint; dispersion: bigint } | undefined {
    const last = this.#seen.slice(-stages);
    const now = last.at(-1)?.at;
    if (now === undefined) return undefined;
    const sorted = last.toSorted((a, b) => Number(a.delay - b.delay));
    const best = sorted[0]!;
    let dispersion = 0n;
    for (const [i, { dispersion: own, at }] of sorted.entries())
      dispersion += (own + ((now - at) * tolerance) / 1_000_000n) >> BigInt(i + 1);
    const squares = sorted.reduce((sum, { offset }) => sum + Number(offset - best.offset) ** 2, 0);
    const jitter = BigInt(Math.round(Math.sqrt(squares / Math.max(1, sorted.length - 1))));
    return { jitter, dispersion };
  }

  /** From the first exchange to the last; nothing where their errors are larger than what they differ by. */
  #drift(): ReportedAssociation["drift"] {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (!first || !last || last.at <= first.at) return undefined;
    const span = Number(last.at - first.at);
    const ppm = (Number(last.offset - first.offset) / span) * 1e6;
    const error = (Number(errorOf(first) + errorOf(last)) / span) * 1e6;
    return Math.abs(ppm) > error ? { ppm, error } : undefined;
  }

  /**
   * Where one way took longer than at its best and the other did not. A difference that is always there can't be seen:
   * it looks like an offset of the clock.
   */
  *#asymmetries(ppm: number): Generator<Finding> {
    const [first] = this.#seen;
    if (!first || this.#seen.length < 3) return;
    const straight = this.#seen.map(({ there, back, at, packets }) => {
      const gained = BigInt(Math.round((Number(at - first.at) * ppm) / 1e6));
      return { there: there - gained, back: back + gained, packets };
    });
    const [there, back] = [leastOf(straight.map(one => one.there)), leastOf(straight.map(one => one.back))];
    for (const one of straight) {
      const [slowThere, slowBack] = [one.there - there, one.back - back];
      const difference = slowThere - slowBack;
      if (size(difference) < noise || size(difference) * 2n < slowThere + slowBack) continue;
      const way = difference > 0n ? "way to the server" : "way back";
      const detail = `the ${way} took ${milliseconds(size(difference))} ms more than at its best, the other did not: the offset is out by ${milliseconds(size(difference) / 2n)} ms`;
      yield { rule: rules.asymmetric, packets: one.packets, field: "receiveTimestamp", detail };
    }
  }
}

/** The server's clock is no further from the offset than this. */
export const errorOf = ({ delay, dispersion }: Pick<Seen, "delay" | "dispersion">): bigint =>
  (delay > 0n ? delay / 2n : 0n) + dispersion;

const leastOf = (ways: readonly bigint[]): bigint => {
  let least = ways[0]!;
  for (const way of ways) if (way < least) least = way;
  return least;
};

export const size = (value: bigint): bigint => (value < 0n ? -value : value);
const seconds = (nanoseconds: bigint): string => (Number(nanoseconds) / 1e9).toFixed(3);
const milliseconds = (nanoseconds: bigint): string => (Number(nanoseconds) / 1e6).toFixed(3);
