// Makes a whole authority in a new folder, and renews certificates of one that stands.
import { X509Certificate } from "node:crypto";
import { extensionOf } from "../protocols/x509/extension.ts";
import { certificate as certificateFormat } from "../protocols/x509/format.ts";
import { Oid } from "../protocols/x509/oid.ts";
import { encodePem } from "../protocols/x509/pem.ts";
import type { Authority } from "./authority.ts";
import {
  certifiedKey,
  certify,
  listed,
  request,
  requested,
  revocationList,
  subjectOf,
  type Validity,
} from "./issue.ts";
import { exportKey, importKey, type KeyKind, type KeyPair, makeKeys } from "./keys.ts";
import { isRoot, type Profile, path } from "./profiles.ts";
import { chainFile, files, type Kind, labels } from "./store.ts";
import { named, parseSubject } from "./subject.ts";
import { type Draft, replaceFiles, writeFolder } from "./write.ts";

/** Makes all keys, requests, certificates and revocation lists, then the folder. False: another process was faster, and its folder stays. */
export async function make(
  folder: string,
  profiles: readonly Profile[],
  kind: KeyKind,
  now: Date,
): Promise<boolean> {
  // Each on a thread of its own.
  const keys = new Map<string, KeyPair>(
    await Promise.all(profiles.map(async ({ name }) => [name, await makeKeys(kind)] as const)),
  );
  const certificates = new Map<string, Uint8Array>();
  const drafts = profiles.flatMap(profile => {
    const { name, issuer, use, hosts = [] } = profile;
    const own = keys.get(name)!;
    const subject = subjectFor(profile);
    const validity = validityOf(profile, now);
    const asked = isRoot(profile) ? undefined : request(subject, hosts, own);
    const certificate = certify(
      {
        ...profile,
        subject,
        issuer: isRoot(profile) ? subject : subjectOf(certificates.get(issuer)!),
        publicKey: asked ? requested(asked).publicKey : own.publicKey,
        validity,
      },
      keys.get(issuer)!,
    );
    certificates.set(name, certificate);
    const list = () => firstList(certificate, own, validity);
    return [
      ...both(name, "key", exportKey(own.privateKey)),
      ...(asked ? both(name, "request", asked) : []),
      ...both(name, "certificate", certificate),
      ...(use === "authority" ? both(name, "crl", list()) : []),
    ];
  });
  const chains = hostsAmong(profiles).map(({ name }) =>
    chain(
      name,
      path(profiles, name).map(holder => certificates.get(holder)!),
    ),
  );
  return writeFolder(folder, [...drafts, ...chains]);
}

/**
 * Certifies the same keys again, issuers first. What is on disk fits together at every moment, even after a crash or
 * beside another process that renews too: old and new certificates are for the same keys. Of each, the DER form is
 * replaced last, because it is what is looked at to see whether a certificate is due. What was revoked stays so.
 */
export async function renew<Above extends string, Host extends string>(
  authority: Authority<Above, Host>,
  due: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  const { folder, profiles } = authority;
  for (const profile of profiles.filter(({ name }) => due.has(name))) {
    const { name, issuer, use } = profile;
    const before = authority.certificate(name).der;
    const above = authority.certificate(issuer).der;
    const issuerEnds = isRoot(profile) ? undefined : new X509Certificate(above).validToDate;
    const validity = validityOf(profile, now, issuerEnds);
    const certificate = certify(
      {
        ...profile,
        subject: subjectOf(before),
        issuer: subjectOf(above),
        publicKey: certifiedKey(before),
        validity,
      },
      importKey(authority.key(issuer).der),
      alternativeNamesOf(before),
    );
    const [pem, der] = both(name, "certificate", certificate);
    const lists: Draft[] = [];
    if (use === "authority") {
      const { number, revoked } = listed(authority.crl(name as Above).der);
      const keys = importKey(authority.key(name).der);
      lists.push(...both(name, "crl", firstList(certificate, keys, validity, number + 1n, revoked)));
    }
    const chains = hostsAmong(profiles)
      .filter(host => path(profiles, host.name).includes(name))
      .map(host => {
        const holders = path(profiles, host.name);
        return chain(
          host.name,
          holders.map(holder => (holder === name ? certificate : authority.certificate(holder).der)),
        );
      });
    await replaceFiles(folder, [...lists, pem, ...chains, der]);
  }
}

const day = 86_400_000;

/** From a day ago, for clocks that are behind, for the profile's years; no longer than the issuer's own certificate. */
function validityOf(profile: Profile, now: Date, issuerEnds?: Date): Validity {
  const notBefore = new Date(now.getTime() - day);
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + profile.years);
  return { notBefore, notAfter: issuerEnds && issuerEnds < notAfter ? issuerEnds : notAfter };
}

const subjectFor = ({ name, subject }: Profile) => (subject ? parseSubject(subject) : named(name));

/** A list that is valid as long as its authority. Its number is the time, so that it grows, unless the one before is greater. */
function firstList(
  certificate: Uint8Array,
  keys: KeyPair,
  { notBefore, notAfter }: Validity,
  least = 0n,
  revoked: ReturnType<typeof listed>["revoked"] = [],
): Uint8Array {
  const time = BigInt(Date.now());
  const number = time > least ? time : least;
  const issuer = subjectOf(certificate);
  return revocationList({ issuer, thisUpdate: notBefore, nextUpdate: notAfter, number, revoked }, keys);
}

/** The names that a certificate is for, exactly as they stand there. */
function alternativeNamesOf(der: Uint8Array) {
  const { extensions } = certificateFormat.decode(der).tbsCertificate;
  return extensionOf(extensions, Oid.subjectAltName)
    ? extensions!.find(({ id }) => id === Oid.subjectAltName)
    : undefined;
}

const hostsAmong = <P extends Profile>(profiles: readonly P[]) =>
  profiles.filter(({ use }) => use !== "authority");

/** One object as two files, PEM and DER, by their paths in the folder. An encrypted key has a label of its own. */
export function both(name: string, kind: Kind, der: Uint8Array, encrypted = false): [pem: Draft, der: Draft] {
  const place = files("", name, kind);
  const secret = kind === "key";
  const label = encrypted ? "ENCRYPTED PRIVATE KEY" : labels[kind];
  return [
    { path: place.pem, content: encodePem(der, label), secret },
    { path: place.der, content: der, secret },
  ];
}

/** What a host sends, in one file. */
export function chain(host: string, certificates: readonly Uint8Array[]): Draft {
  const content = certificates.map(der => encodePem(der)).join("");
  return { path: chainFile("", host), content, secret: false };
}
