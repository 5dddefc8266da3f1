// `bun lab pki revoke` and `crl`: what authorities take back, and the lists that say so.
import { existsSync } from "node:fs";
import { contentsOf, octetsOf } from "../../pki/contents.ts";
import type { Hierarchy, Holder } from "../../pki/hierarchy.ts";
import { useOf } from "../../pki/issuance.ts";
import type { Revoked } from "../../pki/issue.ts";
import { listLines, type RevokedLine } from "../../pki/openssl.ts";
import { relist, revoke, withSerial } from "../../pki/revoking.ts";
import { Unusable } from "../../pki/store.ts";
import { judged as judgedOf } from "../../protocols/x509/path.ts";
import { encodePem } from "../../protocols/x509/pem.ts";
import { timeText } from "../../protocols/x509/primitives.ts";
import { Failure, usage } from "../failure.ts";
import { paint } from "../terminal.ts";
import { dateOf, openHierarchy, type PkiOptions, passwordOf, serialOf } from "./options.ts";
import { serialText } from "./words.ts";

/** Revokes one certificate, and shows the list that says so. */
export async function revokeOne(options: PkiOptions, which: string): Promise<number> {
  const hierarchy = await openHierarchy(options);
  const { serial, issuer, file } = meantBy(hierarchy, which, options.issuer);
  const reason = options.reason as Revoked["reason"];
  if (options.printOpenssl) {
    if (!file)
      throw new Unusable("OpenSSL revokes by a certificate's file; give its holder's name or the file");
    const signer = signerOf(hierarchy, issuer);
    const lines = listLines(
      issuer.place,
      signer,
      before(issuer),
      { certificate: file, reason },
      30,
      options.passphraseFile,
    );
    console.log(lines.join("\n"));
    return 0;
  }
  const date = dateOf(options.date, "--date") ?? new Date();
  const nextUpdate = dateOf(options.nextUpdate, "--next-update");
  await revoke(
    hierarchy.folder,
    issuer.name,
    { serial, date, reason },
    { nextUpdate, password: passwordOf(options) },
  );
  return printLists(await openHierarchy(options), [issuer.name], options);
}

/** Shows authorities' lists, made anew first where dates are given. */
export async function showLists(options: PkiOptions, name?: string): Promise<number> {
  let hierarchy = await openHierarchy(options);
  const keeps = (holder: Holder) =>
    holder.certificate && useOf(holder.certificate.extensions) === "authority";
  const authorities = name === undefined ? hierarchy.holders.filter(keeps) : [hierarchy.holder(name)];
  const thisUpdate = dateOf(options.thisUpdate, "--this-update");
  const nextUpdate = dateOf(options.nextUpdate, "--next-update", thisUpdate);
  if (options.printOpenssl) {
    const from = (thisUpdate ?? new Date()).getTime();
    const days = nextUpdate ? Math.max(1, Math.round((nextUpdate.getTime() - from) / 86_400_000)) : 30;
    for (const authority of authorities) {
      const signer = signerOf(hierarchy, authority);
      console.log(
        listLines(authority.place, signer, before(authority), undefined, days, options.passphraseFile).join(
          "\n",
        ),
      );
    }
    return 0;
  }
  if (thisUpdate || nextUpdate) {
    for (const { name } of authorities)
      await relist(hierarchy.folder, name, { thisUpdate, nextUpdate, password: passwordOf(options) });
    hierarchy = await openHierarchy(options);
  }
  return printLists(
    hierarchy,
    authorities.map(({ name }) => name),
    options,
  );
}

function printLists(hierarchy: Hierarchy, names: readonly string[], options: PkiOptions): number {
  for (const name of names) {
    const authority = hierarchy.holder(name);
    const { list } = authority;
    if (!list)
      throw new Failure(
        `${name} keeps no revocation list; make one: bun lab pki crl "${name}" --next-update +30d`,
      );
    if (options.pem) process.stdout.write(encodePem(list.der, "X509 CRL"));
    else if (options.json) console.log(JSON.stringify(listJson(hierarchy, name)));
    else for (const line of listText(hierarchy, authority)) console.log(line);
  }
  return 0;
}

function* listText(hierarchy: Hierarchy, authority: Holder): Generator<string> {
  const list = authority.list!;
  const next = list.nextUpdate === undefined ? "no end" : timeText(list.nextUpdate);
  yield `${paint(authority.name, "bold")}: valid from ${timeText(list.thisUpdate)} until ${next}, ${list.revoked.size} revoked`;
  yield `  ${paint(hierarchy.fileOf(authority, "crl"), "dim")}`;
  for (const [serial, { date, reason = "no reason given" }] of list.revoked) {
    const holder = withSerial(hierarchy, serial)?.holder.name ?? "no certificate here";
    yield `  ${serialText(serial)}  ${timeText(date)}  ${reason}  ${holder}`;
  }
}

function listJson(hierarchy: Hierarchy, name: string) {
  const { issuer, thisUpdate, nextUpdate, revoked } = hierarchy.holder(name).list!;
  const time = (seconds: number) => new Date(seconds * 1000).toISOString();
  return {
    authority: name,
    issuer,
    thisUpdate: time(thisUpdate),
    nextUpdate: nextUpdate === undefined ? null : time(nextUpdate),
    revoked: [...revoked].map(([serial, { date, reason }]) => ({
      serial: serialText(serial),
      date: time(date),
      reason: reason ?? null,
      holder: withSerial(hierarchy, serial)?.holder.name ?? null,
    })),
  };
}

/** The certificate that a person means: a holder's, a file's, or that of a serial number. */
function meantBy(
  hierarchy: Hierarchy,
  which: string,
  issuerName: string | undefined,
): { serial: bigint; issuer: Holder; file?: string } {
  const holder = hierarchy.find(which);
  if (!holder && !existsSync(which) && /^(0x)?[0-9a-f:]+$/i.test(which)) {
    const serial = serialOf(which, "the serial number")!;
    const found = withSerial(hierarchy, serial);
    if (issuerName !== undefined) return { serial, issuer: hierarchy.holder(issuerName) };
    if (found) return { serial, issuer: found.issuer, file: hierarchy.fileOf(found.holder, "certificate") };
    throw usage(`nobody here has the serial number ${which}: name its issuer with --issuer.`);
  }
  const certificate = holder ? holder.certificate : inFile(hierarchy, which);
  const name = holder?.name ?? which;
  if (!certificate) throw new Unusable(`${name} has no certificate yet, so there is none to revoke`);
  if (hierarchy.roots.some(root => root.place === holder?.place))
    throw new Unusable(
      `${name} is a root: nobody revokes it; who trusts it takes it out of the trusted ones`,
    );
  const issuer = hierarchy.issuerOf(certificate);
  if (!issuer)
    throw new Unusable(`nobody in the hierarchy ${hierarchy.name} has issued the certificate of ${name}`);
  const file = holder ? hierarchy.fileOf(holder, "certificate") : which;
  return { serial: BigInt(`0x${certificate.x509.serialNumber}`), issuer, file };
}

function inFile(hierarchy: Hierarchy, file: string) {
  if (!existsSync(file)) return hierarchy.holder(file).certificate;
  const [content] = contentsOf(octetsOf(file), file);
  if (content?.kind === "certificate") return judgedOf(content.der);
  throw new Unusable(`${file} holds a ${content?.kind}, where a certificate is expected`);
}

const signerOf = (hierarchy: Hierarchy, authority: Holder) => ({
  certificate: hierarchy.fileOf(authority, "certificate"),
  key: hierarchy.fileOf(authority, "key"),
});

const before = ({ list }: Holder): RevokedLine[] =>
  [...(list?.revoked ?? [])].map(([serial, { date, reason }]) => {
    const digits = serial.toString(16).toUpperCase();
    return { serial: digits.length % 2 ? `0${digits}` : digits, date: new Date(date * 1000), reason };
  });
