// What may be negotiated, as a person writes it: versions, suites, groups, protocols.
import { type Choices, contextOf, opensslName } from "../../protocols/tls/handshaking.ts";
import { CipherSuite } from "../../protocols/tls/suites.ts";
import { usage } from "../failure.ts";
import { meant } from "../words.ts";

export interface ChoiceOptions {
  /** "1.2", "1.3", or both with a comma. */
  readonly tlsVersion?: string;
  /** Names of suites, with commas or colons. */
  readonly ciphers?: string;
  readonly groups?: string;
  readonly alpn?: string;
}

/** @throws Failure (usage) */
export function choicesOf({ tlsVersion, ciphers, groups, alpn }: ChoiceOptions): Choices {
  const version = versionOf(tlsVersion);
  return {
    version,
    ...(ciphers !== undefined && { suites: suitesIn(ciphers, version) }),
    ...(groups !== undefined && { groups: groupsIn(groups) }),
    ...(alpn !== undefined && { protocols: protocolsIn(alpn) }),
  };
}

/** Both, or none given, is no choice. */
function versionOf(text: string | undefined): Choices["version"] {
  if (text === undefined) return undefined;
  const versions = new Set(listed(text).map(one => /^(?:tlsv?)?(1\.[23])$/i.exec(one)?.[1] ?? one));
  const wrong = [...versions].find(one => one !== "1.2" && one !== "1.3");
  if (wrong !== undefined || versions.size === 0)
    throw usage(
      `--tls-version: "${wrong ?? text}" is not 1.2, 1.3 or 1.2,1.3; older versions protect nobody any more.`,
    );
  return versions.size === 2 ? undefined : versions.has("1.2") ? "1.2" : "1.3";
}

function suitesIn(text: string, version: Choices["version"]): string[] {
  const suites = listed(text).map(suiteNamed);
  const newer = suites.find(suite => !suite.includes("_WITH_"));
  if (newer !== undefined)
    throw usage(
      `--ciphers: ${newer} is a suite of TLS 1.3, which node:tls in Bun lets nobody choose; name suites of TLS 1.2.`,
    );
  if (suites.length === 0 || version === "1.3")
    throw usage("--ciphers chooses suites of TLS 1.2; with --tls-version 1.3 it has nothing to choose.");
  for (const suite of suites) if (!isKnownToBun(suite)) throw usage(lacking(suite));
  return suites;
}

const lacking = (suite: string) =>
  `--ciphers: node:tls in Bun does not have ${suite}; it has those with ECDHE and AES-GCM or ChaCha20-Poly1305, and some older ones.`;

/** "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", or as OpenSSL has it, "ECDHE-RSA-AES256-GCM-SHA384". */
function suiteNamed(name: string): string {
  const upper = name.toUpperCase();
  if (isSuite(upper)) return upper;
  const own = Object.keys(CipherSuite).find(suite => isSuite(suite) && opensslName(suite) === upper);
  if (own !== undefined) return own;
  const close = meant(name, Object.keys(CipherSuite).filter(isSuite));
  throw usage(
    `--ciphers: "${name}" is no suite of IANA's registry; ${close ? `did you mean ${close}?` : "a name is such as TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384."}`,
  );
}

const isSuite = (name: string): boolean =>
  Object.hasOwn(CipherSuite, name) && /^TLS_/.test(name) && !name.endsWith("_SCSV");

function isKnownToBun(suite: string): boolean {
  try {
    contextOf({ version: "1.2", suites: [suite] }, undefined);
    return true;
  } catch {
    return false;
  }
}

/** By their names in IANA's registry too (RFC 8422 §5.1.1). */
const groupNames: Readonly<Record<string, string>> = {
  x25519: "X25519",
  secp256r1: "P-256",
  prime256v1: "P-256",
  "p-256": "P-256",
  secp384r1: "P-384",
  "p-384": "P-384",
  secp521r1: "P-521",
  "p-521": "P-521",
  x25519mlkem768: "X25519MLKEM768",
};

function groupsIn(text: string): string[] {
  const groups = listed(text).map(name => {
    const group = groupNames[name.toLowerCase()];
    if (group) return group;
    const close = meant(name, new Set(Object.values(groupNames)));
    throw usage(
      `--groups: "${name}" is no group here; ${close ? `did you mean ${close}?` : `there are ${[...new Set(Object.values(groupNames))].join(", ")}.`}`,
    );
  });
  if (groups.length === 0) throw usage("--groups names none; such as --groups X25519,P-256.");
  return groups;
}

/** RFC 7301 §3.1 */
function protocolsIn(text: string): string[] {
  const protocols = listed(text);
  const wrong = protocols.find(one => one.length > 255 || !/^[\x21-\x7e]+$/.test(one));
  if (wrong !== undefined || protocols.length === 0)
    throw usage("--alpn takes names of protocols with commas, such as mqtt or h2,http/1.1.");
  return protocols;
}

const listed = (text: string): string[] => text.split(/[,:\s]+/).filter(one => one !== "");
