// What a resolver remembers: sets of records, and that there are none, each until its time is over (RFC 2181 §5.4, RFC 2308).
import type { Clock } from "../endpoint/index.ts";
import { record } from "./format.ts";
import { folded } from "./name.ts";
import type { ResourceRecord } from "./record.ts";

/** What is known of a name and type. */
export interface Known {
  /** None for what is known not to be. Their TTLs are what is left of them. */
  readonly records: readonly ResourceRecord[];
  /** NXDOMAIN, or NOERROR. */
  readonly rcode: number;
  /** The SOA record that said no. */
  readonly denial: ResourceRecord | undefined;
}

/**
 * Where it comes from: a referral's names and addresses serve to find servers, and are no answers (RFC 2181 §5.4.1).
 */
export type Trust = "answer" | "referral";

interface Kept extends Known {
  readonly trust: Trust;
  /** On the clock, in nanoseconds. */
  readonly until: bigint;
  readonly octets: number;
}

export interface CacheOptions {
  /** How many names and types: 10 000 by default. */
  readonly entries?: number;
  /** Of all records together, as they are on the wire: 16 MiB by default. */
  readonly octets?: number;
  /** In seconds: nothing is believed for longer, whatever its TTL. A day by default. */
  readonly longest?: number;
  /** The same for what there is not: three hours (RFC 2308 §5). */
  readonly longestDenial?: number;
}

/** Whoever was not asked for the longest goes first when it is full. */
export class Cache {
  readonly #kept = new Map<string, Kept>();
  readonly #entries: number;
  readonly #most: number;
  readonly #longest: number;
  readonly #longestDenial: number;
  #octets = 0;

  constructor(
    readonly clock: Clock,
    { entries = 10_000, octets = 2 ** 24, longest = 86_400, longestDenial = 10_800 }: CacheOptions = {},
  ) {
    this.#entries = entries;
    this.#most = octets;
    this.#longest = longest;
    this.#longestDenial = longestDenial;
  }

  get size(): number {
    return this.#kept.size;
  }

  find(name: string, type: number, least: Trust = "answer"): Known | undefined {
    const key = keyOf(name, type);
    const kept = this.#kept.get(key);
    if (!kept || (least === "answer" && kept.trust !== "answer")) return undefined;
    const left = Number((kept.until - this.clock.elapsed()) / 1_000_000_000n);
    if (left <= 0) {
      this.#drop(key, kept);
      return undefined;
    }
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const aged = (one: ResourceRecord) =>
      ({ ...one, ttl: Math.min(one.ttl as number, left) }) as ResourceRecord;
    return { records: kept.records.map(aged), rcode: kept.rcode, denial: kept.denial && aged(kept.denial) };
  }

  /** A set of records: of one name, one type. */
  keep(records: readonly ResourceRecord[], trust: Trust): void {
    const [first] = records;
    if (!first) return;
    const seconds = Math.min(this.#longest, ...records.map(({ ttl }) => secondsOf(ttl as number)));
    this.#put(keyOf(first.name, first.type), { records, rcode: 0, denial: undefined }, trust, seconds);
  }

  /** That the name has no such type, or that there is no such name: then for all types. */
  keepDenial(name: string, type: number, rcode: number, denial: ResourceRecord, seconds: number): void {
    const known = { records: [], rcode, denial };
    this.#put(keyOf(name, type), known, "answer", Math.min(this.#longestDenial, seconds));
  }

  #put(key: string, known: Known, trust: Trust, seconds: number): void {
    const old = this.#kept.get(key);
    // What a zone says of itself is not overwritten by what its parent says of it.
    if (old && old.trust === "answer" && trust === "referral" && old.until > this.clock.elapsed()) return;
    if (old) this.#drop(key, old);
    if (seconds <= 0) return;
    const all = known.denial ? [known.denial] : known.records;
    const octets = all.reduce((sum, one) => sum + record.encode(one as never).length, 0);
    const until = this.clock.elapsed() + BigInt(seconds) * 1_000_000_000n;
    this.#kept.set(key, { ...known, trust, until, octets });
    this.#octets += octets;
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= this.#entries && this.#octets <= this.#most) break;
      this.#drop(oldest, kept);
    }
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#octets -= kept.octets;
  }
}

/** With the highest bit set it is meant as 0 (RFC 2181 §8). */
const secondsOf = (ttl: number): number => (ttl > 0x7fff_ffff ? 0 : ttl);

const keyOf = (name: string, type: number): string => `${type} ${folded(name)}`;
