// Certificates, lists and keys in the words of `bun lab pki`: a line each, for people who learn.
import { isRootCertificate } from "../../pki/hierarchy.ts";
import { useOf } from "../../pki/issuance.ts";
import { extensionOf } from "../../protocols/x509/extension.ts";
import { hostsOf } from "../../protocols/x509/facts.ts";
import { certificate } from "../../protocols/x509/format.ts";
import { keySize } from "../../protocols/x509/key.ts";
import { Oid } from "../../protocols/x509/oid.ts";
import type { Judged } from "../../protocols/x509/path.ts";
import { printable } from "../terminal.ts";
import type { Language } from "../words.ts";

/** "authority, path length 0", "TLS server for JORGE-PC, 192.168.1.20". */
export function mayText(judged: Judged, lang: Language): string {
  const { extensions, version } = judged;
  const words = may[lang];
  if (version === 0) return isRootCertificate(judged) ? words.silentRoot : words.silent;
  const use = useOf(extensions);
  if (use === "client") return words.client;
  if (use === "server") {
    const hosts = hostsOf(extensions);
    return hosts.length > 0 ? `${words.server} ${words.of} ${printable(hosts.join(", "))}` : words.server;
  }
  const length = extensionOf(extensions, Oid.basicConstraints)?.pathLength;
  if (length === undefined) return words.authority;
  return `${words.authority}, ${length === 0 ? words.none : words.below(length)}`;
}

const may = {
  en: {
    silent: "version 1: can't say what it is for",
    silentRoot: "version 1: an authority because it is trusted as one",
    client: "TLS client",
    server: "TLS server",
    of: "for",
    authority: "authority",
    none: "no other below it",
    below: (n: number) => `at most ${n} below it`,
  },
  es: {
    silent: "versión 1: no puede decir para qué es",
    silentRoot: "versión 1: es autoridad porque se confía en ella",
    client: "cliente TLS",
    server: "servidor TLS",
    of: "de",
    authority: "autoridad",
    none: "ninguna otra por debajo",
    below: (n: number) => `${n} por debajo como mucho`,
  },
} as const;

/** "RSA 2048", "P-256". */
export function keyText({ der }: Pick<Judged, "der">): string {
  const [kind, bits] = keySize(certificate.decode(der).tbsCertificate.subjectPublicKeyInfo);
  return kind === "RSA" ? `RSA ${bits}` : kind;
}

/** "2028-11-21" */
export const dayText = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** A serial number as it is typed and printed: "4a:11:07". */
export function serialText(serial: bigint): string {
  const digits = serial.toString(16);
  return (digits.length % 2 ? `0${digits}` : digits).match(/../g)!.join(":");
}
