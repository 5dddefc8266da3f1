// The rules that each certificate of a path must keep (RFC 5280 §4.2.1, §6.1).
import { wordsOf } from "../wire/index.ts";
import { extensionOf, KeyUsage } from "./extension.ts";
import { Version } from "./format.ts";
import { Oid, oidName } from "./oid.ts";
import { isSelfIssued, type Judged } from "./path.ts";
import { timeText } from "./primitives.ts";
import { type RevocationList, standingOf } from "./revocation.ts";

/** Why a certificate is not accepted. */
export type Fault =
  | "unreadable"
  | "self-signed"
  | "untrusted root"
  | "unknown issuer"
  | "bad signature"
  | "unknown critical extension"
  | "not an authority"
  | "path too long"
  | "not yet valid"
  | "expired"
  | "revoked"
  | "revocation unknown"
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
  /** The next one up, which has issued this one. */
  readonly issuer?: Judged;
  /** Where revocation is judged: all lists that are at hand. */
  readonly lists?: readonly RevocationList[];
  /** The authorities between this one and the leaf. */
  readonly below: readonly Judged[];
  /** Nanoseconds since the Unix epoch. */
  readonly at: bigint;
  readonly purpose?: "server" | "client";
  readonly name?: string;
}

/** What is wrong, in a word and as the rest of a sentence that begins with the certificate's subject, in English and Spanish. */
type Objection = readonly [fault: Fault, says: string, inSpanish: string];

type Rule = (of: Case) => Objection | undefined;

/** Where the path ends: a whole one at a root that is not trusted, or one with a gap, which a missing intermediate leaves. */
const knownIssuer: Rule = ({ orphan, namesake, depth, certificate }) => {
  if (!orphan) return;
  if (isSelfIssued(certificate))
    return [
      depth === 0 ? "self-signed" : "untrusted root",
      "is issued by itself and is none of the trusted roots",
      "está emitido por sí mismo y no es ninguna de las raíces de confianza",
    ];
  if (namesake)
    return [
      "unknown issuer",
      `is issued by another ${certificate.issuer} than the one that is trusted`,
      `está emitido por otra ${certificate.issuer} que aquella en la que se confía`,
    ];
  return [
    "unknown issuer",
    `is issued by ${certificate.issuer}, which is neither trusted nor presented`,
    `está emitido por ${certificate.issuer}, que ni es de confianza ni se ha presentado`,
  ];
};

const rightSignature: Rule = ({ forged, certificate: { issuer } }) =>
  forged
    ? [
        "bad signature",
        `names ${issuer} as its issuer, which has not signed it`,
        `nombra como emisor a ${issuer}, que no lo ha firmado`,
      ]
    : undefined;

/** §4.2 */
const understood: Rule = ({ certificate: { extensions } }) => {
  const strange = extensions.find(({ critical, id }) => critical && !known.has(id));
  if (!strange) return;
  const name = oidName(strange.id) ?? strange.id;
  return [
    "unknown critical extension",
    `has the critical extension ${name}, which is not understood here`,
    `tiene la extensión crítica ${name}, que aquí no se entiende`,
  ];
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
    return [
      "not an authority",
      "has issued a certificate and is no authority",
      "ha emitido un certificado y no es una autoridad",
    ];
  if (!allows(extensionOf(extensions, Oid.keyUsage), KeyUsage.keyCertSign))
    return [
      "not an authority",
      "has issued a certificate, for which its key may not be used",
      "ha emitido un certificado, y su clave no puede usarse para eso",
    ];
};

/** §6.1.4 (l), (m): an authority that issued its own successor doesn't count. */
const shortEnough: Rule = ({ below, certificate: { extensions } }) => {
  const allowed = extensionOf(extensions, Oid.basicConstraints)?.pathLength;
  const found = below.filter(certificate => !isSelfIssued(certificate)).length;
  if (allowed === undefined || found <= allowed) return;
  const authorities = allowed === 1 ? "authority" : "authorities";
  const autoridades = allowed === 1 ? "autoridad" : "autoridades";
  return [
    "path too long",
    `allows ${allowed} ${authorities} below it, and there are ${found}`,
    `permite ${allowed} ${autoridades} por debajo, y hay ${found}`,
  ];
};

const begun: Rule = ({ at, certificate: { validity } }) => {
  if (seconds(at) >= validity.notBefore) return;
  const from = timeText(validity.notBefore);
  return [
    "not yet valid",
    `is valid from ${from}, and the clock says ${clock(at)}`,
    `vale desde ${from}, y el reloj dice ${clock(at)}`,
  ];
};

const notOver: Rule = ({ at, certificate: { validity } }) => {
  if (seconds(at) <= validity.notAfter) return;
  const until = timeText(validity.notAfter);
  return [
    "expired",
    `was valid until ${until}, and the clock says ${clock(at)}`,
    `valía hasta ${until}, y el reloj dice ${clock(at)}`,
  ];
};

/** §6.3. Nobody revokes a root: it is trusted until it is taken out of the trusted ones. */
const notRevoked: Rule = ({ root, issuer, lists, at, certificate }) => {
  if (!lists || root || !issuer) return;
  const standing = standingOf(certificate, issuer, lists, seconds(at));
  if (standing === "good") return;
  if ("unknown" in standing) {
    const [says, inSpanish] = standing.unknown;
    return ["revocation unknown", `may be revoked: ${says}`, `puede estar revocado: ${inSpanish}`];
  }
  const { date, reason } = standing.revoked;
  const why = reason && reason !== "unspecified" ? ` (${wordsOf(reason).toLowerCase()})` : "";
  return [
    "revoked",
    `was revoked by ${issuer.subject} on ${timeText(date)}${why}`,
    `fue revocado por ${issuer.subject} el ${timeText(date)}${why}`,
  ];
};

/** §4.2.1.3, §4.2.1.12. An authority that names purposes passes on no others; a root is asked for none. */
const fitPurpose: Rule = ({ depth, root, purpose, certificate: { extensions } }) => {
  if (purpose === undefined || (root && depth > 0)) return;
  const purposes = extensionOf(extensions, Oid.extKeyUsage);
  if (purposes && !purposes.includes(purposeOid[purpose]) && !purposes.includes(Oid.anyExtendedKeyUsage))
    return [
      "wrong purpose",
      `is not issued for a TLS ${purpose}`,
      `no está emitido para un ${purposeInSpanish[purpose]} TLS`,
    ];
  if (depth > 0 || allows(extensionOf(extensions, Oid.keyUsage), ...purposeUsage[purpose])) return;
  return [
    "wrong purpose",
    `has a key that a TLS ${purpose} may not use`,
    `tiene una clave que un ${purposeInSpanish[purpose]} TLS no puede usar`,
  ];
};

const purposeInSpanish = { server: "servidor", client: "cliente" } as const;
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
  const names = alternatives(x509.subjectAltName) ?? subject;
  return [
    "wrong name",
    `is issued for ${names}, and ${name} was asked for`,
    `está emitido para ${names}, y se pidió ${name}`,
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
  notRevoked,
  fitPurpose,
  rightName,
];

/** Whether any of these uses is allowed; a certificate that names none allows all. */
const allows = (keyUsage: number | undefined, ...uses: readonly number[]) =>
  keyUsage === undefined || uses.some(bit => keyUsage & (1 << bit));

const seconds = (nanoseconds: bigint) => Number(nanoseconds / 1_000_000_000n);

const clock = (nanoseconds: bigint) => timeText(seconds(nanoseconds));
