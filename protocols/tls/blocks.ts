// Block ciphers that neither Bun nor @noble/ciphers has, in the modes that TLS has them in: GCM and CBC, for captures alone.
import { ghash } from "@noble/ciphers/_polyval.js";
import { aria } from "./aria.ts";
import { camellia, xored } from "./camellia.ts";
import { same } from "./ccm.ts";
import { join } from "./schedule.ts";

/** A cipher that has its key: blocks of 16 octets, each for itself. */
export interface Keyed {
  encipher(block: Uint8Array): Uint8Array;
  decipher(block: Uint8Array): Uint8Array;
}

/** The cipher of that name ("Camellia-128-GCM"), if it is made here. */
export function blocksOf(name: string, key: Uint8Array): Keyed | undefined {
  const make = name.startsWith("Camellia") ? camellia : name.startsWith("ARIA") ? aria : undefined;
  if (!make) return undefined;
  let made = known.get(key);
  if (!made) {
    made = make(key);
    known.set(key, made);
  }
  return made;
}

/** The subkeys of a key are worked out once. */
const known = new WeakMap<Uint8Array, Keyed>();

/** NIST SP 800-38D §7.2, with a nonce of 12 octets and a tag of 16 behind the octets. `undefined` if the tag does not fit. */
export function openGcm(
  { encipher }: Keyed,
  nonce: Uint8Array,
  sealed: Uint8Array,
  additional: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < 16 || nonce.length !== 12) return undefined;
  const [enciphered, tag] = [sealed.subarray(0, -16), sealed.subarray(-16)];
  const counter = join(nonce, Uint8Array.of(0, 0, 0, 1));
  const sizes = new DataView(new ArrayBuffer(16));
  sizes.setUint32(4, additional.length * 8);
  sizes.setUint32(12, enciphered.length * 8);
  const covered = join(filled(additional), filled(enciphered), new Uint8Array(sizes.buffer));
  const mac = ghash(covered, encipher(new Uint8Array(16)));
  if (!same(xored(mac, encipher(counter)), tag)) return undefined;

  const octets = enciphered.slice();
  const count = new DataView(counter.buffer);
  for (let at = 0; at < octets.length; at += 16) {
    count.setUint32(12, at / 16 + 2);
    const mask = encipher(counter);
    for (let i = at; i < Math.min(at + 16, octets.length); i++) octets[i]! ^= mask[i - at]!;
  }
  return octets;
}

/** NIST SP 800-38A §6.2: each block deciphered is mixed with the one before it. `undefined` if blocks are not whole. */
export function unchained({ decipher }: Keyed, iv: Uint8Array, octets: Uint8Array): Uint8Array | undefined {
  if (octets.length % 16 !== 0) return undefined;
  const clear = new Uint8Array(octets.length);
  let before = iv;
  for (let at = 0; at < octets.length; at += 16) {
    const block = octets.subarray(at, at + 16);
    clear.set(xored(decipher(block), before), at);
    before = block;
  }
  return clear;
}

/** Filled up with zeros to whole blocks. */
const filled = (octets: Uint8Array): Uint8Array => join(octets, new Uint8Array(-octets.length & 15));
