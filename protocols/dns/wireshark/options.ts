// The options of EDNS in Wireshark's fields (RFC 6891 §6.1.2).
import { expert } from "../../packet/wireshark.ts";
import type { Cursor } from "./cursor.ts";
import type { Place } from "./part.ts";

type Opened = (cursor: Cursor, size: number) => void;

const each =
  (name: string): Opened =>
  (cursor, size) => {
    for (let i = 0; i < size; i++) cursor.number(name, 1);
  };

/** RFC 7871 §6: an address without the octets that its prefix does not reach. */
const subnet: Opened = (cursor, size) => {
  const family = cursor.number("dns.opt.client.family", 2);
  cursor.number("dns.opt.client.netmask", 1);
  cursor.number("dns.opt.client.scope", 1);
  const at = cursor.take(size - 4);
  const octets = cursor.octets(at, size - 4);
  const width = family === 1 ? 4 : family === 2 ? 16 : 0;
  if (width === 0) return cursor.item("dns.opt.client.addr", octets, at, octets.length);
  const whole = new Uint8Array(width);
  whole.set(octets.subarray(0, width));
  const value = width === 4 ? new DataView(whole.buffer).getUint32(0) : whole;
  cursor.item(`dns.opt.client.addr${width === 4 ? 4 : 6}`, value, at, octets.length);
};

const clientSubnet = 8;

/** Its address takes from none to 16 octets. */
function misfit(cursor: Cursor, start: number): void {
  const message = "Length too long for any type of IP address.";
  const size = cursor.items.pop()!;
  cursor.items.push({
    ...size,
    items: [expert("dns.rr.opt.bad_length", "error", "malformed", message, start)],
  });
}

const opened: Readonly<Record<number, Opened>> = {
  5: each("dns.opt.dau"),
  6: each("dns.opt.dhu"),
  7: each("dns.opt.n3u"),
  [clientSubnet]: subnet,
  10: (cursor, size) => {
    cursor.bytes("dns.opt.cookie.client", 8);
    cursor.bytes("dns.opt.cookie.server", size - 8);
  },
  11: (cursor, size) => {
    if (size === 2) cursor.number("dns.opt.edns_tcp_keepalive.timeout", 2);
    else cursor.take(size);
  },
  12: (cursor, size) => cursor.bytes("dns.opt.padding", size),
  13: (cursor, size) => chained(cursor, size),
  15: (cursor, size) => {
    cursor.number("dns.opt.ext_error.info_code", 2);
    if (size > 2) cursor.text("dns.opt.ext_error.extra_text", size - 2);
  },
};

/** A name whose octets are shown one by one, lengths included. */
function chained(cursor: Cursor, size: number): void {
  const at = cursor.take(size);
  const octets = cursor.octets(at, size);
  const zero = octets.indexOf(0);
  const text = String.fromCharCode(...octets.subarray(0, zero < 0 ? size : zero));
  cursor.item("dns.opt.chain.fqdn", text, at, size);
}

export function options(cursor: Cursor, { end }: Place): void {
  while (cursor.at < end)
    cursor.within({ name: "dns.opt" }, () => {
      const code = cursor.number("dns.opt.code", 2);
      const start = cursor.at;
      const size = cursor.number("dns.opt.len", 2);
      const data = cursor.at;
      if (code === clientSubnet && (size < 4 || size > 20)) misfit(cursor, start);
      cursor.bytes("dns.opt.data", size);
      cursor.at = data;
      opened[code]?.(cursor, size);
      cursor.at = data + size;
    });
}
