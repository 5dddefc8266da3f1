// Domain names as Wireshark shows them: the labels' octets as UTF-8, and words for what is no name.
import { Ended } from "../../packet/cursor.ts";
import { utf8 } from "./utf8.ts";

/** What Wireshark shows in place of a name. */
export const instead = {
  tooLong: "<Name too long>",
  loops: "<Name contains a pointer that loops>",
  unknown: "<Unknown extended label>",
  root: "<Root>",
} as const;

export interface Name {
  readonly text: string;
  /** How many octets it takes here. */
  readonly size: number;
  /** Of the text, before it was read as UTF-8, and how many labels Wireshark counts: a text of one octet has none. */
  readonly length: number;
  readonly labels: number;
}

/** Of all labels and the dots between them (RFC 1035 §2.3.4, less the first length and the root's). */
const mostOctets = 253;

/** The name at `start`. @throws Ended for a name that goes on after `end`, and for a kind of label that is none */
export function nameAt(view: DataView, start: number, origin: number, end: number): Name {
  const octets: number[] = [];
  let at = start;
  let size = -1;
  let seen = 0;
  let tooLong = false;
  const next = (): number => {
    if (at < origin || at >= end) throw new Ended();
    seen++;
    return view.getUint8(at++);
  };
  for (;;) {
    const length = next();
    if (length === 0) break;
    if (length >= 0xc0) {
      const offset = ((length & 0x3f) << 8) | next();
      if (size < 0) size = at - start;
      if (tooLong) return told(instead.tooLong, size);
      // Whoever has seen as many octets as there are sees some of them again.
      if (seen >= end - origin) return told(instead.loops, size);
      at = origin + offset;
      continue;
    }
    if (length >= 0x40) {
      // Of the other two kinds of labels one was an experiment (RFC 6891 §5), and the other never was.
      if (length >= 0x80 || at - start === 1) throw new Ended();
      return told(instead.unknown, size < 0 ? at - start : size);
    }
    if (octets.length > 0) octets.push(dot);
    for (let i = 0; i < length; i++) {
      const octet = next();
      if (octets.length <= mostOctets) octets.push(octet);
    }
    tooLong ||= octets.length > mostOctets;
  }
  if (size < 0) size = at - start;
  if (tooLong) return told(instead.tooLong, size);
  if (octets.length === 0) return told(instead.root, size);
  const { length } = octets;
  if (length === 1) return { text: utf8(octets), size, length: 0, labels: 0 };
  const labels = octets.reduce((count, octet) => count + (octet === dot ? 1 : 0), 1);
  return { text: utf8(octets), size, length, labels };
}

const told = (text: string, size: number): Name => ({ text, size, length: text.length, labels: 1 });
const dot = 0x2e;

/** What our text of a name (RFC 4343 §2.1: `\DDD`) is in Wireshark. */
export function shownName(name: string): string {
  if (name === ".") return instead.root;
  if (!name.includes("\\")) return name;
  const octets: number[] = [];
  for (let i = 0; i < name.length; i++) {
    if (name[i] !== "\\") octets.push(name.charCodeAt(i));
    else if (/\d/.test(name[i + 1]!)) {
      octets.push(Number(name.slice(i + 1, i + 4)));
      i += 3;
    } else octets.push(name.charCodeAt(++i));
  }
  return utf8(octets);
}
