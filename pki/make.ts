// Makes a whole authority in a new folder, and renews certificates of one that stands.
import { X509Certificate } from "node:crypto";
import type { Authority } from "./authority.ts";
import type { Validity } from "./issue.ts";
import { exportKey, importKey, type KeyKind, makeKeys } from "./keys.ts";
import { encodePem } from "./pem.ts";
import { type AuthorityName, isRoot, type Name, type Profile, path, profiles } from "./profiles.ts";
import { chainFile, files, type Kind, labels } from "./store.ts";
import { type Draft, replaceFiles, writeFolder } from "./write.ts";

/** Makes all keys, requests, certificates and revocation lists, then the folder. False: another process was faster, and its folder stays. */
export async function make(folder: string, kind: KeyKind, now: Date): Promise<boolean> {
  // Threads make the keys while the library that issues certificates is loaded.
  const making = Promise.all(profiles.map(async ({ name }) => [name, await makeKeys(kind)] as const));
  const { certify, request, requestedKey, revocationList } = await import("./issue.ts");
  const keys = new Map<Name, CryptoKeyPair>(await making);

  const certificates = new Map<Name, Uint8Array>();
  const drafts = await Promise.all(
    profiles.map(async profile => {
      const { name } = profile;
      const own = keys.get(name)!;
      const validity = validityOf(profile, now);
      const asked = isRoot(profile) ? undefined : await request(profile, own);
      const publicKey = asked ? await requestedKey(asked) : own.publicKey;
      const certificate = await certify(profile, publicKey, keys.get(profile.issuer)!, validity);
      certificates.set(name, certificate);
      return [
        both(name, "key", await exportKey(own.privateKey)),
        asked ? both(name, "request", asked) : [],
        both(name, "certificate", certificate),
        profile.use === "authority" ? both(name, "crl", await revocationList(profile, own, validity)) : [],
      ].flat();
    }),
  );
  const chains = hosts().map(name => chain(name, holder => certificates.get(holder)!));
  return writeFolder(folder, [...drafts.flat(), ...chains]);
}

/**
 * Certifies the same keys again, issuers first. What is on disk fits together at every moment, even after a crash or
 * beside another process that renews too: old and new certificates are for the same keys. Of each, the DER form is
 * replaced last, because it is what is looked at to see whether a certificate is due.
 */
export async function renew(authority: Authority, due: ReadonlySet<Name>, now: Date): Promise<void> {
  const { certify, certifiedKey, revocationList } = await import("./issue.ts");
  const keysOf = async (name: AuthorityName) =>
    importKey(authority.key(name).der, await certifiedKey(authority.certificate(name).der));

  for (const profile of profiles.filter(({ name }) => due.has(name))) {
    const { name, issuer } = profile;
    const issuerEnds = new X509Certificate(authority.certificate(issuer).der).validToDate;
    const validity = validityOf(profile, now, isRoot(profile) ? undefined : issuerEnds);
    const issuerKeys = await keysOf(issuer);
    const publicKey = await certifiedKey(authority.certificate(name).der);
    const certificate = await certify(profile, publicKey, issuerKeys, validity);
    const [pem, der] = both(name, "certificate", certificate);
    const lists =
      profile.use === "authority"
        ? both(name, "crl", await revocationList(profile, await keysOf(name as AuthorityName), validity))
        : [];
    const chains = hosts()
      .filter(host => path(host).includes(name))
      .map(host =>
        chain(host, holder => (holder === name ? certificate : authority.certificate(holder).der)),
      );
    await replaceFiles(authority.folder, [...lists, pem, ...chains, der]);
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

const hosts = () => profiles.filter(({ use }) => use !== "authority").map(({ name }) => name);

/** One object as two files, PEM and DER, by their paths in the folder. */
function both(name: Name, kind: Kind, der: Uint8Array): [pem: Draft, der: Draft] {
  const place = files("", name, kind);
  const secret = kind === "key";
  return [
    { path: place.pem, content: encodePem(labels[kind], der), secret },
    { path: place.der, content: der, secret },
  ];
}

function chain(host: Name, certificateOf: (name: Name) => Uint8Array): Draft {
  const certificates = path(host).map(name => encodePem("CERTIFICATE", certificateOf(name)));
  return { path: chainFile("", host), content: certificates.join(""), secret: false };
}
