// The sections of a message in Wireshark's fields: what a tree of ours would not show of one that contradicts itself.
import { bitsOf, Ended } from "../../packet/cursor.ts";
import { expert, type Item, label } from "../../packet/wireshark.ts";
import { Opcode } from "../codes.ts";
import { Type } from "../types.ts";
import type { Cursor } from "./cursor.ts";
import { dataOf } from "./data.ts";
import type { Name } from "./name.ts";
import { className, mnemonic } from "./types.ts";

const headerSize = 12;

/** Where a message lies, and whether it is of multicast DNS, whose classes have a flag. */
export interface Kind {
  readonly multicast: boolean;
  /** Where the message begins in its frame. */
  readonly offset: number;
}

/** All sections, one after the other. False: the message ended before they did. */
export function sections(cursor: Cursor, kind: Kind): boolean {
  const { view, origin } = cursor;
  if (cursor.end - origin < headerSize) return false;
  const opcode = (view.getUint8(origin + 2) >> 3) & 15;
  cursor.at = origin + headerSize;
  try {
    const counts = view.getUint32(origin + 4) | view.getUint32(origin + 8);
    if (opcode === Opcode["Stateful operation"] && counts === 0) {
      stateful(cursor);
      return true;
    }
    for (const [i, title] of titles[opcode === Opcode.Update ? "update" : "query"].entries())
      section(cursor, title, view.getUint16(origin + 4 + 2 * i), () =>
        i === 0 ? question(cursor, kind) : record(cursor, kind),
      );
    if (cursor.at < cursor.end) extraneous(cursor, kind);
    return true;
  } catch (error) {
    if (error instanceof Ended) return false;
    throw error;
  }
}

const titles = {
  query: ["Queries", "Answers", "Authoritative nameservers", "Additional records"],
  update: ["Zone", "Prerequisites", "Updates", "Additional records"],
} as const;

function section(cursor: Cursor, title: string, count: number, one: () => void): void {
  if (count === 0) return;
  headed(
    cursor,
    () => {
      for (let i = 0; i < count; i++) one();
      return title;
    },
    title,
  );
}

/** Under a label that is known only after what it heads was read; if that fails, it has what was read until then. */
function headed(cursor: Cursor, read: () => string, otherwise = ""): void {
  const [outer, start] = [cursor.items, cursor.at];
  cursor.items = [];
  let title = otherwise;
  let failed = true;
  try {
    title = read();
    failed = false;
  } finally {
    // Wireshark says that it reaches to the end until it knows better.
    const size = (failed ? cursor.end : cursor.at) - start;
    if (cursor.items.length > 0 || title !== "") outer.push(label(title, start, size, cursor.items));
    cursor.items = outer;
  }
}

function question(cursor: Cursor, { multicast }: Kind): void {
  headed(cursor, () => {
    const start = cursor.at;
    const { text, size, length, labels } = whole(cursor, "dns.qry.name", 4);
    cursor.item("dns.qry.name.len", length, start, size);
    cursor.item("dns.count.labels", labels, start, size);
    const type = cursor.number("dns.qry.type", 2);
    const number = classIn(cursor, "dns.qry.class", "dns.qry.qu", multicast);
    const asked = `"Q${number & flag ? "U" : "M"}" question`;
    const about = `${text}: type ${mnemonic(type)}, class ${className(multicast ? number & ~flag : number)}`;
    return multicast ? `${about}, ${asked}` : about;
  });
}

/** A name and so many octets after it, or nothing is shown of them. */
function whole(cursor: Cursor, name: string, more: number): Name {
  const read = cursor.name(name);
  const [shown] = cursor.items.splice(-1);
  cursor.need(more);
  cursor.items.push(shown!);
  return read;
}

const flag = 0x8000;

function classIn(cursor: Cursor, name: string, flagName: string, multicast: boolean): number {
  if (!multicast) return cursor.number(name, 2);
  const number = cursor.peek(2);
  cursor.items.push(
    ...bitsOf(number, cursor.take(2), 2, [
      [name, 0x7fff],
      [flagName, flag],
    ]),
  );
  return number;
}

/** From a record's type to the length of its data (RFC 1035 §4.1.3). */
const fixedSize = 10;

function record(cursor: Cursor, { multicast, offset }: Kind): void {
  headed(cursor, () => {
    const start = cursor.at;
    const { text: name, size: nameSize } = whole(cursor, "dns.resp.name", fixedSize);
    cursor.need(fixedSize + cursor.view.getUint16(cursor.at + fixedSize - 2));
    if (cursor.peek(2) === Type.SRV) {
      cursor.items.pop();
      cursor.items.push(...service(name, start, nameSize));
    }
    const type = cursor.number("dns.resp.type", 2);
    const options = type === Type.OPT;
    const number = options
      ? payloadSize(cursor, multicast)
      : classIn(cursor, "dns.resp.class", "dns.resp.cache_flush", multicast);
    if (options) extendedFlags(cursor);
    else timeToLive(cursor);
    const size = cursor.number("dns.resp.len", 2);
    const data = cursor.at;
    const end = data + size;
    const said = size > 0 ? dataOf(cursor, { type, start, data, end, offset }) : undefined;
    cursor.at = data;
    cursor.take(size);
    const flushed = multicast && number & flag ? ", cache flush" : "";
    const ofClass = options ? "" : `, class ${className(multicast ? number & ~flag : number)}`;
    return `${name}: type ${mnemonic(type)}${ofClass}${flushed}${said === undefined ? "" : `, ${said}`}`;
  });
}

/** Of an SRV record the first labels are the service and its transport (RFC 2782). */
function service(name: string, start: number, size: number): Item[] {
  const [kind = "", transport, ...domain] = name.split(".");
  const parts = { service: kind, proto: transport, name: domain.length > 0 ? domain.join(".") : undefined };
  return Object.entries(parts).flatMap(([part, value]) =>
    value === undefined ? [] : [{ name: `dns.srv.${part}`, value, start, size }],
  );
}

/** In decimal; of multicast DNS in hex, for there the highest bit is a flag. */
function payloadSize(cursor: Cursor, multicast: boolean): number {
  const size = multicast
    ? classIn(cursor, "dns.rr.udp_payload_size", "dns.resp.cache_flush", true)
    : cursor.number("dns.rr.udp_payload_size", 2);
  if (multicast) return size;
  const last = cursor.items.pop()!;
  cursor.items.push({ ...last, show: String(size) });
  return size;
}

function extendedFlags(cursor: Cursor): void {
  cursor.number("dns.resp.ext_rcode", 1);
  cursor.number("dns.resp.edns0_version", 1);
  cursor.bits("dns.resp.z", 2, [
    ["dns.resp.z.do", 0x8000],
    ["dns.resp.z.reserved", 0x7fff],
  ]);
}

function timeToLive(cursor: Cursor): void {
  const start = cursor.at;
  const value = cursor.peek(4);
  cursor.take(4);
  const message = "The uppermost bit of the TTL is set (RFC 2181, section 8)";
  const objection = expert("dns.ttl.high_bit_set", "warning", "protocol", message, start);
  cursor.item("dns.resp.ttl", value, start, 4, value >= 0x8000_0000 ? [objection] : undefined);
}

/** Octets after the last record. */
function extraneous(cursor: Cursor, { offset }: Kind): void {
  const [start, size] = [cursor.at, cursor.end - cursor.at];
  const objection = expert("dns.extraneous", "note", "undecoded", "Extraneous data", start);
  const items: Item[] = [
    { name: "dns.extraneous.data", value: cursor.octets(start, size), start, size },
    // It stands where the message's place in the frame is counted twice, as far as there is such a place.
    { name: "dns.extraneous.length", value: size, start: Math.min(start + offset, cursor.end), size: 0 },
    label("Extraneous data", start, size, [objection]),
  ];
  cursor.items.push(label(`Extraneous Data (${size} bytes)`, start, size, items));
}

/** DNS stateful operations have no sections, but parts of their own (RFC 8490 §5.4). */
function stateful(cursor: Cursor): void {
  if (cursor.at === cursor.end) return;
  cursor.within({ name: "dns.dso" }, () => {
    while (cursor.at < cursor.end)
      cursor.within({ name: "dns.dso.tlv" }, () => {
        const type = cursor.number("dns.dso.tlv.type", 2);
        const size = cursor.number("dns.dso.tlv.length", 2);
        const end = cursor.at + size;
        if (type === 1)
          for (const part of ["inactivity", "interval"]) cursor.number(`dns.dso.tlv.keepalive.${part}`, 4);
        else if (type === 2) cursor.number("dns.dso.tlv.retrydelay.retrydelay", 4);
        else if (size > 0) cursor.bytes(type === 3 ? "dns.dso.tlv.encpad.padding" : "dns.dso.tlv.data", size);
        cursor.at = end;
      });
  });
}
