// Wireshark's names for DNS, multicast DNS and LLMNR.

import type { Layer } from "../packet/packet.ts";
import {
  expert,
  type Item,
  lettersIn,
  malformed,
  type Paths,
  type Place,
  type Wireshark,
} from "../packet/wireshark.ts";
import { Opcode } from "./codes.ts";
import { Cursor } from "./wireshark/cursor.ts";
import { fields } from "./wireshark/fields.ts";
import { instead, shownName } from "./wireshark/name.ts";
import { sections } from "./wireshark/sections.ts";
import { type Facts, Transactions } from "./wireshark/transactions.ts";

/** Over TCP its length stands before the message. */
const lengthSize = 2;
const isStream = ({ state }: Layer): boolean =>
  (state as { transport?: string } | undefined)?.transport === "tcp";
const originOf = (layer: Layer): number => layer.start + (isStream(layer) ? lengthSize : 0);
const flagsOf = ({ layer }: Place): number => {
  const at = originOf(layer) + 2;
  return at + 2 <= layer.end ? layer.source.view.getUint16(at) : 0;
};
const isResponse = (place: Place): boolean => (flagsOf(place) & 0x8000) !== 0;
const isUpdate = (place: Place): boolean => ((flagsOf(place) >> 11) & 15) === Opcode.Update;
const isLocal = ({ layer }: Place): boolean => layer.protocol.name === "llmnr";

/** Where the message begins in its frame, or in what it was put together in. */
const offsetOf = ({ layer, packet }: Place): number =>
  originOf(layer) - (layer.source.view === packet.frame.view ? packet.frame.start : 0);

const bit = (name: string, when?: (place: Place) => boolean) => ({
  name: `dns.flags.${name}`,
  ...(when && { when: (_: unknown, place: Place) => when(place) }),
});
/** LLMNR has other flags in the same bits (RFC 4795 §2.1.1). */
const unlike = (name: string, local: string, when: (place: Place) => boolean) => [
  bit(name, place => !isLocal(place) && when(place)),
  bit(local, isLocal),
];
const always = (): boolean => true;
const isGlobal = (place: Place): boolean => !isLocal(place);
const isGlobalResponse = (place: Place): boolean => isGlobal(place) && isResponse(place);
/** All that is in the header takes two octets, or is cut off. */
const isWhole = ({ field }: Place): boolean => field.end - field.start === 2;
const count = (name: string, update: string) => [
  { name: `dns.count.${name}`, when: (_: unknown, place: Place) => isWhole(place) && !isUpdate(place) },
  { name: `dns.count.${update}`, when: (_: unknown, place: Place) => isWhole(place) && isUpdate(place) },
];

const paths: Paths<Facts> = {
  length: "dns.length",
  id: { name: "dns.id", when: (_, place) => isWhole(place), within: place => retransmitted(place) },
  flags: { name: "dns.flags", when: (_, place) => isWhole(place) },
  "flags.response": bit("response"),
  "flags.opcode": bit("opcode"),
  "flags.authoritative": unlike("authoritative", "conflict", isResponse),
  "flags.truncated": bit("truncated"),
  "flags.recursionDesired": unlike("recdesired", "tentative", always),
  "flags.recursionAvailable": bit("recavail", isGlobalResponse),
  "flags.reserved": bit("z", isGlobal),
  // A question has it only if it is set.
  "flags.authenticData": bit("authenticated", place => isGlobal(place) && (flagsOf(place) & 0x8020) !== 0),
  "flags.checkingDisabled": bit("checkdisable", isGlobal),
  "flags.rcode": bit("rcode", isResponse),
  questionCount: count("queries", "zones"),
  answerCount: count("answers", "prerequisites"),
  authorityCount: count("auth_rr", "updates"),
  additionalCount: { name: "dns.count.add_rr", when: (_, place) => isWhole(place) },
  // All of these are made by `generated`, from the octets: what stands below is for filters that need no tree.
  questions: () => [],
  answers: () => [],
  authorities: () => [],
  additionals: () => [],
  "questions.*.name": { name: "dns.qry.name", value: shownName },
  "questions.*.type": "dns.qry.type",
};

function* retransmitted(place: Place<Facts>): Generator<Item> {
  const { field, facts } = place;
  if (facts?.original === undefined || !sectionsOf(place).whole) return;
  const { original, response } = facts;
  const name = response ? "response" : "query";
  yield expert(
    `dns.retransmit_${response ? "response" : "request"}`,
    "warning",
    "protocol",
    `DNS ${name} retransmission. Original ${response ? "response" : "request"} in frame ${original}`,
    field.start,
  );
}

/** `whole`: Wireshark reached their end, and only then looks for the message that belongs to this one. */
function sectionsOf(place: Place): { readonly items: readonly Item[]; readonly whole: boolean } {
  const { layer } = place;
  const cursor = new Cursor(layer.source.view, originOf(layer), layer.end);
  const multicast = layer.protocol.name === "mdns";
  return { whole: sections(cursor, { multicast, offset: offsetOf(place) }), items: cursor.items };
}

/** Which message belongs to which. */
function* links({ layer, packet, facts }: Place<Facts>): Generator<Item> {
  if (!facts) return;
  const at = { start: layer.start, size: 0, generated: true };
  const { original, response, request, answeredIn } = facts;
  if (original !== undefined) {
    const name = `dns.retransmit_${response ? "response" : "request"}_in`;
    yield { ...at, name, value: original };
    yield { ...at, name: "dns.retransmission", value: 1 };
  } else if (!response) {
    const value = answeredIn?.();
    if (value !== undefined) yield { ...at, name: "dns.response_in", value };
  } else if (request) {
    yield { ...at, name: "dns.response_to", value: request.number };
    yield { ...at, name: "dns.time", value: packet.time - request.time };
  } else yield { ...at, name: "dns.unsolicited", value: 1 };
}

const titles: Readonly<Record<string, string>> = { mdns: "MDNS", llmnr: "LLMNR" };

export const wireshark: Wireshark<Transactions, Facts> = {
  protocols: ["dns", "mdns", "llmnr"],
  fields,
  paths,
  sign(name, { text = "" }) {
    if (name !== "dns.qry.name" || Object.values(instead).some(words => words.includes(text)))
      return undefined;
    // Within a label a name stands as it is sent, and is compressed nowhere else than between two.
    const octets = lettersIn(text);
    return octets && { octets, reach: () => lengthSize + 0xffff };
  },
  memory: passes => new Transactions(passes),
  observe(layer, packet, transactions) {
    const at = originOf(layer);
    if (at + 4 > layer.end || !packet.conversation) return undefined;
    const { view } = layer.source;
    return transactions.observe(packet, view.getUint16(at), (view.getUint8(at + 2) & 0x80) !== 0);
  },
  span: ({ layer: { start, end } }) => ({ start, size: end - start }),
  *generated(place) {
    const { items, whole } = sectionsOf(place);
    yield* items;
    if (whole) yield* links(place);
    else yield malformed(titles[place.layer.protocol.name] ?? "DNS", place);
  },
};
