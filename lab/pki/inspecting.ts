// `bun lab pki inspect`: what a file, a holder or a server shows, without a secret in it.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { bundleIn, type Content, contentsOf, octetsOf } from "../../pki/contents.ts";
import { encryptionOf } from "../../pki/encryption.ts";
import { type Hierarchy, keysIn } from "../../pki/hierarchy.ts";
import { connectLine, showLine } from "../../pki/openssl.ts";
import { Unusable } from "../../pki/store.ts";
import { type Field, leaves, Reader, show as shown } from "../../protocols/wire/index.ts";
import { type Extension, extensionFormats, RevocationReason } from "../../protocols/x509/extension.ts";
import { hostsOf } from "../../protocols/x509/facts.ts";
import { inspect as certificateLines, type Line, limits } from "../../protocols/x509/inspect.ts";
import { keySize, signatureText, subjectPublicKeyInfo } from "../../protocols/x509/key.ts";
import { nameText } from "../../protocols/x509/name.ts";
import { Oid, oidName } from "../../protocols/x509/oid.ts";
import { encodePem } from "../../protocols/x509/pem.ts";
import { timeText } from "../../protocols/x509/primitives.ts";
import { paint, printable } from "../terminal.ts";
import { openHierarchy, type PkiOptions, passwordOf } from "./options.ts";
import { presentedBy, remoteOf } from "./remote.ts";
import { dayText, serialText } from "./words.ts";

/** Shows it; returns 0. @throws Failure, Unusable */
export async function inspect(options: PkiOptions, what: string): Promise<number> {
  const { contents, files, remote } = await found(options, what);
  if (options.printOpenssl) {
    if (remote) console.log(connectLine(remote.host, remote.port));
    else for (const { kind, file } of files) console.log(showLine[kind](file));
    return 0;
  }
  if (remote)
    console.error(
      `lab: shown as it came: nothing of it is checked, and anybody on the way can show what they like; "bun lab pki verify ${what}" judges it.`,
    );
  const opened = contents.map(content => openedWith(content, options, what));
  if (options.pem) process.stdout.write(opened.map(pemOf).join(""));
  else if (options.json)
    console.log(JSON.stringify({ source: what, items: opened.map(jsonOf) }, undefined, 2));
  else if (options.short) for (const content of opened) console.log(printable(shortOf(content)));
  else console.log(opened.map(textOf).join("\n\n"));
  return 0;
}

/** What a person means: a file, a server, or a holder. */
export async function found(options: PkiOptions, what: string) {
  const remote = existsSync(what) ? undefined : remoteOf(what);
  if (remote && options.printOpenssl) return { contents: [], files: [], remote };
  if (remote) {
    const ders = await presentedBy(remote, options.timeout);
    return { contents: ders.flatMap(der => contentsOf(der, what)), files: [], remote };
  }
  if (what === "-" || existsSync(what)) {
    const octets = octetsOf(what);
    const contents = contentsOf(octets, what);
    const kind = bundleIn(octets) ? "bundle" : contents[0]!.kind;
    return { contents, files: [{ kind, file: what } as const], remote };
  }
  const hierarchy = await openHierarchy(options);
  if (hierarchy.find(what)) return { ...ofHolder(hierarchy, what), remote };
  const holders = hierarchy.holders.map(({ name }) => name).join(", ");
  throw new Unusable(
    `${what} is no file, no HOST:PORT, and nobody's name in the hierarchy ${hierarchy.name}; there are ${holders}`,
  );
}

/** A holder's certificate and those above it; before there is one, its request. */
function ofHolder(hierarchy: Hierarchy, name: string) {
  const holder = hierarchy.holder(name);
  const kind = holder.certificate ? "certificate" : "request";
  const file = hierarchy.fileOf(holder, kind);
  const chain = holder.certificate ? hierarchy.chainOf(holder.certificate) : [];
  const contents =
    chain.length > 0 ? chain.flatMap(({ der }) => contentsOf(der, file)) : contentsOf(octetsOf(file), file);
  return { contents, files: [{ kind, file } as const] };
}

/** An encrypted key is opened where its password is given; what is shown of it is its public half. */
function openedWith(content: Content, options: PkiOptions, file: string): Content {
  const password = passwordOf(options);
  if (content.kind !== "encrypted private key" || password === undefined) return content;
  const { publicKey } = keysIn(content.der, file, password);
  return { kind: "private key", der: content.der, publicKey };
}

function linesOf(content: Content): Line[] {
  if (content.kind === "certificate") {
    const { extensions } = content.value.tbsCertificate;
    return [...certificateLines(content.value), ...others(extensions), ...prints(content.der)];
  }
  if (content.kind === "request") {
    const { subject, subjectPublicKeyInfo: key } = content.value.certificationRequestInfo;
    const signed = ["signed with", signatureText(content.value.signatureAlgorithm)] as const;
    return [["subject", nameText(subject)], ["key", sizeText(key)], signed, ...limits(askedIn(content))];
  }
  if (content.kind === "revocation list") return listLines(content);
  if (content.kind === "encrypted private key") {
    const { says, objection } = encryptionOf(content.der);
    return [
      ["encrypted with", says],
      ["opened", objection ? `not here: it ${objection}` : "with --passphrase-file"],
    ];
  }
  const info = publicInfo(content);
  return [
    ["key", sizeText(subjectPublicKeyInfo.decode(info))],
    ["public key, SHA-256", sha256(info)],
  ];
}

function textOf(content: Content): string {
  const lines = linesOf(content);
  const width = Math.max(...lines.map(([what]) => what.length));
  const note = content.kind === "private key" ? " (its public half; the rest is not shown)" : "";
  const rows = lines.map(([what, value]) => `  ${what.padEnd(width)} : ${printable(value)}`);
  return [paint(`${content.kind}${note}`, "bold"), ...rows].join("\n");
}

function shortOf(content: Content): string {
  if (content.kind === "certificate") {
    const { subject, issuer, validity, serialNumber } = content.value.tbsCertificate;
    const dates = `${dayText(validity.notBefore)} – ${dayText(validity.notAfter)}`;
    return `certificate: ${nameText(subject)}, by ${nameText(issuer)}, ${dates}, ${serialText(serialNumber)}`;
  }
  if (content.kind === "request") {
    const hosts = hostsOf(askedIn(content));
    return `request: ${nameText(content.value.certificationRequestInfo.subject)}${hosts.length > 0 ? `, for ${hosts.join(", ")}` : ""}`;
  }
  if (content.kind === "revocation list") {
    const { issuer, revokedCertificates = [], thisUpdate } = content.value.tbsCertList;
    return `revocation list: ${nameText(issuer)}, ${revokedCertificates.length} revoked, of ${dayText(thisUpdate)}`;
  }
  const [[, value]] = linesOf(content) as [Line];
  return `${content.kind}: ${value}`;
}

function jsonOf(content: Content): object {
  const { kind } = content;
  if (kind === "certificate") {
    const { validity, serialNumber, subject, issuer, version, extensions } = content.value.tbsCertificate;
    return {
      kind,
      version: version + 1,
      serial: serialText(serialNumber),
      subject: nameText(subject),
      issuer: nameText(issuer),
      notBefore: new Date(validity.notBefore * 1000).toISOString(),
      notAfter: new Date(validity.notAfter * 1000).toISOString(),
      hosts: hostsOf(extensions),
      fields: Object.fromEntries(linesOf(content)),
    };
  }
  if (kind === "revocation list") {
    const { issuer, thisUpdate, nextUpdate, revokedCertificates = [] } = content.value.tbsCertList;
    return {
      kind,
      issuer: nameText(issuer),
      thisUpdate: new Date(thisUpdate * 1000).toISOString(),
      nextUpdate: nextUpdate === undefined ? null : new Date(nextUpdate * 1000).toISOString(),
      revoked: revokedCertificates.map(({ serialNumber, revocationDate, extensions }) => ({
        serial: serialText(serialNumber),
        date: new Date(revocationDate * 1000).toISOString(),
        reason: reasonIn(extensions),
      })),
    };
  }
  const hosts = kind === "request" ? { hosts: hostsOf(askedIn(content)) } : {};
  return { kind, ...hosts, fields: Object.fromEntries(linesOf(content)) };
}

function pemOf(content: Content): string {
  if (content.kind === "private key") return encodePem(publicInfo(content), "PUBLIC KEY");
  return encodePem(content.der, labels[content.kind]);
}

const labels = {
  certificate: "CERTIFICATE",
  request: "CERTIFICATE REQUEST",
  "revocation list": "X509 CRL",
  "public key": "PUBLIC KEY",
  "encrypted private key": "ENCRYPTED PRIVATE KEY",
} as const;

function listLines({ value }: Content & { kind: "revocation list" }): Line[] {
  const { issuer, thisUpdate, nextUpdate, revokedCertificates = [] } = value.tbsCertList;
  return [
    ["issuer", nameText(issuer)],
    ["this update", timeText(thisUpdate)],
    ["next update", nextUpdate === undefined ? "not said" : timeText(nextUpdate)],
    ["signed with", signatureText(value.signatureAlgorithm)],
    ["revoked", String(revokedCertificates.length)],
    ...revokedCertificates.map(({ serialNumber, revocationDate, extensions }): Line => {
      return [
        serialText(serialNumber),
        `${timeText(revocationDate)}, ${reasonIn(extensions) ?? "no reason given"}`,
      ];
    }),
  ];
}

function reasonIn(extensions: readonly Extension[] | undefined): string | null {
  const code = extensions?.find(({ id }) => id === Oid.reasonCode)?.value;
  return Object.entries(RevocationReason).find(([, value]) => value === code)?.[0] ?? null;
}

/** The extensions that a board's console leaves out: each with what its fields say. */
function others(extensions: readonly Extension[] | undefined): Line[] {
  const left = (extensions ?? []).filter(({ id }) => !told.has(id));
  return left.map(({ id, value, critical }) => {
    const name = `${oidName(id) ?? id}${critical ? " (critical)" : ""}`;
    if (value instanceof Uint8Array) return [name, octetText(value)];
    const codec = extensionFormats[id as keyof typeof extensionFormats];
    const tree = codec.dissect(Reader.over(codec.encode(value as never)), "");
    const parts = [...leaves(tree)]
      .filter(isContent)
      .map(({ codec, value }) =>
        value instanceof Uint8Array && !codec.notes.show ? octetText(value) : shown({ codec, value }),
      );
    return [name, parts.join(", ")];
  });
}

const told = new Set<string>([Oid.basicConstraints, Oid.subjectAltName, Oid.keyUsage, Oid.extKeyUsage]);

/** Tags and lengths are no content. */
const isContent = ({ key }: Field): boolean =>
  key !== "header" && key !== "explicit" && key !== "octetString";

function octetText(octets: Uint8Array): string {
  const text = octets.toHex().match(/../g)?.join(":") ?? "";
  return octets.length > 32 ? `${text.slice(0, 95)}… (${octets.length} octets)` : text;
}

const prints = (der: Uint8Array): Line[] => [["SHA-256", sha256(der)]];

const sha256 = (octets: Uint8Array): string =>
  createHash("sha256").update(octets).digest("hex").match(/../g)!.join(":");

const publicInfo = ({ publicKey }: Extract<Content, { publicKey: unknown }>): Uint8Array =>
  new Uint8Array(publicKey.export({ type: "spki", format: "der" }));

function sizeText(info: Parameters<typeof keySize>[0]): string {
  const [kind, bits] = keySize(info);
  return bits === undefined ? kind : `${kind}, ${bits} bits`;
}

const askedIn = ({ value }: Content & { kind: "request" }): Extension[] =>
  value.certificationRequestInfo.attributes
    .filter(({ type }) => type === Oid.extensionRequest)
    .flatMap(({ values }) => values.flat() as Extension[]);
