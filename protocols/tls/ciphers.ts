// The cryptography that opening records takes, as an argument: node:crypto is fast, and a page has none.

export type Aead = "AES-128-GCM" | "AES-256-GCM" | "ChaCha20-Poly1305";
export type Hash = "SHA-256" | "SHA-384";

/** All at once: a capture is read packet by packet, and can't wait for promises. */
export interface Ciphers {
  /** What `sealed`, a ciphertext with its 16-octet tag behind it, was; `undefined` if the tag does not fit. */
  open(
    aead: Aead,
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    additional: Uint8Array,
  ): Uint8Array | undefined;
  hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array;
  hash(hash: Hash, message: Uint8Array): Uint8Array;
}

/** Octets of a key and of a tag. */
export const keySize: Readonly<Record<Aead, number>> = {
  "AES-128-GCM": 16,
  "AES-256-GCM": 32,
  "ChaCha20-Poly1305": 32,
};
export const tagSize = 16;
export const hashSize: Readonly<Record<Hash, number>> = { "SHA-256": 32, "SHA-384": 48 };
