// The same cryptography in TypeScript alone, for a page: about a hundred times slower at AES-GCM, and good for captures.
import { cbc, ctr, gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import { blocksOf, openGcm, unchained } from "./blocks.ts";
import { type Aes, openCcm } from "./ccm.ts";
import { type Ciphers, tagSize } from "./ciphers.ts";

const hashes = { MD5: md5, "SHA-1": sha1, "SHA-256": sha256, "SHA-384": sha384 } as const;

/** Has no DES: such records stay closed in a page. */
export const portable: Ciphers = {
  open(aead, key, nonce, sealed, additional) {
    try {
      if (aead.includes("CCM")) return openCcm(aes, { key, nonce, sealed, additional, tag: tagSize(aead) });
      const blocks = blocksOf(aead, key);
      if (blocks) return openGcm(blocks, nonce, sealed, additional);
      return (aead === "ChaCha20-Poly1305" ? chacha20poly1305 : gcm)(key, nonce, additional).decrypt(sealed);
    } catch {
      return undefined;
    }
  },
  unchain(cipher, key, iv, octets) {
    const blocks = blocksOf(cipher, key);
    if (blocks) return unchained(blocks, iv, octets);
    if (!cipher.startsWith("AES")) return undefined;
    try {
      return cbc(key, iv, { disablePadding: true }).decrypt(octets);
    } catch {
      return undefined;
    }
  },
  hmac: (hash, key, message) => hmac(hashes[hash], key, message),
  hash: (hash, message) => hashes[hash](message),
};

const aes: Aes = {
  mac: (key, blocks) => cbc(key, new Uint8Array(16), { disablePadding: true }).encrypt(blocks).subarray(-16),
  count: (key, first, octets) => ctr(key, first).decrypt(octets),
};
