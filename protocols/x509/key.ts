// Algorithms and the public keys they are for (RFC 5280 §4.1.2.7, RFC 3279, RFC 5480).
import { by, type Codec, optional, struct, type Value } from "../wire/index.ts";
import { type Any, element } from "./any.ts";
import { bitStringOf, type Element, sequence } from "./der.ts";
import { Oid, oidName } from "./oid.ts";
import { bitString, integer, objectIdentifier } from "./primitives.ts";

const curve: Codec<string | undefined, string | undefined> = optional(objectIdentifier);
const parameters: Codec<Any | undefined, Any | undefined> = optional(element);

/** §4.1.1.2. The parameters of elliptic curves are the name of the curve; others are opened as they come. */
export const algorithmIdentifier = sequence(
  struct({
    algorithm: objectIdentifier,
    parameters: by(
      "algorithm",
      (algorithm: string): Codec<string | Any | undefined> =>
        (algorithm === Oid["id-ecPublicKey"] ? curve : parameters) as Codec<string | Any | undefined>,
    ),
  }),
);
export type AlgorithmIdentifier = Value<typeof algorithmIdentifier>;

/** RFC 8017 §A.1.1 */
const rsaPublicKey = sequence(struct({ modulus: integer, publicExponent: integer }));
export type RsaPublicKey = Value<typeof rsaPublicKey>;

export const subjectPublicKeyInfo = sequence(
  struct({
    algorithm: algorithmIdentifier,
    subjectPublicKey: by(
      "algorithm",
      ({ algorithm }: AlgorithmIdentifier): Element<RsaPublicKey | Uint8Array> =>
        (algorithm === Oid.rsaEncryption ? bitStringOf(rsaPublicKey) : bitString) as Element<
          RsaPublicKey | Uint8Array
        >,
    ),
  }),
);
export type SubjectPublicKeyInfo = Value<typeof subjectPublicKeyInfo>;

/** What kind of key it is, and how long, in bits: `["RSA", 2048]`, `["P-256", 256]`. The length of unknown kinds is unknown. */
export function keySize({
  algorithm,
  subjectPublicKey,
}: SubjectPublicKeyInfo): [kind: string, bits?: number] {
  if ("modulus" in subjectPublicKey) return ["RSA", subjectPublicKey.modulus.toString(2).length];
  const { parameters } = algorithm;
  const kind = typeof parameters === "string" ? parameters : algorithm.algorithm;
  return kinds[kind] ?? [oidName(kind) ?? kind];
}

const kinds: Readonly<Record<string, [kind: string, bits: number]>> = {
  [Oid.secp256r1]: ["P-256", 256],
  [Oid.secp256k1]: ["secp256k1", 256],
  [Oid.secp384r1]: ["P-384", 384],
  [Oid.secp521r1]: ["P-521", 521],
  [Oid["id-Ed25519"]]: ["Ed25519", 256],
  [Oid["id-Ed448"]]: ["Ed448", 456],
  [Oid["id-X25519"]]: ["X25519", 256],
  [Oid["id-X448"]]: ["X448", 448],
};

/** How a signature is made, in words: "RSA with SHA-256"; the name in the standard, or the number, of others. */
export const signatureText = ({ algorithm }: AlgorithmIdentifier): string =>
  signatures[algorithm] ?? oidName(algorithm) ?? algorithm;

const signatures: Readonly<Record<string, string>> = {
  [Oid.md5WithRSAEncryption]: "RSA with MD5",
  [Oid.sha1WithRSAEncryption]: "RSA with SHA-1",
  [Oid.sha256WithRSAEncryption]: "RSA with SHA-256",
  [Oid.sha384WithRSAEncryption]: "RSA with SHA-384",
  [Oid.sha512WithRSAEncryption]: "RSA with SHA-512",
  [Oid["id-RSASSA-PSS"]]: "RSA-PSS",
  [Oid["ecdsa-with-SHA1"]]: "ECDSA with SHA-1",
  [Oid["ecdsa-with-SHA256"]]: "ECDSA with SHA-256",
  [Oid["ecdsa-with-SHA384"]]: "ECDSA with SHA-384",
  [Oid["ecdsa-with-SHA512"]]: "ECDSA with SHA-512",
  [Oid["id-Ed25519"]]: "Ed25519",
  [Oid["id-Ed448"]]: "Ed448",
};

/** What is hashed before it is signed, by the names that node:crypto has for it; null where the algorithm hashes for itself. */
export const signatureHashes: Readonly<Record<string, string | null>> = {
  [Oid.sha1WithRSAEncryption]: "sha1",
  [Oid.sha256WithRSAEncryption]: "sha256",
  [Oid.sha384WithRSAEncryption]: "sha384",
  [Oid.sha512WithRSAEncryption]: "sha512",
  [Oid["ecdsa-with-SHA1"]]: "sha1",
  [Oid["ecdsa-with-SHA256"]]: "sha256",
  [Oid["ecdsa-with-SHA384"]]: "sha384",
  [Oid["ecdsa-with-SHA512"]]: "sha512",
  [Oid["id-Ed25519"]]: null,
};
