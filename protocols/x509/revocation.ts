// What the authorities' revocation lists say of a certificate (RFC 5280 §6.3).
import { verify } from "node:crypto";
import { extensionOf, KeyUsage, RevocationReason } from "./extension.ts";
import { certificateList, signedPart } from "./format.ts";
import { signatureHashes } from "./key.ts";
import { nameText } from "./name.ts";
import { Oid } from "./oid.ts";
import type { Judged } from "./path.ts";

/** A revocation list as it is held against certificates. */
export interface RevocationList {
  readonly der: Uint8Array;
  /** "CN=MQTT CA". */
  readonly issuer: string;
  /** Seconds since the Unix epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate?: number;
  readonly algorithm: string;
  readonly signature: Uint8Array;
  /** By serial number. */
  readonly revoked: ReadonlyMap<bigint, Revocation>;
  /** It covers all that its issuer issued, and nothing that others did: no critical extension says otherwise. */
  readonly complete: boolean;
}

export interface Revocation {
  /** Seconds since the Unix epoch. */
  readonly date: number;
  /** "keyCompromise"; none where the list gives none. */
  readonly reason?: string;
}

/** Reads a revocation list from its DER. @throws Malformed where it is none */
export function revocationListOf(der: Uint8Array): RevocationList {
  const { tbsCertList, signatureAlgorithm, signature } = certificateList.decode(der);
  const { issuer, thisUpdate, nextUpdate, revokedCertificates = [], extensions = [] } = tbsCertList;
  const entries = revokedCertificates.map(
    one => [one.serialNumber, { date: one.revocationDate, reason: reasonOf(one.extensions) }] as const,
  );
  const strange = [...extensions, ...revokedCertificates.flatMap(one => one.extensions ?? [])];
  return {
    der,
    issuer: nameText(issuer),
    thisUpdate,
    nextUpdate,
    algorithm: signatureAlgorithm.algorithm,
    signature,
    revoked: new Map(entries),
    complete: !strange.some(({ critical }) => critical),
  };
}

/** What the lists say of a certificate at a time, in seconds: nothing against it, since when it is revoked, or why they can't tell. */
export type Standing =
  | "good"
  | { readonly revoked: Revocation }
  | { readonly unknown: readonly [says: string, inSpanish: string] };

export function standingOf(
  { x509 }: Judged,
  issuer: Judged,
  lists: readonly RevocationList[],
  at: number,
): Standing {
  const { subject } = issuer;
  const unknown = (says: string, inSpanish: string) => ({ unknown: [says, inSpanish] as const });
  const named = lists.filter(list => list.issuer === subject);
  if (named.length === 0)
    return unknown(`there is no revocation list of ${subject}`, `no hay lista de revocación de ${subject}`);
  if (!mayList(issuer))
    return unknown(
      `${subject} may not sign revocation lists`,
      `${subject} no puede firmar listas de revocación`,
    );
  const signed = named.filter(list => isSignedBy(list, issuer));
  if (signed.length === 0)
    return unknown(
      `${subject} has not signed the revocation list in its name`,
      `${subject} no ha firmado la lista de revocación que lleva su nombre`,
    );
  const complete = signed.filter(list => list.complete);
  if (complete.length === 0)
    return unknown(
      `the revocation list of ${subject} has critical parts that are not understood here`,
      `la lista de revocación de ${subject} tiene partes críticas que aquí no se entienden`,
    );

  const serial = BigInt(`0x${x509.serialNumber}`);
  const current = complete.filter(list => list.thisUpdate <= at && at <= (list.nextUpdate ?? at));
  const listed = current.flatMap(({ revoked }) => revoked.get(serial) ?? []);
  // Nothing that was revoked for good becomes valid again because its list has ended.
  const before = complete
    .flatMap(({ revoked }) => revoked.get(serial) ?? [])
    .filter(({ date }) => date <= at);
  const revoked = listed[0] ?? before[0];
  if (revoked) return { revoked };
  if (current.length > 0) return "good";
  if (complete.some(list => list.thisUpdate <= at))
    return unknown(
      `the revocation list of ${subject} has ended`,
      `la lista de revocación de ${subject} ha terminado`,
    );
  return unknown(
    `the revocation list of ${subject} is not yet valid`,
    `la lista de revocación de ${subject} todavía no vale`,
  );
}

/** §4.2.1.3. Who names no uses of its key may do everything with it. */
function mayList({ extensions }: Judged): boolean {
  const usage = extensionOf(extensions, Oid.keyUsage);
  return usage === undefined || (usage & (1 << KeyUsage.cRLSign)) !== 0;
}

function isSignedBy({ der, algorithm, signature }: RevocationList, { x509 }: Judged): boolean {
  const hash = signatureHashes[algorithm];
  if (hash === undefined) return false;
  try {
    return verify(hash, signedPart(der), x509.publicKey, signature);
  } catch {
    return false;
  }
}

function reasonOf(extensions: Parameters<typeof extensionOf>[0]): string | undefined {
  const code = extensionOf(extensions, Oid.reasonCode);
  return Object.entries(RevocationReason).find(([, value]) => value === code)?.[0];
}
