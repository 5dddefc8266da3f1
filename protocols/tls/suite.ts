// What the name of a cipher suite says: how keys are agreed on, who signs, and what protects the records.
import { nameOf } from "../wire/index.ts";
import type { Aead, BlockCipher, Hash } from "./ciphers.ts";
import { CipherSuite } from "./suites.ts";

export interface Suite {
  /** "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" */
  readonly name: string;
  /** "ECDHE", "RSA", "DHE_PSK"; in TLS 1.3 the suite does not say. */
  readonly keyExchange?: string;
  /** "AES_256_GCM" */
  readonly cipher: string;
  /** The hash of the key schedule. */
  readonly hash: Hash;
  /** What its records are sealed with; `undefined` for what is no AEAD that is opened here. */
  readonly aead?: Aead;
  /** The block cipher that its records are chained in, or none at all, beside a MAC; `undefined` for others. */
  readonly block?: BlockCipher | "NULL";
  /** The hash of the MAC of each record, where that is apart from the cipher. */
  readonly mac?: Hash;
}

/** What the suite of that number is; `undefined` if it has no name, or is only a signal. */
export function suiteOf(number: number | undefined): Suite | undefined {
  const name = nameOf(CipherSuite, number);
  if (!name) return undefined;
  let suite = known.get(name);
  if (suite === undefined) {
    suite = parsed(name);
    known.set(name, suite);
  }
  return suite ?? undefined;
}

const known = new Map<string, Suite | null>();

function parsed(name: string): Suite | null {
  const parts = /^TLS_(?:(\w+)_WITH_)?(\w+?)(?:_(MD5|SHA|SHA256|SHA384|SHA512|SM3))?$/.exec(name);
  if (!parts || name.endsWith("SCSV")) return null;
  const [, agreed, cipher = "", digest] = parts;
  return {
    name,
    keyExchange: agreed?.replace(/_(RSA|DSS|ECDSA)$/, "").replace("DH_anon", "DHE"),
    cipher,
    // Suites from before TLS 1.2 name the hash of their MAC; the key schedule of TLS 1.2 then uses SHA-256 (RFC 5246 §5).
    hash: digest === "SHA384" ? "SHA-384" : "SHA-256",
    aead: aeads[cipher],
    block: blocks[cipher],
    mac: macs[digest ?? ""],
  };
}

const aeads: Readonly<Record<string, Aead>> = {
  AES_128_GCM: "AES-128-GCM",
  AES_256_GCM: "AES-256-GCM",
  AES_128_CCM: "AES-128-CCM",
  AES_256_CCM: "AES-256-CCM",
  AES_128_CCM_8: "AES-128-CCM-8",
  AES_256_CCM_8: "AES-256-CCM-8",
  CHACHA20_POLY1305: "ChaCha20-Poly1305",
  CAMELLIA_128_GCM: "Camellia-128-GCM",
  CAMELLIA_256_GCM: "Camellia-256-GCM",
  ARIA_128_GCM: "ARIA-128-GCM",
  ARIA_256_GCM: "ARIA-256-GCM",
};
const blocks: Readonly<Record<string, BlockCipher | "NULL">> = {
  AES_128_CBC: "AES-128",
  AES_256_CBC: "AES-256",
  "3DES_EDE_CBC": "3DES",
  DES_CBC: "DES",
  CAMELLIA_128_CBC: "Camellia-128",
  CAMELLIA_256_CBC: "Camellia-256",
  ARIA_128_CBC: "ARIA-128",
  ARIA_256_CBC: "ARIA-256",
  NULL: "NULL",
};
const macs: Readonly<Record<string, Hash>> = {
  MD5: "MD5",
  SHA: "SHA-1",
  SHA256: "SHA-256",
  SHA384: "SHA-384",
};
