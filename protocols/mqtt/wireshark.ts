// Wireshark's names for MQTT.

import { mostMessageOctets } from "../packet/messages.ts";
import type { Layer } from "../packet/packet.ts";
import {
  boolean,
  bytes,
  type Entry,
  expert,
  hex8,
  type Item,
  lettersIn,
  malformed,
  none,
  type Place,
  protocol,
  string,
  uint8,
  uint16,
  uint32,
  uint64,
  type Wireshark,
} from "../packet/wireshark.ts";
import { Truncated } from "../wire/index.ts";
import type { Packet } from "./format.ts";
import { Type } from "./types.ts";
import { type Conversation, Version } from "./versions.ts";

/** Fields whose values stand in the message as they are. */
const texts: ReadonlySet<string> = new Set([
  "mqtt.topic",
  "mqtt.clientid",
  "mqtt.username",
  "mqtt.willtopic",
]);

/** What was known of the conversation: whether its CONNECT was seen, and of which version it was. */
interface Facts {
  readonly version: number | undefined;
}

const rootOf = (place: Place): Place => (place.up ? rootOf(place.up) : place);
const packetOf = (place: Place): Partial<Packet> & { readonly type?: number } =>
  (place.layer.value ?? {}) as Partial<Packet>;
const typeOf = (place: Place): number => place.layer.source.view.getUint8(rootOf(place).field.start) >> 4;
const is5 = (place: Place): boolean =>
  ((packetOf(place) as { protocolVersion?: number }).protocolVersion ??
    (place.layer.state as Conversation | undefined)?.version ??
    0) >= Version["MQTT 5"];

/** The first octet: one field of bits, which our trees show one by one. */
function* header(place: Place): Generator<Item> {
  const { start } = place.field;
  const octet = place.layer.source.view.getUint8(start);
  const at = { start, size: 1 };
  const type = octet >> 4;
  const bits: Item[] = [{ ...at, name: "mqtt.msgtype", value: type }];
  const qos = { ...at, name: "mqtt.qos", value: (octet >> 1) & 3 };
  const duplicate = { ...at, name: "mqtt.dupflag", value: (octet >> 3) & 1 };
  if (type === Type.PUBLISH) bits.push(duplicate, qos, { ...at, name: "mqtt.retain", value: octet & 1 });
  // Before MQTT 3.1.1 these too were sent with a QoS, and might be duplicates (MQTT V3.1 §2.1).
  else if (
    place.facts?.version === Version["MQTT 3.1"] &&
    (type === Type.PUBREL || type === Type.SUBSCRIBE || type === Type.UNSUBSCRIBE)
  )
    bits.push(duplicate, qos, { ...at, name: "mqtt.retain_reserved", value: octet & 1 });
  else bits.push({ ...at, name: "mqtt.hdr_reserved", value: octet & 15 });
  yield { ...at, name: "mqtt.hdrflags", value: octet, items: bits };
}

/** The version that a CONNECT announces, also one whose rest can't be read. */
function announcedBy({ value, source: { view }, start, end }: Layer): number | undefined {
  const packet = value as Packet | undefined;
  if (packet) return packet.type === Type.CONNECT ? packet.protocolVersion : undefined;
  if (view.getUint8(start) >> 4 !== Type.CONNECT) return undefined;
  let at = start + 1;
  while (at < end && view.getUint8(at++) >= 0x80);
  const version = at + 2 <= end ? at + 2 + view.getUint16(at) : end;
  return version < end ? view.getUint8(version) : undefined;
}

/** Their octets lie in one: the widths of our fields are those of Wireshark's. */
const reasons: Readonly<Record<number, readonly [until5: string, from5: string]>> = {
  [Type.CONNACK]: ["mqtt.conack.val", "mqtt.connack.reason_code"],
  [Type.PUBACK]: ["mqtt.puback.reason_code", "mqtt.puback.reason_code"],
  [Type.PUBREC]: ["mqtt.pubrec.reason_code", "mqtt.pubrec.reason_code"],
  [Type.PUBREL]: ["mqtt.pubrel.reason_code", "mqtt.pubrel.reason_code"],
  [Type.PUBCOMP]: ["mqtt.pubcomp.reason_code", "mqtt.pubcomp.reason_code"],
  [Type.SUBACK]: ["mqtt.suback.qos", "mqtt.suback.reason_code"],
  [Type.UNSUBACK]: ["mqtt.unsuback.reason_code", "mqtt.unsuback.reason_code"],
  [Type.DISCONNECT]: ["mqtt.disconnect.reason_code", "mqtt.disconnect.reason_code"],
  [Type.AUTH]: ["mqtt.auth.reason_code", "mqtt.auth.reason_code"],
};

function* reason(place: Place): Generator<Item> {
  const { start, end, value } = place.field;
  // Of a conversation whose CONNECT is missing they are taken for those of MQTT 5.
  const { version = Version["MQTT 5"] } = (place.facts ?? {}) as Facts;
  const name = reasons[typeOf(place)]?.[version >= Version["MQTT 5"] ? 1 : 0];
  if (name && typeof value === "number") yield { name, value, start, size: end - start };
}

/** A text with its length before it. */
const text = (length: string, value: string): Record<"length" | "value", string> => ({ length, value });
const prefixed = (path: string, { length, value }: Record<"length" | "value", string>) => ({
  [`${path}.length`]: length,
  [`${path}.value`]: value,
});

/** Properties whose name Wireshark knows; all others are told by their kind. */
const wellKnown: Readonly<Record<number, { readonly name: string; readonly whole: boolean }>> = {
  3: { name: "mqtt.property.content_type", whole: true },
  35: { name: "mqtt.property.topic_alias", whole: false },
};

function* property(place: Place): Generator<Item> {
  const [identifier, told] = place.field.fields ?? [];
  if (!identifier) return;
  const code = identifier.value as number;
  yield {
    name: "mqtt.property_id",
    value: code,
    start: identifier.start,
    size: identifier.end - identifier.start,
  };
  if (!told) return;
  const at = (field: { start: number; end: number }) => ({
    start: field.start,
    size: field.end - field.start,
  });
  const known = wellKnown[code];
  if (known) {
    const inner = told.fields?.[1] ?? told;
    yield { name: known.name, value: inner.value as never, ...at(known.whole ? told : inner) };
    return;
  }
  if (!told.fields) {
    yield { name: "mqtt.prop_number", value: Number(told.value), ...at(told) };
    return;
  }
  const pair = told.fields[0]?.key === "name";
  const parts = pair ? (["key", "value"] as const) : (["string"] as const);
  for (const [i, part] of parts.entries()) {
    const [length, value] = (pair ? told.fields[i]?.fields : told.fields) ?? [];
    if (length) yield { name: `mqtt.prop_${part}_len`, value: length.value as number, ...at(length) };
    if (value) yield { name: `mqtt.prop_${part}`, value: textOf(value.value), ...at(value) };
  }
}

/** Wireshark shows data as text up to the first zero. */
const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? new TextDecoder().decode(value).replace(/\0.*$/s, "") : String(value);

const properties = (name: string): Entry => ({
  name,
  within: place =>
    (place.field.fields ?? []).flatMap((field): Item[] =>
      field.key === "length"
        ? [
            {
              name: "mqtt.property_len",
              value: BigInt(field.value as number),
              start: field.start,
              size: field.end - field.start,
            },
          ]
        : [...property({ ...place, field })],
    ),
});

/** MQTT 3.1 knew of no session that goes on. */
const is31 = (place: Place): boolean => place.facts?.version === Version["MQTT 3.1"];
const acknowledged = (field: Place["field"], names: readonly string[]): Item[] =>
  names.map((name, i) => ({
    name: `mqtt.conack.flags.${name}`,
    value: field.fields?.[i]?.value ? 1 : 0,
    start: field.start,
    size: 1,
  }));

const flag = (name: string): Entry => ({
  name: `mqtt.conflag.${name}`,
  when: (_, place) => typeOf(place) === Type.CONNECT,
});

export const wireshark: Wireshark<WeakMap<object, number>, Facts> = {
  protocols: ["mqtt"],
  fields: {
    "mqtt.hdrflags": hex8,
    "mqtt.msgtype": uint8,
    "mqtt.hdr_reserved": uint8,
    "mqtt.dupflag": boolean,
    "mqtt.qos": uint8,
    "mqtt.retain": boolean,
    "mqtt.retain_reserved": uint8,
    "mqtt.len": uint64,
    "mqtt.proto_len": uint16,
    "mqtt.protoname": string,
    "mqtt.ver": uint8,
    "mqtt.conflags": hex8,
    "mqtt.conflag.uname": boolean,
    "mqtt.conflag.passwd": boolean,
    "mqtt.conflag.retain": boolean,
    "mqtt.conflag.qos": uint8,
    "mqtt.conflag.willflag": boolean,
    "mqtt.conflag.cleansess": boolean,
    "mqtt.conflag.reserved": boolean,
    "mqtt.kalive": uint16,
    "mqtt.clientid_len": uint16,
    "mqtt.clientid": string,
    "mqtt.willtopic_len": uint16,
    "mqtt.willtopic": string,
    "mqtt.willmsg_len": uint16,
    "mqtt.willmsg": bytes,
    "mqtt.will_properties": none,
    "mqtt.username_len": uint16,
    "mqtt.username": string,
    "mqtt.passwd_len": uint16,
    "mqtt.passwd": string,
    "mqtt.conack.flags": hex8,
    "mqtt.conack.flags.reserved": boolean,
    "mqtt.conack.flags.sp": boolean,
    "mqtt.conack.val": uint8,
    "mqtt.connack.reason_code": uint8,
    "mqtt.properties": none,
    "mqtt.property_len": uint64,
    "mqtt.property_id": hex8,
    "mqtt.prop_number": uint32,
    "mqtt.prop_string_len": uint32,
    "mqtt.prop_string": string,
    "mqtt.prop_key_len": uint32,
    "mqtt.prop_key": string,
    "mqtt.prop_value_len": uint32,
    "mqtt.prop_value": string,
    "mqtt.property.content_type": string,
    "mqtt.property.topic_alias": uint16,
    "mqtt.msgid": uint16,
    "mqtt.topic_len": uint16,
    "mqtt.topic": string,
    "mqtt.msg": bytes,
    "mqtt.puback.reason_code": uint8,
    "mqtt.pubrec.reason_code": uint8,
    "mqtt.pubrel.reason_code": uint8,
    "mqtt.pubcomp.reason_code": uint8,
    "mqtt.sub.qos": uint8,
    "mqtt.subscription_options": hex8,
    "mqtt.subscription_options_reserved": hex8,
    "mqtt.subscription_options_retain": uint8,
    "mqtt.subscription_options_rap": boolean,
    "mqtt.subscription_options_nl": boolean,
    "mqtt.subscription_options_qos": uint8,
    "mqtt.suback.qos": uint8,
    "mqtt.suback.reason_code": uint8,
    "mqtt.unsuback.reason_code": uint8,
    "mqtt.disconnect.reason_code": uint8,
    "mqtt.auth.reason_code": uint8,
    "mqtt.unknown_version": protocol,
  },
  paths: {
    type: header,
    remainingLength: "mqtt.len",
    ...prefixed("protocolName", text("mqtt.proto_len", "mqtt.protoname")),
    protocolVersion: "mqtt.ver",
    flags: [
      { name: "mqtt.conflags", when: (_, place) => typeOf(place) === Type.CONNECT },
      {
        name: "mqtt.conack.flags",
        when: (_, place) => typeOf(place) === Type.CONNACK && !is31(place),
        within: ({ field }) => acknowledged(field, ["reserved", "sp"]),
      },
      {
        when: (_, place) => typeOf(place) === Type.CONNACK && is31(place),
        within: ({ field }) => acknowledged(field, ["reserved"]),
      },
    ],
    "flags.userName": flag("uname"),
    "flags.password": flag("passwd"),
    "flags.willRetain": flag("retain"),
    "flags.willQoS": flag("qos"),
    "flags.will": flag("willflag"),
    "flags.cleanStart": flag("cleansess"),
    "flags.reserved": flag("reserved"),
    keepAlive: "mqtt.kalive",
    properties: properties("mqtt.properties"),
    willProperties: properties("mqtt.will_properties"),
    ...prefixed("clientIdentifier", text("mqtt.clientid_len", "mqtt.clientid")),
    ...prefixed("willTopic", text("mqtt.willtopic_len", "mqtt.willtopic")),
    ...prefixed("willPayload", text("mqtt.willmsg_len", "mqtt.willmsg")),
    ...prefixed("userName", text("mqtt.username_len", "mqtt.username")),
    "password.length": "mqtt.passwd_len",
    "password.value": { name: "mqtt.passwd", value: textOf },
    reasonCode: reason,
    "reasonCodes.*": reason,
    packetIdentifier: "mqtt.msgid",
    ...prefixed("topic", text("mqtt.topic_len", "mqtt.topic")),
    payload: { name: "mqtt.msg", when: (_, { field }) => field.end > field.start },
    ...prefixed("subscriptions.*.filter", text("mqtt.topic_len", "mqtt.topic")),
    "subscriptions.*.options": [
      { name: "mqtt.subscription_options", when: (_, place) => is5(place) },
      {
        name: "mqtt.sub.qos",
        when: (_, place) => !is5(place),
        value: (_, { field, layer }) => layer.source.view.getUint8(field.start) & 3,
      },
    ],
    ...Object.fromEntries(
      Object.entries({
        reserved: "reserved",
        retainHandling: "retain",
        retainAsPublished: "rap",
        noLocal: "nl",
        qos: "qos",
      }).map(([ours, theirs]) => [
        `subscriptions.*.options.${ours}`,
        { name: `mqtt.subscription_options_${theirs}`, when: (_: unknown, place: Place) => is5(place) },
      ]),
    ),
    ...prefixed("filters.*", text("mqtt.topic_len", "mqtt.topic")),
  },
  sign(name, { text = "" }) {
    const octets = texts.has(name) ? lettersIn(text) : undefined;
    return octets && { octets, reach: () => mostMessageOctets };
  },
  byConversation: true,
  memory: () => new WeakMap(),
  /** Which version a conversation is of, its CONNECT says: what comes before that has none. */
  observe(layer, { conversation }, known) {
    const version = announcedBy(layer);
    if (version !== undefined && conversation) known.set(conversation, version);
    return { version: conversation && known.get(conversation) };
  },
  *generated(place) {
    const { facts, field, layer } = place;
    if (facts?.version === undefined)
      yield expert(
        "mqtt.unknown_version",
        "note",
        "protocol",
        "Unknown version (missing the CONNECT packet?)",
        field.start,
      );
    if (layer.malformed instanceof Truncated) yield malformed("MQTT", place);
  },
};
