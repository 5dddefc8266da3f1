// Queries tied to their answers, and what should not have happened between them.
import type { Analyzer, Finding, Layer, Packet } from "../packet/index.ts";
import { malformations, nameOf } from "../wire/index.ts";
import { Rcode } from "./codes.ts";
import { compressionOf } from "./compression.ts";
import { dns } from "./decoder.ts";
import type { Message } from "./format.ts";
import { folded, sameName } from "./name.ts";
import { dataText } from "./presentation.ts";
import { rcodeOf, recordsOf } from "./record.ts";
import { rules } from "./rules.ts";
import { Type, typeName } from "./types.ts";

export interface Report {
  readonly exchanges: readonly ReportedExchange[];
}

export interface ReportedExchange {
  readonly name: string;
  /** "A" */
  readonly type: string;
  /** Addresses; "?" where the capture has none. */
  readonly client: string;
  readonly server: string;
  readonly transport: "udp" | "tcp";
  /** Packet numbers: each sending of the question, and each answer to it. */
  readonly asked: readonly number[];
  readonly answered: readonly number[];
  /** "NOERROR" and so on; `undefined` without an answer, as is all that follows. */
  readonly code: string | undefined;
  /** From the last sending before the first answer to that answer, in nanoseconds. */
  readonly time: bigint | undefined;
  readonly reply: Reply | undefined;
}

/** What the first answer is like. */
export interface Reply {
  /** From the zone's own server, not out of a cache. */
  readonly authoritative: boolean;
  /** How many records the answer section has. */
  readonly records: number;
  /** The shortest time to live of them, in seconds; `undefined` without records. */
  readonly ttl: number | undefined;
  /** What the name is an alias of, what that is an alias of, and so on. */
  readonly aliases: readonly string[];
  /** The zone whose servers it names, if it says no more than that. */
  readonly referral: string | undefined;
  /** Its size, and what it would be with every name written out. */
  readonly octets: number;
  readonly uncompressed: number;
  /** It was cut short; with the packet in which the same was asked by TCP, if it was. */
  readonly truncated: boolean;
  readonly askedByTcp: number | undefined;
}

/** Analyses the `dns` messages of a capture, given packet by packet in order. */
export const analyzer = (): Analyzer<Report> => new DnsAnalyzer();

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Pending extends Mutable<Omit<ReportedExchange, "reply">> {
  readonly question: string;
  readonly asked: number[];
  readonly answered: number[];
  askedAt: bigint;
  reply: Mutable<Reply> | undefined;
  /** Of a zone transfer: how many of its two SOA records, the first and the last, have come. */
  boundaries: number | undefined;
  /** What the first answer says, if it says something that lasts. */
  gist: string | undefined;
  /** The same question before, by its identifier and ports too: somebody on the way may have passed it on late. */
  readonly before: Pending | undefined;
}

class DnsAnalyzer implements Analyzer<Report> {
  readonly #exchanges: Pending[] = [];
  /** The last exchange of each conversation and identifier. */
  readonly #open = new Map<string, Pending>();
  /** The last one of each conversation, whatever its identifier: where forgers aim. */
  readonly #latest = new Map<string, Pending>();
  /** Answers that were cut short, by who asked whom for what. */
  readonly #cut = new Map<string, Pending>();

  *observe(packet: Packet): Iterable<Finding> {
    for (const layer of packet.all<Message>(dns)) {
      yield* malformedIn(packet, layer);
      if (!layer.value) continue;
      if (layer.value.flags.response) yield* this.#answer(packet, layer.value, layer);
      else this.#ask(packet, layer.value, layer);
    }
  }

  *conclude(): Iterable<Finding> {
    for (const { answered, asked, question, reply, code, boundaries } of this.#exchanges) {
      const times = asked.length === 1 ? "asked once" : `asked ${asked.length} times`;
      if (answered.length === 0)
        yield { rule: rules.unanswered, packets: asked, detail: `${question}, ${times}` };
      else if (asked.length > 1)
        yield { rule: rules.retried, packets: asked, detail: `${question}, ${times}` };
      if (code === "NOERROR" && boundaries !== undefined && boundaries < 2) {
        const lacks = boundaries === 0 ? "no SOA record in it" : "no SOA record at its end";
        yield { rule: rules.transfer, packets: answered, field: "answers", detail: `${question}, ${lacks}` };
      }
      if (!reply?.truncated) continue;
      const then =
        reply.askedByTcp === undefined
          ? "not asked again by TCP"
          : `asked by TCP in packet ${reply.askedByTcp}`;
      yield {
        rule: rules.truncated,
        packets: answered.slice(0, 1),
        field: "flags.truncated",
        detail: `${question}, ${then}`,
      };
    }
    yield* this.#inTheClear();
  }

  report(): Report {
    return {
      exchanges: this.#exchanges.map(
        ({
          question: _question,
          askedAt: _at,
          boundaries: _boundaries,
          gist: _gist,
          before: _before,
          ...reported
        }) => reported,
      ),
    };
  }

  /** Whoever sees the packets sees the names. */
  *#inTheClear(): Iterable<Finding> {
    const names = new Map<string, number>();
    for (const { name, asked } of this.#exchanges)
      if (!names.has(folded(name))) names.set(folded(name), asked[0]!);
    if (names.size === 0) return;
    const some = [...names.keys()].slice(0, mostNames).join(", ");
    const more = names.size > mostNames ? ` and ${names.size - mostNames} more` : "";
    yield { rule: rules.inTheClear, packets: [...names.values()].slice(0, mostNames), detail: some + more };
  }

  #ask(packet: Packet, message: Message, layer: Layer): void {
    const [first] = message.questions;
    if (!first) return;
    const key = keyOf(packet, message, layer.way);
    const question = questionOf(message);
    const known = this.#open.get(key);
    if (known && known.question === question && known.answered.length === 0) {
      known.asked.push(packet.number);
      known.askedAt = packet.time;
      return;
    }
    const ends = packet.conversation?.ends;
    const exchange: Pending = {
      question,
      name: first.name,
      type: typeName(first.type),
      client: ends?.[layer.way]?.address ?? "?",
      server: ends?.[layer.way === 0 ? 1 : 0]?.address ?? "?",
      transport: packet.conversation?.transport ?? "udp",
      asked: [packet.number],
      answered: [],
      askedAt: packet.time,
      code: undefined,
      time: undefined,
      reply: undefined,
      gist: undefined,
      before:
        known?.question === question && packet.time - known.askedAt < oneQuestion
          ? { ...known, before: undefined }
          : undefined,
      boundaries: whole.has(first.type) && packet.conversation?.transport === "tcp" ? 0 : undefined,
    };
    const cut = exchange.transport === "tcp" ? this.#cut.get(pairOf(exchange)) : undefined;
    if (cut?.reply) {
      cut.reply.askedByTcp = packet.number;
      this.#cut.delete(pairOf(exchange));
    }
    this.#exchanges.push(exchange);
    this.#open.set(key, exchange);
    this.#latest.set(wayOf(packet, layer.way), exchange);
  }

  *#answer(packet: Packet, message: Message, layer: Layer<Message>): Iterable<Finding> {
    const packets = [packet.number];
    const asker = layer.way === 0 ? 1 : 0;
    const exchange = this.#open.get(keyOf(packet, message, asker));
    const question = questionOf(message);
    if (exchange && folded(question) === folded(exchange.question)) {
      const earlier = exchange.answered.length > 0 ? exchange : exchange.before;
      const detail = earlier && contradiction(earlier, message);
      if (detail) {
        const both = [...earlier.answered.slice(0, 1), ...packets];
        yield { rule: rules.contradicted, packets: both, field: "answers", detail };
        if (exchange.answered.length >= exchange.asked.length) return;
      }
    }
    // A question that was sent twice may be answered twice; and who can't read it does not repeat it.
    const expected =
      exchange &&
      (question === "" || folded(question) === folded(exchange.question)) &&
      (exchange.answered.length < exchange.asked.length || isUnderWay(exchange));
    if (!expected) {
      const waiting = exchange ?? this.#latest.get(wayOf(packet, asker));
      const id = `0x${message.id.toString(16).padStart(4, "0")}`;
      // At the ports of a question that still waits: that is what a forger who guesses looks like.
      const aimed = waiting !== undefined && waiting.answered.length === 0;
      const detail = `${id}, ${question || "no question"}${aimed ? `, where ${waiting.question} waits` : ""}`;
      const field = aimed && exchange ? "questions" : "id";
      yield { rule: aimed ? rules.mismatched : rules.unsolicited, packets, field, detail };
      return;
    }
    const rcode = rcodeOf(message);
    if (exchange.answered.push(packet.number) === 1) {
      exchange.code = nameOf(Rcode, rcode) ?? String(rcode);
      exchange.time = packet.time - exchange.askedAt;
      exchange.reply = replyOf(message, layer);
      exchange.gist = gistOf(message);
      if (exchange.reply.truncated) this.#cut.set(pairOf(exchange), exchange);
    } else if (exchange.reply && exchange.boundaries !== undefined) addTo(exchange.reply, message, layer);
    if (exchange.boundaries !== undefined)
      exchange.boundaries += recordsOf(message.answers, Type.SOA).filter(soa =>
        sameName(soa.name, exchange.name),
      ).length;
    const field = "flags.rcode";
    if (rcode === Rcode.NXDOMAIN) yield { rule: rules.noSuchName, packets, field, detail: question };
    if (rcode === Rcode.SERVFAIL) yield { rule: rules.serverFailure, packets, field, detail: question };
    if (rcode === Rcode.REFUSED) yield { rule: rules.refused, packets, field, detail: question };
    const circle = circleIn(message);
    if (circle) yield { rule: rules.aliasLoop, packets, field: "answers", detail: circle };
  }
}

/** What an answer says, whatever the order of its records and their times; nothing if it was cut short, or the server had a problem. */
function gistOf({ flags, answers, additionals }: Message): string | undefined {
  const rcode = rcodeOf({ flags, additionals });
  if (flags.truncated || rcode === Rcode.SERVFAIL) return undefined;
  const records = answers.map(record => `${typeName(record.type)} ${dataText(record)}`);
  return records.length > 0 ? [...new Set(records)].sort().join(", ") : (nameOf(Rcode, rcode) ?? `${rcode}`);
}

/** What both say, where a second answer to a question says something else than the first. Transfers take several. */
function contradiction({ question, gist, boundaries }: Pending, second: Message): string | undefined {
  const other = boundaries === undefined ? gistOf(second) : undefined;
  if (gist === undefined || other === undefined || gist === other) return undefined;
  return `${question}: ${brief(gist)}; then ${brief(other)}`;
}

const brief = (text: string): string =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;

/** Whoever asks the same with the same identifier and ports so soon, in nanoseconds, means the same question. */
const oneQuestion = 10_000_000_000n;

/** Of an answer in a finding; it may have thousands. */
const mostCharacters = 200;

/** Questions for a whole zone, which several messages answer (RFC 5936 §2.2). */
const whole: ReadonlySet<number> = new Set([Type.AXFR, Type.IXFR]);
const isUnderWay = ({ boundaries, code }: Pending): boolean =>
  boundaries !== undefined && boundaries < 2 && code === "NOERROR";

function addTo(reply: Mutable<Reply>, { answers }: Message, layer: Layer<Message>): void {
  const { octets, uncompressed } = compressionOf(layer);
  reply.records += answers.length;
  reply.octets += octets;
  reply.uncompressed += uncompressed;
}

/** That a finding lists. */
const mostNames = 20;

function* malformedIn({ number }: Packet, layer: Layer): Iterable<Finding> {
  if (!layer.malformed) return;
  for (const malformed of malformations(layer.tree()))
    yield { rule: rules.malformed, packets: [number], field: malformed.path, detail: String(malformed) };
}

function replyOf(message: Message, layer: Layer<Message>): Mutable<Reply> {
  const { answers, authorities, flags } = message;
  const referral =
    answers.length === 0 && !flags.authoritative ? recordsOf(authorities, Type.NS)[0]?.name : undefined;
  return {
    authoritative: flags.authoritative === 1,
    records: answers.length,
    ttl: answers.length === 0 ? undefined : Math.min(...answers.map(({ ttl }) => ttl as number)),
    aliases: aliasesIn(message).slice(1),
    referral,
    ...compressionOf(layer),
    truncated: flags.truncated === 1,
    askedByTcp: undefined,
  };
}

/** Whose question it is: the conversation, and the asking end. */
const wayOf = ({ conversation }: Packet, asker: number): string =>
  `${conversation?.transport} ${conversation?.index} ${asker}`;

const keyOf = (packet: Packet, { id }: Message, asker: number): string => `${wayOf(packet, asker)} ${id}`;

const pairOf = ({ client, server, question }: Pending): string => `${client} ${server} ${folded(question)}`;

const questionOf = ({ questions }: Message): string =>
  questions.map(({ type, name }) => `${typeName(type)} ${name}`).join(", ");

/** The name asked for, and the aliases that lead on from it; where they come back, the last one is there twice. */
function aliasesIn({ questions, answers }: Message): string[] {
  const targets = new Map(recordsOf(answers, Type.CNAME).map(({ name, data }) => [folded(name), data]));
  const met = new Set<string>();
  const all: string[] = [];
  for (let name = questions[0]?.name; name !== undefined; name = targets.get(folded(name))) {
    all.push(name);
    if (met.has(folded(name))) break;
    met.add(folded(name));
  }
  return all;
}

/** "a, b, a" if the aliases of an answer come back to where they have been. */
function circleIn(message: Message): string | undefined {
  const all = aliasesIn(message);
  return new Set(all.map(folded)).size < all.length ? all.join(", ") : undefined;
}
