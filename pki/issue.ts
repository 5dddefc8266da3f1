// Makes requests, certificates and revocation lists (RFC 2986, RFC 5280), written by the lab's own descriptions.
import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { type Draft, Reader } from "../protocols/wire/index.ts";
import { type Extension, extensionOf, KeyUsage, RevocationReason } from "../protocols/x509/extension.ts";
import {
  certificate,
  certificateList,
  certificationRequest,
  signedPart,
  Version,
} from "../protocols/x509/format.ts";
import { GeneralNameTag } from "../protocols/x509/general-name.ts";
import { type AlgorithmIdentifier, signatureHashes, subjectPublicKeyInfo } from "../protocols/x509/key.ts";
import { type Name, nameText } from "../protocols/x509/name.ts";
import { Oid } from "../protocols/x509/oid.ts";
import { readHeader } from "../protocols/x509/tag.ts";
import { type KeyPair, publicKeyInfo, signatureOf, signed } from "./keys.ts";
import type { Use } from "./profiles.ts";

/** From when until when; fractions of a second don't count. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** What a certificate is to say. */
export interface Certification {
  readonly subject: Name;
  /** The issuer's subject, octet for octet; a root's is its own. */
  readonly issuer: Name;
  readonly publicKey: KeyObject;
  readonly use: Use;
  readonly validity: Validity;
  /** How many intermediate authorities may stand below; authorities only. */
  readonly pathLength?: number;
  /** Names and IP addresses that a client may have asked for (subject alternative name). */
  readonly hosts?: readonly string[];
  /** Positive, at most 20 octets; by default 126 random bits. */
  readonly serial?: bigint;
  /** Version 1 has no extensions: it can't say what it is for, nor for which hosts. */
  readonly version?: 1 | 3;
}

/** A request for a certificate (CSR) in DER, signed by the key that it asks to have certified. */
export function request(subject: Name, hosts: readonly string[], keys: KeyPair): Uint8Array {
  const asked = alternativeNames(hosts);
  const draft: Draft<typeof certificationRequest> = {
    certificationRequestInfo: {
      version: 0,
      subject,
      subjectPublicKeyInfo: subjectPublicKeyInfo.decode(publicKeyInfo(keys.publicKey)),
      attributes: asked.length > 0 ? [{ type: Oid.extensionRequest, values: [asked] }] : [],
    },
    signatureAlgorithm: algorithmOf(keys.privateKey),
    signature: nothing,
  };
  const unsigned = certificationRequest.encode(draft);
  const signature = signed(signedPart(unsigned), keys.privateKey);
  return certificationRequest.encode({ ...draft, signature }).slice();
}

/** What a request asks for. */
export interface Asked {
  readonly subject: Name;
  readonly publicKey: KeyObject;
  /** The subject alternative name, exactly as it is asked for. */
  readonly names?: Extension;
}

/** Reads a request in DER. @throws Malformed, or Error if it isn't signed by its own key (RFC 2986 §2) */
export function requested(der: Uint8Array): Asked {
  const { certificationRequestInfo: info, signatureAlgorithm, signature } = certificationRequest.decode(der);
  const publicKey = createPublicKey({
    key: Buffer.from(subjectPublicKeyInfo.encode(info.subjectPublicKeyInfo)),
    format: "der",
    type: "spki",
  });
  const hash = signatureHashes[signatureAlgorithm.algorithm];
  if (hash === undefined || !verify(hash, signedPart(der), publicKey, signature))
    throw new Error(`the request of ${nameText(info.subject)} is not signed by its own key`);
  const extensions = info.attributes
    .filter(({ type }) => type === Oid.extensionRequest)
    .flatMap(({ values }) => values.flat() as Extension[]);
  const names = extensions.find(({ id }) => id === Oid.subjectAltName);
  return { subject: info.subject, publicKey, names };
}

/** The public key of a certificate in DER. */
export const certifiedKey = (der: Uint8Array): KeyObject => new X509Certificate(der).publicKey;

/** The subject of a certificate in DER, octet for octet as it stands there. */
export const subjectOf = (der: Uint8Array): Name => certificate.decode(der).tbsCertificate.subject;

/** A certificate in DER, signed by the issuer's keys (a root's are its own). `names` is a request's, taken as it is. */
export function certify(of: Certification, issuer: KeyPair, names?: Extension): Uint8Array {
  const algorithm = algorithmOf(issuer.privateKey);
  const { validity, version = 3, serial = randomSerial() } = of;
  const draft: Draft<typeof certificate> = {
    tbsCertificate: {
      version: version === 1 ? Version.v1 : Version.v3,
      serialNumber: serial,
      signature: algorithm,
      issuer: of.issuer,
      validity: { notBefore: seconds(validity.notBefore), notAfter: seconds(validity.notAfter) },
      subject: of.subject,
      subjectPublicKeyInfo: subjectPublicKeyInfo.decode(publicKeyInfo(of.publicKey)),
      extensions: version === 1 ? undefined : extensionsOf(of, issuer.publicKey, names),
    },
    signatureAlgorithm: algorithm,
    signature: nothing,
  };
  const signature = signed(signedPart(certificate.encode(draft)), issuer.privateKey);
  return certificate.encode({ ...draft, signature }).slice();
}

/** What an authority says of a certificate that is valid no more. */
export interface Revoked {
  readonly serial: bigint;
  readonly date: Date;
  readonly reason?: keyof typeof RevocationReason;
}

export interface Listing {
  /** The authority's subject, octet for octet. */
  readonly issuer: Name;
  readonly thisUpdate: Date;
  /** Until then the list counts; a new one must be there by then. */
  readonly nextUpdate: Date;
  /** Greater than that of any list before. */
  readonly number: bigint;
  readonly revoked: readonly Revoked[];
}

/** An authority's revocation list (CRL v2) in DER. */
export function revocationList(of: Listing, keys: KeyPair): Uint8Array {
  const algorithm = algorithmOf(keys.privateKey);
  const revoked = of.revoked.map(({ serial, date, reason }) => ({
    serialNumber: serial,
    revocationDate: seconds(date),
    // "Unspecified" is said by saying nothing (RFC 5280 §5.3.1).
    extensions:
      reason && reason !== "unspecified"
        ? [{ id: Oid.reasonCode, critical: false, value: RevocationReason[reason] }]
        : undefined,
  }));
  const draft: Draft<typeof certificateList> = {
    tbsCertList: {
      version: Version.v2,
      signature: algorithm,
      issuer: of.issuer,
      thisUpdate: seconds(of.thisUpdate),
      nextUpdate: seconds(of.nextUpdate),
      revokedCertificates: revoked.length > 0 ? revoked : undefined,
      extensions: [authorityKey(keys.publicKey), { id: Oid.cRLNumber, critical: false, value: of.number }],
    },
    signatureAlgorithm: algorithm,
    signature: nothing,
  };
  const signature = signed(signedPart(certificateList.encode(draft)), keys.privateKey);
  return certificateList.encode({ ...draft, signature }).slice();
}

/** What a list holds, for the next one to hold too. @throws Malformed */
export function listed(der: Uint8Array): { readonly number: bigint; readonly revoked: readonly Revoked[] } {
  const { revokedCertificates = [], extensions } = certificateList.decode(der).tbsCertList;
  const reasons = Object.entries(RevocationReason) as [keyof typeof RevocationReason, number][];
  const revoked = revokedCertificates.map(entry => {
    const code = extensionOf(entry.extensions, Oid.reasonCode);
    return {
      serial: entry.serialNumber,
      date: new Date(entry.revocationDate * 1000),
      reason: reasons.find(([, value]) => value === code)?.[0],
    };
  });
  return { number: extensionOf(extensions, Oid.cRLNumber) ?? 0n, revoked };
}

/** Positive and at most 20 octets (RFC 5280 §4.1.2.2); 126 of its 127 bits are random. */
export function randomSerial(): bigint {
  const random = crypto.getRandomValues(new Uint8Array(16));
  random[0] = (random[0]! & 0x7f) | 0x40;
  return BigInt(`0x${random.toHex()}`);
}

/** "192.168.1.20" and "::1" are addresses, anything else is a name. @throws Error, a sentence, where it is neither */
function alternativeNames(hosts: readonly string[]): Extension[] {
  if (hosts.length === 0) return [];
  const value = hosts.map(host =>
    isIP(host)
      ? { tag: GeneralNameTag.ipAddress, value: addressOctets(host) }
      : { tag: GeneralNameTag.dnsName, value: host },
  );
  return [{ id: Oid.subjectAltName, critical: false, value }];
}

/** Four octets, or sixteen. The URL parser knows every way to write them. */
export function addressOctets(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split(".").map(Number));
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (part: string | undefined) => (part ? part.split(":") : []);
  const [before, after] = [groups(head), groups(tail)];
  const between = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const all = tail === undefined ? before : [...before, ...between, ...after];
  return Uint8Array.fromHex(all.map(group => group.padStart(4, "0")).join(""));
}

function extensionsOf(of: Certification, issuer: KeyObject, names: Extension | undefined): Extension[] {
  const { use, pathLength, hosts = [], publicKey } = of;
  const constraints = { ca: use === "authority", pathLength: use === "authority" ? pathLength : undefined };
  return [
    { id: Oid.basicConstraints, critical: true, value: constraints },
    { id: Oid.keyUsage, critical: true, value: keyUsage(use, publicKey) },
    ...(use === "authority" ? [] : [{ id: Oid.extKeyUsage, critical: false, value: [purposes[use]] }]),
    ...(names ? [names] : alternativeNames(hosts)),
    { id: Oid.subjectKeyIdentifier, critical: false, value: keyIdentifier(publicKey) },
    authorityKey(issuer),
  ];
}

const purposes = { server: Oid.serverAuth, client: Oid.clientAuth } as const;

/** RFC 5280 §4.2.1.3. The premaster secret is encrypted to an RSA key only, by the TLS 1.2 suites without (EC)DHE (RFC 8813 §3). */
function keyUsage(use: Use, key: KeyObject): number {
  if (use === "authority") return (1 << KeyUsage.keyCertSign) | (1 << KeyUsage.cRLSign);
  const unwraps = use === "server" && key.asymmetricKeyType === "rsa";
  return (1 << KeyUsage.digitalSignature) | (unwraps ? 1 << KeyUsage.keyEncipherment : 0);
}

const authorityKey = (key: KeyObject): Extension => ({
  id: Oid.authorityKeyIdentifier,
  critical: false,
  value: { keyIdentifier: keyIdentifier(key), issuer: undefined, serialNumber: undefined },
});

/** SHA-1 over the bits of the key (RFC 5280 §4.2.1.2, method 1): a name for it, which nothing's safety hangs on. */
function keyIdentifier(key: KeyObject): Uint8Array {
  const from = Reader.over(publicKeyInfo(key));
  readHeader(from);
  from.take(readHeader(from).length);
  const { length } = readHeader(from);
  return new Uint8Array(createHash("sha1").update(from.octets(length).subarray(1)).digest());
}

/** The parameters of RSA are NULL, those of the others absent (RFC 4055 §5, RFC 5758 §3.2, RFC 8410 §3). */
function algorithmOf(key: KeyObject): AlgorithmIdentifier {
  const { oid: algorithm } = signatureOf(key);
  const parameters =
    algorithm === Oid.sha256WithRSAEncryption ? { tag: 0x05, octets: new Uint8Array() } : undefined;
  return { algorithm, parameters };
}

const nothing = new Uint8Array();

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
