// The types of ASN.1 that have no parts, as values of TypeScript (X.690 §8, §11).
import {
  type Codec,
  leaf,
  Malformed,
  type Notes,
  type Reader,
  rest,
  Unwritable,
  u8,
  type Writer,
} from "../wire/index.ts";
import { Element, Primitive, unusedBits } from "./der.ts";
import { oidName } from "./oid.ts";
import { enclose, readHeader, Tag, tagName } from "./tag.ts";

/** Octet 0x00 or 0xff, nothing else (X.690 §11.1). */
export const boolean: Primitive<boolean> = new Primitive(
  Tag.boolean,
  leaf<boolean>(
    8,
    from => {
      const at = from.at;
      const octet = from.u8();
      if (octet !== 0 && octet !== 0xff)
        throw new Malformed(at, `0x${octet.toString(16)} is neither true nor false`);
      return octet === 0xff;
    },
    (to, value) => to.u8(value ? 0xff : 0),
  ).with({ show: String }),
);

/** Two's complement in as few octets as it takes. Shown in hexadecimal, as serial numbers and moduli are. */
const twosComplement: Codec<bigint> = leaf<bigint>(
  undefined,
  from => {
    const at = from.at;
    const octets = from.octets(from.end - at);
    const [first = 0, second = 0] = octets;
    if (octets.length === 0) throw new Malformed(at, "a number of no octets");
    if (octets.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
      throw new Malformed(at, "a number longer than it need be, which DER forbids");
    const unsigned = BigInt(`0x${octets.toHex()}`);
    return first < 0x80 ? unsigned : unsigned - (1n << BigInt(octets.length * 8));
  },
  (to, value) => {
    const size = Math.ceil(((value < 0n ? ~value : value).toString(2).length + 1) / 8);
    const hex = BigInt.asUintN(size * 8, value).toString(16);
    to.octets(Uint8Array.fromHex(hex.padStart(size * 2, "0")));
  },
);

export const integer: Primitive<bigint> = new Primitive(
  Tag.integer,
  twosComplement.with({ show: (value: bigint) => hexOf(value) }),
);

/** "0x3c"; long ones in octets, as certificates are printed: "03:41:a0:…". */
export function hexOf(value: bigint): string {
  const [sign, digits] = value < 0n ? ["-", (-value).toString(16)] : ["", value.toString(16)];
  if (digits.length <= 8) return `${sign}0x${digits}`;
  const octets = digits.length % 2 ? `0${digits}` : digits;
  return sign + octets.match(/../g)!.join(":");
}

/** A number that only makes sense small and not negative: a version, a path length, a reason. */
const small = (tag: number): Primitive<number> =>
  new Primitive(
    tag,
    leaf<number>(
      undefined,
      from => {
        const at = from.at;
        const value = twosComplement.read(from);
        if (value < 0n || value > 0x7fff_ffffn) throw new Malformed(at, `${value} is not from 0 to 2^31 - 1`);
        return Number(value);
      },
      (to, value) => {
        if (!(Number.isInteger(value) && value >= 0 && value <= 0x7fff_ffff))
          throw new Unwritable(`${value} is not a whole number from 0 to 2^31 - 1`);
        twosComplement.write(to, BigInt(value));
      },
    ),
  );
export const smallInteger = small(Tag.integer);
export const enumerated = small(Tag.enumerated);

export const octetString: Primitive<Uint8Array> = new Primitive(Tag.octetString, rest);

/** BIT STRING of whole octets: signatures and keys. */
export const bitString: Primitive<Uint8Array> = new Primitive(
  Tag.bitString,
  leaf<Uint8Array>(
    undefined,
    from => {
      unusedBits.read(from);
      return rest.read(from);
    },
    (to, value) => {
      unusedBits.write(to, 0);
      to.octets(value);
    },
  ),
);

/**
 * BIT STRING of flags: bit n of the value is the flag n of `names`. Up to 31 flags.
 * Canonical: no octets and bits after the last flag that is set (X.690 §11.2.2); read leniently.
 */
export const flags = (names: Readonly<Record<string, number>>): Primitive<number> =>
  new Primitive(Tag.bitString, namedBits.with({ names, show: value => flagNames(names, value).join(", ") }));

/** The names of the flags that are set, in their order; "bit 12" where it has none. */
export function flagNames(names: Readonly<Record<string, number>>, value: number): string[] {
  const set = Array.from({ length: 31 }, (_, n) => n).filter(n => value & (1 << n));
  return set.map(n => Object.entries(names).find(([, bit]) => bit === n)?.[0] ?? `bit ${n}`);
}

const namedBits: Codec<number> = leaf<number>(
  undefined,
  from => {
    const at = from.at;
    const unused = u8.read(from);
    const octets = from.octets(from.end - from.at);
    const bits = octets.length * 8 - unused;
    if (unused > 7 || bits < 0) throw new Malformed(at, `${unused} unused bits in ${octets.length} octets`);
    let value = 0;
    for (let n = 0; n < bits; n++) {
      if (!(octets[n >> 3]! & (0x80 >> (n & 7)))) continue;
      if (n > 30) throw new Malformed(at + 1 + (n >> 3), `a flag ${n}, where 31 are the most`);
      value |= 1 << n;
    }
    return value;
  },
  (to, value) => {
    if (!(Number.isInteger(value) && value >= 0 && value <= 0x7fff_ffff))
      throw new Unwritable(`${value} is no set of up to 31 flags`);
    const bits = value.toString(2).length * (value ? 1 : 0);
    const octets = new Uint8Array(Math.ceil(bits / 8));
    for (let n = 0; n < bits; n++) if (value & (1 << n)) octets[n >> 3]! |= 0x80 >> (n & 7);
    to.u8(octets.length * 8 - bits);
    to.octets(octets);
  },
);

/** Dotted: "2.5.29.19". A number of it takes 128 bits at most, as those made from UUIDs do (X.667). */
export const objectIdentifier: Primitive<string> = new Primitive(
  Tag.objectIdentifier,
  leaf<string>(undefined, readArcs, writeArcs).with({
    show: (oid: string) => (oidName(oid) ? `${oidName(oid)} (${oid})` : oid),
  }),
);

const longestArc = 19;

function readArcs(from: Reader): string {
  const arcs: bigint[] = [];
  if (from.at === from.end) throw new Malformed(from.at, "an object identifier of no octets");
  while (from.at < from.end) {
    const at = from.at;
    let arc = 0n;
    let octet = 0x80;
    while (octet & 0x80) {
      octet = from.u8();
      if (octet === 0x80 && arc === 0n)
        throw new Malformed(at, "a number longer than it need be, which DER forbids");
      if (from.at - at > longestArc) throw new Malformed(at, "a number above 128 bits");
      arc = (arc << 7n) | BigInt(octet & 0x7f);
    }
    arcs.push(arc);
  }
  const joint = arcs.shift()!;
  const first = joint < 80n ? joint / 40n : 2n;
  return [first, joint - first * 40n, ...arcs].join(".");
}

function writeArcs(to: Writer, oid: string): void {
  if (!/^[012](\.(0|[1-9]\d*))+$/.test(oid))
    throw new Unwritable(`${JSON.stringify(oid)} is no object identifier`);
  const [first, second, ...others] = oid.split(".").map(BigInt);
  if (first! < 2n && second! > 39n) throw new Unwritable(`${oid}: the second number is above 39`);
  for (const arc of [first! * 40n + second!, ...others]) {
    const groups = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80);
    if (groups.length > longestArc) throw new Unwritable(`${oid}: a number above 128 bits`);
    to.octets(Uint8Array.from(groups));
  }
}

/**
 * Time in seconds since the Unix epoch, in UTC. Canonical: UTCTime for the years 1950 to 2049, GeneralizedTime for the
 * others (RFC 5280 §4.1.2.5); seconds are there, fractions are not.
 */
class Time extends Element<number> {
  override readonly notes: Notes = { show: timeText };
  begins(tag: number): boolean {
    return tag === Tag.utcTime || tag === Tag.generalizedTime;
  }
  read(from: Reader): number {
    const start = from.at;
    const { tag, length } = readHeader(from);
    if (!this.begins(tag)) throw new Malformed(start, `${tagName(tag)} where a time belongs`);
    const at = from.at;
    const text = String.fromCharCode(...from.octets(Math.min(length, from.left)));
    const digits = tag === Tag.utcTime ? /^\d{12}Z$/ : /^\d{14}Z$/;
    if (text.length < length || !digits.test(text))
      throw new Malformed(
        at,
        `not a time in UTC with ${tag === Tag.utcTime ? "two" : "four"} digits of the year`,
      );
    const year = tag === Tag.utcTime ? (text < "5" ? `20${text}` : `19${text}`) : text;
    const [, y, ...others] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(year)!;
    const [month, day, hour, minute, second] = others.map(Number);
    const date = new Date(0);
    date.setUTCFullYear(Number(y), month! - 1, day);
    date.setUTCHours(hour!, minute, second);
    if (digitsOf(date) !== year) throw new Malformed(at, "no such date or time");
    return date.getTime() / 1000;
  }
  write(to: Writer, seconds: number): void {
    const date = new Date(seconds * 1000);
    const year = date.getUTCFullYear();
    if (!Number.isInteger(seconds) || !(year >= 0 && year <= 9999))
      throw new Unwritable(`${seconds} is no whole number of seconds in the years 0 to 9999`);
    const short = year >= 1950 && year < 2050;
    const text = short ? digitsOf(date).slice(2) : digitsOf(date);
    enclose(to, short ? Tag.utcTime : Tag.generalizedTime, () => to.octets(new TextEncoder().encode(text)));
  }
}

const digitsOf = (date: Date): string => `${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;

export const time: Element<number> = new Time();

/** "2021-10-08 12:26:20 UTC", of seconds since the Unix epoch. */
export function timeText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
