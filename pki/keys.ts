// Key pairs on WebCrypto, which makes each on a thread of its own: RSA-2048 as the boards have it, and P-256.

/** RSA-2048 takes some 50 ms to make, P-256 a thousandth of that. Both sign with SHA-256. */
export type KeyKind = "RSA-2048" | "P-256";

/** A new key pair; both halves can be exported. */
export function makeKeys(kind: KeyKind): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithms[kind], true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
}

/** A private key as it is kept: PKCS #8 (RFC 5958) in DER. */
export async function exportKey(key: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
}

/** A private key from PKCS #8 in DER, as the partner of that public key. */
export async function importKey(pkcs8: Uint8Array, publicKey: CryptoKey): Promise<CryptoKeyPair> {
  const algorithm = algorithms[publicKey.algorithm.name === "ECDSA" ? "P-256" : "RSA-2048"];
  const privateKey = await crypto.subtle.importKey("pkcs8", new Uint8Array(pkcs8), algorithm, true, ["sign"]);
  return { publicKey, privateKey };
}

const algorithms = {
  "RSA-2048": {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([0x01, 0x00, 0x01]),
  },
  "P-256": { name: "ECDSA", namedCurve: "P-256" },
} as const;
