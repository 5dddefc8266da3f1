// Zone transfers: a whole zone over one TCP connection, its SOA record first and last (RFC 5936).
import type { Stream } from "../endpoint/index.ts";
import { Refused, Unanswered, Violated } from "../endpoint/index.ts";
import { nameOf } from "../wire/index.ts";
import { Class, Opcode, Rcode } from "./codes.ts";
import { type Message, type MessageDraft, message, messageIn, record } from "./format.ts";
import { domainName, sameName } from "./name.ts";
import { type ResourceRecord, type ResourceRecordDraft, rcodeOf } from "./record.ts";
import { framed, messagesOf } from "./tcp.ts";
import { Type } from "./types.ts";

/** Names can be compressed towards the first 16 kB of a message only: longer ones gain nothing. */
const messageOctets = 16_000;

/** The messages of a transfer, in answer to `query`. `records`: the zone's, its SOA record first (RFC 5936 §2.2). */
export function* transferOf(query: Message, records: readonly ResourceRecordDraft[]): Generator<Uint8Array> {
  let answers: ResourceRecordDraft[] = [];
  let size = 0;
  const written = (): Uint8Array =>
    message.encode({
      id: query.id,
      flags: { response: 1, opcode: Opcode.Query, authoritative: 1 },
      questions: query.questions,
      answers,
      authorities: [],
      additionals: [],
    });
  for (const one of [...records, records[0]!]) {
    const octets = record.encode(one).length;
    if (answers.length > 0 && size + octets > messageOctets) {
      yield written();
      answers = [];
      size = 0;
    }
    answers.push(one);
    size += octets;
  }
  yield written();
}

export interface Transfer {
  /** The zone's origin. */
  readonly zone: string;
  /** How long to wait for each message, in milliseconds: 10 000 by default. */
  readonly timeout?: number;
  readonly random?: () => number;
}

/**
 * The records of a zone in the order that its server sends them, the SOA record first and once more last. The
 * connection is closed at the end. @throws Refused (with the answer) · Unanswered · Violated ("dns.transfer")
 */
export async function* transfer(
  stream: Stream,
  { zone, timeout = 10_000, random = Math.random }: Transfer,
): AsyncGenerator<ResourceRecord> {
  const name = domainName(zone);
  const id = Math.floor(random() * 2 ** 16);
  const query: MessageDraft = {
    id,
    flags: {},
    questions: [{ name, type: Type.AXFR, class: Class.IN }],
    answers: [],
    authorities: [],
    additionals: [],
  };
  let begun = false;
  try {
    await stream.write(framed(message.encode(query)));
    for await (const octets of messagesOf(stream, timeout)) {
      const answer = messageIn(octets);
      if (!answer || answer.id !== id || !answer.flags.response)
        throw new Violated(
          "dns.transfer",
          `the transfer of ${name} holds what is no answer to its question`,
          octets,
        );
      const rcode = rcodeOf(answer);
      if (rcode !== Rcode.NOERROR)
        throw new Refused(
          `the transfer of ${name} is refused: ${nameOf(Rcode, rcode) ?? `response code ${rcode}`}`,
          [answer],
        );
      for (const [i, one] of answer.answers.entries()) {
        const boundary = one.type === Type.SOA && sameName(one.name, name);
        if (!begun && !boundary)
          throw new Violated(
            "dns.transfer",
            `the transfer of ${name} does not begin with its SOA record`,
            answer,
          );
        yield one;
        if (!begun) begun = true;
        else if (boundary) {
          if (i < answer.answers.length - 1)
            throw new Violated("dns.transfer", `the transfer of ${name} goes on after its end`, answer);
          return;
        }
      }
      if (!begun)
        throw new Violated(
          "dns.transfer",
          `the transfer of ${name} begins with a message without records`,
          answer,
        );
    }
    if (stream.ended && begun)
      throw new Violated("dns.transfer", `the transfer of ${name} breaks off before its end`);
    throw new Unanswered(
      `transfer of ${name} from ${stream.remote.address} port ${stream.remote.port}`,
      1,
      timeout,
    );
  } finally {
    await stream.close();
  }
}
