// Which handshakes are compared: suites of TLS 1.2 and 1.3, each with the kinds of keys that sign for it.
import { contextOf } from "../../protocols/tls/handshaking.ts";
import { CipherSuite } from "../../protocols/tls/suites.ts";
import { usage } from "../failure.ts";
import { meant, type Said } from "../words.ts";

export interface Case {
  readonly version: "1.2" | "1.3";
  /** IANA's name. */
  readonly suite: string;
  /** The kind of the server's key. */
  readonly certificate: Certificate;
}

/** The reference run's suite first. */
const defaultSuites = [
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
];

/** As the authority calls them. */
export const certificates = { "RSA 2048": "RSA-2048", "P-256": "P-256" } as const;
export type Certificate = keyof typeof certificates;

/** Each suite with each kind of key that can sign for it. @throws Failure */
export function casesOf({
  versions,
  suites,
}: {
  readonly versions: string;
  readonly suites?: string;
}): Case[] {
  const wanted = versions.split(",").map(one => one.trim());
  const strange = wanted.find(one => one !== "1.2" && one !== "1.3");
  if (strange !== undefined)
    throw usage(`--versions: "${strange}" is none of 1.2 and 1.3, with a comma between.`);
  const named = suites?.split(",").map(one => suiteNamed(one.trim()));
  const cases = (named ?? defaultSuites).flatMap(suite => {
    const version = suite.includes("_WITH_") ? "1.2" : "1.3";
    if (!wanted.includes(version)) {
      if (!named) return [];
      throw usage(`--suites: ${suite} is of TLS ${version}, which --versions ${versions} leaves out.`);
    }
    const signing: Certificate[] =
      version === "1.3" ? ["RSA 2048", "P-256"] : suite.includes("_ECDSA_") ? ["P-256"] : ["RSA 2048"];
    return signing.map((certificate): Case => ({ version, suite, certificate }));
  });
  return cases;
}

function suiteNamed(name: string): string {
  if (name in CipherSuite && /^TLS_/.test(name) && !name.endsWith("_SCSV")) return name;
  const close = meant(name, Object.keys(CipherSuite));
  throw usage(
    `--suites: "${name}" is no suite of IANA's registry; ${close ? `did you mean ${close}?` : "a name is such as TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384."}`,
  );
}

/** What Bun's TLS has of TLS 1.3. */
const suites13 = new Set([
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
]);

/** Why our client can't be asked for it, if so. */
export function unknownToUs({ version, suite }: Case): Said | undefined {
  try {
    if (version === "1.2") contextOf({ version, suites: [suite] }, undefined);
    if (version === "1.2" || suites13.has(suite)) return undefined;
  } catch {}
  return {
    en: "the client, node:tls in Bun, does not speak that suite",
    es: "el cliente, node:tls en Bun, no habla ese conjunto",
  };
}
