// Verdicts on the certificates that were shown, at the capture's time, as far as they go without trust or cryptography.
import { extensionOf } from "../x509/extension.ts";
import { holder, hostsOf, outsideValidity } from "../x509/facts.ts";
import type { Certificate } from "../x509/format.ts";
import { keySize } from "../x509/key.ts";
import { nameText } from "../x509/name.ts";
import { Oid } from "../x509/oid.ts";

export type ChainFault =
  | "expired"
  | "not yet valid"
  | "wrong name"
  | "not issued by the next"
  | "not an authority"
  | "short key";

export interface ShownCertificate {
  /** The common name, or the whole name. */
  readonly holder: string;
  readonly issuer: string;
  /** Seconds since the Unix epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** `["RSA", 2048]` */
  readonly key: readonly [kind: string, bits?: number];
  readonly selfIssued: boolean;
  readonly faults: readonly ChainFault[];
}

/**
 * The chain as it was shown, the owner's first, at a time in nanoseconds since the Unix epoch. `name`: the host that was
 * asked for. Signatures, trust in the root, and revocation are not judged: who verifies holds the roots and lists for it.
 */
export function shownChain(
  certificates: readonly Certificate[],
  time: bigint,
  name: string | undefined,
): ShownCertificate[] {
  return certificates.map((certificate, depth) => {
    const { tbsCertificate } = certificate;
    const { subject, issuer, validity, extensions, subjectPublicKeyInfo } = tbsCertificate;
    const above = certificates[depth + 1];
    const key = keySize(subjectPublicKeyInfo);
    const faults: ChainFault[] = [];
    const outside = outsideValidity(certificate, time);
    if (outside) faults.push(outside);
    if (depth === 0 && name !== undefined && !isFor(certificate, name)) faults.push("wrong name");
    if (above && nameText(above.tbsCertificate.subject) !== nameText(issuer))
      faults.push("not issued by the next");
    if (depth > 0 && extensions && extensionOf(extensions, Oid.basicConstraints)?.ca !== true)
      faults.push("not an authority");
    if ((key[1] ?? Number.POSITIVE_INFINITY) < (key[0] === "RSA" ? 2048 : 224)) faults.push("short key");
    return {
      holder: holder(certificate),
      issuer: nameText(issuer),
      notBefore: validity.notBefore,
      notAfter: validity.notAfter,
      key,
      selfIssued: nameText(subject) === nameText(issuer),
      faults,
    };
  });
}

/** RFC 9525 §6.3: one of its names, of which the first label may be a wildcard; the common name where it has no others. */
function isFor(certificate: Certificate, name: string): boolean {
  const hosts = hostsOf(certificate.tbsCertificate.extensions);
  const wanted = name.toLowerCase().replace(/\.$/, "");
  const names = hosts.length > 0 ? hosts : [holder(certificate)];
  return names.some(host => {
    const own = host.toLowerCase();
    if (!own.startsWith("*.")) return own === wanted;
    return wanted.includes(".") && wanted.slice(wanted.indexOf(".")) === own.slice(1);
  });
}
