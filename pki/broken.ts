// Credentials that are wrong on purpose, each in one way, for scenarios and tests: made in memory, from the intranet's own keys.
import { certificate } from "../protocols/x509/format.ts";
import { encodePem } from "../protocols/x509/pem.ts";
import type { Authority } from "./authority.ts";
import { certify, listed, type Revoked, revocationList, subjectOf, type Validity } from "./issue.ts";
import { exportKey, importKey, type KeyKind, type KeyPair, makeKeys } from "./keys.ts";
import type { Use } from "./profiles.ts";
import { named } from "./subject.ts";

/** What is wrong. */
export const faults = [
  "expired",
  "not yet valid",
  "wrong name",
  "unknown authority",
  "missing intermediate",
  "path too long",
  "revoked",
  "wrong purpose",
] as const;
export type BrokenFault = (typeof faults)[number];

export interface BrokenOptions {
  /** Who shows it: the broker to a board, or a board to the broker. "wrong name" is a server's only. */
  readonly role?: "server" | "client";
  /** RSA-2048 unless a test is in a hurry. */
  readonly keys?: KeyKind;
  readonly now?: Date;
}

/** What a host would send, and what who checks it needs. The key is only given when it is asked for. */
export class Broken {
  readonly #key: KeyPair;

  constructor(
    readonly fault: BrokenFault,
    /** What is wrong, in a sentence. */
    readonly says: { readonly en: string; readonly es: string },
    /** DER, leaf first, without the root (but for an unknown one). */
    readonly ders: readonly Uint8Array[],
    /** Every revocation list that a check of the whole chain takes, DER. */
    readonly crls: readonly Uint8Array[],
    key: KeyPair,
  ) {
    this.#key = key;
  }

  /** The chain as a host sends it, in PEM. */
  get pem(): string {
    return this.ders.map(der => encodePem(der)).join("");
  }

  /** The private key, PKCS #8 in PEM. */
  get key(): string {
    return encodePem(exportKey(this.#key.privateKey), "PRIVATE KEY");
  }

  get keyDer(): Uint8Array {
    return exportKey(this.#key.privateKey);
  }
}

const day = 86_400_000;

/** A host's credentials with that fault and no other. Nothing is written, and the authority's own lists stay as they are. */
export async function broken(
  authority: Authority,
  fault: BrokenFault,
  { role = "server", keys: kind = "RSA-2048", now = new Date() }: BrokenOptions = {},
): Promise<Broken> {
  const own = await makeKeys(kind);
  const holder = role === "server" ? "JORGE-PC" : "NUCLEO-H723ZG";
  const days = (from: number, to: number): Validity => ({
    notBefore: new Date(now.getTime() + from * day),
    notAfter: new Date(now.getTime() + to * day),
  });
  const mqtt = issuer(authority, "MQTT CA");
  const above = [mqtt.der];
  const lists = authority.crls.map(({ der }) => der);
  const leaf = (by: Issuer, changes: Partial<Wish> = {}) => {
    const { use = role, validity = days(-1, 365), hosts = [holder, "192.168.1.20"] } = changes;
    const wish = { name: holder, use, validity, hosts: use === "server" || changes.hosts ? hosts : [] };
    return certified({ ...wish, ...changes }, own, by);
  };
  const made = (ders: readonly Uint8Array[], crls: readonly Uint8Array[] = lists) =>
    new Broken(fault, sentences[fault], ders, crls, own);

  if (fault === "expired") return made([leaf(mqtt, { validity: days(-730, -1) }), ...above]);
  if (fault === "not yet valid") return made([leaf(mqtt, { validity: days(30, 760) }), ...above]);
  if (fault === "wrong name")
    return made([leaf(mqtt, { name: "OTHER-PC", hosts: ["OTHER-PC", "192.168.1.99"] }), ...above]);
  if (fault === "missing intermediate") return made([leaf(mqtt)]);
  if (fault === "wrong purpose") {
    const other = role === "server" ? "client" : "server";
    return made([leaf(mqtt, { use: other, hosts: [holder, "192.168.1.20"] }), ...above]);
  }
  if (fault === "revoked") {
    const der = leaf(mqtt);
    const date = new Date(now.getTime() - day / 2);
    const revoked: Revoked = { serial: serialOf(der), date, reason: "keyCompromise" };
    const { revoked: before } = listed(authority.crl("MQTT CA").der);
    return made([der, ...above], [lists[0]!, list(mqtt, days(-1, 30), [...before, revoked])]);
  }
  const keys = await makeKeys(kind);
  if (fault === "path too long") {
    const wish = { name: "Sub CA", use: "authority", validity: days(-1, 365), hosts: [] } as const;
    const sub = { der: certified(wish, keys, mqtt), keys };
    return made([leaf(sub), sub.der, ...above], [...lists, list(sub, days(-1, 30))]);
  }
  const wish = { name: "Unknown CA", use: "authority", validity: days(-1, 365), hosts: [] } as const;
  const unknown = { der: certified(wish, keys, { keys }), keys };
  return made([leaf(unknown), unknown.der], [...lists, list(unknown, days(-1, 30))]);

  function list(
    by: Required<Issuer>,
    { notBefore, notAfter }: Validity,
    revoked: readonly Revoked[] = [],
  ): Uint8Array {
    const number = BigInt(Date.now());
    const dates = { thisUpdate: notBefore, nextUpdate: notAfter };
    return revocationList({ issuer: subjectOf(by.der), ...dates, number, revoked }, by.keys);
  }
}

interface Wish {
  readonly name: string;
  readonly use: Use;
  readonly validity: Validity;
  readonly hosts: readonly string[];
}

interface Issuer {
  /** None: the certificate signs itself. */
  readonly der?: Uint8Array;
  readonly keys: KeyPair;
}

const issuer = (authority: Authority, name: "MQTT CA"): Required<Issuer> => ({
  der: authority.certificate(name).der,
  keys: importKey(authority.key(name).der),
});

function certified({ name, ...wish }: Wish, own: KeyPair, by: Issuer): Uint8Array {
  const subject = named(name);
  const issuer = by.der ? subjectOf(by.der) : subject;
  return certify({ ...wish, subject, issuer, publicKey: own.publicKey }, by.keys);
}

const serialOf = (der: Uint8Array): bigint => certificate.decode(der).tbsCertificate.serialNumber;

const sentences: Readonly<Record<BrokenFault, { readonly en: string; readonly es: string }>> = {
  expired: {
    en: "Its validity ended yesterday: whoever knows the time refuses it.",
    es: "Su validez terminó ayer: quien sepa la hora lo rechaza.",
  },
  "not yet valid": {
    en: "Its validity begins in a month: to whoever knows the time it is not valid yet.",
    es: "Su validez empieza dentro de un mes: para quien sepa la hora todavía no vale.",
  },
  "wrong name": {
    en: "It is issued for OTHER-PC, and JORGE-PC shows it.",
    es: "Está emitido para OTHER-PC y lo presenta JORGE-PC.",
  },
  "unknown authority": {
    en: "An authority that nobody trusts issued it.",
    es: "Lo emitió una autoridad en la que nadie confía.",
  },
  "missing intermediate": {
    en: "The certificate of MQTT CA is not sent along, so nothing leads up to the root.",
    es: "No se envía el certificado de MQTT CA, así que nada lleva hasta la raíz.",
  },
  "path too long": {
    en: "MQTT CA may have no authority below it (path length 0), and made one: Sub CA.",
    es: "MQTT CA no puede tener autoridades por debajo (longitud de ruta 0) y creó una: Sub CA.",
  },
  revoked: {
    en: "It stands on the revocation list of MQTT CA: its key was compromised.",
    es: "Está en la lista de revocación de MQTT CA: su clave quedó comprometida.",
  },
  "wrong purpose": {
    en: "It is issued for the other side: a client's shown by a server, or a server's by a client.",
    es: "Está emitido para el otro lado: el de un cliente lo presenta un servidor, o al revés.",
  },
};
