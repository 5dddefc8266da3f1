// Makes requests, certificates and revocation lists (RFC 2986, RFC 5280). It alone loads @peculiar/x509, which costs
// 80-100 ms: import it only where something is made.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import type { Profile, Use } from "./profiles.ts";

/** From when until when. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A request for a certificate (CSR) in DER, which asks for that profile's subject and names. */
export async function request(profile: Profile, keys: CryptoKeyPair): Promise<Uint8Array> {
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject(profile.name),
    keys,
    signingAlgorithm: signature(keys.privateKey),
    extensions: alternativeNames(profile),
  });
  return new Uint8Array(made.rawData);
}

/** The public key that a request in DER asks to have certified. Throws if the request isn't signed by its own key (RFC 2986 §2). */
export async function requestedKey(request: Uint8Array): Promise<CryptoKey> {
  const asked = new x509.Pkcs10CertificateRequest(octets(request));
  if (!(await asked.verify()))
    throw new Error(`the request of ${asked.subject} is not signed by its own key`);
  return asked.publicKey.export();
}

/** The public key of a certificate in DER. */
export function certifiedKey(certificate: Uint8Array): Promise<CryptoKey> {
  return new x509.X509Certificate(octets(certificate)).publicKey.export();
}

/** A certificate in DER, v3, signed by the issuer's keys (a root's are its own), with a random serial of 127 bits. */
export async function certify(
  profile: Profile,
  publicKey: CryptoKey,
  issuer: CryptoKeyPair,
  validity: Validity,
): Promise<Uint8Array> {
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: serial().toHex(),
    issuer: subject(profile.issuer),
    subject: subject(profile.name),
    ...validity,
    publicKey,
    signingKey: issuer.privateKey,
    signingAlgorithm: signature(issuer.privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(profile.use === "authority", profile.pathLength, true),
      new x509.KeyUsagesExtension(keyUsage(profile.use, publicKey), true),
      ...extendedKeyUsage[profile.use].map(use => new x509.ExtendedKeyUsageExtension([use])),
      ...alternativeNames(profile),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return new Uint8Array(made.rawData);
}

/** An authority's revocation list (CRL v2) in DER, with nothing revoked yet. Its number is the time, so that it grows. */
export async function revocationList(
  authority: Profile,
  keys: CryptoKeyPair,
  validity: Validity,
): Promise<Uint8Array> {
  const made = await x509.X509CrlGenerator.create({
    issuer: subject(authority.name),
    thisUpdate: validity.notBefore,
    nextUpdate: validity.notAfter,
    signingKey: keys.privateKey,
    signingAlgorithm: signature(keys.privateKey),
    extensions: [await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey), crlNumber(Date.now())],
  });
  return new Uint8Array(made.rawData);
}

/** RFC 5280 §4.2.1.3. The premaster secret is encrypted to an RSA key only, by the TLS 1.2 suites without (EC)DHE (RFC 8813 §3). */
function keyUsage(use: Use, key: CryptoKey): x509.KeyUsageFlags {
  if (use === "authority") return x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
  const unwraps = use === "server" && key.algorithm.name !== "ECDSA";
  return x509.KeyUsageFlags.digitalSignature | (unwraps ? x509.KeyUsageFlags.keyEncipherment : 0);
}

const extendedKeyUsage: Record<Use, readonly x509.ExtendedKeyUsage[]> = {
  authority: [],
  server: [x509.ExtendedKeyUsage.serverAuth],
  client: [x509.ExtendedKeyUsage.clientAuth],
};

function alternativeNames({ hosts }: Profile): x509.Extension[] {
  if (!hosts) return [];
  const names = hosts.names.map(value => ({ type: "dns" as const, value }));
  const addresses = hosts.addresses.map(value => ({ type: "ip" as const, value }));
  return [new x509.SubjectAlternativeNameExtension([...names, ...addresses])];
}

const subject = (name: string) => [{ CN: [name] }];

const signature = (key: CryptoKey) =>
  key.algorithm.name === "ECDSA" ? { name: "ECDSA", hash: "SHA-256" } : { name: "RSASSA-PKCS1-v1_5" };

/** Positive and at most 20 octets (RFC 5280 §4.1.2.2); 126 of its 127 bits are random. */
function serial(): Uint8Array {
  const random = crypto.getRandomValues(new Uint8Array(16));
  random[0] = (random[0]! & 0x7f) | 0x40;
  return random;
}

/** RFC 5280 §5.2.3: an ASN.1 INTEGER. Milliseconds take six octets, the first below 0x80, until the year 6429. */
function crlNumber(milliseconds: number): x509.Extension {
  const value = Uint8Array.fromHex(milliseconds.toString(16).padStart(12, "0"));
  return new x509.Extension("2.5.29.20", false, new Uint8Array([0x02, value.length, ...value]));
}

/** The same octets as WebCrypto's types want them: never over shared memory. */
const octets = (bytes: Uint8Array) => new Uint8Array(bytes);
