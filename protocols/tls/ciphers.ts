// The cryptography that opening records takes, as an argument: node:crypto is fast, and a page has none.

export type Aead =
  | "AES-128-GCM"
  | "AES-256-GCM"
  | "AES-128-CCM"
  | "AES-256-CCM"
  | "AES-128-CCM-8"
  | "AES-256-CCM-8"
  | "ChaCha20-Poly1305"
  | "Camellia-128-GCM"
  | "Camellia-256-GCM"
  | "ARIA-128-GCM"
  | "ARIA-256-GCM";
/** Ciphers of blocks, chained (CBC). */
export type BlockCipher =
  | "AES-128"
  | "AES-256"
  | "3DES"
  | "DES"
  | "Camellia-128"
  | "Camellia-256"
  | "ARIA-128"
  | "ARIA-256";
export type Hash = "MD5" | "SHA-1" | "SHA-256" | "SHA-384";

/** All at once: a capture is read packet by packet, and can't wait for promises. */
export interface Ciphers {
  /** What `sealed`, a ciphertext with its tag behind it, was; `undefined` if the tag does not fit. */
  open(
    aead: Aead,
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    additional: Uint8Array,
  ): Uint8Array | undefined;
  /** Whole blocks deciphered, padding and all; `undefined` if they are not whole, or there is no such cipher here. */
  unchain(cipher: BlockCipher, key: Uint8Array, iv: Uint8Array, octets: Uint8Array): Uint8Array | undefined;
  hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array;
  hash(hash: Hash, message: Uint8Array): Uint8Array;
}

/** Octets of a key. */
export const keySize: Readonly<Record<Aead | BlockCipher, number>> = {
  "AES-128-GCM": 16,
  "AES-256-GCM": 32,
  "AES-128-CCM": 16,
  "AES-256-CCM": 32,
  "AES-128-CCM-8": 16,
  "AES-256-CCM-8": 32,
  "ChaCha20-Poly1305": 32,
  "Camellia-128-GCM": 16,
  "Camellia-256-GCM": 32,
  "ARIA-128-GCM": 16,
  "ARIA-256-GCM": 32,
  "AES-128": 16,
  "AES-256": 32,
  "3DES": 24,
  DES: 8,
  "Camellia-128": 16,
  "Camellia-256": 32,
  "ARIA-128": 16,
  "ARIA-256": 32,
};
/** Octets of a block, and of the initialization vector. */
export const blockSize: Readonly<Record<BlockCipher, number>> = {
  "AES-128": 16,
  "AES-256": 16,
  "3DES": 8,
  DES: 8,
  "Camellia-128": 16,
  "Camellia-256": 16,
  "ARIA-128": 16,
  "ARIA-256": 16,
};
/** Octets of a tag: CCM-8 has half of it (RFC 6655 §4). */
export const tagSize = (aead: Aead): number => (aead.endsWith("CCM-8") ? 8 : 16);
export const hashSize: Readonly<Record<Hash, number>> = {
  MD5: 16,
  "SHA-1": 20,
  "SHA-256": 32,
  "SHA-384": 48,
};
