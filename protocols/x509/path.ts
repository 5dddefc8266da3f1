// The path from a peer's certificate up to a trusted root, put together from what was presented (RFC 5280 §6.1).
import { X509Certificate } from "node:crypto";
import { type Extension, extensionOf } from "./extension.ts";
import { certificate } from "./format.ts";
import { nameText } from "./name.ts";
import { Oid } from "./oid.ts";

/** A certificate as it is judged. */
export interface Judged {
  readonly der: Uint8Array;
  /** For what takes cryptography, or the ways in which names of hosts are matched. */
  readonly x509: X509Certificate;
  /** "CN=JORGE-PC", safe to print. Equal names have equal texts. */
  readonly subject: string;
  readonly issuer: string;
  /** Version 1 is 0. */
  readonly version: number;
  /** Seconds since the Unix epoch. */
  readonly validity: { readonly notBefore: number; readonly notAfter: number };
  readonly extensions: readonly Extension[];
}

/** Reads a certificate from its DER. @throws Error, Malformed among them, where it is none. */
export function judged(der: Uint8Array): Judged {
  const { subject, issuer, version, validity, extensions = [] } = certificate.decode(der).tbsCertificate;
  const names = { subject: nameText(subject), issuer: nameText(issuer) };
  return { der, x509: new X509Certificate(der), ...names, version, validity, extensions };
}

export const isSelfIssued = ({ subject, issuer }: Judged) => subject === issuer;

export interface Path {
  /** From the leaf up. */
  readonly steps: readonly Step[];
  /** Whether the last one is a trusted root. */
  readonly anchored: boolean;
}

export interface Step {
  readonly certificate: Judged;
  /** By its name the next one issued this; it has not signed it. */
  readonly forged: boolean;
}

/**
 * The path from the first certificate up, as far as it goes. Trusted roots are taken before presented certificates, and
 * those that made the signature before those that only have the name. Each presented one is used once, so it ends.
 */
export function pathOf(presented: readonly Judged[], roots: readonly Judged[]): Path {
  const [leaf, ...rest] = presented;
  const unused = new Set(rest);
  const steps: Step[] = [];
  for (let certificate = leaf!; ; ) {
    const anchored = roots.some(root => Buffer.compare(root.der, certificate.der) === 0);
    const candidates = anchored ? [] : [...roots, ...unused].filter(other => named(certificate, other));
    const signer = candidates.find(candidate => signed(certificate, candidate));
    const issuer = signer ?? candidates[0];
    steps.push({ certificate, forged: issuer !== signer });
    if (!issuer) return { steps, anchored };
    unused.delete(issuer);
    certificate = issuer;
  }
}

/** Whether the certificate calls this one its issuer: by its name, and by its key's identifier where both give one. */
function named(certificate: Judged, candidate: Judged): boolean {
  if (certificate.issuer !== candidate.subject) return false;
  const signer = extensionOf(certificate.extensions, Oid.authorityKeyIdentifier)?.keyIdentifier;
  const own = extensionOf(candidate.extensions, Oid.subjectKeyIdentifier);
  return !signer || !own || Buffer.compare(signer, own) === 0;
}

function signed({ x509 }: Judged, by: Judged): boolean {
  try {
    return x509.verify(by.x509.publicKey);
  } catch {
    return false;
  }
}
