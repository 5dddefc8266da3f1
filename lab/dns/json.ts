// DNS messages as JSON (RFC 8427).
import {
  Class,
  dataText,
  type Message,
  type ResourceRecord,
  rcodeOf,
  record as recordFormat,
  Type,
  typeName,
} from "../../protocols/dns/index.ts";
import { nameOf } from "../../protocols/wire/index.ts";

const dottedName = (name: string): string => (name === "." ? "." : `${name}.`);
const className = (value: number) => nameOf(Class, value) ?? `CLASS${value}`;

/** RFC 8427 §2.1 to §2.3. */
export function messageObject(message: Message): Record<string, unknown> {
  const { id, flags, questions, answers, authorities, additionals } = message;
  const [question] = questions;
  return {
    ...{ ID: id, QR: flags.response, Opcode: flags.opcode, AA: flags.authoritative, TC: flags.truncated },
    ...{ RD: flags.recursionDesired, RA: flags.recursionAvailable, AD: flags.authenticData },
    ...{ CD: flags.checkingDisabled, RCODE: rcodeOf(message) },
    ...{ QDCOUNT: questions.length, ANCOUNT: answers.length },
    ...{ NSCOUNT: authorities.length, ARCOUNT: additionals.length },
    ...(question && {
      QNAME: dottedName(question.name),
      QTYPE: question.type,
      QTYPEname: typeName(question.type),
      QCLASS: question.class,
      QCLASSname: className(question.class),
    }),
    answerRRs: answers.map(recordObject),
    authorityRRs: authorities.map(recordObject),
    additionalRRs: additionals.map(recordObject),
  };
}

/** RFC 8427 §2.2; in the OPT record TTL is the number that its four octets are. */
export function recordObject(record: ResourceRecord): Record<string, unknown> {
  const octets = recordFormat.encode({ ...record, name: "." } as never);
  // A name of one octet, type, class, TTL, length.
  const [ttlAt, lengthAt, dataAt] = [5, 9, 11];
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const type = typeName(record.type);
  const worded = record.type !== Type.OPT && !type.startsWith("TYPE");
  return {
    NAME: dottedName(record.name),
    TYPE: record.type,
    TYPEname: type,
    CLASS: record.class,
    ...(record.type !== Type.OPT && { CLASSname: className(record.class) }),
    TTL: view.getUint32(ttlAt),
    RDLENGTH: view.getUint16(lengthAt),
    RDATAHEX: octets.slice(dataAt).toHex().toUpperCase(),
    ...(worded && { [`rdata${type}`]: dataText(record) }),
  };
}

/** An answer, and when it came (RFC 8427 §2.4 and §3). */
export const answerObject = (answer: Message, when: Date): Record<string, unknown> => ({
  dateString: when.toISOString(),
  dateSeconds: when.getTime() / 1000,
  responseMessage: messageObject(answer),
});
