// IPv6 addresses: 128 bits, sixteen octets, with the one text that RFC 5952 recommends.
import { parseIpv4 } from "../ipv4/address.ts";
import { type Codec, octets } from "../wire/index.ts";

/** "2001:db8::1": lower case, no leading zeros, the longest run of zeros left out (RFC 5952 §4, §5). */
export function colonHex(address: Uint8Array): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((address[i]! << 8) | address[i + 1]!);
  if (groups[5] === 0xffff && groups.every((group, i) => i >= 5 || group === 0))
    return `::ffff:${address.subarray(12).join(".")}`;
  const [start, length] = longestZeros(groups);
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map(group => group.toString(16))
      .join(":");
  return length < 2 ? hex(0, 8) : `${hex(0, start)}::${hex(start + length, 8)}`;
}

/** The sixteen octets that a text stands for, in any spelling of RFC 4291 §2.2. @throws RangeError */
export function parseIpv6(text: string): Uint8Array {
  const octets = read(text);
  if (!octets)
    throw new RangeError(
      `${JSON.stringify(text)} is no IPv6 address: eight groups of hexadecimal digits, 2001:db8::1`,
    );
  return octets;
}

export const isIpv6 = (text: string): boolean => read(text) !== undefined;

export const ipv6Address: Codec<Uint8Array> = octets(16).with({ show: colonHex });

/** Where the first of the longest runs of zero groups begins, and how many groups it has. */
function longestZeros(groups: readonly number[]): readonly [start: number, length: number] {
  let longest: [number, number] = [0, 0];
  for (let start = 0, length = 0; start < groups.length; start += length + 1) {
    length = 0;
    while (groups[start + length] === 0) length++;
    if (length > longest[1]) longest = [start, length];
  }
  return longest;
}

function read(text: string): Uint8Array | undefined {
  const sides = text.split("::");
  if (sides.length > 2) return undefined;
  const [head, tail] = sides.map((side, i) => octetsOf(side, i === sides.length - 1));
  if (!head || (sides.length === 2 && !tail)) return undefined;
  const known = head.length + (tail?.length ?? 0);
  if (sides.length === 2 ? known > 14 : known !== 16) return undefined;
  const address = new Uint8Array(16);
  address.set(head);
  if (tail) address.set(tail, 16 - tail.length);
  return address;
}

/** The octets of groups with colons between; the last group may be an IPv4 address. */
function octetsOf(side: string, last: boolean): number[] | undefined {
  if (side === "") return [];
  const groups = side.split(":");
  const all: number[] = [];
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const number = Number.parseInt(group, 16);
      all.push(number >> 8, number & 0xff);
    } else if (last && i === groups.length - 1 && /^(\d{1,3}\.){3}\d{1,3}$/.test(group)) {
      const dotted = group.split(".").map(Number);
      if (dotted.some(octet => octet > 255)) return undefined;
      all.push(...dotted);
    } else return undefined;
  }
  return all;
}

/** The octets of an address of either family: four of "192.168.1.1", sixteen of "2001:db8::1". @throws RangeError */
export function addressOctets(text: string): Uint8Array {
  if (text.includes(":")) return parseIpv6(text);
  const address = parseIpv4(text);
  return Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}
