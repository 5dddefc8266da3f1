// `bun lab pki` alone: each hierarchy as a tree, who signed whom, until when, what each may do, and what to try next.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Hierarchy, type Holder, isHierarchy, readHierarchy } from "../../pki/hierarchy.ts";
import { Unusable } from "../../pki/store.ts";
import type { Judged } from "../../protocols/x509/path.ts";
import { verify } from "../../protocols/x509/verify.ts";
import { paint } from "../terminal.ts";
import type { Language } from "../words.ts";
import { hierarchyFolder, note, openHierarchy, type PkiOptions } from "./options.ts";
import { dayText, keyText, mayText } from "./words.ts";

/** `walked`: what was taught before, which is part of the object where one is printed. */
export async function show(options: PkiOptions, walked: readonly object[] = []): Promise<number> {
  for (const hierarchy of ["intranet", "internet"]) await openHierarchy({ ...options, hierarchy });
  const state = dirname(hierarchyFolder(options));
  const names = readdirSync(state, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name);
  const order = [
    "intranet",
    "internet",
    ...names.filter(name => name !== "intranet" && name !== "internet").sort(),
  ];
  const read = order
    .map(name => join(state, name))
    .filter(folder => isHierarchy(folder))
    .flatMap(folder => readOrTell(folder));
  if (options.json) {
    console.log(JSON.stringify({ walk: walked, state, hierarchies: read.map(treeJson) }, undefined, 2));
    return 0;
  }
  const { lang } = options;
  console.log(`${teaching[lang].about}\n`);
  for (const hierarchy of read) for (const line of treeLines(hierarchy, lang)) console.log(line);
  console.log(teaching[lang].next);
  return 0;
}

/** One that is broken keeps nobody from seeing the others. */
function readOrTell(folder: string): Hierarchy[] {
  try {
    return [readHierarchy(folder)];
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    note(error.message);
    return [];
  }
}

/** The tree of one hierarchy, as it stands now. */
export function* treeLines(hierarchy: Hierarchy, lang: Language): Generator<string> {
  const words = teaching[lang];
  yield `${paint(hierarchy.name, "bold")}  ${paint(hierarchy.folder, "dim")}`;
  const rows: [branch: string, holder: Holder][] = [];
  const walk = (holder: Holder, own: string, below: string) => {
    rows.push([own, holder]);
    const children = hierarchy.issuedBy(holder);
    children.forEach((child, i) => {
      const last = i === children.length - 1;
      walk(child, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`);
    });
  };
  for (const root of hierarchy.roots) walk(root, "", "");
  const inTree = new Set(rows.map(([, holder]) => holder.place));
  for (const holder of hierarchy.holders) if (!inTree.has(holder.place)) rows.push(["", holder]);
  const width = Math.max(...rows.map(([branch, { name }]) => branch.length + name.length));
  for (const [branch, holder] of rows) {
    const padding = " ".repeat(width - branch.length - holder.name.length);
    yield `  ${paint(branch, "dim")}${paint(holder.name, "bold")}${padding}  ${rowText(hierarchy, holder, lang)}`;
  }
  const crls = hierarchy.lists.map(({ issuer, revoked, nextUpdate }) =>
    words.list(
      issuer.replace(/^.*CN=/, ""),
      revoked.size,
      nextUpdate === undefined ? "—" : dayText(nextUpdate),
    ),
  );
  if (crls.length > 0) yield `  ${paint(crls.join(" · "), "dim")}`;
  yield "";
}

function rowText(hierarchy: Hierarchy, holder: Holder, lang: Language): string {
  const { certificate } = holder;
  const words = teaching[lang];
  if (!certificate) return paint(`○ ${words.waiting}`, "yellow");
  const issuer = hierarchy.issuerOf(certificate);
  const signer = issuer
    ? words.signedBy(issuer.name)
    : hierarchy.roots.includes(holder)
      ? words.itself
      : words.elsewhere;
  const fault = standing(hierarchy, certificate);
  const mark = fault ? paint(`✗ ${words.faults[fault] ?? fault}:`, "red") : paint("✓", "green");
  const until = `${dayText(certificate.validity.notBefore)} – ${dayText(certificate.validity.notAfter)}`;
  return [`${mark} ${mayText(certificate, lang)}`, signer, keyText(certificate), until].join(" · ");
}

/** What is wrong with it today; nothing, where it may be used. */
function standing(hierarchy: Hierarchy, certificate: Judged): string | undefined {
  const roots = hierarchy.roots.flatMap(({ certificate }) => (certificate ? [certificate.der] : []));
  const chain = hierarchy.chainOf(certificate).map(({ der }) => der);
  const { verdicts } = verify(chain.length > 0 ? chain : [certificate.der], {
    roots,
    at: BigInt(Date.now()) * 1_000_000n,
    crls: hierarchy.lists.map(({ der }) => der),
  });
  return verdicts.find(({ fault }) => fault)?.fault;
}

const treeJson = (hierarchy: Hierarchy) => ({
  name: hierarchy.name,
  folder: hierarchy.folder,
  holders: hierarchy.holders.map(({ name, place, certificate, hasKey, hasRequest, list }) => ({
    name,
    folder: place,
    key: hasKey,
    request: hasRequest,
    ...(certificate && {
      issuer: hierarchy.issuerOf(certificate)?.name ?? null,
      may: mayText(certificate, "en"),
      keyKind: keyText(certificate),
      notBefore: new Date(certificate.validity.notBefore * 1000).toISOString(),
      notAfter: new Date(certificate.validity.notAfter * 1000).toISOString(),
      fault: standing(hierarchy, certificate) ?? null,
    }),
    ...(list && { revoked: list.revoked.size }),
  })),
});

const teaching = {
  en: {
    about: `A certificate says whose a public key is; whoever signed it vouches for that. Who trusts a root trusts all that
stands below it, as long as each certificate is signed, valid today, meant for its purpose, and not revoked.`,
    waiting: "a request that waits for its signature",
    itself: "signed by itself: trust begins here",
    elsewhere: "signed elsewhere",
    signedBy: (name: string) => `signed by ${name}`,
    list: (name: string, count: number, next: string) => `list of ${name}: ${count} revoked, next by ${next}`,
    faults: {} as Record<string, string>,
    next: `Try next:
  bun lab pki inspect JORGE-PC                     what a certificate says, field by field
  bun lab pki verify JORGE-PC --name JORGE-PC      why it is trusted, from the root down
  bun lab pki verify JORGE-PC --at 2040-01-01      and why not, once it has ended
  bun lab pki issue lamp --profile client          a key and a certificate of your own
  bun lab pki revoke lamp --reason keyCompromise   and it is valid no more: verify lamp
  bun lab pki issue lamp --print-openssl           the same steps in OpenSSL's words`,
  },
  es: {
    about: `Un certificado dice de quién es una clave pública; quien lo firma responde de ello. Quien confía en una raíz confía en
todo lo que hay debajo, mientras cada certificado esté firmado, valga hoy, sirva para su fin y no esté revocado.`,
    waiting: "una solicitud que espera su firma",
    itself: "firmado por sí mismo: aquí empieza la confianza",
    elsewhere: "firmado en otra parte",
    signedBy: (name: string) => `firmado por ${name}`,
    list: (name: string, count: number, next: string) =>
      `lista de ${name}: ${count} revocados, la próxima antes del ${next}`,
    faults: {
      "self-signed": "firmado por sí mismo",
      "untrusted root": "raíz que no es de confianza",
      "unknown issuer": "emisor desconocido",
      "bad signature": "firma incorrecta",
      "not an authority": "su emisor no es autoridad",
      "path too long": "ruta demasiado larga",
      "not yet valid": "todavía no vale",
      expired: "caducado",
      revoked: "revocado",
      "revocation unknown": "no se sabe si está revocado",
    } as Record<string, string>,
    next: `Pruebe ahora:
  bun lab pki inspect JORGE-PC                     qué dice un certificado, campo por campo
  bun lab pki verify JORGE-PC --name JORGE-PC      por qué se confía en él, desde la raíz
  bun lab pki verify JORGE-PC --at 2040-01-01      y por qué no, cuando haya caducado
  bun lab pki issue lamp --profile client          una clave y un certificado propios
  bun lab pki revoke lamp --reason keyCompromise   y ya no vale: verify lamp
  bun lab pki issue lamp --print-openssl           los mismos pasos en palabras de OpenSSL`,
  },
} as const;
