// Keys from secrets: until TLS 1.2 (RFC 6101 §6, RFC 2246 §5, RFC 5246 §5, §6.3), and the key schedule of 1.3 (RFC 8446 §7).
import { type Aead, blockSize, type Ciphers, type Hash, hashSize, keySize } from "./ciphers.ts";
import { Version } from "./numbers.ts";
import type { Suite } from "./suite.ts";

/** What the records of one way are enciphered with. */
export interface Keys {
  readonly key: Uint8Array;
  /**
   * AEAD: joined with each record's own part to its nonce, 4 octets (AES in TLS 1.2) or 12. Block ciphers of TLS 1.0:
   * what the first record is chained to; later versions have one in each record, and none here.
   */
  readonly iv: Uint8Array;
  /** Of the MAC; no octets where an AEAD needs none. */
  readonly mac: Uint8Array;
}

/** The randoms of both hellos. */
export interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** The hash of the PRF: both together before TLS 1.2 (RFC 2246 §5), one in the other in SSL 3.0, then the suite's. */
export type PrfHash = Hash | "MD5 and SHA-1" | "MD5 of SHA-1";
export function prfHash(version: number, { hash }: Suite): PrfHash {
  if (version < Version["TLS 1.0"]) return "MD5 of SHA-1";
  return version < Version["TLS 1.2"] ? "MD5 and SHA-1" : hash;
}

/** The pseudorandom function until TLS 1.2: as many octets as are asked for. */
export function prf(
  ciphers: Ciphers,
  hash: PrfHash,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  size: number,
): Uint8Array {
  if (hash === "MD5 of SHA-1") return stretchedBeforeTls(ciphers, secret, seed, size);
  const labelled = join(ascii.encode(label), seed);
  if (hash !== "MD5 and SHA-1") return stretched(ciphers, hash, secret, labelled, size);
  // Each hash has a half of the secret; the one in the middle of an odd number is in both.
  const half = Math.ceil(secret.length / 2);
  const md5 = stretched(ciphers, "MD5", secret.subarray(0, half), labelled, size);
  const sha1 = stretched(ciphers, "SHA-1", secret.subarray(secret.length - half), labelled, size);
  return md5.map((octet, i) => octet ^ sha1[i]!);
}

/** SSL 3.0 has no labels, but "A", "BB", "CCC" and so on (RFC 6101 §6.1, §6.2.2). */
function stretchedBeforeTls(
  ciphers: Ciphers,
  secret: Uint8Array,
  seed: Uint8Array,
  size: number,
): Uint8Array {
  const octets: Uint8Array[] = [];
  for (let n = 1; (n - 1) * hashSize.MD5 < size; n++) {
    const salt = new Uint8Array(n).fill(0x40 + n);
    octets.push(ciphers.hash("MD5", join(secret, ciphers.hash("SHA-1", join(salt, secret, seed)))));
  }
  return join(...octets).subarray(0, size);
}

/** P_hash, RFC 5246 §5. */
function stretched(
  ciphers: Ciphers,
  hash: Hash,
  secret: Uint8Array,
  seed: Uint8Array,
  size: number,
): Uint8Array {
  const octets: Uint8Array[] = [];
  let a = seed;
  for (let made = 0; made < size; made += hashSize[hash]) {
    a = ciphers.hmac(hash, secret, a);
    octets.push(ciphers.hmac(hash, secret, join(a, seed)));
  }
  return join(...octets).subarray(0, size);
}

/**
 * The master secret from the one that both sides agreed on (RFC 5246 §8.1), bound to the randoms, or to the whole
 * handshake up to the ClientKeyExchange, `transcript`, where both sides want that (RFC 7627 §4).
 */
export function masterSecret(
  ciphers: Ciphers,
  hash: PrfHash,
  premaster: Uint8Array,
  { client, server }: Randoms,
  transcript?: Uint8Array,
): Uint8Array {
  if (!transcript) return prf(ciphers, hash, premaster, "master secret", join(client, server), 48);
  const session =
    hash === "MD5 and SHA-1" || hash === "MD5 of SHA-1"
      ? join(ciphers.hash("MD5", transcript), ciphers.hash("SHA-1", transcript))
      : ciphers.hash(hash, transcript);
  return prf(ciphers, hash, premaster, "extended master secret", session, 48);
}

/** The keys of both ways from the master secret (RFC 5246 §6.3). A cipher that is not opened here has no key. */
export function keyBlock(
  ciphers: Ciphers,
  version: number,
  suite: Suite,
  master: Uint8Array,
  { client, server }: Randoms,
): { client: Keys; server: Keys } {
  const sizes = keySizes(version, suite);
  const total = 2 * (sizes.mac + sizes.key + sizes.iv);
  const block = prf(ciphers, prfHash(version, suite), master, "key expansion", join(server, client), total);
  let at = 0;
  const take = (size: number) => {
    at += size;
    return block.subarray(at - size, at);
  };
  const macs = [take(sizes.mac), take(sizes.mac)] as const;
  const keys = [take(sizes.key), take(sizes.key)] as const;
  const ivs = [take(sizes.iv), take(sizes.iv)] as const;
  return {
    client: { mac: macs[0], key: keys[0], iv: ivs[0] },
    server: { mac: macs[1], key: keys[1], iv: ivs[1] },
  };
}

function keySizes(version: number, { aead, block, mac }: Suite): { mac: number; key: number; iv: number } {
  if (aead) return { mac: 0, key: keySize[aead], iv: explicitNonceSize(aead) > 0 ? 4 : 12 };
  const [macSize, cipher] = [mac ? hashSize[mac] : 0, block === "NULL" ? undefined : block];
  if (!cipher) return { mac: macSize, key: 0, iv: 0 };
  return { mac: macSize, key: keySize[cipher], iv: version < Version["TLS 1.1"] ? blockSize[cipher] : 0 };
}

/** In TLS 1.2, block ciphers have eight octets of their nonce in each record (RFC 5288 §3, RFC 6655 §3), ChaCha20-Poly1305 none (RFC 7905 §2). */
export const explicitNonceSize = (aead: Aead | undefined): number =>
  aead && aead !== "ChaCha20-Poly1305" ? 8 : 0;

/** From TLS 1.1 on each record of a block cipher brings what it is chained to (RFC 4346 §6.2.3.2). */
export const explicitIvSize = (version: number | undefined, { block }: Suite): number =>
  block && block !== "NULL" && (version ?? 0) >= Version["TLS 1.1"] ? blockSize[block] : 0;

/** HKDF-Expand-Label without context, RFC 8446 §7.1; up to draft 19 labels began otherwise. */
export function expandLabel(
  ciphers: Ciphers,
  hash: Hash,
  secret: Uint8Array,
  label: string,
  size: number,
  draft?: number,
): Uint8Array {
  const name = ascii.encode(`${(draft ?? 20) < 20 ? "TLS 1.3, " : "tls13 "}${label}`);
  const info = join(Uint8Array.of(size >> 8, size & 0xff, name.length), name, Uint8Array.of(0));
  const octets: Uint8Array[] = [];
  let last: Uint8Array = new Uint8Array(0);
  for (let n = 1; (n - 1) * hashSize[hash] < size; n++) {
    last = ciphers.hmac(hash, secret, join(last, info, Uint8Array.of(n)));
    octets.push(last);
  }
  return join(...octets).subarray(0, size);
}

/** The keys of one way from its traffic secret in TLS 1.3 (RFC 8446 §7.3). */
export const trafficKeys = (
  ciphers: Ciphers,
  aead: Aead,
  hash: Hash,
  secret: Uint8Array,
  draft?: number,
): Keys => ({
  key: expandLabel(ciphers, hash, secret, "key", keySize[aead], draft),
  iv: expandLabel(ciphers, hash, secret, "iv", 12, draft),
  mac: new Uint8Array(0),
});

/** The traffic secret after a KeyUpdate (RFC 8446 §7.2). */
export const nextTrafficSecret = (
  ciphers: Ciphers,
  { hash }: Suite,
  secret: Uint8Array,
  draft?: number,
): Uint8Array => {
  const label = (draft ?? 20) < 20 ? "application traffic secret" : "traffic upd";
  return expandLabel(ciphers, hash, secret, label, hashSize[hash], draft);
};

const ascii = new TextEncoder();

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
