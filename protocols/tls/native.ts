// The cryptography of the platform: node:crypto, and what Bun's lacks of it from @noble/ciphers.

import { createDecipheriv, createHash, createHmac } from "node:crypto";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Ciphers, tagSize } from "./ciphers.ts";

const names = { "SHA-256": "sha256", "SHA-384": "sha384" } as const;
const modes = { "AES-128-GCM": "aes-128-gcm", "AES-256-GCM": "aes-256-gcm" } as const;

export const native: Ciphers = {
  open(aead, key, nonce, sealed, additional) {
    try {
      if (aead === "ChaCha20-Poly1305") return chacha20poly1305(key, nonce, additional).decrypt(sealed);
      const end = sealed.length - tagSize;
      const decipher = createDecipheriv(modes[aead], key, nonce, { authTagLength: tagSize });
      decipher.setAAD(additional).setAuthTag(sealed.subarray(end));
      const octets = decipher.update(sealed.subarray(0, end));
      decipher.final();
      return new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
    } catch {
      return undefined;
    }
  },
  hmac: (hash, key, message) => new Uint8Array(createHmac(names[hash], key).update(message).digest()),
  hash: (hash, message) => new Uint8Array(createHash(names[hash]).update(message).digest()),
};
