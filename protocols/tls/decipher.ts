// Records opened: what a nonce, the additional data and the octets inside are, from SSL 3.0 to TLS 1.3.
import { same } from "./ccm.ts";
import { type Aead, type BlockCipher, type Ciphers, type Hash, hashSize, tagSize } from "./ciphers.ts";
import type { RecordValue } from "./records.ts";
import { join, type Keys } from "./schedule.ts";

/** What an enciphered record turned out to hold. */
export interface Opened {
  readonly contentType: number;
  readonly octets: Uint8Array;
  /** No two records of a key have the same; with a block cipher, what the record is chained to. */
  readonly nonce: Uint8Array;
  /** What the tag covers beside the octets; with a block cipher, what the MAC covers before them. */
  readonly additional: Uint8Array;
}

/** Where a record stands among those of its key. */
export interface Place {
  /** How many records the key enciphered before it. */
  readonly sequence: number;
  /** The end of the record before it, the MAC behind its last block if that is there: TLS 1.0 chains this one to it. */
  readonly tail?: Uint8Array;
}

/** Opens an enciphered record; `undefined` if it does not fit the keys, or the place. */
export type Opener = (place: Place, record: RecordValue) => Opened | undefined;

/** AEAD in TLS 1.2: RFC 5246 §6.2.3.3, RFC 5288 §3, RFC 6655 §3, RFC 7905 §2. */
export function openerBefore13(ciphers: Ciphers, aead: Aead, { key, iv }: Keys): Opener {
  const tag = tagSize(aead);
  return ({ sequence }, { contentType, version, fragment }) => {
    if (!fragment || fragment.enciphered.length < tag) return undefined;
    const { explicitNonce, enciphered } = fragment;
    const nonce = explicitNonce ? join(iv, explicitNonce) : xored(iv, sequence);
    const additional = header(sequence, contentType, version, enciphered.length - tag);
    const octets = ciphers.open(aead, key, nonce, enciphered, additional);
    return octets && { contentType, octets, nonce, additional };
  };
}

/** A block cipher, or none, with a MAC of its own. */
export interface Blocks {
  readonly cipher: BlockCipher | "NULL";
  readonly mac: Hash;
  /** The MAC covers what was enciphered, instead of being enciphered itself (RFC 7366 §3). */
  readonly encryptThenMac: boolean;
  /** SSL 3.0: no HMAC yet, no version under the MAC, and padding of any octets (RFC 6101 §5.2.3). */
  readonly beforeTls: boolean;
}

/** CBC with HMAC up to TLS 1.2: RFC 6101 §5.2.3, RFC 2246 §6.2.3, RFC 4346 §6.2.3.2, RFC 5246 §6.2.3.2. */
export function openerOfBlocks(
  ciphers: Ciphers,
  { cipher, mac, encryptThenMac, beforeTls }: Blocks,
  keys: Keys,
): Opener {
  const size = hashSize[mac];
  const behind = encryptThenMac ? size : 0;
  const proven = (additional: Uint8Array, covered: Uint8Array, given: Uint8Array) =>
    same((beforeTls ? macBeforeTls : ciphers.hmac)(mac, keys.mac, join(additional, covered)), given);
  /** RFC 6101 §5.2.3.1: as HMAC, but that the paddings stand behind the secret instead of being mixed with it. */
  const macBeforeTls: Ciphers["hmac"] = (hash, secret, message) => {
    const padded = (octet: number) => join(secret, new Uint8Array(hash === "MD5" ? 48 : 40).fill(octet));
    return ciphers.hash(hash, join(padded(0x5c), ciphers.hash(hash, join(padded(0x36), message))));
  };

  return ({ sequence, tail }, { contentType, version, fragment }) => {
    if (!fragment || fragment.enciphered.length < size) return undefined;
    const { iv, enciphered } = fragment;
    const nonce = iv ?? (tail ? tail.subarray(0, tail.length - behind).slice(-keys.iv.length) : keys.iv);
    if (cipher !== "NULL" && encryptThenMac) {
      const blocks = enciphered.subarray(0, -size);
      const covered = iv ? join(iv, blocks) : blocks;
      const additional = header(sequence, contentType, version, covered.length);
      if (!proven(additional, covered, enciphered.subarray(-size))) return undefined;
      const padded = ciphers.unchain(cipher, keys.key, nonce, blocks);
      const octets = padded && unpadded(padded);
      return octets && { contentType, octets, nonce, additional };
    }
    const clear =
      cipher === "NULL"
        ? enciphered
        : unpadded(ciphers.unchain(cipher, keys.key, nonce, enciphered), beforeTls);
    if (!clear || clear.length < size) return undefined;
    const octets = clear.subarray(0, clear.length - size);
    const additional = header(sequence, contentType, beforeTls ? undefined : version, octets.length);
    if (!proven(additional, octets, clear.subarray(octets.length))) return undefined;
    return { contentType, octets, nonce, additional };
  };
}

/** Without the padding: octets that each say how many there are beside the last (RFC 5246 §6.2.3.2), or only that one does. */
function unpadded(padded: Uint8Array | undefined, anyOctets = false): Uint8Array | undefined {
  const count = padded?.at(-1);
  if (!padded || count === undefined || count >= padded.length) return undefined;
  const octets = padded.subarray(0, -count - 1);
  return anyOctets || padded.subarray(octets.length).every(octet => octet === count) ? octets : undefined;
}

/** TLS 1.3, RFC 8446 §5.2: the octets end with their type and any number of zeros. Up to draft 24 the tag covers no header. */
export function opener13(ciphers: Ciphers, aead: Aead, { key, iv }: Keys, draft?: number): Opener {
  const header = (draft ?? 25) >= 25;
  return ({ sequence }, { contentType, version, length, fragment }) => {
    if (!fragment || fragment.enciphered.length < tagSize(aead)) return undefined;
    const nonce = xored(iv, sequence);
    const covered = [contentType, version >> 8, version & 0xff, length >> 8, length & 0xff];
    const additional = Uint8Array.from(header ? covered : []);
    const inner = ciphers.open(aead, key, nonce, fragment.enciphered, additional);
    const end = inner?.findLastIndex(octet => octet !== 0) ?? -1;
    if (end < 0) return undefined;
    return { contentType: inner![end]!, octets: inner!.subarray(0, end), nonce, additional };
  };
}

/** Sequence number, type, version (from TLS 1.0 on) and length: what stands before the octets under a tag or a MAC until TLS 1.2. */
function header(
  sequence: number,
  contentType: number,
  version: number | undefined,
  length: number,
): Uint8Array {
  const octets = new Uint8Array(version === undefined ? 11 : 13);
  const view = new DataView(octets.buffer);
  view.setBigUint64(0, BigInt(sequence));
  view.setUint8(8, contentType);
  if (version !== undefined) view.setUint16(9, version);
  view.setUint16(octets.length - 2, length);
  return octets;
}

/** RFC 8446 §5.3 */
function xored(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = iv.slice();
  const view = new DataView(nonce.buffer);
  view.setBigUint64(4, view.getBigUint64(4) ^ BigInt(sequence));
  return nonce;
}
