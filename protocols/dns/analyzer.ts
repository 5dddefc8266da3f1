// Queries tied to their answers, and what should not have happened between them.
import type { Analyzer, Finding, Layer, Packet } from "../packet/index.ts";
import { malformations, nameOf } from "../wire/index.ts";
import { Rcode } from "./codes.ts";
import { dns } from "./decoder.ts";
import type { Message } from "./format.ts";
import { folded } from "./name.ts";
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
  /** Packet numbers: each sending of the question, and each answer to it. */
  readonly asked: readonly number[];
  readonly answered: readonly number[];
  /** "NOERROR" and so on; `undefined` without an answer. */
  readonly code: string | undefined;
  /** From the last sending before the first answer to that answer, in nanoseconds. */
  readonly time: bigint | undefined;
}

/** Analyses the `dns` messages of a capture, given packet by packet in order. */
export const analyzer = (): Analyzer<Report> => new DnsAnalyzer();

interface Pending {
  readonly question: string;
  readonly name: string;
  readonly type: string;
  readonly asked: number[];
  readonly answered: number[];
  askedAt: bigint;
  code: string | undefined;
  time: bigint | undefined;
}

class DnsAnalyzer implements Analyzer<Report> {
  readonly #exchanges: Pending[] = [];
  /** The last exchange of each conversation and identifier. */
  readonly #open = new Map<string, Pending>();

  *observe(packet: Packet): Iterable<Finding> {
    for (const layer of packet.all<Message>(dns)) {
      yield* malformedIn(packet, layer);
      if (!layer.value) continue;
      if (layer.value.flags.response) yield* this.#answer(packet, layer.value, layer);
      else this.#ask(packet, layer.value, layer);
    }
  }

  *conclude(): Iterable<Finding> {
    for (const { answered, asked, question } of this.#exchanges) {
      if (answered.length > 0) continue;
      const times = asked.length === 1 ? "asked once" : `asked ${asked.length} times`;
      yield { rule: rules.unanswered, packets: asked, detail: `${question}, ${times}` };
    }
  }

  report(): Report {
    return {
      exchanges: this.#exchanges.map(({ name, type, asked, answered, code, time }) => {
        return { name, type, asked, answered, code, time };
      }),
    };
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
    const exchange: Pending = {
      question,
      name: first.name,
      type: typeName(first.type),
      asked: [packet.number],
      answered: [],
      askedAt: packet.time,
      code: undefined,
      time: undefined,
    };
    this.#exchanges.push(exchange);
    this.#open.set(key, exchange);
  }

  *#answer(packet: Packet, message: Message, layer: Layer): Iterable<Finding> {
    const packets = [packet.number];
    const asker = layer.way === 0 ? 1 : 0;
    const exchange = this.#open.get(keyOf(packet, message, asker));
    const question = questionOf(message);
    // A question that was sent twice may be answered twice; and who can't read it does not repeat it.
    const expected =
      exchange &&
      (question === "" || folded(question) === folded(exchange.question)) &&
      exchange.answered.length < exchange.asked.length;
    if (!expected) {
      const id = `0x${message.id.toString(16).padStart(4, "0")}`;
      yield { rule: rules.unsolicited, packets, field: "id", detail: `${id}, ${question || "no question"}` };
      return;
    }
    const rcode = rcodeOf(message);
    if (exchange.answered.push(packet.number) === 1) {
      exchange.code = nameOf(Rcode, rcode) ?? String(rcode);
      exchange.time = packet.time - exchange.askedAt;
    }
    const field = "flags.rcode";
    if (rcode === Rcode.NXDOMAIN) yield { rule: rules.noSuchName, packets, field, detail: question };
    if (rcode === Rcode.SERVFAIL) yield { rule: rules.serverFailure, packets, field, detail: question };
    const circle = circleIn(message);
    if (circle) yield { rule: rules.aliasLoop, packets, field: "answers", detail: circle };
  }
}

function* malformedIn({ number }: Packet, layer: Layer): Iterable<Finding> {
  if (!layer.malformed) return;
  for (const malformed of malformations(layer.tree()))
    yield { rule: rules.malformed, packets: [number], field: malformed.path, detail: String(malformed) };
}

/** Whose question it is: the conversation, the asking end, and the identifier. */
const keyOf = ({ conversation }: Packet, { id }: Message, asker: number): string =>
  `${conversation?.transport} ${conversation?.index} ${asker} ${id}`;

const questionOf = ({ questions }: Message): string =>
  questions.map(({ type, name }) => `${typeName(type)} ${name}`).join(", ");

/** "a, b, a" if the aliases of an answer come back to where they have been. */
function circleIn({ questions, answers }: Message): string | undefined {
  const targets = new Map(recordsOf(answers, Type.CNAME).map(({ name, data }) => [folded(name), data]));
  const met: string[] = [];
  for (let name = questions[0]?.name; name !== undefined; name = targets.get(folded(name))) {
    const again = met.some(earlier => folded(earlier) === folded(name!));
    met.push(name);
    if (again) return met.join(", ");
  }
  return undefined;
}
