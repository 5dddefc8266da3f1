// Certificates made for tests, by the description itself: written, signed by node:crypto, and read by everyone else.
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Draft } from "../wire/index.ts";
import { type Extension, KeyUsage } from "./extension.ts";
import { certificate, signedPart } from "./format.ts";
import { GeneralNameTag } from "./general-name.ts";
import { subjectPublicKeyInfo } from "./key.ts";
import { nameOf } from "./name.ts";
import { Oid } from "./oid.ts";
import { encodePem } from "./pem.ts";

/** A certificate with its key. PEM, and the certificate in DER as well. */
export interface Issued {
  readonly name: string;
  readonly der: Uint8Array;
  readonly pem: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  /** What names its key in what it issues. */
  readonly keyIdentifier: Uint8Array;
}

export interface Wanted {
  /** The common name, which is the whole subject. */
  readonly name: string;
  /** Signs itself without one. */
  readonly issuer?: Issued;
  readonly use?: "authority" | "server" | "client";
  readonly pathLength?: number;
  /** Host names that a server's certificate is for; its name by default. */
  readonly hosts?: readonly string[];
  /** Seconds since the Unix epoch; by default from a day ago to in a day. */
  readonly validity?: { readonly notBefore: number; readonly notAfter: number };
  /** RSA-2048 takes long to make; P-256 is the default. */
  readonly keys?: "RSA-2048" | "P-256";
}

const day = 86_400;

export function issue(wanted: Wanted): Issued {
  const { name, issuer, keys = "P-256" } = wanted;
  const { publicKey, privateKey } =
    keys === "P-256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const now = Math.floor(Date.now() / 1000);
  const signingKey = issuer?.privateKey ?? privateKey;
  const algorithm =
    signingKey.asymmetricKeyType === "ec"
      ? { algorithm: Oid["ecdsa-with-SHA256"] }
      : { algorithm: Oid.sha256WithRSAEncryption, parameters: { tag: 5, octets: new Uint8Array() } };
  const publicKeyInfo = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  const keyIdentifier = new Uint8Array(createHash("sha256").update(publicKeyInfo).digest()).slice(0, 20);
  const draft: Draft<typeof certificate> = {
    tbsCertificate: {
      version: 2,
      serialNumber: BigInt(`0x7f${crypto.getRandomValues(new Uint8Array(15)).toHex()}`),
      signature: algorithm,
      issuer: nameOf([[Oid.commonName, issuer?.name ?? name]]),
      validity: wanted.validity ?? { notBefore: now - day, notAfter: now + day },
      subject: nameOf([[Oid.commonName, name]]),
      subjectPublicKeyInfo: subjectPublicKeyInfo.decode(publicKeyInfo),
      extensions: [
        ...extensionsOf(wanted),
        { id: Oid.subjectKeyIdentifier, critical: false, value: keyIdentifier },
        {
          id: Oid.authorityKeyIdentifier,
          critical: false,
          value: {
            keyIdentifier: issuer?.keyIdentifier ?? keyIdentifier,
            issuer: undefined,
            serialNumber: undefined,
          },
        },
      ],
    },
    signatureAlgorithm: algorithm,
    signature: new Uint8Array(0),
  };
  const unsigned = certificate.encode(draft);
  const signature = new Uint8Array(sign("sha256", signedPart(unsigned), signingKey));
  const der = certificate.encode({ ...draft, signature }).slice();
  const key = privateKey.export({ format: "pem", type: "pkcs8" }) as string;
  return { name, der, pem: encodePem(der), key, privateKey, keyIdentifier };
}

function extensionsOf({ name, use = "authority", pathLength, hosts = [name] }: Wanted): Extension[] {
  const ca = use === "authority";
  const usage = ca ? (1 << KeyUsage.keyCertSign) | (1 << KeyUsage.cRLSign) : 1 << KeyUsage.digitalSignature;
  const extensions: Extension[] = [
    { id: Oid.basicConstraints, critical: true, value: { ca, pathLength } },
    { id: Oid.keyUsage, critical: true, value: usage },
  ];
  if (!ca) extensions.push({ id: Oid.extKeyUsage, critical: false, value: [uses[use]] });
  if (use === "server")
    extensions.push({
      id: Oid.subjectAltName,
      critical: false,
      value: hosts.map(value => ({ tag: GeneralNameTag.dnsName, value })),
    });
  return extensions;
}

const uses = { server: Oid.serverAuth, client: Oid.clientAuth } as const;
