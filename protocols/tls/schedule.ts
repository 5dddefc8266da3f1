// Keys from secrets: the pseudorandom function of TLS 1.2 (RFC 5246 §5, §6.3) and the key schedule of TLS 1.3 (RFC 8446 §7).
import { type Aead, type Ciphers, type Hash, hashSize, keySize } from "./ciphers.ts";
import type { Suite } from "./suite.ts";

/** What the records of one way are enciphered with. */
export interface Keys {
  readonly aead: Aead;
  readonly key: Uint8Array;
  /** Joined with each record's own part to its nonce: 4 octets (AES-GCM in TLS 1.2) or 12. */
  readonly iv: Uint8Array;
}

/** The randoms of both hellos. */
export interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** P_hash: as many octets as are asked for (RFC 5246 §5). */
export function prf(
  ciphers: Ciphers,
  hash: Hash,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  size: number,
): Uint8Array {
  const labelled = join(ascii.encode(label), seed);
  const octets: Uint8Array[] = [];
  let a: Uint8Array = labelled;
  for (let made = 0; made < size; made += hashSize[hash]) {
    a = ciphers.hmac(hash, secret, a);
    octets.push(ciphers.hmac(hash, secret, join(a, labelled)));
  }
  return join(...octets).subarray(0, size);
}

/** The keys of both ways from the master secret of TLS 1.2 (RFC 5246 §6.3); an AEAD takes no MAC keys. */
export function keyBlock(
  ciphers: Ciphers,
  { aead, hash }: Suite & { readonly aead: Aead },
  master: Uint8Array,
  { client, server }: Randoms,
): { client: Keys; server: Keys } {
  const [key, iv] = [keySize[aead], explicitNonceSize(aead) > 0 ? 4 : 12];
  const block = prf(ciphers, hash, master, "key expansion", join(server, client), 2 * (key + iv));
  const ivs = block.subarray(2 * key);
  return {
    client: { aead, key: block.subarray(0, key), iv: ivs.subarray(0, iv) },
    server: { aead, key: block.subarray(key, 2 * key), iv: ivs.subarray(iv) },
  };
}

/** In TLS 1.2, AES-GCM has eight octets of its nonce in each record (RFC 5288 §3), ChaCha20-Poly1305 none (RFC 7905 §2). */
export const explicitNonceSize = (aead: Aead | undefined): number => (aead?.endsWith("GCM") ? 8 : 0);

/** HKDF-Expand-Label without context, RFC 8446 §7.1. */
export function expandLabel(
  ciphers: Ciphers,
  hash: Hash,
  secret: Uint8Array,
  label: string,
  size: number,
): Uint8Array {
  const name = ascii.encode(`tls13 ${label}`);
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
export function trafficKeys(
  ciphers: Ciphers,
  { aead, hash }: Suite & { readonly aead: Aead },
  secret: Uint8Array,
): Keys {
  return {
    aead,
    key: expandLabel(ciphers, hash, secret, "key", keySize[aead]),
    iv: expandLabel(ciphers, hash, secret, "iv", 12),
  };
}

/** The traffic secret after a KeyUpdate (RFC 8446 §7.2). */
export const nextTrafficSecret = (ciphers: Ciphers, { hash }: Suite, secret: Uint8Array): Uint8Array =>
  expandLabel(ciphers, hash, secret, "traffic upd", hashSize[hash]);

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
