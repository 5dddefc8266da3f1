// `bun lab pki init`, `issue` and `sign`: roots, keys, requests and certificates.
import { existsSync, writeFileSync } from "node:fs";
import { contentsOf, octetsOf } from "../../pki/contents.ts";
import { type Hierarchy, type Holder, placeOf } from "../../pki/hierarchy.ts";
import { ask, issue, makeRoot, type NewKey, renewHolder, sign, useOf } from "../../pki/issuance.ts";
import { requested } from "../../pki/issue.ts";
import { certificateLines, keyLines, requestLines } from "../../pki/openssl.ts";
import { Unusable } from "../../pki/store.ts";
import { named } from "../../pki/subject.ts";
import { hostsOf as hostsIn } from "../../protocols/x509/facts.ts";
import { encodePem } from "../../protocols/x509/pem.ts";
import { Failure, usage } from "../failure.ts";
import { issueBroken } from "./breaking.ts";
import {
  hierarchyFolder,
  hostsOf,
  keyKindOf,
  note,
  openHierarchy,
  type PkiOptions,
  pathLengthOf,
  serialOf,
  tell,
} from "./options.ts";
import { treeLines } from "./tree.ts";
import { datesOf, issuerEnds, nameIn, newKey, signerFor, stepsOf, subjectOf, wantedFor } from "./wanted.ts";
import { dayText, mayText, serialText } from "./words.ts";

/** Makes a hierarchy: one that is ready to use, or a root of one's own. */
export async function init(options: PkiOptions, name?: string): Promise<number> {
  const names = name === undefined && options.hierarchy === "intranet" ? ["intranet", "internet"] : undefined;
  if (names && options.printOpenssl) throw usage("name the hierarchy whose root OpenSSL is to make.");
  const which = name ?? options.hierarchy;
  const ready = names ?? (which === "intranet" || which === "internet" ? [which] : undefined);
  if (ready && !options.printOpenssl) {
    if (
      [options.subject, options.pathLength, options.notBefore, options.notAfter, options.serial].some(Boolean)
    )
      throw usage(`${ready.join(" and ")} are ready as they are; give a root of your own another name.`);
    for (const hierarchy of ready)
      print(await openHierarchy({ ...options, hierarchy }, keyKindOf(options)), options);
    return 0;
  }
  const folder = hierarchyFolder({ ...options, hierarchy: which });
  const subject = subjectOf(options) ?? named(`${which} Root CA`);
  const key = newKey(options, nameIn(subject));
  const wanted = {
    ...datesOf(options),
    pathLength: pathLengthOf(options, true),
    serial: serialOf(options.serial),
  };
  if (options.printOpenssl) {
    const steps = stepsOf(key, { ...wanted, use: "authority" }, "root", options);
    const request = `${steps.name}.request.pem`;
    return printLines([
      ...keyLines(steps.name, key.keys, options.encryptWith),
      ...requestLines(steps, options.encryptWith),
      ...certificateLines(steps, request, undefined, options.encryptWith),
    ]);
  }
  await makeRoot(folder, key, wanted);
  print(await openHierarchy({ ...options, hierarchy: which }), options);
  return 0;
}

/** Makes keys, requests and certificates for holders; or renews them; or makes them wrong on purpose. */
export async function issueAll(options: PkiOptions, names: readonly string[]): Promise<number> {
  if (names.length > 1 && (options.subject ?? options.serial) !== undefined)
    throw usage("--subject and --serial are for one holder: name one.");
  if ([options.request, options.renew, options.broken !== undefined].filter(Boolean).length > 1)
    throw usage("--request, --renew and --broken exclude one another.");
  if (options.renew && (options.subject ?? options.encryptWith) !== undefined)
    throw usage("--renew certifies the same key for the same name: leave --subject and --encrypt-with out.");
  if (options.broken !== undefined && options.printOpenssl)
    throw usage("--broken is several steps at once, and OpenSSL has no short words for them.");
  const hierarchy = await openHierarchy(options);
  for (const name of names) await issueOne(options, hierarchy, name);
  return 0;
}

async function issueOne(options: PkiOptions, hierarchy: Hierarchy, name: string): Promise<void> {
  const { folder } = hierarchy;
  const subject = subjectOf(options);
  if (subject && nameIn(subject) !== name)
    throw usage(
      `--subject names CN=${nameIn(subject)}, and the holder is called ${name}: give the same name twice.`,
    );
  const key = newKey(options, name);
  const wanted = wantedFor(options, name);
  if (options.printOpenssl) {
    if (options.renew) return printRenewal(options, hierarchy, name);
    const lines = [...keyLines(placeOf(name), key.keys, options.encryptWith)];
    const steps = stepsOf(key, wanted, wanted.use, options, issuerEnds(hierarchy, wanted));
    lines.push(...requestLines(steps, options.encryptWith));
    if (!options.request) {
      lines.push(
        ...certificateLines(
          steps,
          `${steps.name}.request.pem`,
          signerFor(hierarchy, wanted),
          options.passphraseFile,
        ),
      );
    }
    printLines(lines);
    return;
  }
  if (options.broken !== undefined) return issueBroken(options, hierarchy, name);
  if (options.request) {
    const holder = await ask(folder, key, wanted.hosts);
    const file = hierarchy.fileOf(holder, "request");
    const where = options.hierarchy === "intranet" ? "" : ` --hierarchy ${options.hierarchy}`;
    return tell(options, { name, request: file }, [
      `${name}: a key and a request that waits for its signature.`,
      `  ${file}`,
      `  sign it: bun lab pki sign ${file} --profile ${options.profile ?? "server"}${where}`,
    ]);
  }
  const holder = options.renew
    ? await renewHolder(folder, name, {
        ...wanted,
        issuer: options.issuer,
        hosts: options.host && hostsOf(options),
      })
    : await issue(folder, key, wanted);
  told(options, await openHierarchy(options), holder);
}

/** Signs a request that somebody brings. */
export async function signRequest(options: PkiOptions, file: string): Promise<number> {
  const hierarchy = await openHierarchy(options);
  const place = hierarchy.find(file);
  const source = place?.hasRequest ? hierarchy.fileOf(place, "request") : file;
  const [content] = contentsOf(octetsOf(source), source);
  if (content?.kind !== "request")
    throw new Unusable(`${source} holds a ${content?.kind}, where a request is expected`);
  const wanted = { ...wantedFor(options, undefined), hosts: options.host ? hostsOf(options) : undefined };
  if (options.printOpenssl) {
    const { subject, names, publicKey } = asked(content.der, source);
    const keys = publicKey.asymmetricKeyType === "rsa" ? "RSA-2048" : "P-256";
    const key = { name: nameIn(subject), subject, keys } as const;
    const hosts = wanted.hosts ?? hostsIn(names ? [names] : []);
    const steps = stepsOf(key, { ...wanted, hosts }, wanted.use, options, issuerEnds(hierarchy, wanted));
    return printLines(certificateLines(steps, source, signerFor(hierarchy, wanted), options.passphraseFile));
  }
  asked(content.der, source);
  const holder = await sign(hierarchy.folder, content.der, wanted);
  const after = await openHierarchy(options);
  if (options.output !== undefined) save(options.output, chainPem(after, holder));
  told(options, after, holder);
  return 0;
}

function asked(der: Uint8Array, file: string): ReturnType<typeof requested> {
  try {
    return requested(der);
  } catch (error) {
    throw new Unusable(`${file} can't be signed: ${(error as Error).message}`);
  }
}

/** The same key, for which a request is kept, certified again. */
function printRenewal(options: PkiOptions, hierarchy: Hierarchy, name: string): void {
  const holder = hierarchy.holder(name);
  const { certificate } = holder;
  if (!certificate || !holder.hasRequest)
    throw new Unusable(`${name} has no request here, from which OpenSSL could certify it again`);
  const use = useOf(certificate.extensions);
  const issuer = options.issuer ?? hierarchy.issuerOf(certificate)?.name;
  const hosts = options.host ? hostsOf(options) : hostsIn(certificate.extensions);
  const wanted = { ...wantedFor(options, name), use, issuer, hosts };
  const keys = certificate.x509.publicKey.asymmetricKeyType === "rsa" ? "RSA-2048" : "P-256";
  const key: NewKey = { ...newKey(options, name), keys };
  const steps = stepsOf(key, wanted, use, options, issuerEnds(hierarchy, wanted));
  const request = hierarchy.fileOf(holder, "request");
  printLines(certificateLines(steps, request, signerFor(hierarchy, wanted), options.passphraseFile));
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`${file} can't be written (${code}); the certificate lies in the hierarchy's folder.`);
  }
}

function printLines(lines: readonly string[]): number {
  console.log(lines.join("\n"));
  return 0;
}

function print(hierarchy: Hierarchy, options: PkiOptions): void {
  if (options.json) console.log(JSON.stringify({ name: hierarchy.name, folder: hierarchy.folder }));
  else console.log([...treeLines(hierarchy, options.lang)].join("\n"));
}

function told(options: PkiOptions, hierarchy: Hierarchy, holder: Holder): void {
  const certificate = holder.certificate!;
  const { lang } = options;
  const chain = hierarchy.chainFileOf(holder);
  const file = existsSync(chain) ? chain : hierarchy.fileOf(holder, "certificate");
  const serial = serialText(BigInt(`0x${certificate.x509.serialNumber}`));
  const issuer = hierarchy.issuerOf(certificate);
  const { notBefore, notAfter } = certificate.validity;
  if (issuer?.certificate && notAfter > issuer.certificate.validity.notAfter)
    note(
      `${holder.name} is valid longer than its issuer, ${issuer.name}: after ${dayText(issuer.certificate.validity.notAfter)} no chain stands`,
    );
  const dates = `${dayText(notBefore)} – ${dayText(notAfter)}`;
  const by = issuer ? `${lang === "es" ? "firmado por" : "signed by"} ${issuer.name}` : "";
  tell(options, { name: holder.name, issuer: issuer?.name, serial, certificate: file }, [
    [`${holder.name}: ${mayText(certificate, lang)}`, by, dates].join(" · "),
    `  ${file}`,
  ]);
}

const chainPem = (hierarchy: Hierarchy, { certificate }: Holder): string =>
  hierarchy
    .chainOf(certificate!)
    .map(({ der }) => encodePem(der))
    .join("");
