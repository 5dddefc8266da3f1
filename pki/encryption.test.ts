// Keys under a password, as OpenSSL writes them in each way: opened, or refused for the right reason.
import { afterAll, describe, expect, test } from "bun:test";
import { createPrivateKey, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Oid } from "../protocols/x509/oid.ts";
import { scryptEncryptedKey } from "../protocols/x509/private-key.ts";
import { lack, peer } from "../scripts/peers.ts";
import { encryptionOf } from "./encryption.ts";
import { keysIn } from "./hierarchy.ts";
import { encryptKey, makeKeys } from "./keys.ts";

const place = mkdtempSync(join(tmpdir(), "pki-encryption-"));
afterAll(() => rmSync(place, { recursive: true }));

const openssl = peer("openssl");
const password = "correct horse";
const { privateKey } = await makeKeys("P-256");
const [plain, secret] = [join(place, "key.pem"), join(place, "password")];
writeFileSync(plain, privateKey.export({ type: "pkcs8", format: "pem" }));
writeFileSync(secret, password);

/** The key as OpenSSL encrypts it with these options, DER. */
function encrypted(...options: readonly string[]): Uint8Array {
  const out = join(place, "out.der");
  const words = [
    "pkcs8",
    "-topk8",
    "-in",
    plain,
    "-outform",
    "DER",
    "-out",
    out,
    "-passout",
    `file:${secret}`,
  ];
  const { exitCode, stderr } = Bun.spawnSync([openssl!, ...words, ...options]);
  if (exitCode !== 0) throw new Error(stderr.toString());
  return new Uint8Array(readFileSync(out));
}
const same = (key: KeyObject) => key.equals(createPrivateKey(readFileSync(plain)));

test("what the lab encrypts it opens, and with another password it does not", async () => {
  const der = await encryptKey(privateKey, password);
  expect(encryptionOf(der).says).toBe(
    "AES-256-CBC, its key made from the password in 600000 rounds of PBKDF2",
  );
  expect(same(keysIn(der, "key", password).privateKey)).toBe(true);
  expect(() => keysIn(der, "key", "wrong")).toThrow("the password does not open key");
  expect(() => keysIn(der, "key")).toThrow("give the file that holds its password with --passphrase-file");
});

describe.skipIf(!openssl)(openssl ? "of OpenSSL" : lack("openssl"), () => {
  const ways: [title: string, options: string[], says: string][] = [
    ["scrypt", ["-scrypt"], "AES-256-CBC, its key made from the password in scrypt with 16 MiB of memory"],
    [
      "PBKDF2 with SHA-512 and AES-192",
      ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512", "-iter", "1000"],
      "AES-192-CBC, its key made from the password in 1000 rounds of PBKDF2",
    ],
    [
      "PBKDF2 with SHA-1 and Triple DES",
      ["-v2", "des3", "-v2prf", "hmacWithSHA1", "-iter", "1000"],
      "Triple DES, its key made from the password in 1000 rounds of PBKDF2",
    ],
  ];
  test.each(ways)("%s is opened", (_, options, says) => {
    const der = encrypted(...options);
    expect(encryptionOf(der).says).toBe(says);
    expect(same(keysIn(der, "key", password).privateKey)).toBe(true);
    expect(() => keysIn(der, "key", "wrong")).toThrow("the password does not open key");
  });

  test("the old way is refused, with what to do", () => {
    expect(() => keysIn(encrypted("-v1", "PBE-SHA1-3DES"), "old.der", password)).toThrow(
      /^old\.der is encrypted in a way that is not read here \(pbeWithSHAAnd3-KeyTripleDES-CBC\); openssl pkcs8/,
    );
  });
});

test("what asks for too much is refused before any of it is done", () => {
  const parts = { salt: new Uint8Array(8), keyLength: undefined };
  const scheme = { algorithm: Oid["aes256-CBC"], initializationVector: new Uint8Array(16) };
  const encryptedData = new Uint8Array(64);
  const scrypt = (cost: number, parallelization: number) => {
    const parameters = { ...parts, cost, blockSize: 8, parallelization };
    const derivation = { algorithm: Oid.scrypt, parameters };
    const algorithm = { algorithm: Oid.PBES2, parameters: { derivation, scheme } };
    return scryptEncryptedKey.encode({ algorithm, encryptedData }).slice();
  };
  for (const der of [scrypt(2 ** 20, 1), scrypt(2 ** 14, 1000)])
    expect(() => keysIn(der, "key", password)).toThrow("key asks for more work than any key is worth");
  // No power of two: no scrypt (RFC 7914 §2).
  expect(() => keysIn(scrypt(3, 1), "key", password)).toThrow("the password does not open key");
});
