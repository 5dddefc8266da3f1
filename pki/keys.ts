// Key pairs: what kinds there are, how each is made, signs, and is kept (PKCS #8, encrypted under a password or not).
import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  pbkdf2,
  randomBytes,
  sign,
} from "node:crypto";
import { promisify } from "node:util";
import { Oid } from "../protocols/x509/oid.ts";
import { aes256, passwordEncryptedKey } from "../protocols/x509/private-key.ts";

/** RSA-2048 takes 50 ms to make and up to 200, RSA-4096 seconds, P-256 a tenth of a millisecond. */
export const keyKinds = ["RSA-2048", "RSA-3072", "RSA-4096", "P-256", "P-384", "Ed25519"] as const;
export type KeyKind = (typeof keyKinds)[number];

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A new key pair, made on a thread of its own. */
export async function makeKeys(kind: KeyKind): Promise<KeyPair> {
  if (kind === "Ed25519") return makePair("ed25519", {});
  if (kind === "P-256" || kind === "P-384") return makePair("ec", { namedCurve: kind });
  return makePair("rsa", { modulusLength: Number(kind.slice(4)), publicExponent: 0x10001 });
}

const makePair = promisify(generateKeyPair) as (type: string, options: object) => Promise<KeyPair>;

/** How a key signs: the hash is as strong as the key; Ed25519 has its own (RFC 8032). */
export function signatureOf(key: KeyObject): { readonly oid: string; readonly hash: string | null } {
  if (key.asymmetricKeyType === "ed25519") return { oid: Oid["id-Ed25519"], hash: null };
  if (key.asymmetricKeyType === "rsa") return { oid: Oid.sha256WithRSAEncryption, hash: "sha256" };
  return key.asymmetricKeyDetails?.namedCurve === "secp384r1"
    ? { oid: Oid["ecdsa-with-SHA384"], hash: "sha384" }
    : { oid: Oid["ecdsa-with-SHA256"], hash: "sha256" };
}

export const signed = (octets: Uint8Array, key: KeyObject): Uint8Array =>
  new Uint8Array(sign(signatureOf(key).hash, octets, key));

/** A private key as it is kept: PKCS #8 (RFC 5958) in DER. */
export const exportKey = (key: KeyObject): Uint8Array =>
  new Uint8Array(key.export({ type: "pkcs8", format: "der" }));

/** The same, encrypted under a password: PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC (RFC 8018 §6.2). */
export async function encryptKey(key: KeyObject, password: string): Promise<Uint8Array> {
  const [salt, initializationVector] = [new Uint8Array(randomBytes(16)), new Uint8Array(randomBytes(16))];
  const derived = await promisify(pbkdf2)(password, salt, iterations, 32, "sha256");
  const cipher = createCipheriv("aes-256-cbc", derived, initializationVector);
  const encrypted = Buffer.concat([cipher.update(exportKey(key)), cipher.final()]);
  return passwordEncryptedKey
    .encode({
      algorithm: aes256(salt, iterations, initializationVector),
      encryptedData: new Uint8Array(encrypted),
    })
    .slice();
}

/** Each guess of a password costs as many hashes; OWASP's figure of 2023 for this function. A tenth of a second here. */
const iterations = 600_000;

/** The key pair of a private key in PKCS #8, not encrypted. @throws where it is none */
export function importKey(pkcs8: Uint8Array): KeyPair {
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** A public key as certificates hold it: SubjectPublicKeyInfo in DER (RFC 5280 §4.1.2.7). */
export const publicKeyInfo = (key: KeyObject): Uint8Array =>
  new Uint8Array(key.export({ type: "spki", format: "der" }));
