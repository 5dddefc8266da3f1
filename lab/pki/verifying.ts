// `bun lab pki verify`: each certificate of a chain judged from the root down, on any date, with revocation lists.
import { type Content, contentsOf, octetsOf } from "../../pki/contents.ts";
import { isRootCertificate } from "../../pki/hierarchy.ts";
import { useOf } from "../../pki/issuance.ts";
import { verifyLines } from "../../pki/openssl.ts";
import { Unusable } from "../../pki/store.ts";
import { type Judged, judged } from "../../protocols/x509/path.ts";
import { timeText } from "../../protocols/x509/primitives.ts";
import { type Verdict, type Verification, verify } from "../../protocols/x509/verify.ts";
import { usage } from "../failure.ts";
import { paint } from "../terminal.ts";
import type { Language } from "../words.ts";
import { found } from "./inspecting.ts";
import { dateOf, openHierarchy, type PkiOptions } from "./options.ts";

/** Prints the verdicts; returns 1 where the chain is not trusted. @throws Failure, Unusable */
export async function verifyChain(options: PkiOptions, what: string): Promise<number> {
  const hierarchy = await openHierarchy(options);
  const { contents, files, remote } = await found(options, what);
  if (options.printOpenssl && remote)
    throw usage("OpenSSL verifies files: save what the server shows with inspect --pem.");
  const presented = dersOf(contents, "certificate");
  if (presented.length === 0)
    throw new Unusable(`${what} holds no certificate, so there is nothing to verify`);
  const untrusted = options.untrusted === undefined ? [] : certificatesIn(options.untrusted);
  const roots =
    options.cafile === undefined
      ? hierarchy.roots.map(({ certificate }) => certificate!.der)
      : certificatesIn(options.cafile);
  // The hierarchy's lists are about its own certificates: who brings other roots brings other lists.
  const own =
    options.cafile === undefined && options.crls !== false ? hierarchy.lists.map(({ der }) => der) : [];
  const given = (options.crl ?? []).flatMap(listsIn);
  const crls = [...own, ...given];
  const leaf = readable(presented[0]!);
  const date = dateOf(options.at, "--at");
  const purpose = options.purpose === "any" ? undefined : (options.purpose ?? (leaf && purposeOf(leaf)));
  const name = options.name ?? remote?.host;

  if (options.printOpenssl) {
    const rootFiles = options.cafile
      ? [options.cafile]
      : hierarchy.roots.map(root => hierarchy.fileOf(root, "certificate"));
    const listFiles =
      own.length > 0
        ? hierarchy.holders.filter(({ list }) => list).map(one => hierarchy.fileOf(one, "crl"))
        : [];
    const holder = hierarchy.find(what);
    const chain = holder ? hierarchy.chainFileOf(holder) : files[0]!.file;
    const at = date && Math.floor(date.getTime() / 1000);
    const lists = [...listFiles, ...(options.crl ?? [])];
    console.log(verifyLines({ roots: rootFiles, chain, lists, purpose, name, at }).join("\n"));
    return 0;
  }

  const at = BigInt((date ?? new Date()).getTime()) * 1_000_000n;
  const expected = { roots, at, purpose, name, ...(crls.length > 0 && { crls }) };
  const result = verify([...presented, ...untrusted], expected);
  const judgedAt = timeText(Number(at / 1_000_000_000n));
  if (options.json)
    console.log(
      JSON.stringify(
        jsonOf(result, { at: judgedAt, purpose, name, revocation: crls.length > 0 }),
        undefined,
        2,
      ),
    );
  else
    for (const line of textOf(result, judgedAt, { purpose, name, revocation: crls.length > 0 }, options.lang))
      console.log(line);
  return result.trusted ? 0 : 1;
}

interface Held {
  readonly purpose?: "server" | "client";
  readonly name?: string;
  readonly revocation: boolean;
}

function* textOf(
  { trusted, verdicts, says }: Verification,
  at: string,
  held: Held,
  lang: Language,
): Generator<string> {
  for (const { fault, says, inSpanish } of verdicts)
    yield `${fault ? paint("✗", "red") : paint("✓", "green")} ${lang === "es" ? inSpanish : says}`;
  const words = told[lang];
  const asked = [
    held.purpose && words.purpose[held.purpose],
    held.name && `${words.name} ${held.name}`,
    held.revocation ? words.lists : words.noLists,
  ];
  const verdict = trusted ? paint(words.trusted, "green", "bold") : paint(words.refused, "red", "bold");
  yield `${verdict} (${at}; ${asked.filter(Boolean).join("; ")})`;
  if (!trusted && verdicts.length === 0) yield says;
  const fault = verdicts.find(one => one.fault)?.fault;
  if (fault && words.advice[fault]) yield words.advice[fault];
}

const jsonOf = ({ trusted, verdicts, says }: Verification, held: object) => ({
  trusted,
  ...held,
  says,
  verdicts: verdicts.map(({ place, fault, says }: Verdict) => ({ place, fault: fault ?? null, says })),
});

/** A client's certificate is judged as a client's, an authority's as neither. */
function purposeOf({ extensions, version }: Judged): "server" | "client" | undefined {
  if (version === 0) return "server";
  const use = useOf(extensions);
  return use === "authority" ? undefined : use;
}

/** A root alone is judged as the leaf that it is. */
function readable(der: Uint8Array): Judged | undefined {
  try {
    const leaf = judged(der);
    return isRootCertificate(leaf) ? undefined : leaf;
  } catch {
    return undefined;
  }
}

const dersOf = (contents: readonly Content[], kind: Content["kind"]): Uint8Array[] =>
  contents.filter(content => content.kind === kind).map(({ der }) => der);

function certificatesIn(file: string): Uint8Array[] {
  const ders = dersOf(contentsOf(octetsOf(file), file), "certificate");
  if (ders.length === 0) throw new Unusable(`${file} holds no certificate`);
  for (const der of ders) judged(der);
  return ders;
}

function listsIn(file: string): Uint8Array[] {
  const ders = dersOf(contentsOf(octetsOf(file), file), "revocation list");
  if (ders.length === 0) throw new Unusable(`${file} holds no revocation list`);
  return ders;
}

const told = {
  en: {
    trusted: "trusted",
    refused: "not trusted",
    purpose: { server: "as a TLS server", client: "as a TLS client" },
    name: "asked for as",
    lists: "revocation lists checked",
    noLists: "revocation not checked",
    advice: {
      "self-signed":
        "Trust it as it is if it is the right one (--cafile), or have it issued by an authority: bun lab pki issue NAME.",
      "untrusted root":
        "The chain is whole, but nobody trusts where it ends: trust that root if it is the right one (--cafile).",
      "unknown issuer":
        "Whoever sent the chain left an intermediate out: send it along (--untrusted); or trust the root that issued it (--cafile).",
      "not yet valid": "If it is the clock that is wrong, set it; --at judges on another date.",
      expired: "It must be renewed: bun lab pki issue NAME --renew; --at judges on another date.",
      revoked: "Its holder needs a new key and a new certificate: bun lab pki issue NEW-NAME.",
      "revocation unknown":
        "Make the list anew: bun lab pki crl AUTHORITY --next-update +30d; or give one with --crl.",
      "wrong purpose": "Issue it with the other --profile, or judge it with another --purpose.",
      "wrong name": "Ask for a name that it is for, or issue it with --host.",
      "path too long": "Issue it from an authority higher up, or give that one a greater --path-length.",
    } as Record<string, string>,
  },
  es: {
    trusted: "de confianza",
    refused: "no es de confianza",
    purpose: { server: "como servidor TLS", client: "como cliente TLS" },
    name: "pedido como",
    lists: "listas de revocación comprobadas",
    noLists: "revocación sin comprobar",
    advice: {
      "self-signed":
        "Confíe en él tal cual si es el bueno (--cafile) o haga que lo emita una autoridad: bun lab pki issue NOMBRE.",
      "untrusted root":
        "La cadena está completa, pero nadie confía en donde acaba: confíe en esa raíz si es la buena (--cafile).",
      "unknown issuer":
        "Quien envió la cadena omitió un intermedio: envíelo también (--untrusted); o confíe en la raíz que lo emitió (--cafile).",
      "not yet valid": "Si el reloj está mal, póngalo en hora; --at juzga en otra fecha.",
      expired: "Hay que renovarlo: bun lab pki issue NOMBRE --renew; --at juzga en otra fecha.",
      revoked: "Su titular necesita otra clave y otro certificado: bun lab pki issue OTRO-NOMBRE.",
      "revocation unknown":
        "Haga la lista de nuevo: bun lab pki crl AUTORIDAD --next-update +30d; o dé una con --crl.",
      "wrong purpose": "Emítalo con el otro --profile o júzguelo con otro --purpose.",
      "wrong name": "Pida un nombre para el que valga o emítalo con --host.",
      "path too long": "Emítalo desde una autoridad superior o dé a esa una --path-length mayor.",
    } as Record<string, string>,
  },
} as const;
