// What an authority does for those who ask: makes roots, issues certificates for new keys, signs requests, renews.
import { join } from "node:path";
import type { Extension } from "../protocols/x509/extension.ts";
import { extensionOf } from "../protocols/x509/extension.ts";
import { certificate as certificateFormat } from "../protocols/x509/format.ts";
import { commonName, type Name } from "../protocols/x509/name.ts";
import { Oid } from "../protocols/x509/oid.ts";
import { encodePem } from "../protocols/x509/pem.ts";
import { type Hierarchy, type Holder, placeOf, readHierarchy } from "./hierarchy.ts";
import { certify, request, requested, revocationList, subjectOf, type Validity } from "./issue.ts";
import { encryptKey, exportKey, type KeyKind, type KeyPair, makeKeys } from "./keys.ts";
import { locked } from "./lock.ts";
import { both } from "./make.ts";
import type { Use } from "./profiles.ts";
import { Unusable } from "./store.ts";
import { named } from "./subject.ts";
import { type Draft, replaceFiles, writeFolder } from "./write.ts";

/** What a certificate is wanted to say. What is left out is the profile's. */
export interface Wanted {
  readonly use: Use;
  /** The issuer's name; without it, the one authority that issues to hosts, or to authorities the root. */
  readonly issuer?: string;
  readonly hosts?: readonly string[];
  readonly pathLength?: number;
  readonly serial?: bigint;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly version?: 1 | 3;
  /** The password of the issuer's key, where that is encrypted. */
  readonly password?: string;
  /** The clock that validity is counted on. */
  readonly now?: Date;
}

/** The key of a new holder. */
export interface NewKey {
  readonly name: string;
  /** The whole subject; by default the common name alone. */
  readonly subject?: Name;
  readonly keys: KeyKind;
  /** Encrypts the key under this password. */
  readonly encryptWith?: string;
}

/** Makes a hierarchy of one root, all or nothing. @throws Unusable where the folder holds something already */
export async function makeRoot(
  folder: string,
  key: NewKey,
  wanted: Omit<Wanted, "use" | "issuer">,
): Promise<void> {
  const keys = await makeKeys(key.keys);
  const subject = key.subject ?? named(key.name);
  const validity = validityFor("root", wanted);
  const certificate = certify(
    { ...wanted, use: "authority", subject, issuer: subject, publicKey: keys.publicKey, validity },
    keys,
  );
  const place = placeOf(key.name);
  const drafts = [
    ...(await keyDrafts(keys, key.encryptWith)),
    ...both("", "certificate", certificate),
    ...both("", "crl", emptyList(certificate, keys, wanted.now)),
  ].map(draft => ({ ...draft, path: join(place, draft.path) }));
  if (!(await writeFolder(folder, drafts)))
    throw new Unusable(`${folder} holds something already; give another name, or remove it first`);
}

/** Makes a key and asks for its certificate, without issuing it: what a client does who asks another authority. */
export async function ask(folder: string, key: NewKey, hosts: readonly string[] = []): Promise<Holder> {
  const keys = await makeKeys(key.keys);
  const asked = request(key.subject ?? named(key.name), hosts, keys);
  return locked(folder, async () => {
    free(readHierarchy(folder), key.name);
    const drafts = [...(await keyDrafts(keys, key.encryptWith)), ...both("", "request", asked)];
    await add(folder, key.name, drafts);
    return readHierarchy(folder).holder(key.name);
  });
}

/** Makes a key, a request, and the certificate that is issued for it. @throws Unusable */
export async function issue(folder: string, key: NewKey, wanted: Wanted): Promise<Holder> {
  placeOf(key.name);
  const keys = await makeKeys(key.keys);
  const subject = key.subject ?? named(key.name);
  const asked = request(subject, wanted.hosts ?? [], keys);
  return locked(folder, async () => {
    const hierarchy = readHierarchy(folder);
    free(hierarchy, key.name);
    const { certificate, chain } = issued(hierarchy, subject, keys.publicKey, wanted);
    const drafts = [
      ...(await keyDrafts(keys, key.encryptWith)),
      ...both("", "request", asked),
      ...certificateDrafts(certificate, chain, wanted.use),
      ...(wanted.use === "authority" ? both("", "crl", emptyList(certificate, keys, wanted.now)) : []),
    ];
    await add(folder, key.name, drafts);
    return readHierarchy(folder).holder(key.name);
  });
}

/**
 * Signs a request in DER: its subject, its key and its alternative names as they are asked for. What else it asks for, the
 * profile decides. @throws Unusable, Malformed, or Error where the request isn't signed by its own key
 */
export async function sign(folder: string, der: Uint8Array, wanted: Wanted): Promise<Holder> {
  const { subject, publicKey, names } = requested(der);
  const name = commonName(subject);
  if (!name) throw new Unusable("the request has no common name, by which its holder could be called here");
  return locked(folder, async () => {
    const hierarchy = readHierarchy(folder);
    const holder = hierarchy.find(name);
    if (holder?.certificate) free(hierarchy, name);
    const replaced = wanted.hosts?.length ? undefined : names;
    const { certificate, chain } = issued(hierarchy, subject, publicKey, wanted, replaced);
    const drafts = [...both("", "request", der), ...certificateDrafts(certificate, chain, wanted.use)];
    if (holder) await replaceFiles(join(folder, holder.place), drafts);
    else await add(folder, name, drafts);
    return readHierarchy(folder).holder(name);
  });
}

/** Certifies a holder's key again, for the same names. @throws Unusable */
export function renewHolder(folder: string, name: string, wanted: Omit<Wanted, "use">): Promise<Holder> {
  return locked(folder, async () => {
    const hierarchy = readHierarchy(folder);
    const holder = hierarchy.holder(name);
    const { certificate: before } = holder;
    if (!before) throw new Unusable(`${name} has no certificate yet, so there is none to renew`);
    const issuer = hierarchy.issuerOf(before);
    if (!issuer)
      throw new Unusable(`${name} is a root, or was certified elsewhere; it can't be renewed here`);
    const { extensions, version } = certificateFormat.decode(before.der).tbsCertificate;
    const use = useOf(before.extensions);
    const again: Wanted = {
      ...wanted,
      use,
      issuer: wanted.issuer ?? issuer.name,
      pathLength: wanted.pathLength ?? extensionOf(extensions, Oid.basicConstraints)?.pathLength,
      version: wanted.version ?? (version === 0 ? 1 : 3),
    };
    const names = wanted.hosts?.length ? undefined : extensions?.find(({ id }) => id === Oid.subjectAltName);
    const { certificate, chain } = issued(
      hierarchy,
      subjectOf(before.der),
      before.x509.publicKey,
      again,
      names,
    );
    await replaceFiles(join(folder, holder.place), certificateDrafts(certificate, chain, use));
    return readHierarchy(folder).holder(name);
  });
}

/** What a certificate is for, by its extensions; one of version 1 says nothing and counts as a server's. */
export function useOf(extensions: readonly Extension[]): Use {
  if (extensionOf(extensions, Oid.basicConstraints)?.ca) return "authority";
  const purposes = extensionOf(extensions, Oid.extKeyUsage) ?? [];
  return purposes.includes(Oid.clientAuth) && !purposes.includes(Oid.serverAuth) ? "client" : "server";
}

/** From a day ago, for clocks that are behind; a root for 10 years, an authority for 5, a host for 2. */
export function validityFor(
  of: Use | "root",
  { notBefore, notAfter, now = new Date() }: Pick<Wanted, "notBefore" | "notAfter" | "now">,
  issuerEnds?: Date,
): Validity {
  const begins = notBefore ?? new Date(now.getTime() - day);
  if (notAfter) {
    // An end in the past, alone, means a certificate that was valid until then.
    const before = notBefore || begins < notAfter ? begins : yearsAfter(notAfter, -years[of]);
    if (before < notAfter) return { notBefore: before, notAfter };
    throw new Unusable(
      `a certificate can't be valid from ${begins.toISOString()} until ${notAfter.toISOString()}: it would end before it begins`,
    );
  }
  const ends = yearsAfter(notBefore ?? now, years[of]);
  return {
    notBefore: begins,
    notAfter: issuerEnds && begins < issuerEnds && issuerEnds < ends ? issuerEnds : ends,
  };
}

const years = { root: 10, authority: 5, server: 2, client: 2 } as const;
const day = 86_400_000;

function yearsAfter(date: Date, years: number): Date {
  const then = new Date(date);
  then.setUTCFullYear(then.getUTCFullYear() + years);
  return then;
}

/** The authority that issues where none is named: the lowest there is to hosts, the root to authorities. */
export function issuerFor(hierarchy: Hierarchy, { use, issuer }: Pick<Wanted, "use" | "issuer">): Holder {
  if (issuer !== undefined) return hierarchy.holder(issuer);
  const able = hierarchy.holders.filter(
    ({ certificate, hasKey }) => hasKey && certificate && useOf(certificate.extensions) === "authority",
  );
  const lowest = able.filter(holder => !hierarchy.issuedBy(holder).some(below => able.includes(below)));
  const candidates = use === "authority" ? hierarchy.roots : lowest;
  if (candidates.length === 1) return candidates[0]!;
  const all = able.map(({ name }) => name).join(", ");
  throw new Unusable(`${hierarchy.name} has several authorities; name one of them with --issuer: ${all}`);
}

function issued(
  hierarchy: Hierarchy,
  subject: Name,
  publicKey: KeyPair["publicKey"],
  wanted: Wanted,
  names?: Extension,
): { certificate: Uint8Array; chain: readonly Uint8Array[] } {
  const issuer = issuerFor(hierarchy, wanted);
  const above = issuer.certificate;
  if (!above || useOf(above.extensions) !== "authority")
    throw new Unusable(`${issuer.name} is no authority, so it can't issue certificates`);
  const { serial } = wanted;
  const taken = (one: Holder) =>
    serial !== undefined && one.certificate?.x509.serialNumber === serialText(serial);
  const other = hierarchy.issuedBy(issuer).find(taken);
  if (other || (serial !== undefined && issuer.list?.revoked.has(serial)))
    throw new Unusable(
      `${issuer.name} has given that serial number to ${other?.name ?? "a certificate that it revoked"}`,
    );
  const keys = hierarchy.keysOf(issuer, wanted.password);
  const validity = validityFor(wanted.use, wanted, above.x509.validToDate);
  const certificate = certify(
    { ...wanted, subject, issuer: subjectOf(above.der), publicKey, validity },
    keys,
    names,
  );
  return { certificate, chain: [certificate, ...hierarchy.chainOf(above).map(({ der }) => der)] };
}

/** As node:crypto writes serial numbers. */
function serialText(serial: bigint): string {
  const text = serial.toString(16).toUpperCase();
  return text.length % 2 ? `0${text}` : text;
}

function free(hierarchy: Hierarchy, name: string): void {
  if (!hierarchy.find(name)) return;
  throw new Unusable(
    `${name} is in the hierarchy ${hierarchy.name} already; --renew certifies the same key again, or choose another name`,
  );
}

async function add(folder: string, name: string, drafts: readonly Draft[]): Promise<void> {
  const place = join(folder, placeOf(name));
  if (await writeFolder(place, drafts)) return;
  throw new Unusable(`${place} holds something already; choose another name, or remove it`);
}

async function keyDrafts({ privateKey }: KeyPair, password: string | undefined): Promise<Draft[]> {
  if (password === undefined) return both("", "key", exportKey(privateKey));
  return both("", "key", await encryptKey(privateKey, password), true);
}

/** The DER form of the certificate comes last: it is what is looked at. */
function certificateDrafts(certificate: Uint8Array, chain: readonly Uint8Array[], use: Use): Draft[] {
  const [pem, der] = both("", "certificate", certificate);
  const content = chain.map(one => encodePem(one)).join("");
  return [pem, ...(use === "authority" ? [] : [{ path: "chain.pem", content, secret: false }]), der];
}

/** Thirty days, as most authorities' lists last. */
const emptyList = (certificate: Uint8Array, keys: KeyPair, now = new Date()): Uint8Array =>
  revocationList(
    {
      issuer: subjectOf(certificate),
      thisUpdate: now,
      nextUpdate: new Date(now.getTime() + 30 * day),
      number: BigInt(Date.now()),
      revoked: [],
    },
    keys,
  );
