// What ntpd asks itself, in Wireshark's fields: mode 7, which no standard describes (ntpd's ntp_request.h does).
import { Cursor, Ended } from "../../packet/cursor.ts";
import { type Definition, type Item, int32, int64, ipv4, ipv6, type Place } from "../../packet/wireshark.ts";
import { fields } from "./fields.ts";

/** The parts of an item by Wireshark's names. */
type Layout = readonly string[];

const own = (names: string): Layout => names.split(" ");

const peers = own(
  "dstaddress srcaddress srcport ntp.stratum hpoll ntp.ppoll reach peer.flags hmode delay offset dispersion ipv6_flag unused dstaddress6 srcaddress6",
);
const monitored = own(
  "avgint lsint restr count remote_address local_address flags port mode version ipv6 unused addr6 daddr6",
).map(name => `ntp.priv.monlist.${name}`);

/** By request code: what each item of an answer is. */
const layouts: Readonly<Record<number, Layout>> = {
  1: peers,
  8: own("last_offset drift_comp compliance watchdog_timer"),
  28: own("timereset numkeys numfreekeys keylookups keynotfound encryptions decryptions expired keyuncached"),
  38: own(
    "kernel_offset freq maxerror esterror status shift constant precision tolerance ppsfreq jitter stabil jitcnt calcnt errcnt stbcnt",
  ),
  42: monitored,
};
const monitorList = 42;

const flags = [
  "config",
  "syspeer",
  "burst",
  "refclock",
  "prefer",
  "authenable",
  "sel_candidate",
  "shortlist",
].map((name, bit) => [`ntp.priv.mode7.peer.flags.${name}`, 1 << bit] as const);

/** From the second octet on. */
export function* request({ layer }: Place): Generator<Item> {
  const { start, end, source } = layer;
  const cursor = new Cursor(source.view, end, start + 1);
  try {
    whole(cursor, (source.view.getUint8(start) & 0x80) !== 0);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  yield* cursor.items;
}

function whole(cursor: Cursor, response: boolean): void {
  cursor.bits("ntp.priv.auth_seq", 1, [
    ["ntp.priv.auth", 0x80],
    ["ntp.priv.seq", 0x7f],
  ]);
  cursor.number("ntp.priv.impl", 1);
  const code = cursor.number("ntp.priv.reqcode", 1);
  const count = halves(cursor, "ntp.priv.err", "ntp.priv.numitems");
  const size = halves(cursor, "ntp.priv.reserved", "ntp.priv.itemsize");
  const layout = layouts[code];
  if (!response || !layout || size === 0) return;
  for (let i = 0; i < count; i++) {
    const end = cursor.at + size;
    const title = code === monitorList ? { value: "Monlist Item" } : {};
    cursor.within({ name: "ntp.priv.mode7.item", ...title }, () => {
      item(cursor, layout, end);
      cursor.take(end - cursor.at);
    });
  }
}

/** Four bits and twelve. */
function halves(cursor: Cursor, first: string, second: string): number {
  const value = cursor.peek(2);
  const at = cursor.take(2);
  cursor.item(first, value >> 12, at, 1);
  cursor.item(second, value & 0xfff, at, 2);
  return value & 0xfff;
}

/** As many parts as the item has room for: later versions made them longer. */
function item(cursor: Cursor, layout: Layout, end: number): void {
  for (const part of layout) {
    const name = part.includes("ntp.") ? part : `ntp.priv.mode7.${part}`;
    const definition = fields[name];
    const size = definition ? sizeOf(definition) : 1;
    if (cursor.at + size > end || (part.endsWith(".addr6") && !isIpv6(cursor))) return;
    take(cursor, name, definition!, size);
  }
}

/** Two numbers before the addresses, "ipv6" says whether there are any. */
const isIpv6 = ({ view, at }: Cursor): boolean => view.getUint32(at - 8) !== 0;

function take(cursor: Cursor, name: string, definition: Definition, size: number): void {
  const { at, view } = cursor;
  if (name.endsWith("peer.flags")) cursor.bits(name, 1, flags);
  else if (definition === ipv6 || definition.type === "bytes") cursor.bytes(name, size);
  else if (size === 8) {
    const value = definition === int64 ? view.getBigInt64(at) : view.getBigUint64(at);
    cursor.item(name, value, cursor.take(8), 8);
  } else if (definition === int32) cursor.item(name, view.getInt32(at), cursor.take(4), 4);
  else cursor.number(name, size as 1 | 2 | 4);
}

const sizeOf = ({ type }: Definition): number =>
  type === ipv4.type || type === "bytes"
    ? 4
    : type === ipv6.type
      ? 16
      : Number(/\d+$/.exec(type)?.[0] ?? 8) / 8;
