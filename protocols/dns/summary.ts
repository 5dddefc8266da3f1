// One line a message, and a few words a record: what lists and logs show.

import { dotted } from "../ipv4/address.ts";
import { colonHex } from "../ipv6/address.ts";
import { nameOf } from "../wire/index.ts";
import { Opcode, Rcode } from "./codes.ts";
import { type Message, multicastFlag } from "./format.ts";
import { isType, type ResourceRecord, rcodeOf, recordsOf } from "./record.ts";
import { Type, typeName } from "./types.ts";

/** "Standard query response 0x1a2b No such name A nadie.lan SOA ns.lan": Wireshark's words. */
export function summary(message: Message, words: Words): string {
  const { id, flags, questions, answers, authorities, additionals } = message;
  const rcode = rcodeOf(message);
  const refused = flags.response === 1 && rcode !== Rcode.NOERROR;
  return [
    kinds[flags.opcode] ?? `Unknown operation (${flags.opcode})`,
    flags.response ? "response" : "",
    `0x${id.toString(16).padStart(4, "0")}`,
    refused ? refusalOf(rcode) : "",
    ...questions.map(asked => `${typeName(asked.type)} ${asked.name}${words.question(asked.class)}`),
    ...[...answers, ...authorities, ...additionals].map(record => {
      const data = brief(record);
      return `${typeName(record.type)}${words.record(record)}${data && ` ${data}`}`;
    }),
  ]
    .filter(Boolean)
    .join(" ");
}

/** "asks for A JORGE-PC: 192.168.1.20", for a server's log, from the answer that it gives. */
export function exchangeInWords(answer: Message): string {
  const [question] = answer.questions;
  const rcode = rcodeOf(answer);
  const code = nameOf(Rcode, rcode) ?? `response code ${rcode}`;
  if (!question) return `sends what can't be answered: ${code}`;
  const records = answer.answers.map(record => brief(record) || typeName(record.type));
  const said = rcode !== Rcode.NOERROR ? code : records.join(", ") || withoutRecords(answer);
  return `asks for ${typeName(question.type)} ${question.name}: ${said}`;
}

function withoutRecords({ flags, authorities }: Message): string {
  if (flags.truncated) return "too much for one datagram";
  const referral = flags.authoritative ? undefined : recordsOf(authorities, Type.NS)[0];
  return referral ? `see ${referral.name}` : "no such data";
}

/** What is said of the class, which multicast DNS uses for more. */
export interface Words {
  question(questionClass: number): string;
  record(record: ResourceRecord): string;
}
export const unicast: Words = { question: () => "", record: () => "" };
export const multicast: Words = {
  question: questionClass => (questionClass & multicastFlag ? ', "QU" question' : ', "QM" question'),
  record: ({ type, class: recordClass }) =>
    recordClass & multicastFlag && type !== Type.OPT ? ", cache flush" : "",
};

export const kinds: Readonly<Record<number, string>> = {
  [Opcode.Query]: "Standard query",
  [Opcode["Inverse query"]]: "Inverse query",
  [Opcode.Status]: "Server status request",
  [Opcode.Notify]: "Zone change notification",
  [Opcode.Update]: "Dynamic update",
  [Opcode["Stateful operation"]]: "DNS Stateful operations (DSO)",
};

const refusals: Readonly<Record<number, string>> = {
  [Rcode.FORMERR]: "Format error",
  [Rcode.SERVFAIL]: "Server failure",
  [Rcode.NXDOMAIN]: "No such name",
  [Rcode.NOTIMP]: "Not implemented",
  [Rcode.REFUSED]: "Refused",
  [Rcode.YXDOMAIN]: "Name exists",
  [Rcode.YXRRSET]: "RRset exists",
  [Rcode.NXRRSET]: "RRset does not exist",
  [Rcode.NOTAUTH]: "Not authoritative",
  [Rcode.NOTZONE]: "Name out of zone",
};

/** Why a response has no answer; "" if nothing was refused. */
export const refusalOf = (rcode: number): string =>
  rcode === Rcode.NOERROR ? "" : (refusals[rcode] ?? nameOf(Rcode, rcode) ?? `Response code ${rcode}`);

/** The data of the types that people look for, in a few words. */
export function brief(record: ResourceRecord): string {
  if (isType(record, Type.A)) return dotted(record.data);
  if (isType(record, Type.AAAA)) return colonHex(record.data);
  if (isType(record, Type.SOA)) return record.data.primary;
  if (isType(record, Type.NSEC)) return record.data.next;
  if (isType(record, Type.MX)) return `${record.data.preference} ${record.data.exchange}`;
  if (isType(record, Type.NAPTR)) {
    const { order, preference, flags } = record.data;
    return `${order} ${preference} ${flags}`;
  }
  if (isType(record, Type.SRV)) {
    const { priority, weight, port, target } = record.data;
    return `${priority} ${weight} ${port} ${target}`;
  }
  // Of the other types these have a name for data, and nothing else.
  return typeof record.data === "string" ? record.data : "";
}
