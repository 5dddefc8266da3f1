// What a file holds: certificates, requests, revocation lists and keys, in PEM or DER, as people are sent them.
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { type Codec, Malformed } from "../protocols/wire/index.ts";
import {
  type Certificate,
  type CertificateList,
  type CertificationRequest,
  certificate,
  certificateList,
  certificationRequest,
} from "../protocols/x509/format.ts";
import { subjectPublicKeyInfo } from "../protocols/x509/key.ts";
import { type Pfx, pfx } from "../protocols/x509/pkcs12.ts";
import { encryptedPrivateKeyInfo, privateKeyInfo } from "../protocols/x509/private-key.ts";
import { Unusable } from "./store.ts";

/** One thing in a file, with its DER; of a private key only its public half can be told. */
export type Content =
  | { readonly kind: "certificate"; readonly der: Uint8Array; readonly value: Certificate }
  | { readonly kind: "request"; readonly der: Uint8Array; readonly value: CertificationRequest }
  | { readonly kind: "revocation list"; readonly der: Uint8Array; readonly value: CertificateList }
  | { readonly kind: "public key"; readonly der: Uint8Array; readonly publicKey: KeyObject }
  | { readonly kind: "private key"; readonly der: Uint8Array; readonly publicKey: KeyObject }
  | { readonly kind: "encrypted private key"; readonly der: Uint8Array };

/** No file of this kind is as large; whatever is, is something else. */
const largest = 1 << 20;

/** The octets of a file, or of standard input for "-". @throws Unusable where it can't be read, or is too large */
export function octetsOf(file: string): Uint8Array {
  try {
    const size = file === "-" ? 0 : statSync(file).size;
    const octets = size > largest ? undefined : readFileSync(file === "-" ? 0 : file);
    if (octets && octets.length <= largest) return new Uint8Array(octets);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Unusable(`${file} can't be read (${code}); give a file in PEM or DER, or the name of a holder`);
  }
  throw new Unusable(`${file} is larger than a mebioctet, which no certificate, request, list or key is`);
}

/** All that a file holds, in its order. `name` is for the errors. @throws Unusable */
export function contentsOf(octets: Uint8Array, name: string): Content[] {
  const text = new TextDecoder("latin1").decode(octets);
  if (!text.includes("-----BEGIN ")) return readBundle(octets, name) ?? [readDer(octets, name)];
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----/g)];
  const contents = blocks
    .filter(([, label]) => label !== "EC PARAMETERS" && label !== "DH PARAMETERS")
    .map(([block, label, body]) => readBlock(block, label!, body!, name));
  if (contents.length === 0)
    throw new Unusable(
      `${name} begins as PEM, and no block in it is whole: its end is missing, or not like its beginning`,
    );
  return contents;
}

function readBlock(block: string, label: string, body: string, name: string): Content {
  if (/PRIVATE KEY$/.test(label) && !/^(ENCRYPTED )?PRIVATE KEY$/.test(label)) return readOldKey(block, name);
  if (!labels.has(label))
    throw new Unusable(`${name} holds a block "${label}", which is nothing of this kind`);
  try {
    return readDer(Uint8Array.fromBase64(body), name, labels.get(label));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Unusable(`${name}: the base64 of its ${label} is broken`);
    throw error;
  }
}

const labels = new Map<string, Content["kind"]>([
  ["CERTIFICATE", "certificate"],
  ["X509 CERTIFICATE", "certificate"],
  ["CERTIFICATE REQUEST", "request"],
  ["NEW CERTIFICATE REQUEST", "request"],
  ["X509 CRL", "revocation list"],
  ["CRL", "revocation list"],
  ["PUBLIC KEY", "public key"],
  ["PRIVATE KEY", "private key"],
  ["ENCRYPTED PRIVATE KEY", "encrypted private key"],
]);

/** "RSA PRIVATE KEY" and "EC PRIVATE KEY", as OpenSSL once wrote them. */
function readOldKey(block: string, name: string): Content {
  if (block.includes("ENCRYPTED"))
    throw new Unusable(
      `${name} holds a key encrypted as OpenSSL once did it, safe from nobody; convert it with: openssl pkcs8 -topk8 -in ${name}`,
    );
  try {
    const key = createPrivateKey(block);
    const der = new Uint8Array(key.export({ type: "pkcs8", format: "der" }));
    return { kind: "private key", der, publicKey: createPublicKey(key) };
  } catch {
    throw new Unusable(`${name} holds a private key that can't be read`);
  }
}

/** PKCS #12; none where it is something else. */
export function bundleIn(der: Uint8Array): Pfx | undefined {
  try {
    return pfx.decode(der);
  } catch {
    return undefined;
  }
}

/** What lies in a bundle in clear, as the certificates of ours do; the key stays under its password. */
function readBundle(der: Uint8Array, name: string): Content[] | undefined {
  const read = bundleIn(der);
  if (!read) return undefined;
  const bags = read.safe.contents.flatMap(({ contents }) => (Array.isArray(contents) ? contents : []));
  const contents = bags.flatMap(({ value }): Content[] => {
    if ("certificate" in value)
      return [readDer(certificate.encode(value.certificate).slice(), name, "certificate")];
    if ("encryptedData" in value)
      return [readDer(encryptedPrivateKeyInfo.encode(value).slice(), name, "encrypted private key")];
    return [];
  });
  if (read.safe.contents.every(({ contents }) => Array.isArray(contents))) return contents;
  throw new Unusable(
    `${name} is a PKCS #12 bundle whose certificates are encrypted too; openssl pkcs12 -in ${name} -out NEW-FILE opens it`,
  );
}

function readDer(der: Uint8Array, name: string, kind?: Content["kind"]): Content {
  const errors: Malformed[] = [];
  for (const [tried, read] of readers) {
    if (kind && kind !== tried) continue;
    try {
      return read(der);
    } catch (error) {
      // Not Malformed: its form is right, and node:crypto finds no key in it.
      errors.push(
        error instanceof Malformed ? error : new Malformed(0, "its key is of an unknown kind, or wrong"),
      );
    }
  }
  // Whatever got furthest is what it was meant to be.
  const furthest = errors.reduce((a, b) => (b.at > a.at ? b : a));
  const what = kind ? `no ${kind}` : "no certificate, request, revocation list or key, neither PEM nor DER";
  throw new Unusable(`${name} is ${what}: ${furthest}`);
}

const readers: readonly (readonly [Content["kind"], (der: Uint8Array) => Content])[] = [
  ["certificate", der => ({ kind: "certificate", der, value: decoded(certificate, der) })],
  ["request", der => ({ kind: "request", der, value: decoded(certificationRequest, der) })],
  ["revocation list", der => ({ kind: "revocation list", der, value: decoded(certificateList, der) })],
  [
    "encrypted private key",
    der => {
      decoded(encryptedPrivateKeyInfo, der);
      return { kind: "encrypted private key", der };
    },
  ],
  [
    "private key",
    der => {
      decoded(privateKeyInfo, der);
      const key = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
      return { kind: "private key", der, publicKey: createPublicKey(key) };
    },
  ],
  [
    "public key",
    der => {
      decoded(subjectPublicKeyInfo, der);
      return {
        kind: "public key",
        der,
        publicKey: createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" }),
      };
    },
  ],
];

const decoded = <V>(format: Codec<V, never>, der: Uint8Array): V => format.decode(der);
