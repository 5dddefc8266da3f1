// The rules that each certificate of a path must keep (RFC 5280 §4.2.1, §6.1).
import { extensionOf, KeyUsage } from "./extension.ts";
import { Version } from "./format.ts";
import { Oid, oidName } from "./oid.ts";
import { isSelfIssued, type Judged } from "./path.ts";
import { timeText } from "./primitives.ts";

/** Why a certificate is not accepted. */
export type Fault =
  | "unreadable"
  | "unknown issuer"
  | "bad signature"
  | "unknown critical extension"
  | "not an authority"
  | "path too long"
  | "not yet valid"
  | "expired"
  | "wrong purpose"
  | "wrong name";

/** One certificate in its path, and what is expected of it. */
export interface Case {
  readonly certificate: Judged;
  /** 0 is the leaf. */
  readonly depth: number;
  /** A trusted root, which ends the path. */
  readonly root: boolean;
  /** The path ends here, and not at a trusted root. */
  readonly orphan: boolean;
  /** A trusted root has the name of its issuer, and another key. */
  readonly namesake: boolean;
  /** Who issued it by name has not signed it. */
  readonly forged: boolean;
  /** The authorities between this one and the leaf. */
  readonly below: readonly Judged[];
  /** Nanoseconds since the Unix epoch. */
  readonly at: bigint;
  readonly purpose: "server" | "client";
  readonly name?: string;
}

/** What is wrong, in a word and as the rest of a sentence that begins with the certificate's subject. */
type Objection = readonly [fault: Fault, says: string];

type Rule = (of: Case) => Objection | undefined;

const knownIssuer: Rule = ({ orphan, namesake, certificate }) => {
  if (!orphan) return;
  if (isSelfIssued(certificate))
    return ["unknown issuer", "is issued by itself and is none of the trusted roots"];
  if (namesake)
    return ["unknown issuer", `is issued by another ${certificate.issuer} than the one that is trusted`];
  return ["unknown issuer", `is issued by ${certificate.issuer}, which is neither trusted nor presented`];
};

const rightSignature: Rule = ({ forged, certificate: { issuer } }) =>
  forged ? ["bad signature", `names ${issuer} as its issuer, which has not signed it`] : undefined;

/** §4.2 */
const understood: Rule = ({ certificate: { extensions } }) => {
  const strange = extensions.find(({ critical, id }) => critical && !known.has(id));
  if (!strange) return;
  const name = oidName(strange.id) ?? strange.id;
  return ["unknown critical extension", `has the critical extension ${name}, which is not understood here`];
};

/** Those judged here, and those that can't narrow what is: identifiers, where lists are, policies that nobody asks for. */
const known = new Set<string>([
  Oid.subjectKeyIdentifier,
  Oid.keyUsage,
  Oid.subjectAltName,
  Oid.basicConstraints,
  Oid.cRLDistributionPoints,
  Oid.certificatePolicies,
  Oid.authorityKeyIdentifier,
  Oid.extKeyUsage,
]);

/** §6.1.4 (k), (n). A root of version 1 can't say that it may sign: who put it among the roots says so. */
const authority: Rule = ({ depth, root, certificate: { version, extensions } }) => {
  if (depth === 0 || (root && version === Version.v1)) return;
  if (!extensionOf(extensions, Oid.basicConstraints)?.ca)
    return ["not an authority", "has issued a certificate and is no authority"];
  if (!allows(extensionOf(extensions, Oid.keyUsage), KeyUsage.keyCertSign))
    return ["not an authority", "has issued a certificate, for which its key may not be used"];
};

/** §6.1.4 (l), (m): an authority that issued its own successor doesn't count. */
const shortEnough: Rule = ({ below, certificate: { extensions } }) => {
  const allowed = extensionOf(extensions, Oid.basicConstraints)?.pathLength;
  const found = below.filter(certificate => !isSelfIssued(certificate)).length;
  if (allowed === undefined || found <= allowed) return;
  const authorities = allowed === 1 ? "authority" : "authorities";
  return ["path too long", `allows ${allowed} ${authorities} below it, and there are ${found}`];
};

const begun: Rule = ({ at, certificate: { validity } }) => {
  if (seconds(at) >= validity.notBefore) return;
  return ["not yet valid", `is valid from ${timeText(validity.notBefore)}, and the clock says ${clock(at)}`];
};

const notOver: Rule = ({ at, certificate: { validity } }) => {
  if (seconds(at) <= validity.notAfter) return;
  return ["expired", `was valid until ${timeText(validity.notAfter)}, and the clock says ${clock(at)}`];
};

/** §4.2.1.3, §4.2.1.12. An authority that names purposes passes on no others; a root is asked for none. */
const fitPurpose: Rule = ({ depth, root, purpose, certificate: { extensions } }) => {
  if (root && depth > 0) return;
  const purposes = extensionOf(extensions, Oid.extKeyUsage);
  if (purposes && !purposes.includes(purposeOid[purpose]) && !purposes.includes(Oid.anyExtendedKeyUsage))
    return ["wrong purpose", `is not issued for a TLS ${purpose}`];
  if (depth > 0 || allows(extensionOf(extensions, Oid.keyUsage), ...purposeUsage[purpose])) return;
  return ["wrong purpose", `has a key that a TLS ${purpose} may not use`];
};

const purposeOid = { server: Oid.serverAuth, client: Oid.clientAuth } as const;

/** A client signs. A server signs, or with the older suites decrypts or agrees (RFC 5246 §7.4.2). */
const purposeUsage = {
  server: [KeyUsage.digitalSignature, KeyUsage.keyEncipherment, KeyUsage.keyAgreement],
  client: [KeyUsage.digitalSignature],
} as const;

/** RFC 6125 §6. The common name counts only where there is no alternative name, as in version 1. */
const rightName: Rule = ({ depth, name, certificate: { x509, subject } }) => {
  if (depth > 0 || name === undefined) return;
  const isAddress = /^[\d.]+$|:/.test(name);
  if (isAddress ? x509.checkIP(name) : x509.checkHost(name)) return;
  return [
    "wrong name",
    `is issued for ${alternatives(x509.subjectAltName) ?? subject}, and ${name} was asked for`,
  ];
};

/** "JORGE-PC, 192.168.1.20" of "DNS:JORGE-PC, IP Address:192.168.1.20", which node:crypto has made safe to print. */
const alternatives = (text: string | undefined) => text?.replaceAll(/(DNS|IP Address):/g, "");

/** In the order of their weight: the first that objects gives the verdict. */
export const rules: readonly Rule[] = [
  knownIssuer,
  rightSignature,
  understood,
  authority,
  shortEnough,
  begun,
  notOver,
  fitPurpose,
  rightName,
];

/** Whether any of these uses is allowed; a certificate that names none allows all. */
const allows = (keyUsage: number | undefined, ...uses: readonly number[]) =>
  keyUsage === undefined || uses.some(bit => keyUsage & (1 << bit));

const seconds = (nanoseconds: bigint) => Number(nanoseconds / 1_000_000_000n);

const clock = (nanoseconds: bigint) => timeText(seconds(nanoseconds));
