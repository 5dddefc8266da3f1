// Certificates of an exercise: a root, an authority below it, and whoever that vouches for; made in memory for one run.
import { certify, subjectOf, type Validity } from "../../../pki/issue.ts";
import { exportKey, type KeyKind, type KeyPair, makeKeys } from "../../../pki/keys.ts";
import type { Use } from "../../../pki/profiles.ts";
import { named } from "../../../pki/subject.ts";
import { encodePem } from "../../../protocols/x509/pem.ts";

/** For the day on which a run plays, and for that on which it is made: node:tls knows no other clock. */
export const always: Validity = { notBefore: new Date("2020-01-01"), notAfter: new Date("2049-12-31") };

export interface Wish {
  readonly name: string;
  readonly use: Use;
  readonly hosts?: readonly string[];
  readonly validity?: Validity;
  readonly keys?: KeyKind;
}

/** Somebody with a certificate and its key; `chain`: DER, as it is sent, without the root. */
export interface Holder {
  readonly der: Uint8Array;
  readonly keys: KeyPair;
  readonly chain: readonly Uint8Array[];
}

/** One that signs itself. */
export async function rootOf(name: string): Promise<Holder> {
  const keys = await makeKeys("P-256");
  const subject = named(name);
  const use: Use = "authority";
  const der = certify({ subject, issuer: subject, publicKey: keys.publicKey, use, validity: always }, keys);
  return { der, keys, chain: [] };
}

export async function issued(issuer: Holder, wish: Wish): Promise<Holder> {
  const { name, validity = always, keys: kind = "P-256", ...rest } = wish;
  const keys = await makeKeys(kind);
  const of = {
    ...rest,
    subject: named(name),
    issuer: subjectOf(issuer.der),
    publicKey: keys.publicKey,
    validity,
  };
  const der = certify(of, issuer.keys);
  return { der, keys, chain: [der, ...issuer.chain] };
}

/** As TLS takes them: the chain and the private key, PEM. */
export const credentialsOf = ({
  chain,
  keys,
}: Holder): { readonly certificate: string; readonly key: string } => ({
  certificate: chain.map(der => encodePem(der)).join(""),
  key: encodePem(exportKey(keys.privateKey), "PRIVATE KEY"),
});

export const pemOf = ({ der }: Holder): string => encodePem(der);
