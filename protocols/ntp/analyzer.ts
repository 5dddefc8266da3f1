// Requests tied to their replies, and what the capture alone says of the server's clock.
import type { Analyzer, Finding, Layer, Packet } from "../packet/index.ts";
import { malformations } from "../wire/index.ts";
import { ntp } from "./decoder.ts";
import { isTime, isUnsynchronized, kissCode, type Message, Mode, type Time } from "./format.ts";
import { rules } from "./rules.ts";
import { toUnix } from "./timestamp.ts";

export interface Report {
  readonly exchanges: readonly ReportedExchange[];
}

/** Times by the capture's clock, in nanoseconds. */
export interface ReportedExchange {
  /** Packet numbers. */
  readonly asked: number;
  readonly answered: number | undefined;
  readonly stratum: number | undefined;
  /** What the server's clock is ahead of the capture's, if the way there takes as long as the way back. */
  readonly offset: bigint | undefined;
  /** From request to reply where the capture was made, without the time that the server took. */
  readonly delay: bigint | undefined;
}

/** Analyses the `ntp` messages of a capture, given packet by packet in order. */
export const analyzer = (): Analyzer<Report> => new NtpAnalyzer();

/** Beyond this a clock is stepped, not slewed: 128 ms. */
const step = 128_000_000n;

interface Exchange extends ReportedExchange {
  readonly askedAt: bigint;
  answered: number | undefined;
  stratum: number | undefined;
  offset: bigint | undefined;
  delay: bigint | undefined;
}

class NtpAnalyzer implements Analyzer<Report> {
  readonly #exchanges: Exchange[] = [];
  /** Requests without a reply, by conversation and the timestamp that the reply is to return. */
  readonly #open = new Map<string, Exchange>();

  *observe(packet: Packet): Iterable<Finding> {
    for (const layer of packet.all<Message>(ntp)) {
      yield* malformedIn(packet, layer);
      const { value } = layer;
      if (!value || !isTime(value)) continue;
      if (value.flags.mode === Mode.client) this.#ask(packet, value);
      else if (value.flags.mode === Mode.server) yield* this.#answer(packet, value);
    }
  }

  *conclude(): Iterable<Finding> {
    for (const { asked, answered } of this.#exchanges)
      if (answered === undefined)
        yield { rule: rules.unanswered, packets: [asked], detail: "no reply in this capture" };
  }

  report(): Report {
    return { exchanges: this.#exchanges.map(({ askedAt: _, ...exchange }) => exchange) };
  }

  #ask(packet: Packet, { transmitTimestamp }: Time): void {
    const exchange: Exchange = {
      asked: packet.number,
      askedAt: packet.time,
      answered: undefined,
      stratum: undefined,
      offset: undefined,
      delay: undefined,
    };
    this.#exchanges.push(exchange);
    this.#open.set(keyOf(packet, transmitTimestamp), exchange);
  }

  *#answer(packet: Packet, reply: Time): Iterable<Finding> {
    const key = keyOf(packet, reply.originTimestamp);
    const exchange = this.#open.get(key);
    if (!exchange) {
      const detail = `0x${reply.originTimestamp.toString(16).padStart(16, "0")} was not sent, or was answered already`;
      yield { rule: rules.originMismatch, packets: [packet.number], field: "originTimestamp", detail };
      return;
    }
    this.#open.delete(key);
    exchange.answered = packet.number;
    exchange.stratum = reply.stratum;
    const packets = [exchange.asked, packet.number];
    const kiss = kissCode(reply);
    if (kiss !== undefined) {
      yield { rule: rules.kiss, packets, field: "referenceId", detail: kiss };
      return;
    }
    if (isUnsynchronized(reply)) {
      yield { rule: rules.unsynchronized, packets, field: "flags.leap", detail: `stratum ${reply.stratum}` };
      return;
    }
    const received = toUnix(reply.receiveTimestamp, exchange.askedAt);
    const sent = toUnix(reply.transmitTimestamp, exchange.askedAt);
    const offset = (received - exchange.askedAt + (sent - packet.time)) / 2n;
    exchange.offset = offset;
    exchange.delay = packet.time - exchange.askedAt - (sent - received);
    if (offset > step || offset < -step) {
      const detail = `the server is ${(Number(offset) / 1e9).toFixed(3)} s ahead of the capture`;
      yield { rule: rules.offset, packets, field: "transmitTimestamp", detail };
    }
  }
}

function* malformedIn({ number }: Packet, layer: Layer): Iterable<Finding> {
  if (!layer.malformed) return;
  for (const malformed of malformations(layer.tree()))
    yield { rule: rules.malformed, packets: [number], field: malformed.path, detail: String(malformed) };
}

const keyOf = ({ conversation }: Packet, timestamp: bigint): string => `${conversation?.index} ${timestamp}`;
