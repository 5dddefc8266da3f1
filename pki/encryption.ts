// Keys under a password, as anybody may send them: how each is encrypted, what it asks of us, and what is inside (RFC 8018 §6.2).
import { createDecipheriv, pbkdf2Sync, scryptSync } from "node:crypto";
import { Oid, oidName } from "../protocols/x509/oid.ts";
import {
  encryptedPrivateKeyInfo,
  passwordEncryptedKey,
  scryptEncryptedKey,
} from "../protocols/x509/private-key.ts";

/** The key of so many octets that a password becomes. */
type Derive = (password: string, octets: number) => Uint8Array;

/** How a key is encrypted. */
export interface Encryption {
  /** "AES-256-CBC, its key made from the password in 600000 rounds of PBKDF2" */
  readonly says: string;
  /** Why it is not opened, as the end of a sentence: "asks for …". */
  readonly objection?: string;
  /** What is inside: PKCS #8. @throws Error where the password is another */
  readonly open: (password: string) => Uint8Array;
}

/** The encryption of a key in PKCS #8, DER. @throws Malformed where it is none */
export function encryptionOf(der: Uint8Array): Encryption {
  const { algorithm } = encryptedPrivateKeyInfo.decode(der).algorithm;
  const read = algorithm === Oid.PBES2 ? (withScrypt(der) ?? withPbkdf2(der)) : undefined;
  if (!read) return foreign(oidName(algorithm) ?? algorithm);
  const { scheme, encrypted, derive, way, work } = read;
  const cipher = ciphers[scheme.algorithm];
  if (!cipher) return foreign(oidName(scheme.algorithm) ?? scheme.algorithm);
  return {
    says: `${cipher.says}, its key made from the password in ${way}`,
    ...(work > 1 && {
      objection: "asks for more work than any key is worth to turn its password into a key",
    }),
    open(password) {
      const key = derive(password, cipher.keyOctets);
      const decipher = createDecipheriv(cipher.name, key, scheme.initializationVector);
      return new Uint8Array(Buffer.concat([decipher.update(encrypted), decipher.final()]));
    },
  };
}

/** Ways that are old, rare, or not known here; OpenSSL reads more of them. */
function foreign(name: string): Encryption {
  const objection = `is encrypted in a way that is not read here (${name}); openssl pkcs8 -topk8 -in FILE -out NEW-FILE makes one that is`;
  return {
    says: name,
    objection,
    open() {
      throw new Error(objection);
    },
  };
}

interface Read {
  readonly scheme: { readonly algorithm: string; readonly initializationVector: Uint8Array };
  readonly encrypted: Uint8Array;
  readonly derive: Derive;
  readonly way: string;
  /** More than 1 is too much. */
  readonly work: number;
}

/** How often it hashes stands in the file, chosen by whoever made it: ten times what this lab asks for keeps a machine busy for seconds. */
const mostIterations = 10_000_000;

function withPbkdf2(der: Uint8Array): Read | undefined {
  const read = attempted(() => passwordEncryptedKey.decode(der));
  if (!read) return undefined;
  const { derivation, scheme } = read.algorithm.parameters;
  const { salt, iterations, function: hashing } = derivation.parameters;
  // HMAC-SHA-1 is what is not said (RFC 8018 §A.2).
  const hash = hashes[hashing?.algorithm ?? Oid.hmacWithSHA1];
  if (derivation.algorithm !== Oid.PBKDF2 || !hash || iterations < 1) return undefined;
  return {
    scheme,
    encrypted: read.encryptedData,
    derive: (password, octets) => new Uint8Array(pbkdf2Sync(password, salt, iterations, octets, hash)),
    way: `${iterations} rounds of PBKDF2`,
    work: iterations / mostIterations,
  };
}

/** 128·N·r octets of memory (RFC 7914 §2): half a gibioctet, where OpenSSL's own choice is 16 MiB; p turns of that. */
const mostMemory = 2 ** 29;
const mostTurns = 16;

function withScrypt(der: Uint8Array): Read | undefined {
  const read = attempted(() => scryptEncryptedKey.decode(der));
  if (!read) return undefined;
  const { derivation, scheme } = read.algorithm.parameters;
  const { salt, cost, blockSize, parallelization } = derivation.parameters;
  if (derivation.algorithm !== Oid.scrypt) return undefined;
  const memory = 128 * cost * blockSize;
  const options = { N: cost, r: blockSize, p: parallelization, maxmem: mostMemory + 2 ** 24 };
  return {
    scheme,
    encrypted: read.encryptedData,
    derive: (password, octets) => new Uint8Array(scryptSync(password, salt, octets, options)),
    way: `scrypt with ${Math.ceil(memory / 2 ** 20)} MiB of memory`,
    work: Math.max(memory / mostMemory, parallelization / mostTurns),
  };
}

function attempted<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

const ciphers: Readonly<
  Record<string, { readonly name: string; readonly says: string; readonly keyOctets: number }>
> = {
  [Oid["des-EDE3-CBC"]]: { name: "des-ede3-cbc", says: "Triple DES", keyOctets: 24 },
  [Oid["aes128-CBC"]]: { name: "aes-128-cbc", says: "AES-128-CBC", keyOctets: 16 },
  [Oid["aes192-CBC"]]: { name: "aes-192-cbc", says: "AES-192-CBC", keyOctets: 24 },
  [Oid["aes256-CBC"]]: { name: "aes-256-cbc", says: "AES-256-CBC", keyOctets: 32 },
};

const hashes: Readonly<Record<string, string>> = {
  [Oid.hmacWithSHA1]: "sha1",
  [Oid.hmacWithSHA224]: "sha224",
  [Oid.hmacWithSHA256]: "sha256",
  [Oid.hmacWithSHA384]: "sha384",
  [Oid.hmacWithSHA512]: "sha512",
};
