// DNS messages (RFC 1035 §4.1), with EDNS (RFC 6891), over UDP and over TCP.
import {
  bits,
  by,
  Codec,
  counted,
  countOf,
  type Draft,
  type Field,
  given,
  Malformed,
  nameOf,
  prefixed,
  preset,
  Reader,
  struct,
  u16,
  u32,
  type Value,
  type Writer,
} from "../wire/index.ts";
import { Class, Opcode, Rcode } from "./codes.ts";
import { recordData } from "./data.ts";
import { name } from "./name.ts";
import type { ResourceRecord, ResourceRecordDraft } from "./record.ts";
import { Type } from "./types.ts";

const type = u16.with({ names: Type });

/** Multicast DNS has a flag in the highest bit: flush the cache, or answer by unicast (RFC 6762 §5.4, §10.2). */
export const multicastFlag = 0x8000;
const classOf = u16.with({
  show: value => {
    const name = nameOf(Class, value);
    if (name) return `${name} (${value})`;
    const flagged = value & multicastFlag ? nameOf(Class, value - multicastFlag) : undefined;
    return flagged ? `${flagged} with multicast DNS's flag (${value})` : String(value);
  },
});
const internetClass = preset(classOf, Class.IN);

/** RFC 1035 §4.1.2. A draft without a class is of class IN. */
export const question = struct({ name, type, class: internetClass });
export type Question = Value<typeof question>;

const udpPayloadSize = u16.with({ label: "UDP payload size", unit: "octets" });
const timeToLive = u32.with({ label: "Time to live", unit: "s" });
/** RFC 6891 §6.1.3. */
const extendedFlags = bits({
  extendedRcode: { width: 8, label: "Higher bits of the response code" },
  version: { width: 8, label: "EDNS version" },
  dnssecOk: { width: 1, label: "DNSSEC OK" },
  reserved: 15,
});

/** RFC 1035 §4.1.3. The OPT record has other things in place of class and TTL (RFC 6891 §6.1.2). */
export const record = struct({
  name,
  type,
  class: by("type", (type: number) => (type === Type.OPT ? udpPayloadSize : internetClass)),
  ttl: by("type", (type: number) => (type === Type.OPT ? extendedFlags : timeToLive)),
  data: recordData,
}) as Codec<unknown> as Codec<ResourceRecord, ResourceRecordDraft>;

/** The part of a message that says whose answer it is (RFC 1035 §4.1.1). */
export const header = struct({
  id: u16.with({ label: "Transaction ID", hex: true }),
  flags: bits({
    response: 1,
    opcode: { width: 4, names: Opcode },
    authoritative: 1,
    truncated: 1,
    recursionDesired: 1,
    recursionAvailable: 1,
    reserved: 1,
    authenticData: 1,
    checkingDisabled: 1,
    rcode: { width: 4, label: "Response code", names: Rcode },
  }),
});

/**
 * RFC 1035 §4.1. Canonical: names compressed as far as they can be in owners and in data of the types of
 * RFC 1035, and nowhere else (RFC 3597 §4).
 */
export const message = struct({
  ...header.shape,
  questionCount: countOf("questions"),
  answerCount: countOf("answers"),
  authorityCount: countOf("authorities"),
  additionalCount: countOf("additionals"),
  questions: counted("questionCount", question),
  answers: counted("answerCount", record),
  authorities: counted("authorityCount", record),
  additionals: counted("additionalCount", record),
});
export type Message = Value<typeof message>;
export type MessageDraft = Draft<typeof message>;

/** A message up to its questions: what can be told of one that was cut off after them. */
export const opening = struct({
  ...header.shape,
  questionCount: countOf("questions"),
  answerCount: u16,
  authorityCount: u16,
  additionalCount: u16,
  questions: counted("questionCount", question),
});

/** The message that a datagram is; `undefined` if it is none. */
export function messageIn(octets: Uint8Array): Message | undefined {
  try {
    return message.decode(octets);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** A message that says it was cut short, and whose octets end within a record: without its records. */
export function cutMessageIn(octets: Uint8Array): Message | undefined {
  try {
    const { questions, ...counts } = opening.read(Reader.over(octets));
    if (!counts.flags.truncated) return undefined;
    const none = { answerCount: 0, authorityCount: 0, additionalCount: 0 };
    return { ...counts, ...none, questions, answers: [], authorities: [], additionals: [] };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** Over TCP the length of the message stands in front (RFC 1035 §4.2.2), and is no part of it: pointers count from after it. */
class AfterLength extends Codec<Message, MessageDraft> {
  readonly width = undefined;
  override readonly composite = true;
  read(from: Reader): Message {
    from.origin = from.at;
    return message.read(from);
  }
  write(to: Writer, draft: MessageDraft): void {
    to.origin = to.at;
    message.write(to, draft);
  }
  override annotate(from: Reader, field: Field): Message {
    from.origin = from.at;
    return message.annotate(from, field);
  }
}

/** A message as it lies in a TCP stream. */
export const streamed = prefixed(u16.with({ unit: "octets" }), new AfterLength());

/** What the conversation decides. */
export interface Transport {
  readonly transport: "udp" | "tcp";
}

/** A message by the transport that it came over; without a conversation it is a datagram. */
export const transported = given(
  (state: Transport | undefined): Codec<Message, MessageDraft> =>
    state?.transport === "tcp" ? streamed : message,
);
