// IPv4 addresses: 32 bits, a number (RFC 791 §3.2).
import { type Codec, u32 } from "../wire/index.ts";

/** "192.168.1.1" */
export const dotted = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;

/** Four numbers without leading zeros, for some programs read those as octal. */
export const isIpv4 = (text: string): boolean =>
  /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);

/** The number that "192.168.1.1" stands for. @throws RangeError that says what an IPv4 address is */
export function parseIpv4(text: string): number {
  if (!isIpv4(text))
    throw new RangeError(
      `${JSON.stringify(text)} is no IPv4 address: four numbers from 0 to 255, 192.168.1.1`,
    );
  return text.split(".").reduce((address, part) => address * 256 + Number(part), 0);
}

/** Every host of this link: 255.255.255.255 (RFC 919 §7). */
export const everyHost = 0xffff_ffff;

/** The mask of a prefix length: 24 is 255.255.255.0. */
export const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0);

/** The broadcast address of the network that `address` is in. */
export const broadcastOf = (address: number, prefix: number): number => (address | ~maskOf(prefix)) >>> 0;

/** Whether two addresses are in the same network. */
export const sameNetwork = (a: number, b: number, prefix: number): boolean =>
  ((a ^ b) & maskOf(prefix)) === 0;

/** Class D (RFC 5771). */
export const isMulticast = (address: number): boolean => address >>> 28 === 0xe;

export const ipv4Address: Codec<number> = u32.with({ show: dotted });
