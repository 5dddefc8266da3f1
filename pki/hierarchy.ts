// A hierarchy as it lies in its folder: who holds what, who signed whom, what was revoked.
import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { commonName } from "../protocols/x509/name.ts";
import { type Judged, judged } from "../protocols/x509/path.ts";
import { type RevocationList, revocationListOf } from "../protocols/x509/revocation.ts";
import { guard } from "./check.ts";
import { type Encryption, encryptionOf } from "./encryption.ts";
import { subjectOf } from "./issue.ts";
import { importKey, type KeyPair } from "./keys.ts";
import { chainFile, files, type Kind, remedy, Unusable } from "./store.ts";

/** One who holds a key, a request, a certificate, or several of these. */
export interface Holder {
  /** The common name; the folder's name where that is another, or there is no certificate yet. */
  readonly name: string;
  /** The name of its folder. */
  readonly place: string;
  readonly certificate?: Judged;
  readonly hasKey: boolean;
  readonly hasRequest: boolean;
  /** An authority's revocation list. */
  readonly list?: RevocationList;
}

export class Hierarchy {
  constructor(
    readonly folder: string,
    /** Authorities before those whom they certified, and otherwise by name. */
    readonly holders: readonly Holder[],
  ) {}

  get name(): string {
    return basename(this.folder);
  }

  /** @throws Unusable where nobody is called so */
  holder(name: string): Holder {
    const found = this.find(name);
    if (found) return found;
    const all = this.holders.map(holder => holder.name).join(", ");
    throw new Unusable(`nobody is called "${name}" in the hierarchy ${this.name}; there are ${all}`);
  }

  find(name: string): Holder | undefined {
    return this.holders.find(holder => holder.name === name || holder.place === name.replaceAll(" ", "-"));
  }

  /** Those who trust themselves: where trust begins. */
  get roots(): readonly Holder[] {
    return this.holders.filter(({ certificate }) => certificate && isRootCertificate(certificate));
  }

  /** Whose key signed the certificate; none for a root and for what others issued. */
  issuerOf(certificate: Judged): Holder | undefined {
    if (isRootCertificate(certificate)) return;
    return this.holders.find(
      ({ certificate: above }) =>
        above && above.subject === certificate.issuer && certificate.x509.verify(above.x509.publicKey),
    );
  }

  issuedBy(authority: Holder): readonly Holder[] {
    return this.holders.filter(
      ({ certificate }) => certificate && this.issuerOf(certificate)?.place === authority.place,
    );
  }

  /** What a holder sends: its certificate and those above it but the root, leaf first. */
  chainOf(certificate: Judged): Judged[] {
    const above = this.issuerOf(certificate)?.certificate;
    return isRootCertificate(certificate) ? [] : [certificate, ...(above ? this.chainOf(above) : [])];
  }

  get lists(): readonly RevocationList[] {
    return this.holders.flatMap(({ list }) => list ?? []);
  }

  fileOf(holder: Holder, kind: Kind): string {
    return files(this.folder, holder.place, kind).pem;
  }

  chainFileOf(holder: Holder): string {
    return chainFile(this.folder, holder.place);
  }

  /** A holder's key pair. @throws Unusable where there is none, or the password is missing or wrong */
  keysOf(holder: Holder, password?: string, notice: (sentence: string) => void = tell): KeyPair {
    const file = files(this.folder, holder.place, "key").der;
    if (!existsSync(file))
      throw new Unusable(`${holder.name} has no private key here, so nothing can be signed with it`);
    guard(file, this.folder, notice);
    const keys = keysIn(new Uint8Array(readFileSync(file)), file, password);
    const { certificate } = holder;
    if (certificate && !certificate.x509.checkPrivateKey(keys.privateKey))
      throw new Unusable(
        `${file} is not the private key of the certificate beside it; ${remedy(this.folder)}`,
      );
    return keys;
  }
}

/** The key pair in a file of PKCS #8, given in DER. @throws Unusable */
export function keysIn(der: Uint8Array, file: string, password?: string): KeyPair {
  let encryption: Encryption | undefined;
  try {
    encryption = encryptionOf(der);
  } catch {}
  if (!encryption) {
    try {
      return importKey(der);
    } catch {
      throw new Unusable(`${file} is no private key`);
    }
  }
  if (password === undefined)
    throw new Unusable(`${file} is encrypted; give the file that holds its password with --passphrase-file`);
  if (encryption.objection) throw new Unusable(`${file} ${encryption.objection}`);
  try {
    return importKey(encryption.open(password));
  } catch {
    throw new Unusable(`the password does not open ${file}`);
  }
}

/** Reads a hierarchy. @throws Unusable where there is none, or something in it can't be read */
export function readHierarchy(folder: string): Hierarchy {
  const holders = entries(folder)
    .filter(entry => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => readHolder(folder, name))
    .filter(({ certificate, hasKey, hasRequest }) => certificate || hasKey || hasRequest);
  if (holders.length === 0)
    throw new Unusable(`${folder} holds no hierarchy; make one with: bun lab pki init ${basename(folder)}`);
  return new Hierarchy(folder, holders);
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new Unusable(
        `there is no hierarchy ${basename(folder)} in ${join(folder, "..")}; make it with: bun lab pki init ${basename(folder)}`,
      );
    throw new Unusable(`${folder} can't be read (${code}); name another folder in LAB_PKI`);
  }
}

function readHolder(folder: string, place: string): Holder {
  const certificate = readOptional(folder, place, "certificate", judged);
  const list = readOptional(folder, place, "crl", revocationListOf);
  const has = (kind: Kind) => existsSync(files(folder, place, kind).der);
  const name = certificate ? commonName(subjectOf(certificate.der)) : undefined;
  return {
    // Whoever shows another's name on purpose is called by its own folder.
    name: name?.replaceAll(" ", "-") === place ? name : place,
    place,
    certificate,
    hasKey: has("key"),
    hasRequest: has("request"),
    list,
  };
}

function readOptional<T>(
  folder: string,
  place: string,
  kind: Kind,
  read: (der: Uint8Array) => T,
): T | undefined {
  const { der } = files(folder, place, kind);
  if (!existsSync(der)) return;
  try {
    return read(new Uint8Array(readFileSync(der)));
  } catch {
    const what = kind === "crl" ? "revocation list" : kind;
    throw new Unusable(`${der} is not a ${what}; ${remedy(folder)}`);
  }
}

/** Whether the folder holds anybody's key, request or certificate. */
export const isHierarchy = (folder: string): boolean =>
  entries(folder).some(({ name }) =>
    (["certificate", "key", "request"] as const).some(kind => existsSync(files(folder, name, kind).der)),
  );

/** A certificate that its own key signed. */
export const isRootCertificate = ({ subject, issuer, x509 }: Judged): boolean =>
  subject === issuer && x509.verify(x509.publicKey);

/** The name of a holder's folder. @throws Unusable where a name can't be that of a folder */
export function placeOf(name: string): string {
  const place = name.replaceAll(" ", "-");
  if (/^[\w][\w.@+-]{0,63}$/.test(place)) return place;
  throw new Unusable(
    `"${name}" can't be a holder's name; use up to 64 letters, digits, spaces and . _ - @ +, a letter or digit first`,
  );
}

const tell = (sentence: string) => void process.stderr.write(`${sentence}\n`);
