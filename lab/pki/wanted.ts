// What a person wants of a certificate, put together from the options: as the authority takes it, and as OpenSSL does.
import { type Hierarchy, placeOf } from "../../pki/hierarchy.ts";
import { issuerFor, type NewKey, validityFor, type Wanted } from "../../pki/issuance.ts";
import { type Signer, type Steps, slashed } from "../../pki/openssl.ts";
import { passwordIn } from "../../pki/password.ts";
import { named, parseSubject } from "../../pki/subject.ts";
import { commonName, type Name, nameText } from "../../protocols/x509/name.ts";
import { usage } from "../failure.ts";
import {
  dateOf,
  hostsOf,
  keyKindOf,
  type PkiOptions,
  passwordOf,
  pathLengthOf,
  serialOf,
  useOf,
} from "./options.ts";

export function wantedFor(options: PkiOptions, name: string | undefined): Wanted {
  const use = useOf(options);
  // Who runs a server is asked for by name.
  const own = use === "server" && name && /^[\w.-]+$/.test(name) ? [name] : [];
  return {
    use,
    // Whatever authorities a person adds, the intranet's hosts are MQTT CA's.
    issuer:
      options.issuer ?? (options.hierarchy === "intranet" && use !== "authority" ? "MQTT CA" : undefined),
    hosts: options.host ? hostsOf(options) : own,
    pathLength: pathLengthOf(options),
    serial: serialOf(options.serial),
    ...datesOf(options),
    password: passwordOf(options),
  };
}

export const datesOf = ({ notBefore, notAfter }: PkiOptions) => ({
  notBefore: dateOf(notBefore, "--not-before"),
  notAfter: dateOf(notAfter, "--not-after"),
});

export function newKey(options: PkiOptions, name: string): NewKey {
  const encryptWith = options.encryptWith === undefined ? undefined : passwordIn(options.encryptWith);
  return { name, subject: subjectOf(options), keys: keyKindOf(options), encryptWith };
}

export function subjectOf({ subject }: PkiOptions): Name | undefined {
  if (subject === undefined) return;
  try {
    return parseSubject(subject);
  } catch (error) {
    throw usage(`--subject: ${(error as Error).message}.`);
  }
}

export function nameIn(subject: Name): string {
  const name = commonName(subject);
  if (name) return name;
  throw usage(`"${nameText(subject)}" has no common name, by which the holder is called here: add CN=….`);
}

export function stepsOf(
  { name, subject = named(name), keys }: NewKey,
  wanted: Wanted,
  of: Parameters<typeof validityFor>[0],
  { notBefore, notAfter }: PkiOptions,
  ends?: Date,
): Steps {
  const validity = validityFor(of, wanted, ends);
  return {
    name: placeOf(name),
    subject: slashed(subject),
    use: wanted.use,
    rsa: keys.startsWith("RSA"),
    hosts: wanted.hosts,
    pathLength: wanted.pathLength,
    serial: wanted.serial?.toString(16),
    days: Math.max(1, Math.floor((validity.notAfter.getTime() - Date.now()) / 86_400_000)),
    validity: (notBefore ?? notAfter) ? validity : undefined,
  };
}

export function signerFor(hierarchy: Hierarchy, wanted: Wanted): Signer {
  const issuer = issuerFor(hierarchy, wanted);
  return { certificate: hierarchy.fileOf(issuer, "certificate"), key: hierarchy.fileOf(issuer, "key") };
}

export const issuerEnds = (hierarchy: Hierarchy, wanted: Wanted) =>
  issuerFor(hierarchy, wanted).certificate?.x509.validToDate;
