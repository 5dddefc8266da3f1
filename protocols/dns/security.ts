// What the records of DNS security are made of (RFC 4034, RFC 5155, RFC 6698).
import { leaf, Malformed, nameOf, prefixed, rest, Unwritable, u8, u16, u32 } from "../wire/index.ts";

export const SecurityAlgorithm = {
  DSA: 3,
  RSASHA1: 5,
  "DSA-NSEC3-SHA1": 6,
  "RSASHA1-NSEC3-SHA1": 7,
  RSASHA256: 8,
  RSASHA512: 10,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
} as const;
export const algorithm = u8.with({ names: SecurityAlgorithm, reference: "RFC 4034 appendix A.1" });

export const DigestType = { "SHA-1": 1, "SHA-256": 2, "GOST R 34.11-94": 3, "SHA-384": 4 } as const;
export const digestType = u8.with({ names: DigestType, reference: "RFC 4509 §5" });

export const keyTag = u16.with({ reference: "RFC 4034 appendix B" });

/** A moment in seconds since 1970, modulo 2^32 (RFC 4034 §3.1.5). */
export const moment = u32.with({ show: (seconds: number) => new Date(seconds * 1000).toISOString() });

/** NSEC3's salts and hashes have their length in front. */
export const short = prefixed(u8, rest);

/**
 * The types that exist at a name, ascending: a window of 256 of them after the other, each a bit map (RFC 4034
 * §4.1.2). Canonical: windows ascending and not empty, no zero octets at the end of a map.
 */
export const typeBitMaps = (names: () => Readonly<Record<string, number>>) =>
  leaf<number[]>(
    undefined,
    from => {
      const types = new Set<number>();
      while (from.at < from.end) {
        const at = from.at;
        const window = from.u8();
        const size = from.u8();
        if (size < 1 || size > mostMapOctets)
          throw new Malformed(at, `a bit map of ${size} octets; 1 to ${mostMapOctets} are allowed`);
        const map = from.octets(size);
        for (const [i, octet] of map.entries())
          for (let bit = 0; bit < 8; bit++)
            if (octet & (0x80 >> bit)) types.add((window << 8) | (i << 3) | bit);
      }
      return [...types].sort((a, b) => a - b);
    },
    (to, types) => {
      const maps = new Map<number, number[]>();
      for (const [i, type] of types.entries()) {
        if (!(Number.isInteger(type) && type >= 0 && type <= 0xffff))
          throw new Unwritable(`${type} is no type: a whole number from 0 to 65535`);
        if (i > 0 && type <= types[i - 1]!) throw new Unwritable("the types are to be in ascending order");
        const map = maps.get(type >> 8) ?? [];
        maps.set(type >> 8, map);
        const octet = (type & 0xff) >> 3;
        while (map.length <= octet) map.push(0);
        map[octet]! |= 0x80 >> (type & 7);
      }
      for (const [window, map] of maps) {
        to.u8(window);
        to.u8(map.length);
        to.octets(Uint8Array.from(map));
      }
    },
  ).with({
    show: (types: number[]) => types.map(type => nameOf(names(), type) ?? `TYPE${type}`).join(" "),
  });

const mostMapOctets = 32;
