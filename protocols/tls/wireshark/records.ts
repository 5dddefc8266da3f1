// Records by Wireshark's names, with what is in them (RFC 8446 §5, RFC 6520, and the SSL 2.0 of old).
import type { Layer, Packet } from "../../packet/packet.ts";
import { expert, type Item, label } from "../../packet/wireshark.ts";
import { type Direction, outcomeOf } from "../direction.ts";
import { ContentType, HandshakeType } from "../numbers.ts";
import type { RecordValue } from "../records.ts";
import { ssl2 } from "../ssl2.ts";
import { handshakeItem } from "./handshake.ts";
import { applicationOf, fresh, is13, type Session } from "./session.ts";
import { isSsl2, recordOfSsl2 } from "./ssl2.ts";

/** One record, and the layers that came out of it. */
export interface Carried {
  readonly record: Layer;
  readonly contents: readonly Layer[];
}

/** `at`: where the whole begins that Wireshark dissects at once. */
export function* recordItems(
  { record, contents }: Carried,
  packet: Packet,
  facts: (layer: Layer) => Session | undefined,
  at: number,
): Generator<Item> {
  const { source, start, end, malformed } = record;
  const { view } = source;
  const session = facts(record) ?? fresh;
  const type = view.getUint8(start);
  if (type >= ssl2 && (!malformed || isSsl2(view, start, end))) return yield recordOfSsl2(view, start, end);
  if (malformed || end - start < 5) {
    // Of a session that nobody knows the beginning of, nothing is said.
    if (session.version !== undefined) yield unknownRecord(start, end);
    return;
  }
  const hidden = type === ContentType.application_data && is13(session);
  const length = view.getUint16(start + 3);
  const own: Item = { name: "tls.record.length", value: length, start: start + 3, size: 2 };
  const items: Item[] = [
    { name: hidden ? "tls.record.opaque_type" : "tls.record.content_type", value: type, start, size: 1 },
    { name: "tls.record.version", value: view.getUint16(start + 1), start: start + 1, size: 2 },
    own,
  ];
  if (length === 0 && type !== ContentType.application_data) {
    const title = titles[type] ?? "";
    const message = `Zero-length ${title} fragments are not allowed`;
    items[2] = {
      ...own,
      items: [expert("tls.record.length.invalid", "error", "protocol", message, start + 3)],
    };
  } else {
    // Once deciphered, a record of TLS 1.3 says what it is.
    const opened = hidden ? openedOf(record) : undefined;
    const inner = opened?.contentType ?? type;
    if (opened) items.push({ name: "tls.record.content_type", value: inner, start, size: 1 });
    items.push(...fragment(inner, { record, contents }, packet, session, facts, at));
  }
  yield { name: "tls.record", start, size: end - start, items };
}

function openedOf({ value, state }: Layer): { readonly contentType: number } | undefined {
  const record = value as RecordValue | undefined;
  return record?.fragment && state ? outcomeOf(state as Direction, record).opened : undefined;
}

const titles: Readonly<Record<number, string>> = { 20: "Change Cipher Spec", 21: "Alert", 22: "Handshake" };

/** Octets that are no record. */
export function unknownRecord(start: number, end: number): Item {
  const message = "Ignored Unknown Record";
  return label(message, start, end - start, [
    expert("tls.ignored_unknown_record", "warning", "protocol", message, start),
  ]);
}

function* fragment(
  type: number,
  { record, contents }: Carried,
  packet: Packet,
  session: Session,
  facts: (layer: Layer) => Session | undefined,
  at: number,
): Generator<Item> {
  const { source, end } = record;
  const start = record.start + 5;
  const size = end - start;
  const enciphered = (record.value as RecordValue | undefined)?.fragment !== undefined;
  if (type === ContentType.change_cipher_spec) {
    const resumed = record.way === 1 && session.short && !is13(session);
    const message = "This session reuses previously negotiated keys (Session resumption)";
    const items = resumed ? [expert("tls.resumed", "note", "sequence", message, start)] : undefined;
    yield { name: "tls.change_cipher_spec", start, size, items };
  } else if (type === ContentType.alert && enciphered && contents[0]) {
    const [{ source: own, start: from, end: to }] = contents as readonly [Layer];
    for (const item of alerts(own.view, from, to, false))
      yield { ...item, start: record.start, items: item.items?.map(one => ({ ...one, source: own })) };
  } else if (type === ContentType.alert) yield* alerts(source.view, start, end, enciphered);
  else if (type === ContentType.handshake) yield* messages({ record, contents }, start, enciphered, facts);
  else if (type === ContentType.heartbeat) yield heartbeat(source.view, start, end, enciphered);
  else if (type === ContentType.application_data) {
    const value = new Uint8Array(source.view.buffer, source.view.byteOffset + start, size);
    yield { name: "tls.app_data", value, start, size };
    const application = applicationOf(session, packet);
    if (application)
      yield {
        name: "tls.app_data_proto",
        value: application,
        // Of all records but the first Wireshark counts the place from the start of the frame twice.
        start: Math.min(
          record.start === at ? at : record.start + at - originOf(record, packet),
          source.view === packet.frame.view ? packet.frame.end : source.view.byteLength,
        ),
        size: 0,
        generated: true,
      };
  }
}

const originOf = ({ source }: Layer, { frame }: Packet): number =>
  source.view === frame.view ? frame.start : 0;

function* alerts(view: DataView, start: number, end: number, enciphered: boolean): Generator<Item> {
  const size = end - start;
  if (enciphered || size !== 2) {
    yield { name: "tls.alert_message", start, size };
    return;
  }
  const items = [
    { name: "tls.alert_message.level", value: view.getUint8(start), start, size: 1 },
    { name: "tls.alert_message.desc", value: view.getUint8(start + 1), start: start + 1, size: 1 },
  ];
  yield { name: "tls.alert_message", start, size, items };
}

function* messages(
  { record, contents }: Carried,
  start: number,
  enciphered: boolean,
  facts: (layer: Layer) => Session | undefined,
): Generator<Item> {
  const whole = { name: "tls.handshake", start, size: record.end - start };
  if (enciphered && contents.length === 0) return yield whole;
  const own = contents.filter(({ protocol }) => protocol.name === "tls.handshake");
  if (own.length === 0) return yield whole;
  for (const layer of own) {
    const { source } = layer;
    if (!isMessage(layer)) {
      yield { name: "tls.handshake", start: layer.start, size: layer.end - layer.start, source };
      continue;
    }
    const item = handshakeItem(source.view, layer.start, layer.end, facts(layer));
    if (source.view === record.source.view) yield item;
    else if (!enciphered) yield { ...item, source };
    else {
      // Deciphered, the message has a place in the record, and its parts theirs in what came out.
      const size = Math.min(item.size ?? 0, record.end - record.start);
      yield { ...item, start: record.start, size, items: item.items?.map(one => ({ ...one, source })) };
    }
  }
}

const types: ReadonlySet<number> = new Set(Object.values(HandshakeType));
export const isHandshakeType = (type: number): boolean => types.has(type);

/** What is no message has been enciphered. */
function isMessage({ source: { view }, start, end }: Layer): boolean {
  if (end - start < 4) return false;
  const length = view.getUint8(start + 1) * 65536 + view.getUint16(start + 2);
  return types.has(view.getUint8(start)) && length <= end - start - 4;
}

/** RFC 6520 §4 */
function heartbeat(view: DataView, start: number, end: number, enciphered: boolean): Item {
  const size = end - start;
  const name = "tls.heartbeat_message";
  const type = size >= 3 ? view.getUint8(start) : 0;
  if (enciphered || (type !== 1 && type !== 2)) return { name, start, size };
  const length = view.getUint16(start + 1);
  const there = Math.min(length, size - 3);
  const octets = (at: number, count: number) => new Uint8Array(view.buffer, view.byteOffset + at, count);
  const own: Item = { name: `${name}.payload_length`, value: length, start: start + 1, size: 2 };
  const padding = size - 3 - length;
  const invalid = padding < 16;
  const message = `Invalid heartbeat payload length (${length})`;
  const items: Item[] = [
    { name: `${name}.type`, value: type, start, size: 1 },
    invalid
      ? {
          ...own,
          items: [expert(`${name}.payload_length.invalid`, "error", "malformed", message, start + 1)],
        }
      : own,
    { name: `${name}.payload`, value: octets(start + 3, there), start: start + 3, size: there },
  ];
  if (padding > 0) {
    const at = start + 3 + there;
    items.push({ name: `${name}.padding`, value: octets(at, padding), start: at, size: padding });
  }
  return { name, start, size, items };
}
