// Requests tied to their replies, and what the capture alone says of the servers' clocks.
import type { Analyzer, Finding, Layer, Packet } from "../packet/index.ts";
import { malformations } from "../wire/index.ts";
import { Association, errorOf, size, stepThreshold } from "./association.ts";
import { ntp } from "./decoder.ts";
import {
  isTime,
  isUnsynchronized,
  kissCode,
  Leap,
  type Message,
  Mode,
  Stratum,
  type Time,
} from "./format.ts";
import { isCryptoNak } from "./keys.ts";
import { kisses } from "./kisses.ts";
import type { Report, ReportedBroadcast, ReportedExchange } from "./report.ts";
import { rules } from "./rules.ts";
import { frequencyTolerance } from "./sample.ts";
import { selectionOf } from "./selection.ts";
import { nanosecondsOf, toUnix } from "./timestamp.ts";

export type { ReportedAssociation } from "./association.ts";
export type { Report, ReportedBroadcast, ReportedExchange } from "./report.ts";

/** Analyses the `ntp` messages of a capture, given packet by packet in order. */
export const analyzer = (): Analyzer<Report> => new NtpAnalyzer();

const ntpPort = 123;
/** Requests that wait for their reply, at most: who sends more without an answer has the oldest given up. */
const mostOpen = 10_000;
/** More requests than these in so many nanoseconds are too many (eight, as clients send when they start). */
const burst = 8;
const burstTime = 16_000_000_000n;
/** A transmit timestamp this near to the capture's time is a time, not a random number: a day. */
const day = 86_400_000_000_000n;
/** RFC 5905 appendix A.1.1, MAXDIST. */
const mostDistance = 1_500_000_000n;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Exchange extends Mutable<ReportedExchange> {
  readonly askedAt: bigint;
  /** Of two active peers neither asks: each tells, and its next message is the answer. */
  readonly peer: boolean;
}

/** A client that a server has told to stop, or to wait. */
interface Told {
  readonly packet: number;
  readonly kiss: string;
  readonly until: bigint | undefined;
}

class NtpAnalyzer implements Analyzer<Report> {
  readonly #exchanges: Exchange[] = [];
  readonly #broadcasts: ReportedBroadcast[] = [];
  /** Requests without a reply, by conversation and the timestamp that the reply is to return. */
  readonly #open = new Map<string, Exchange>();
  /** By client and server. */
  readonly #associations = new Map<string, Association>();
  readonly #told = new Map<string, Told>();
  /** When the last requests of a client came. */
  readonly #recent = new Map<string, bigint[]>();
  /** What is said once: of a client's port, a server's leap second. */
  readonly #said = new Set<string>();

  *observe(packet: Packet): Iterable<Finding> {
    for (const layer of packet.all<Message>(ntp)) {
      yield* malformedIn(packet, layer);
      const { value } = layer;
      if (!value) continue;
      if (!isTime(value)) yield* this.#manage(packet, value);
      else if (value.flags.mode === Mode.client) yield* this.#ask(packet, value);
      else if (value.flags.mode === Mode["symmetric active"]) yield* this.#peer(packet, value);
      else if (value.flags.mode === Mode.server || value.flags.mode === Mode["symmetric passive"])
        yield* this.#answer(packet, value);
      else if (value.flags.mode === Mode.broadcast) this.#call(packet, value);
    }
  }

  *conclude(): Iterable<Finding> {
    for (const { asked, answered, peer } of this.#exchanges)
      if (answered === undefined && !peer)
        yield { rule: rules.unanswered, packets: [asked], detail: "no reply in this capture" };
    for (const association of this.#associations.values()) yield* association.conclude();
    yield* this.#disagreements();
  }

  report(): Report {
    return {
      exchanges: this.#exchanges.map(({ askedAt: _, peer: __, ...exchange }) => exchange),
      associations: [...this.#associations.values()].map(one => one.report()),
      broadcasts: this.#broadcasts,
    };
  }

  /** Each message of an active peer may be the answer to one of the other's. */
  *#peer(packet: Packet, message: Time): Generator<Finding> {
    if (this.#open.has(keyOf(packet, message.originTimestamp))) yield* this.#answer(packet, message);
    yield* this.#ask(packet, message);
  }

  *#ask(packet: Packet, { transmitTimestamp, flags }: Time): Generator<Finding> {
    const peer = flags.mode === Mode["symmetric active"];
    const { source: client, destination: server, time } = packet;
    const ahead = transmitTimestamp === 0n ? day : toUnix(transmitTimestamp, time) - time;
    const exchange: Exchange = {
      ...{
        asked: packet.number,
        answered: undefined,
        client,
        server,
        version: flags.version,
        askedAt: time,
        peer,
      },
      ...{ stratum: undefined, leap: undefined, kiss: undefined, offset: undefined, delay: undefined },
      ...{ dispersion: undefined, rootDistance: undefined },
      clientAhead: size(ahead) < day ? ahead : undefined,
    };
    this.#exchanges.push(exchange);
    this.#open.set(keyOf(packet, transmitTimestamp), exchange);
    if (this.#open.size > mostOpen) this.#open.delete(this.#open.keys().next().value!);
    this.#association(client, server).asked++;
    yield* this.#tooOften(packet, client, server);
    if (!peer && packet.conversation?.ends[packet.way].port === ntpPort && this.#first(`port ${client}`))
      yield { rule: rules.fixedPort, packets: [packet.number], detail: `${client} asks from port 123` };
  }

  *#tooOften({ number, time }: Packet, client: string, server: string): Generator<Finding> {
    const pair = `${client} ${server}`;
    const told = this.#told.get(pair);
    if (told && (told.until === undefined || time < told.until)) {
      const packets = [told.packet, number];
      yield { rule: rules.kissIgnored, packets, detail: `${client} asks in spite of ${told.kiss}` };
    }
    const recent = (this.#recent.get(pair) ?? []).filter(at => time - at < burstTime);
    recent.push(time);
    this.#recent.set(pair, recent.slice(-burst - 1));
    if (recent.length > burst && this.#first(`often ${pair}`)) {
      const detail = `${client} asks ${server} ${recent.length} times in ${(Number(time - recent[0]!) / 1e9).toFixed(3)} s`;
      yield { rule: rules.frequent, packets: [number], detail };
    }
  }

  *#answer(packet: Packet, reply: Time): Generator<Finding> {
    const key = keyOf(packet, reply.originTimestamp);
    const exchange = this.#open.get(key);
    if (!exchange) {
      const detail = `0x${reply.originTimestamp.toString(16).padStart(16, "0")} was not sent, or was answered already`;
      yield { rule: rules.originMismatch, packets: [packet.number], field: "originTimestamp", detail };
      return;
    }
    this.#open.delete(key);
    const association = this.#association(exchange.client, exchange.server);
    association.answered++;
    exchange.answered = packet.number;
    exchange.stratum = reply.stratum;
    exchange.leap = reply.flags.leap;
    const packets = [exchange.asked, packet.number] as const;
    if (isCryptoNak(reply))
      yield {
        rule: rules.cryptoNak,
        packets,
        field: "authenticator.keyId",
        detail: `${exchange.server} does not accept the key of ${exchange.client}`,
      };
    const kiss = kissCode(reply);
    if (kiss !== undefined) {
      exchange.kiss = kiss;
      this.#tell(exchange, kiss, reply, packet);
      yield { rule: rules.kiss, packets, field: "referenceId", detail: kiss };
      return;
    }
    if (reply.stratum > Stratum.unsynchronized)
      yield { rule: rules.stratum, packets, field: "stratum", detail: `stratum ${reply.stratum}` };
    if (isUnsynchronized(reply)) {
      yield { rule: rules.unsynchronized, packets, field: "flags.leap", detail: `stratum ${reply.stratum}` };
      return;
    }
    yield* this.#announcements(exchange, reply, packets);
    yield* this.#measure(association, exchange, reply, packet);
  }

  /** From now on the client is to wait, or to ask no more. */
  #tell({ client, server }: Exchange, kiss: string, { poll }: Time, { number, time }: Packet): void {
    const obey = kisses[kiss]?.obey;
    if (!obey) return;
    const wait = nanosecondsOf(2 ** Math.min(poll, 17));
    this.#told.set(`${client} ${server}`, {
      packet: number,
      kiss,
      until: obey === "stop" ? undefined : time + wait,
    });
  }

  *#announcements(
    { server }: Exchange,
    { flags, transmitTimestamp, referenceTimestamp }: Time,
    packets: readonly number[],
  ): Generator<Finding> {
    if (flags.leap !== Leap["no warning"] && this.#first(`leap ${server} ${flags.leap}`)) {
      const detail = `${server}: the last minute has ${flags.leap === Leap["61 seconds"] ? 61 : 59} seconds`;
      yield { rule: rules.leap, packets, field: "flags.leap", detail };
    }
    // Of the same clock, and so of the same era.
    const set = toUnix(referenceTimestamp, toUnix(transmitTimestamp));
    if (referenceTimestamp !== 0n && set > toUnix(transmitTimestamp) && this.#first(`reference ${server}`)) {
      const detail = `${server} was last set later than it answers`;
      yield { rule: rules.times, packets, field: "referenceTimestamp", detail };
    }
  }

  *#measure(association: Association, exchange: Exchange, reply: Time, packet: Packet): Generator<Finding> {
    const { askedAt, server } = exchange;
    const packets = [exchange.asked, packet.number] as const;
    const received = toUnix(reply.receiveTimestamp, askedAt);
    const sent = toUnix(reply.transmitTimestamp, askedAt);
    const there = received - askedAt;
    const back = packet.time - sent;
    const offset = (there - back) / 2n;
    const delay = there + back;
    const grain = nanosecondsOf(2 ** Math.min(reply.precision, 0));
    const dispersion = grain + ((packet.time - askedAt) * frequencyTolerance) / 1_000_000_000n;
    exchange.offset = offset;
    exchange.delay = delay;
    exchange.dispersion = dispersion;
    exchange.rootDistance =
      errorOf({ delay, dispersion }) +
      nanosecondsOf(reply.rootDelay) / 2n +
      nanosecondsOf(reply.rootDispersion);
    if (sent < received || delay < -grain) {
      const detail =
        sent < received
          ? `${server} sent its reply before the request arrived there, by its own clock`
          : `${server} took longer than the whole exchange did`;
      yield { rule: rules.times, packets, field: "transmitTimestamp", detail };
      return;
    }
    const side = offset > 0n ? "ahead of" : "behind";
    if (size(offset) > stepThreshold && this.#first(`offset ${server} ${side}`)) {
      const detail = `the server is ${(Number(size(offset)) / 1e9).toFixed(3)} s ${side} the capture`;
      yield { rule: rules.offset, packets, field: "transmitTimestamp", detail };
    }
    if (
      exchange.rootDistance - errorOf({ delay, dispersion }) > mostDistance &&
      this.#first(`far ${server}`)
    ) {
      const detail = `${server} may be ${(Number(exchange.rootDistance) / 1e9).toFixed(3)} s off`;
      yield { rule: rules.distance, packets, field: "rootDispersion", detail };
    }
    yield* association.measure({ packets, at: packet.time, there, back, offset, delay, dispersion });
  }

  #call({ number, source, time }: Packet, call: Time): void {
    const offset = toUnix(call.transmitTimestamp, time) - time;
    this.#broadcasts.push({ packet: number, server: source, stratum: call.stratum, offset });
  }

  *#manage({ number, source, destination }: Packet, message: Exclude<Message, Time>): Generator<Finding> {
    if (message.flags.mode !== Mode.private || !("response" in message.flags)) return;
    const pair = message.flags.response ? `${destination} ${source}` : `${source} ${destination}`;
    if (!this.#first(`private ${pair}`)) return;
    yield {
      rule: rules.private,
      packets: [number],
      field: "flags.mode",
      detail: `${source} → ${destination}`,
    };
  }

  /** Servers whose best offsets, with all that may be wrong with them, exclude one another. */
  *#disagreements(): Generator<Finding> {
    const last = new Map<string, ReportedExchange>();
    for (const exchange of this.#exchanges)
      if (exchange.offset !== undefined) last.set(exchange.server, exchange);
    if (last.size < 2) return;
    const intervals = [...last].map(([server, { offset, rootDistance }]) => ({
      server,
      low: offset! - rootDistance!,
      high: offset! + rootDistance!,
    }));
    const { truechimers, falsetickers } = selectionOf(intervals);
    if (falsetickers.length === 0) return;
    const packets = falsetickers.map(server => last.get(server)!.answered!);
    const detail = truechimers.length
      ? `${falsetickers.join(", ")} against ${truechimers.join(", ")}`
      : `${falsetickers.join(", ")}: no majority agrees`;
    yield { rule: rules.falseticker, packets, field: "transmitTimestamp", detail };
  }

  #association(client: string, server: string): Association {
    const pair = `${client} ${server}`;
    const known = this.#associations.get(pair);
    if (known) return known;
    const association = new Association(client, server);
    this.#associations.set(pair, association);
    return association;
  }

  #first(what: string): boolean {
    if (this.#said.has(what)) return false;
    this.#said.add(what);
    return true;
  }
}

function* malformedIn({ number }: Packet, layer: Layer): Iterable<Finding> {
  if (!layer.malformed) return;
  for (const malformed of malformations(layer.tree()))
    yield { rule: rules.malformed, packets: [number], field: malformed.path, detail: String(malformed) };
}

const keyOf = ({ conversation }: Packet, timestamp: bigint): string => `${conversation?.index} ${timestamp}`;
