// Passwords of keys: where they come from, and what a stranger's encrypted key may ask of us.
import { readFileSync } from "node:fs";
import { Oid } from "../protocols/x509/oid.ts";
import { encryptedPrivateKeyInfo, passwordEncryptedKey } from "../protocols/x509/private-key.ts";
import { Unusable } from "./store.ts";

/** The first line of a file. @throws Unusable where it can't be read or is empty */
export function passwordIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Unusable(`${file} can't be read (${code}); give a file whose first line is the password`);
  }
  const [line = ""] = text.split(/\r?\n/, 1);
  if (line.length < 4)
    throw new Unusable(
      `the first line of ${file} is no password: it has ${line.length} characters, of at least 4`,
    );
  return line;
}

/** Ten times what this lab asks for: more keeps a machine busy for seconds, or for ever. */
const mostIterations = 10_000_000;

/** Whether opening that encrypted key (PKCS #8, DER) ends in seconds: how often it hashes stands in it, chosen by whoever made it. */
export function isReasonable(der: Uint8Array): boolean {
  try {
    const { derivation } = passwordEncryptedKey.decode(der).algorithm.parameters;
    return derivation.algorithm === Oid.PBKDF2 && derivation.parameters.iterations <= mostIterations;
  } catch {
    return false;
  }
}

/** How a key is encrypted, in words: "AES-256-CBC, 600000 rounds of PBKDF2"; none where it is no PBES2. */
export function encryptionText(der: Uint8Array): string {
  try {
    const { derivation, scheme } = passwordEncryptedKey.decode(der).algorithm.parameters;
    const cipher = ciphers[scheme.algorithm] ?? scheme.algorithm;
    return `${cipher}, its key made from the password in ${derivation.parameters.iterations} rounds of PBKDF2`;
  } catch {
    const { algorithm } = encryptedPrivateKeyInfo.decode(der).algorithm;
    return algorithm === Oid.PBES2 ? "PBES2" : algorithm;
  }
}

const ciphers: Readonly<Record<string, string>> = {
  [Oid["des-EDE3-CBC"]]: "Triple DES",
  [Oid["aes128-CBC"]]: "AES-128-CBC",
  [Oid["aes256-CBC"]]: "AES-256-CBC",
};
