// ASN.1's elements as Wireshark shows them (X.690 §8): read leniently, for what we refuse it shows all the same.
import { expert, type FieldValue, type Item, label } from "../../packet/wireshark.ts";
import { Tag } from "../tag.ts";

/** What elements are read from. */
export interface From {
  readonly view: DataView;
  /** What TLS puts into an extension, signed timestamps of logs: it alone knows their names. */
  readonly timestamps?: (start: number, end: number) => Item[];
}

/** From the tag at `start` over the contents, which begin at `at`, to the end. */
export interface Element {
  readonly tag: number;
  readonly start: number;
  readonly at: number;
  readonly end: number;
}

/** What an element becomes. `implicit`: its own tag was replaced; then Wireshark leaves out the header. */
export type Shape = (from: From, element: Element, implicit?: boolean) => Item[];

/** Elements that follow one another; lengths that reach too far end where their surroundings do. */
export function* elements({ view }: From, start: number, end: number): Generator<Element> {
  for (let at = start; at + 2 <= end; ) {
    const first = at;
    const tag = view.getUint8(at++);
    let length = view.getUint8(at++);
    if (length > 0x80) {
      const size = length & 0x7f;
      if (size > 4 || at + size > end) return;
      length = 0;
      for (let i = 0; i < size; i++) length = length * 256 + view.getUint8(at++);
    } else if (length === 0x80) length = end - at;
    const last = Math.min(end, at + length);
    yield { tag, start: first, at, end: last };
    at = last;
  }
}

export const first = (from: From, start: number, end: number): Element | undefined =>
  elements(from, start, end).next().value ?? undefined;

export const octetsOf = ({ view }: From, start: number, end: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + start, Math.max(0, end - start));

/** The contents under a name. */
const contents =
  (name: string, value: (from: From, element: Element) => FieldValue | undefined): Shape =>
  (from, element) => [
    { name, value: value(from, element), start: element.at, size: element.end - element.at },
  ];

export const bytes = (name: string): Shape => contents(name, (from, { at, end }) => octetsOf(from, at, end));
export const nothing: Shape = () => [];

/** Integers; those wider than their field's 64 bits are octets. */
export const integer =
  (name: string, wide = false): Shape =>
  (from, element) => {
    const { at, end } = element;
    if (end - at > 9 || (end - at > 8 && from.view.getUint8(at) !== 0))
      return bytes("ber.64bit_uint_as_bytes")(from, element);
    const value = BigInt.asIntN(64, signed(octetsOf(from, at, end)));
    return contents(name, () => (wide ? BigInt.asUintN(64, value) : Number(value)))(from, element);
  };

function signed(octets: Uint8Array): bigint {
  let value = 0n;
  for (const octet of octets) value = value * 256n + BigInt(octet);
  return (octets[0] ?? 0) >= 0x80 ? value - (1n << BigInt(octets.length * 8)) : value;
}

export const enumerated = (name: string): Shape => integer(name);
export const boolean = (name: string): Shape =>
  contents(name, ({ view }, { at, end }) => (at < end && view.getUint8(at) !== 0 ? 1 : 0));
export const oid = (name: string): Shape => contents(name, (from, element) => oidOf(from, element));

/** "2.5.4.3" */
export function oidOf(from: From, { at, end }: Element): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of octetsOf(from, at, end)) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length === 0) {
      const top = arc < 80n ? arc / 40n : 2n;
      arcs.push(top, arc - top * 40n);
    } else arcs.push(arc);
    arc = 0n;
  }
  return arcs.join(".");
}

const utf8 = new TextDecoder();
const latin1 = new TextDecoder("latin1");
const bmp = new TextDecoder("utf-16be");

/** A text, whose octets are read as its type has it; a zero in it ends it, and what follows is strange. */
export const text =
  (name: string, kind?: "bmp" | "latin1"): Shape =>
  (from, element) => {
    const { at, end } = element;
    const read = kind === "bmp" ? bmp : kind === "latin1" ? latin1 : utf8;
    const whole = read.decode(octetsOf(from, at, end));
    const zero = whole.indexOf("\0");
    const value = zero < 0 ? whole : whole.slice(0, zero);
    // Zeros alone are padding.
    const stray = zero >= 0 && /[^\0]/.test(whole.slice(zero));
    const items = stray
      ? [
          expert(
            "_ws.string.trailing_stray_characters",
            "warning",
            "undecoded",
            "Trailing stray characters",
            at,
          ),
        ]
      : undefined;
    return [{ name, value, start: at, size: end - at, items }];
  };

/** "230714091623Z": Wireshark shows it as text. */
export const utcTime = (name: string): Shape =>
  contents(name, (from, { at, end }) => {
    const parts = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})/.exec(
      latin1.decode(octetsOf(from, at, end)),
    );
    if (!parts) return latin1.decode(octetsOf(from, at, end));
    const [, year, month, day, hour, minute, second, zone] = parts;
    const century = Number(year) < 50 ? "20" : "19";
    const seconds = second === undefined ? "" : `:${second}`;
    return `${century}${year}-${month}-${day} ${hour}:${minute}${seconds} (${zone === "Z" ? "UTC" : `UTC${zone}`})`;
  });

/** "20680721123334Z" */
export const generalizedTime = (name: string): Shape =>
  contents(name, (from, { at, end }) => {
    const told = latin1.decode(octetsOf(from, at, end));
    const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?/.exec(told);
    if (!parts) return undefined;
    const [year, month, day, hour, minute, second] = parts.slice(1).map(part => Number(part ?? 0));
    return BigInt(Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)) * 1_000_000n;
  });

/** How many bits the last octet does not use, and the octets; `bits`: names of bits, the first of the first octet. */
export const bitString =
  (name: string, bits?: readonly (string | undefined)[]): Shape =>
  (from, { at, end }) => {
    if (at >= end) return [];
    const start = at + 1;
    const items: Item[] = [];
    for (const [i, bit] of bits?.entries() ?? []) {
      const octet = start + (i >> 3);
      // Bits that were not sent are zero, and stand at the last octet that was.
      const there = octet < end;
      const value = there ? (from.view.getUint8(octet) >> (7 - (i & 7))) & 1 : 0;
      const place = Math.max(start, Math.min(octet, end - 1));
      if (bit !== undefined) items.push({ name: bit, value, start: place, size: 1 });
    }
    return [
      { name: "ber.bitstring.padding", value: from.view.getUint8(at), start: at, size: 1 },
      {
        name,
        value: octetsOf(from, start, end),
        start,
        size: end - start,
        items: items.length > 0 ? items : undefined,
      },
    ];
  };

/** A part of a sequence: the tags it may have (none: any), and what it becomes. */
export interface Part {
  readonly tags?: readonly number[];
  readonly shape: Shape;
}
export const part = (tag: number | readonly number[], shape: Shape): Part => ({ tags: [tag].flat(), shape });
export const any = (shape: Shape): Part => ({ shape });
/** [n] EXPLICIT: the element itself stands in it. */
export const explicit = (n: number, shape: Shape): Part => part(0xa0 | n, opened(shape));
/** [n] IMPLICIT: the tag stands in place of the element's own. */
export const implicit = (n: number, shape: Shape): Part =>
  part([0x80 | n, 0xa0 | n], (from, element) => shape(from, element, true));

/** The one element in another: in an OCTET STRING, or below an explicit tag. */
export const opened =
  (shape: Shape): Shape =>
  (from, { at, end }) => {
    const inner = first(from, at, end);
    return inner ? shape(from, inner) : [];
  };

/** The parts of a sequence, those that are missing passed over. Without a name they stand in what is around it. */
export const sequence =
  (name: string | undefined, parts: readonly Part[]): Shape =>
  (from, element, isImplicit) => {
    const items: Item[] = [];
    let next = 0;
    for (const inner of elements(from, element.at, element.end)) {
      const fits = parts.findIndex(({ tags }, i) => i >= next && (!tags || tags.includes(inner.tag)));
      if (fits < 0) continue;
      next = fits + 1;
      items.push(...parts[fits]!.shape(from, inner));
    }
    if (name === undefined) return items;
    const start = isImplicit ? element.at : element.start;
    return [{ name, start, size: element.end - start, items: items.length > 0 ? items : undefined }];
  };

/** SEQUENCE OF, SET OF: their number, and each. */
export const listOf =
  (name: string, shape: Shape, most = Number.POSITIVE_INFINITY): Shape =>
  (from, { at, end }) => {
    const all = [...elements(from, at, end)].slice(0, most);
    const items = all.flatMap(inner => shape(from, inner));
    return [
      { name, value: all.length, start: at, size: end - at, items: items.length > 0 ? items : undefined },
    ];
  };

/** An alternative: its number, its shape; with a tag of its own its header is left out. */
export interface Alternative {
  readonly number: number;
  readonly shape: Shape;
  readonly own?: "implicit" | "explicit";
}

/** CHOICE, by tag: which alternative it is. */
export const choice =
  (name: string, alternatives: Readonly<Record<number, Alternative>>): Shape =>
  (from, element) => {
    const chosen = alternatives[element.tag] ?? alternatives[element.tag & ~0x20];
    if (!chosen) return [];
    const { number, shape, own } = chosen;
    const items =
      own === "explicit" ? opened(shape)(from, element) : shape(from, element, own === "implicit");
    const start = own ? element.at : element.start;
    return [
      { name, value: number, start, size: element.end - start, items: items.length > 0 ? items : undefined },
    ];
  };

/** A value whose identifier Wireshark has no description for. */
export function unknown({ view }: From, { at, end }: Pick<Element, "at" | "end">): Item[] {
  // Of NULL there is nothing to describe.
  if (end - at >= 2 && view.getUint16(at) === 0x0500) return [];
  const message =
    "BER: Dissector for OID not implemented. Contact Wireshark developers if you want this supported";
  return [
    label(message, at, end - at, [
      expert("ber.error.oid_not_implemented", "warning", "undecoded", message, at),
    ]),
  ];
}

/** The time in either type. */
export const time = (name: string): Shape =>
  choice(name, {
    [Tag.utcTime]: { number: 0, shape: utcTime("x509af.utcTime") },
    [Tag.generalizedTime]: { number: 1, shape: generalizedTime("x509af.generalizedTime") },
  });
