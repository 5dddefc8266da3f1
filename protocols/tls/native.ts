// The cryptography of the platform: node:crypto, and what Bun's lacks of it from @noble/ciphers or made here.

import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  privateDecrypt,
} from "node:crypto";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { blocksOf, openGcm, unchained } from "./blocks.ts";
import { type Aes, openCcm } from "./ccm.ts";
import { type Aead, type BlockCipher, type Ciphers, tagSize } from "./ciphers.ts";
import type { PremasterOf } from "./keylog.ts";

const names = { MD5: "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384" } as const;
const chained = {
  "AES-128": "aes-128-cbc",
  "AES-256": "aes-256-cbc",
  "3DES": "des-ede3-cbc",
  DES: "des-cbc",
} as const satisfies Partial<Record<BlockCipher, string>>;

export const native: Ciphers = {
  open(aead, key, nonce, sealed, additional) {
    try {
      if (aead === "ChaCha20-Poly1305") return chacha20poly1305(key, nonce, additional).decrypt(sealed);
      if (aead.includes("CCM")) return openCcm(aes, { key, nonce, sealed, additional, tag: tagSize(aead) });
      const blocks = blocksOf(aead, key);
      return blocks
        ? openGcm(blocks, nonce, sealed, additional)
        : openAesGcm(aead, key, nonce, sealed, additional);
    } catch {
      return undefined;
    }
  },
  unchain(cipher, key, iv, octets) {
    try {
      const blocks = blocksOf(cipher, key);
      if (blocks) return unchained(blocks, iv, octets);
      const name = chained[cipher as keyof typeof chained];
      const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
      return plain(Buffer.concat([decipher.update(octets), decipher.final()]));
    } catch {
      return undefined;
    }
  },
  hmac: (hash, key, message) => new Uint8Array(createHmac(names[hash], key).update(message).digest()),
  hash: (hash, message) => new Uint8Array(createHash(names[hash]).update(message).digest()),
};

function openAesGcm(
  aead: Aead,
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  additional: Uint8Array,
): Uint8Array | undefined {
  const authTagLength = tagSize(aead);
  const end = sealed.length - authTagLength;
  const decipher = createDecipheriv(key.length === 16 ? "aes-128-gcm" : "aes-256-gcm", key, nonce, {
    authTagLength,
  });
  decipher.setAAD(additional).setAuthTag(sealed.subarray(end));
  const octets = decipher.update(sealed.subarray(0, end));
  decipher.final();
  return plain(octets);
}

const aes: Aes = {
  mac(key, blocks) {
    const cipher = createCipheriv(key.length === 16 ? "aes-128-cbc" : "aes-256-cbc", key, new Uint8Array(16));
    return cipher.setAutoPadding(false).update(blocks).subarray(-16);
  },
  count: (key, first, octets) =>
    plain(createDecipheriv(key.length === 16 ? "aes-128-ctr" : "aes-256-ctr", key, first).update(octets)),
};

/**
 * The server's RSA key as what opens premaster secrets. RFC 5246 §7.4.7.1 has the padding of PKCS #1 (0, 2, random,
 * 0), which is taken off here: Bun refuses to. @throws Error if the text is no private RSA key in PEM
 */
export function rsaKey(pem: string): PremasterOf {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "rsa")
    throw new Error(`a private RSA key is needed, this one is ${key.asymmetricKeyType}`);
  return encrypted => {
    try {
      const padded = plain(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encrypted));
      const end = padded.indexOf(0, 2);
      if (padded[0] !== 0 || padded[1] !== 2 || padded.length - end - 1 !== 48) return undefined;
      return padded.slice(end + 1);
    } catch {
      return undefined;
    }
  };
}

const plain = (octets: Buffer): Uint8Array => new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
