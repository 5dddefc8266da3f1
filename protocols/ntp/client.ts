// Asks a server for the time, without setting any clock: what is measured is the caller's to use (RFC 5905 §8, §14).
import {
  type Clock,
  type Datagram,
  type Datagrams,
  type Endpoint,
  Refused,
  Unanswered,
} from "../endpoint/index.ts";
import {
  isTime,
  isUnsynchronized,
  kissCode,
  Mode,
  message,
  messageIn,
  type Time,
  type TimeDraft,
} from "./format.ts";
import { isCryptoNak, type Key, sealed, sealedBy } from "./keys.ts";
import { kisses } from "./kisses.ts";
import { jitterOf, type Sample, sampleOf } from "./sample.ts";
import { fromUnix, nanosecondsOf } from "./timestamp.ts";

export interface Query {
  /** The server's address. */
  readonly server: string;
  /** 123 by default. */
  readonly port?: number;
  /** How long an attempt waits, in milliseconds: 5000 by default. */
  readonly timeout?: number;
  /** How often it asks for each sample before giving up: 3 by default. */
  readonly tries?: number;
  /** How many times the clocks are compared: once by default. The comparison with the least delay is taken. */
  readonly samples?: number;
  /** Between samples, in milliseconds: 2000 by default. A server may refuse who asks more often. */
  readonly pause?: number;
  /**
   * A server may ask for a longer pause (a kiss-o'-death, RATE), and gets it up to so many milliseconds: 64000 by
   * default. Where it wants more, the query ends.
   */
  readonly patience?: number;
  /** 4 by default. */
  readonly version?: number;
  /** Signs the requests; a reply that is not signed with the same key is none. */
  readonly key?: Key;
  /**
   * Sends the time as transmit timestamp, as the standard has it. By default it is random: the server returns it
   * either way, and then it tells nobody what this clock shows, and can't be guessed by a forger. For the same reason
   * the port that `datagrams` has should be one that nobody can guess, and not 123 (RFC 9109 §3).
   */
  readonly plain?: boolean;
  /** A number from 0 up to 1 that nobody can guess; a seeded one makes a run repeatable. */
  readonly random?: () => number;
}

export type { Sample } from "./sample.ts";

/** What was found out. Times and intervals in nanoseconds. */
export interface Measurement {
  /** What is to be added to this clock so that it shows the server's time. */
  readonly offset: bigint;
  /** Of the way there and back, without the time that the server took. */
  readonly delay: bigint;
  /** The server's clock is no further from `offset` than this: half the delay, for all of it may be of one way. */
  readonly error: bigint;
  /** The same for the clock that the server is set by, at the root (RFC 5905 appendix A.5.5.2). */
  readonly rootDistance: bigint;
  /** How much the samples differ from the best one, root mean square (RFC 5905 §10); 0 for one sample. */
  readonly jitter: bigint;
  readonly stratum: number;
  /** What the server is set by: letters at stratum 1, an IPv4 address from there on. */
  readonly referenceId: number;
  /** `Leap["61 seconds"]`: the last minute of this day has a second more. */
  readonly leap: number;
  readonly version: number;
  readonly server: Endpoint;
  /** All comparisons in the order they were made; the measurement is the one of them with the least delay. */
  readonly samples: readonly Sample[];
  /** How often the server asked to be asked less often. */
  readonly slowed: number;
  /** The key that the replies were signed with. */
  readonly keyId: number | undefined;
  /** What arrived and was no reply, by reason: forged, for all we know. */
  readonly strays: Readonly<Strays>;
}

/** Why a datagram is no reply: from somebody else, not a message, of another mode, to another request, or not signed with the key. */
export type Stray = "sender" | "garbage" | "mode" | "origin" | "authenticator";
export type Strays = Record<Stray, number>;

/**
 * Compares this clock with a server's.
 * @throws Unanswered · Refused, if the server sends a kiss-o'-death, does not know the time itself or not the key
 */
export async function query(datagrams: Datagrams, clock: Clock, asked: Query): Promise<Measurement> {
  const inquiry = new Inquiry(datagrams, clock, asked);
  const samples: Sample[] = [];
  for (let i = 0; i < (asked.samples ?? 1); i++) {
    if (i > 0) await clock.sleep(inquiry.pause);
    samples.push(await inquiry.compare());
  }
  const [best] = samples.toSorted((a, b) => Number(a.delay - b.delay));
  const { offset, delay, error, reply } = best!;
  const { rootDelay, rootDispersion, stratum, referenceId } = reply;
  const { server, strays, slowed } = inquiry;
  return {
    ...{ offset, delay, error },
    rootDistance: error + nanosecondsOf(rootDelay) / 2n + nanosecondsOf(rootDispersion),
    jitter: jitterOf(samples, offset),
    ...{ stratum, referenceId },
    leap: reply.flags.leap,
    version: reply.flags.version,
    ...{ server, samples, slowed, strays },
    keyId: asked.key?.id,
  };
}

/** By the clock, and by the measure of time that nobody sets. */
interface Moment {
  readonly now: bigint;
  readonly elapsed: bigint;
}

class Inquiry {
  readonly server: Endpoint;
  readonly strays: Strays = { sender: 0, garbage: 0, mode: 0, origin: 0, authenticator: 0 };
  /** Between requests, in milliseconds. */
  pause: number;
  slowed = 0;
  /** By the transmit timestamp, which the reply returns. */
  readonly #requests = new Map<bigint, Moment>();
  readonly #datagrams: Datagrams;
  readonly #clock: Clock;
  readonly #asked: Query;

  constructor(datagrams: Datagrams, clock: Clock, asked: Query) {
    this.#datagrams = datagrams;
    this.#clock = clock;
    this.#asked = asked;
    this.server = { address: asked.server, port: asked.port ?? 123 };
    this.pause = asked.pause ?? 2000;
  }

  /** One sample: asks until a reply comes that is of use. */
  async compare(): Promise<Sample> {
    const { timeout = 5000, tries = 3 } = this.#asked;
    const began = this.#clock.elapsed();
    /** The last reply that was a refusal for now. */
    let refusal: Refused | undefined;
    this.#requests.clear();
    for (let attempt = 1; attempt <= tries; attempt++) {
      const sent = await this.#ask();
      for (;;) {
        const left = timeout - Number(this.#clock.elapsed() - sent.elapsed) / 1e6;
        const datagram = left > 0 ? await this.#datagrams.receive(left) : undefined;
        const now = this.#moment();
        if (!datagram) break;
        const found = this.#replyIn(datagram);
        if (found instanceof Refused) refusal = found;
        if (typeof found === "string") this.strays[found]++;
        if (typeof found === "string" || found instanceof Refused) continue;
        const { reply, request } = found;
        const slower = refusedBy(reply, this.server);
        if (!slower) return sampleOf(reply, request.now, arrivalOf(datagram, request, now));
        refusal = slower;
        this.#slowDown(reply, slower);
        if (attempt < tries) await this.#clock.sleep(this.pause);
        break;
      }
    }
    const waited = Math.round(Number(this.#clock.elapsed() - began) / 1e6);
    throw refusal ?? new Unanswered(`the time of ${shown(this.server)}`, tries, waited);
  }

  async #ask(): Promise<Moment> {
    const { version = 4, plain = false, random = unpredictable, key } = this.#asked;
    const transmitTimestamp = plain ? fromUnix(this.#clock.now()) : unguessable(random);
    const draft: TimeDraft = { ...blank, flags: { version, mode: Mode.client }, transmitTimestamp };
    const octets = key ? sealed(draft, key) : message.encode(draft);
    // Read last: what happens between reading the clock and sending counts as delay.
    const sent = this.#moment();
    this.#requests.set(transmitTimestamp, sent);
    await this.#datagrams.send(octets, this.server);
    return sent;
  }

  #moment(): Moment {
    return { now: this.#clock.now(), elapsed: this.#clock.elapsed() };
  }

  /** A reply to one of the requests, why there is none, or that the server can't verify our key. */
  #replyIn({ octets, from }: Datagram): { reply: Time; request: Moment } | Stray | Refused {
    if (from.address !== this.server.address || from.port !== this.server.port) return "sender";
    const reply = messageIn(octets);
    if (!reply) return "garbage";
    if (!isTime(reply) || reply.flags.mode !== Mode.server) return "mode";
    const request = this.#requests.get(reply.originTimestamp);
    if (!request) return "origin";
    const { key } = this.#asked;
    if (!key || sealedBy(octets, reply, [key])) return { reply, request };
    if (!isCryptoNak(reply)) return "authenticator";
    // It is not signed itself, so it may be forged: a true reply may still come.
    return new Refused(
      `${shown(this.server)} does not accept key ${key.id}: it has none of that number, or another one`,
      [reply],
    );
  }

  /** RFC 5905 §7.4: who is told RATE lengthens the interval, at once and from then on. */
  #slowDown({ poll }: Time, refusal: Refused): void {
    const { patience = 64_000 } = this.#asked;
    this.slowed++;
    this.pause = Math.max(this.pause * 2, 2 ** poll * 1000);
    if (this.pause > patience)
      throw new Refused(
        `${refusal.message}; it wants ${this.pause / 1000} s between requests`,
        refusal.messages,
      );
  }
}

/** More than clocks differ by when they are read one after the other: 1 ms. */
const readingTime = 1_000_000n;

/**
 * T4 by the clock as it was when the request was sent, should it have been set meanwhile: when the datagram was
 * stamped, if that was by the same clock, else when it was handed over.
 */
function arrivalOf({ at }: Datagram, sent: Moment, now: Moment): bigint {
  const passed = now.elapsed - sent.elapsed;
  const untouched = now.now - sent.now - passed;
  const same = untouched < readingTime && untouched > -readingTime && at >= sent.now && at <= now.now;
  return same ? at : sent.now + passed;
}

/** What speaks against a reply that was asked for: returned if another one may be had later, thrown if not. */
function refusedBy(reply: Time, { address }: Endpoint): Refused | undefined {
  const kiss = kissCode(reply);
  if (kiss !== undefined) {
    const { en = "not to be asked", obey } = kisses[kiss] ?? {};
    const refusal = new Refused(`${address} sends a kiss-o'-death, ${kiss}: ${en}`, [reply]);
    if (obey === "slower") return refusal;
    throw refusal;
  }
  if (isUnsynchronized(reply))
    throw new Refused(`${address} does not know the time itself: its clock is not synchronized`, [reply]);
  if (reply.transmitTimestamp === 0n || reply.receiveTimestamp === 0n)
    throw new Refused(`${address} does not know the time itself: it sends none`, [reply]);
  return undefined;
}

const shown = ({ address, port }: Endpoint): string => `${address} port ${port}`;

/** A request tells nothing but that it is one. */
const blank = {
  stratum: 0,
  poll: 0,
  precision: 0,
  rootDelay: 0,
  rootDispersion: 0,
  referenceId: 0,
  referenceTimestamp: 0n,
  originTimestamp: 0n,
  receiveTimestamp: 0n,
} as const;

/** 64 bits by chance: not 0, which would mean that there is no timestamp. */
const unguessable = (random: () => number): bigint => {
  const half = () => BigInt(Math.floor(random() * 2 ** 32));
  return (half() << 32n) | half() || 1n;
};

const unpredictable = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
