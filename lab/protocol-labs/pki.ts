// The lab of the PKI: the intranet's certificates made in a folder, and walked through from the key to the revocation, with what breaks.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { broken, faults } from "../../pki/broken.ts";
import { readHierarchy } from "../../pki/hierarchy.ts";
import { type Authority, intranet, type KeyKind, Unusable } from "../../pki/index.ts";
import { requested } from "../../pki/issue.ts";
import { revoke } from "../../pki/revoking.ts";
import { hostsOf } from "../../protocols/x509/facts.ts";
import { certificate } from "../../protocols/x509/format.ts";
import { inspect } from "../../protocols/x509/inspect.ts";
import { nameText } from "../../protocols/x509/name.ts";
import { judged } from "../../protocols/x509/path.ts";
import { type Expectation, type Verification, verify } from "../../protocols/x509/verify.ts";
import { beforeEnd } from "../network/cleanup.ts";
import { treeLines } from "../pki/tree.ts";
import { keyText } from "../pki/words.ts";
import type { Language } from "../words.ts";
import { type Part, parts, questions } from "./pki-words.ts";

/** One part of the walk: what it is about, what there is to see, and the verdicts on it. */
export interface Step {
  readonly title: string;
  readonly says: string;
  readonly shows: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** How a person does the same in a hierarchy of their own. */
  readonly command: string;
}

export interface Verdict {
  /** What was asked. */
  readonly about: string;
  readonly trusted: boolean;
  readonly says: string;
}

export interface Walk {
  readonly lang: Language;
  /** Where the intranet is made, and stays; without it, in a folder that goes with the walk. */
  readonly output?: string;
  /** RSA-2048 as the boards have it, unless a test is in a hurry. */
  readonly keys?: KeyKind;
}

const [server, client, lost] = ["JORGE-PC", "NUCLEO-H723ZG", "DISCO-F769NI"] as const;
/** What a board's clock shows until NTP sets it, and a day when all of this will have ended. */
const unset = Date.parse("2000-01-01");
const later = Date.parse("2040-01-01");

/** The steps, in the order in which one learns them; each is made when it is asked for. @throws Unusable */
export async function* walk({ lang, output, keys = "RSA-2048" }: Walk): AsyncGenerator<Step> {
  const base = output === undefined ? mkdtempSync(join(tmpdir(), "lab-pki-")) : empty(resolve(output));
  const forget = output === undefined ? beforeEnd(async () => remove(base)) : undefined;
  try {
    const folder = join(base, "intranet");
    const authority = await intranet(folder, { keys, notice: () => {} });
    for (const of of [keyStep, requestStep, certificateStep, chainStep, clockStep, useStep])
      yield of(authority, lang);
    yield await revocationStep(authority, lang);
    yield await brokenStep(authority, lang, keys);
  } finally {
    if (forget) {
      remove(base);
      forget();
    }
  }
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** A walk changes what it shows: it begins in a folder of its own. @throws Unusable */
function empty(folder: string): string {
  try {
    if (readdirSync(folder).length === 0) return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return folder;
    throw new Unusable(`${folder} is no folder that can be used (${code}); name another one with -o`);
  }
  throw new Unusable(
    `${folder} holds something already; name a folder with -o that is empty or not there yet`,
  );
}

function stepOf(
  part: Part,
  lang: Language,
  shows: readonly string[],
  verdicts: readonly Verdict[] = [],
): Step {
  const { title, says, command } = parts[part];
  return { title: title[lang], says: says[lang], shows, verdicts, command };
}

/** "intranet/JORGE-PC/key.pem": most walks leave nothing behind that a longer path would lead to. */
const shown = ({ folder }: Authority, file: string): string => relative(dirname(folder), file);

function keyStep(authority: Authority, lang: Language): Step {
  const { pem } = authority.key(server).files;
  const mode = (statSync(pem).mode & 0o777).toString(8).padStart(4, "0");
  const kind = keyText(judged(authority.certificate(server).der));
  return stepOf("key", lang, [
    `${shown(authority, pem)}  ${kind}, ${lang === "es" ? "permisos" : "mode"} ${mode}`,
  ]);
}

function requestStep(authority: Authority, lang: Language): Step {
  const { subject, names } = requested(authority.request(server).der);
  const hosts = hostsOf(names && [names]).join(", ");
  return stepOf("request", lang, [`${nameText(subject)}: ${hosts}`]);
}

function certificateStep(authority: Authority, lang: Language): Step {
  const lines = inspect(certificate.decode(authority.certificate(server).der));
  return stepOf(
    "certificate",
    lang,
    lines.map(([what, value]) => `${what.padEnd(18)} : ${value}`),
  );
}

function chainStep(authority: Authority, lang: Language): Step {
  const { verdicts } = verdictOf(authority, server, { purpose: "server", name: server });
  return stepOf(
    "chain",
    lang,
    [...treeLines(readHierarchy(authority.folder), lang)].slice(1, -1),
    verdicts.map(({ fault, says, inSpanish }) => ({
      about: "",
      trusted: fault === undefined,
      says: lang === "es" ? inSpanish : says,
    })),
  );
}

function clockStep(authority: Authority, lang: Language): Step {
  const at = (time: number) => ({ at: BigInt(time) * 1_000_000n, crls: undefined });
  return stepOf(
    "clock",
    lang,
    [],
    [
      asked(lang, "today", verdictOf(authority, server, { purpose: "server", name: server })),
      asked(lang, "before NTP", verdictOf(authority, server, at(unset))),
      asked(lang, "in 2040", verdictOf(authority, server, at(later))),
    ],
  );
}

function useStep(authority: Authority, lang: Language): Step {
  const [leaf, ...above] = authority.chain(server).ders as [Uint8Array, ...Uint8Array[]];
  const changed = leaf.slice();
  changed[changed.length - 1]! ^= 1;
  const root = { roots: [authority.root.der], at: BigInt(Date.now()) * 1_000_000n };
  return stepOf(
    "use",
    lang,
    [],
    [
      asked(lang, "as a server", verdictOf(authority, server, { purpose: "server", name: server })),
      asked(lang, "other name", verdictOf(authority, server, { name: "router" })),
      asked(lang, "client as server", verdictOf(authority, client, { purpose: "server" })),
      asked(lang, "one bit", verify([changed, ...above], root)),
      asked(lang, "no root", verify([leaf, ...above], { ...root, roots: [] })),
    ],
  );
}

async function revocationStep(authority: Authority, lang: Language): Promise<Step> {
  const before = verdictOf(authority, lost, { purpose: "client" });
  const { serialNumber } = certificate.decode(authority.certificate(lost).der).tbsCertificate;
  const date = new Date(Date.now() - 1000);
  await revoke(authority.folder, "MQTT CA", { serial: serialNumber, date, reason: "keyCompromise" });
  return stepOf(
    "revocation",
    lang,
    [shown(authority, authority.crl("MQTT CA").files.pem)],
    [
      asked(lang, "before", before),
      asked(lang, "after", verdictOf(authority, lost, { purpose: "client" })),
      asked(lang, "without lists", verdictOf(authority, lost, { purpose: "client", crls: undefined })),
    ],
  );
}

/** Each is wrong in one way, and for that way refused. */
async function brokenStep(authority: Authority, lang: Language, keys: KeyKind): Promise<Step> {
  const verdicts: Verdict[] = [];
  for (const fault of faults) {
    const made = await broken(authority, fault, { keys });
    const verification = verify(made.ders, {
      roots: [authority.root.der],
      at: BigInt(Date.now()) * 1_000_000n,
      crls: made.crls,
      purpose: "server",
      name: server,
    });
    verdicts.push(verdict(made.says[lang], verification, lang));
  }
  return stepOf("broken", lang, [], verdicts);
}

/** A holder's chain, judged now, against the intranet's root and lists. */
const verdictOf = (
  authority: Authority,
  name: typeof server | typeof client | typeof lost,
  expected: Partial<Expectation>,
): Verification =>
  verify(authority.chain(name).ders, {
    roots: [authority.root.der],
    at: BigInt(Date.now()) * 1_000_000n,
    crls: authority.crls.map(({ der }) => der),
    ...expected,
  });

const asked = (lang: Language, question: keyof typeof questions, verification: Verification): Verdict =>
  verdict(questions[question][lang], verification, lang);

const verdict = (about: string, { trusted, says, inSpanish }: Verification, lang: Language): Verdict => ({
  about,
  trusted,
  says: lang === "es" ? inSpanish : says,
});
