// Tags and lengths, which every element of ASN.1 begins with (X.690 §8.1, §10.1).
import { type Field, leaf, Malformed, type Reader, type Writer } from "../wire/index.ts";

/** The identifier octets of the universal types that certificates use (X.680 §8.6), and the bits they are made of. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;
export const constructed = 0x20;
export const context = 0x80;

/** "SEQUENCE", "[3]"; the number of a tag that has no name here. */
export function tagName(tag: number): string {
  if ((tag & 0xc0) === context) return `[${tag & 0x1f}]`;
  const known = Object.entries(Tag).find(([, value]) => value === tag);
  if (!known) return `tag 0x${tag.toString(16).padStart(2, "0")}`;
  return known[0].replace(/([a-z5])([A-Z])/g, "$1 $2").toUpperCase();
}

export interface Header {
  /** The identifier octet: class, constructed or not, and number. */
  readonly tag: number;
  /** Of the contents, in octets. */
  readonly length: number;
}

/** Tag numbers above 30 and lengths above 2^32 - 1 have no place in certificates; indefinite lengths none in DER. */
export function readHeader(from: Reader): Header {
  const at = from.at;
  const tag = from.u8();
  if ((tag & 0x1f) === 0x1f) throw new Malformed(at, "a tag number above 30");
  const first = from.u8();
  if (first < 0x80) return { tag, length: first };
  const size = first & 0x7f;
  if (size === 0) throw new Malformed(at + 1, "an indefinite length, which DER forbids");
  if (size > 4) throw new Malformed(at + 1, `a length of ${size} octets`);
  let length = 0;
  for (let i = 0; i < size; i++) length = length * 256 + from.u8();
  if (length < 0x80 || length < 256 ** (size - 1))
    throw new Malformed(at + 1, "a length longer than it need be, which DER forbids");
  return { tag, length };
}

function writeHeader(to: Writer, { tag, length }: Header): void {
  to.u8(tag);
  if (length < 0x80) return to.u8(length);
  const hex = length.toString(16);
  const octets = Uint8Array.fromHex(hex.length % 2 ? `0${hex}` : hex);
  to.u8(0x80 | octets.length);
  to.octets(octets);
}

const header = leaf<Header>(undefined, readHeader, writeHeader).with({
  show: ({ tag, length }: Header) => `${tagName(tag)}, ${length} ${length === 1 ? "octet" : "octets"}`,
});

/** Reads a header that must have that tag; the length of the contents. */
export function expect(from: Reader, tag: number): number {
  const at = from.at;
  const found = readHeader(from);
  if (found.tag !== tag) throw new Malformed(at, `${tagName(found.tag)} where ${tagName(tag)} belongs`);
  return found.length;
}

export function noteHeader(from: Reader, field: Field, key: string, tag?: number): number {
  field.fields ??= [];
  const at = from.at;
  const found = header.note(from, key, field.fields);
  if (tag !== undefined && found.tag !== tag)
    throw new Malformed(at, `${tagName(found.tag)} where ${tagName(tag)} belongs`);
  return found.length;
}

export function enclose(to: Writer, tag: number, write: () => void): void {
  const at = to.at;
  write();
  const length = to.at - at;
  to.insert(at, () => writeHeader(to, { tag, length }));
}
