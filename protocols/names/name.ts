// Domain names: labels on the wire with compression (RFC 1035 §4.1.4), text in presentation format (RFC 1035 §5.1, RFC 4343 §2.1).
import {
  type Codec,
  leaf,
  Malformed,
  type Reader,
  Truncated,
  Unwritable,
  type Writer,
} from "../wire/index.ts";

const shown = { show: (value: string) => value, reference: "RFC 1035 §3.1" };

/**
 * A name as text, without a dot at the end; the root is ".". A dot within a label is `\.`, a backslash `\\`,
 * and every octet that is no visible ASCII character `\DDD`, in decimal: nothing is lost, and each name has one
 * text. Canonical: written as a pointer from the longest end that an earlier name shares, octet for octet.
 */
export const name: Codec<string> = leaf<string>(undefined, readName, (to, value) =>
  writeName(to, value, suffixesOf(to)),
).with(shown);

/** A name that is written without compression, as in data of types newer than RFC 1035 (RFC 3597 §4). */
export const plainName: Codec<string> = leaf<string>(undefined, readName, (to, value) =>
  writeName(to, value),
).with(shown);

/**
 * What a person wrote as a name, as this module writes it: a dot at the end is dropped, and `\DDD` stands where
 * it must and nowhere else. @throws Unwritable for an empty or overlong label, and for an overlong name
 */
export function domainName(text: string): string {
  const labels = text === "." ? [] : labelOctets(text);
  if (labels.length > 1 && labels.at(-1)!.length === 0) labels.pop();
  refuseOversize(labels, text);
  return labels.map(present).join(".") || ".";
}

/** The labels of a name, each as text; none for the root. */
export const labelsOf = (name: string): string[] => (name === "." ? [] : labelOctets(name).map(present));

/** Names are the same whatever the case of their ASCII letters (RFC 4343 §3): this is what to compare them by. */
export const folded = (name: string): string => name.toLowerCase();

export const sameName = (one: string, other: string): boolean => folded(one) === folded(other);

/** Whether a name is `ancestor` or lies below it. */
export function isWithin(name: string, ancestor: string): boolean {
  const above = labelsOf(folded(ancestor));
  return above.length === 0 || sameName(labelsOf(name).slice(-above.length).join("."), ancestor);
}

/** In octets, the root's included (RFC 1035 §2.3.4). With it a name has 127 labels at most. */
const mostNameOctets = 255;
const mostLabelOctets = 63;
/** No name needs more pointers than it can have labels. */
const mostPointers = 127;

const pointerMark = 0xc0;
/** A pointer has 14 bits. */
const pointerEnd = 0x4000;

/** The text of each octet. */
const presented: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  if (character === "." || character === "\\") return `\\${character}`;
  return octet > 0x20 && octet < 0x7f ? character : `\\${String(octet).padStart(3, "0")}`;
});

const present = (label: readonly number[]): string => label.map(octet => presented[octet]).join("");

/** Every pointer must lead to before the part it ends: names can't loop, and need no memory of where they were. */
function readName(from: Reader): string {
  const { view, origin, end } = from;
  const start = from.at;
  let at = start;
  let partStart = start;
  let pointers = 0;
  let size = 1;
  let text = "";
  for (;;) {
    if (at >= end) throw new Truncated(at, 1, 0);
    const length = view.getUint8(at++);
    if (length === 0) break;
    if (length <= mostLabelOctets) {
      if (at + length > end) throw new Truncated(at, length, end - at);
      size += 1 + length;
      if (size > mostNameOctets) throw new Malformed(start, `a name of more than ${mostNameOctets} octets`);
      if (text !== "") text += ".";
      for (const stop = at + length; at < stop; at++) text += presented[view.getUint8(at)]!;
      continue;
    }
    if (length < pointerMark)
      throw new Malformed(at - 1, `0x${length.toString(16)} begins neither a label nor a pointer`);
    if (at >= end) throw new Truncated(at, 1, 0);
    const offset = ((length & ~pointerMark) << 8) | view.getUint8(at++);
    if (pointers++ === 0) from.at = at;
    if (origin + offset >= partStart)
      throw new Malformed(at - 2, `the pointer to octet ${offset} of the message does not lead backwards`);
    if (pointers > mostPointers) throw new Malformed(start, `a name of more than ${mostPointers} pointers`);
    at = partStart = origin + offset;
  }
  if (pointers === 0) from.at = at;
  return text === "" ? "." : text;
}

/** Where in a message names and their ends were written, by their text. */
type Suffixes = Map<string, number>;

/** Kept beside the writer, for a writer knows nothing of names. A new origin is a new message. */
const written = new WeakMap<Writer, { origin: number; suffixes: Suffixes }>();

function suffixesOf(to: Writer): Suffixes {
  let known = written.get(to);
  if (known?.origin !== to.origin) {
    known = { origin: to.origin, suffixes: new Map() };
    written.set(to, known);
  }
  return known.suffixes;
}

function writeName(to: Writer, value: string, suffixes?: Suffixes): void {
  const labels = value === "." ? [] : labelOctets(value);
  refuseOversize(labels, value);
  let suffix = value;
  for (const label of labels) {
    const text = present(label);
    if (!suffix.startsWith(text))
      throw new Unwritable(`${JSON.stringify(value)} is to be written ${JSON.stringify(domainName(value))}`);
    const earlier = suffixes?.get(suffix);
    if (earlier !== undefined) return to.u16((pointerMark << 8) | earlier);
    const offset = to.at - to.origin;
    if (offset < pointerEnd) suffixes?.set(suffix, offset);
    to.u8(label.length);
    to.octets(Uint8Array.from(label));
    suffix = suffix.slice(text.length + 1);
  }
  to.u8(0);
}

/** The octets of each label of a text; a dot at its end leaves an empty label there. */
function labelOctets(text: string): number[][] {
  let label: number[] = [];
  const labels = [label];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (text[i] === ".") {
      label = [];
      labels.push(label);
    } else if (text[i] === "\\") {
      const [escaped, decimal] = /^\\(\d{3}|\D)/.exec(text.slice(i, i + 4)) ?? [];
      const octet = decimal?.length === 3 ? Number(decimal) : decimal?.charCodeAt(0);
      if (escaped === undefined || octet === undefined || octet > 0xff)
        throw new Unwritable(
          `${JSON.stringify(text)}: after a backslash come three digits up to 255, or one character`,
        );
      label.push(octet);
      i += escaped.length - 1;
    } else if (code > 0x7f) {
      throw new Unwritable(
        `${JSON.stringify(text)}: for ${text[i]} write its A-label ("xn--…"), or its octets as \\DDD`,
      );
    } else {
      label.push(code);
    }
  }
  return labels;
}

function refuseOversize(labels: readonly (readonly number[])[], text: string): void {
  let size = 1;
  for (const label of labels) {
    if (label.length === 0) throw new Unwritable(`${JSON.stringify(text)} has an empty label`);
    if (label.length > mostLabelOctets)
      throw new Unwritable(`a label of ${label.length} octets; ${mostLabelOctets} are allowed`);
    size += 1 + label.length;
  }
  if (size > mostNameOctets) throw new Unwritable(`a name of ${size} octets; ${mostNameOctets} are allowed`);
}
