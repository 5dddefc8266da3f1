// A certificate in words, as the boards' console prints it.
import { wordsOf } from "../wire/index.ts";
import { type Extension, extensionOf, KeyUsage } from "./extension.ts";
import { hostsOf } from "./facts.ts";
import type { Certificate } from "./format.ts";
import { keySize, signatureText } from "./key.ts";
import { nameText } from "./name.ts";
import { Oid, oidName } from "./oid.ts";
import { flagNames, hexOf, timeText } from "./primitives.ts";

/** One line of it: `["serial number", "03:41:…"]`. */
export type Line = readonly [what: string, value: string];

/** Version, serial number, issuer, subject, validity, signature and key, and the extensions that it has of those a board shows. */
export function inspect(certificate: Certificate): Line[] {
  const { tbsCertificate: it } = certificate;
  const [kind, bits] = keySize(it.subjectPublicKeyInfo);
  const lines: Line[] = [
    ["version", String(it.version + 1)],
    ["serial number", hexOf(it.serialNumber)],
    ["issuer", nameText(it.issuer)],
    ["subject", nameText(it.subject)],
    ["valid from", timeText(it.validity.notBefore)],
    ["valid until", timeText(it.validity.notAfter)],
    ["signed with", signatureText(certificate.signatureAlgorithm)],
    ["key", bits === undefined ? kind : `${kind}, ${bits} bits`],
  ];
  return [...lines, ...limits(it.extensions)];
}

/** The same as text, a line each, values aligned. */
export function inspectText(certificate: Certificate): string {
  const lines = inspect(certificate);
  const width = Math.max(...lines.map(([what]) => what.length));
  return lines.map(([what, value]) => `${what.padEnd(width)} : ${value}`).join("\n");
}

/** What the extensions say the certificate may be used for. */
export function limits(extensions: readonly Extension[] | undefined): Line[] {
  const lines: Line[] = [];
  const constraints = extensionOf(extensions, Oid.basicConstraints);
  if (constraints) lines.push(["basic constraints", constraintsText(constraints)]);
  const hosts = hostsOf(extensions);
  if (hosts.length > 0) lines.push(["for the hosts", hosts.join(", ")]);
  const usage = extensionOf(extensions, Oid.keyUsage);
  if (usage !== undefined) lines.push(["key usage", flagNames(KeyUsage, usage).map(useText).join(", ")]);
  const extended = extensionOf(extensions, Oid.extKeyUsage);
  if (extended)
    lines.push(["extended key usage", extended.map(use => useText(oidName(use) ?? use)).join(", ")]);
  return lines;
}

function constraintsText({ ca, pathLength }: { ca: boolean; pathLength?: number }): string {
  if (!ca) return "no authority";
  return pathLength === undefined ? "authority" : `authority, path length ${pathLength}`;
}

/** "digitalSignature" reads as "digital signature". */
const useText = (name: string): string => uses[name] ?? wordsOf(name).toLowerCase();

const uses: Readonly<Record<string, string>> = {
  cRLSign: "CRL signature",
  keyCertSign: "certificate signature",
  serverAuth: "TLS server",
  clientAuth: "TLS client",
  OCSPSigning: "OCSP signature",
};
