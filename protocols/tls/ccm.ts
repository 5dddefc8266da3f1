// AES in counter mode with CBC-MAC (CCM), made of the plain modes that every library has (RFC 3610, RFC 6655).
import { join } from "./schedule.ts";

/** AES in the two modes that CCM is made of. */
export interface Aes {
  /** The last block of the whole blocks, enciphered in CBC mode from an initialization vector of zeros. */
  mac(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** Counter mode from that first block on. */
  count(key: Uint8Array, first: Uint8Array, octets: Uint8Array): Uint8Array;
}

/** Octets of the length in the first block: what 15 leaves beside a nonce of 12 (RFC 6655 §3). */
const lengthSize = 3;

/** `sealed`: ciphertext, and behind it a tag of `tag` octets. `undefined` if the tag does not fit. */
export function openCcm(
  aes: Aes,
  {
    key,
    nonce,
    sealed,
    additional,
    tag,
  }: {
    readonly key: Uint8Array;
    readonly nonce: Uint8Array;
    readonly sealed: Uint8Array;
    readonly additional: Uint8Array;
    readonly tag: number;
  },
): Uint8Array | undefined {
  const size = sealed.length - tag;
  if (size < 0 || nonce.length !== 15 - lengthSize) return undefined;
  const counter = join(Uint8Array.of(lengthSize - 1), nonce, new Uint8Array(lengthSize));
  // The tag is enciphered with the first block of the counter, the octets with those after it.
  const masked = join(sealed.subarray(size), new Uint8Array(16 - tag), sealed.subarray(0, size));
  const clear = aes.count(key, counter, masked);
  const octets = clear.slice(16);
  const flags = (additional.length > 0 ? 64 : 0) + 8 * ((tag - 2) / 2) + (lengthSize - 1);
  const first = join(Uint8Array.of(flags), nonce, Uint8Array.of(size >> 16, size >> 8, size));
  const about = join(Uint8Array.of(additional.length >> 8, additional.length), additional);
  const mac = aes.mac(
    key,
    join(first, additional.length > 0 ? filled(about) : about.subarray(0, 0), filled(octets)),
  );
  return same(mac.subarray(0, tag), clear.subarray(0, tag)) ? octets : undefined;
}

/** Filled up with zeros to whole blocks. */
const filled = (octets: Uint8Array): Uint8Array => join(octets, new Uint8Array(-octets.length & 15));

/** Whether two tags are the same; captures have no attacker who times it. */
export const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, i) => octet === b[i]);
