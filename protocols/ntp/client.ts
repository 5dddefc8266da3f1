// Asks a server for the time, without setting any clock: what is measured is the caller's to use (RFC 5905 §8, §14).
import {
  type Clock,
  type Datagram,
  type Datagrams,
  type Endpoint,
  Refused,
  Unanswered,
} from "../endpoint/index.ts";
import { isTime, isUnsynchronized, kissCode, Mode, message, messageIn, type Time } from "./format.ts";
import { fromUnix, nanosecondsOf, toUnix } from "./timestamp.ts";

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
  /** 4 by default. */
  readonly version?: number;
  /**
   * Sends the time as transmit timestamp, as the standard has it. By default it is random: the server returns it
   * either way, and then it tells nobody what this clock shows, and can't be guessed by a forger.
   */
  readonly plain?: boolean;
  /** A number from 0 up to 1 that nobody can guess; a seeded one makes a run repeatable. */
  readonly random?: () => number;
}

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
  readonly stratum: number;
  /** `Leap["61 seconds"]`: the last minute of this day has a second more. */
  readonly leap: number;
  readonly version: number;
  readonly server: Endpoint;
  /** All comparisons in the order they were made; the measurement is the one of them with the least delay. */
  readonly samples: readonly Sample[];
  /** What arrived and was no reply, by reason: forged, for all we know. */
  readonly strays: Readonly<Strays>;
}

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

/** Why a datagram is no reply: from somebody else, not a message, of another mode, or to another request. */
export type Stray = "sender" | "garbage" | "mode" | "origin";
export type Strays = Record<Stray, number>;

/**
 * Compares this clock with a server's.
 * @throws Unanswered · Refused, if the server sends a kiss-o'-death or does not know the time itself
 */
export async function query(datagrams: Datagrams, clock: Clock, asked: Query): Promise<Measurement> {
  const { samples: count = 1, pause = 2000 } = asked;
  const server = { address: asked.server, port: asked.port ?? 123 };
  const strays: Strays = { sender: 0, garbage: 0, mode: 0, origin: 0 };
  const samples: Sample[] = [];
  for (let i = 0; i < count; i++) {
    if (i > 0) await clock.sleep(pause);
    samples.push(await compare(datagrams, clock, server, asked, strays));
  }
  const [best] = samples.toSorted((a, b) => Number(a.delay - b.delay));
  const { offset, delay, error, reply } = best!;
  const { rootDelay, rootDispersion, stratum } = reply;
  const rootDistance = error + nanosecondsOf(rootDelay) / 2n + nanosecondsOf(rootDispersion);
  const { leap, version } = reply.flags;
  return { offset, delay, error, rootDistance, stratum, leap, version, server, samples, strays };
}

/** When a request was sent, by the clock and by the measure of time that nobody sets. */
interface Sent {
  readonly now: bigint;
  readonly elapsed: bigint;
}

/** One sample: asks until a reply comes. */
async function compare(
  datagrams: Datagrams,
  clock: Clock,
  server: Endpoint,
  { timeout = 5000, tries = 3, version = 4, plain = false, random = unpredictable }: Query,
  strays: Strays,
): Promise<Sample> {
  const began = clock.elapsed();
  /** By the transmit timestamp, which the reply returns. */
  const requests = new Map<bigint, Sent>();
  for (let attempt = 1; attempt <= tries; attempt++) {
    const transmitTimestamp = plain ? fromUnix(clock.now()) : unguessable(random);
    const octets = message.encode({ ...blank, flags: { version, mode: Mode.client }, transmitTimestamp });
    // Read last: what happens between reading the clock and sending counts as delay.
    const sent = { now: clock.now(), elapsed: clock.elapsed() };
    requests.set(transmitTimestamp, sent);
    await datagrams.send(octets, server);
    for (;;) {
      const left = timeout - Number(clock.elapsed() - sent.elapsed) / 1e6;
      const datagram = left > 0 ? await datagrams.receive(left) : undefined;
      const arrived = clock.elapsed();
      if (!datagram) break;
      const found = replyIn(datagram, server, requests);
      if (typeof found === "string") {
        strays[found]++;
        continue;
      }
      const { reply, request } = found;
      refuseUseless(reply, server);
      return sampleOf(reply, request.now, request.now + (arrived - request.elapsed));
    }
  }
  const waited = Math.round(Number(clock.elapsed() - began) / 1e6);
  throw new Unanswered(`the time of ${server.address} port ${server.port}`, tries, waited);
}

/** Our own frequency may be off by so many nanoseconds a second (RFC 5905 §7.2, PHI). */
const frequencyTolerance = 15_000n;

/** RFC 5905 §8, figure 15. The server's times are taken to be of the era that lies nearest to our own clock. */
function sampleOf(reply: Time, t1: bigint, t4: bigint): Sample {
  const t2 = toUnix(reply.receiveTimestamp, t1);
  const t3 = toUnix(reply.transmitTimestamp, t1);
  const offset = (t2 - t1 + (t3 - t4)) / 2n;
  const measured = t4 - t1 - (t3 - t2);
  const precision = nanosecondsOf(2 ** reply.precision);
  // What is shorter than the server's clock can tell, or even negative, is that clock's grain.
  // biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigint
  const delay = measured > precision ? measured : precision;
  const error = delay / 2n + precision + ((t4 - t1) * frequencyTolerance) / 1_000_000_000n + 1n;
  return { t1, t2, t3, t4, offset, delay, error, reply };
}

/** A reply that was asked for, and is of no use. */
function refuseUseless(reply: Time, { address }: Endpoint): void {
  const kiss = kissCode(reply);
  if (kiss !== undefined)
    throw new Refused(`${address} sends a kiss-o'-death, ${kiss}: ${kisses[kiss] ?? "not to be asked"}`, [
      reply,
    ]);
  if (isUnsynchronized(reply))
    throw new Refused(`${address} does not know the time itself: its clock is not synchronized`, [reply]);
  if (reply.transmitTimestamp === 0n || reply.receiveTimestamp === 0n)
    throw new Refused(`${address} does not know the time itself: it sends none`, [reply]);
}

/** What a server means by its kiss codes (RFC 5905 §7.4). */
const kisses: Readonly<Record<string, string>> = {
  RATE: "it was asked too often",
  DENY: "it will not answer this client",
  RSTR: "it will not answer this client",
};

/** A reply to one of the requests, or why there is none. */
function replyIn({ octets, from }: Datagram, server: Endpoint, requests: ReadonlyMap<bigint, Sent>) {
  if (from.address !== server.address || from.port !== server.port) return "sender";
  const reply = messageIn(octets);
  if (!reply) return "garbage";
  if (!isTime(reply) || reply.flags.mode !== Mode.server) return "mode";
  const request = requests.get(reply.originTimestamp);
  return request ? { reply, request } : "origin";
}

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
