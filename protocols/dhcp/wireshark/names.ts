// Domain names in options of DHCP, in Wireshark's fields (RFC 3397 §2, RFC 4702 §2.3.1).
import { type Cursor, Ended } from "../../packet/cursor.ts";

/** One name after the other; pointers count from the option's first name. */
export const domainList =
  (name: string) =>
  (cursor: Cursor, end: number): undefined => {
    const origin = cursor.at;
    while (cursor.at < end) {
      const { text, size } = nameAt(cursor, cursor.at, end, origin);
      cursor.item(name, text, cursor.take(size), size);
    }
  };

/** The labels from here on; the last one need not be empty. */
export function labelsAt(cursor: Cursor, end: number): string {
  const labels: string[] = [];
  let at = cursor.at;
  while (at < end) {
    const size = cursor.view.getUint8(at++);
    if (size === 0 || at + size > end) break;
    labels.push(ascii(cursor.octets(at, size)));
    at += size;
  }
  return labels.join(".");
}

function nameAt(cursor: Cursor, start: number, end: number, origin: number): { text: string; size: number } {
  const labels: string[] = [];
  let [at, size, limit] = [start, -1, end];
  for (;;) {
    if (at >= limit) throw new Ended();
    const length = cursor.view.getUint8(at++);
    if (length === 0) break;
    if (length >= 0xc0) {
      if (at >= limit) throw new Ended();
      const offset = ((length & 0x3f) << 8) | cursor.view.getUint8(at++);
      if (size < 0) size = at - start;
      // It leads to before itself, so that it ends.
      if (origin + offset >= at - 2) throw new Ended();
      limit = at - 2;
      at = origin + offset;
    } else {
      if (length >= 0x40 || at + length > end) throw new Ended();
      labels.push(ascii(cursor.octets(at, length)));
      at += length;
    }
  }
  return { text: labels.join(".") || "<Root>", size: size < 0 ? at - start : size };
}

const ascii = (octets: Uint8Array): string =>
  Array.from(octets, octet => (octet < 0x80 ? String.fromCharCode(octet) : "\ufffd")).join("");
