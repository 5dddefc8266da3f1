// PKCS #12 bundles: what OpenSSL, GnuTLS and node:tls make of ours, and what we make of OpenSSL's.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { decodePem } from "../protocols/x509/pem.ts";
import { pfx } from "../protocols/x509/pkcs12.ts";
import { lack, peer } from "../scripts/peers.ts";
import { type Authority, intranet } from "./authority.ts";
import { bundle } from "./bundle.ts";
import { contentsOf } from "./contents.ts";
import { keysIn } from "./hierarchy.ts";
import { importKey } from "./keys.ts";

const place = mkdtempSync(join(tmpdir(), "pki-bundle-"));
afterAll(() => rmSync(place, { recursive: true }));
// Outside ASCII, as a BMPString has it.
const password = "contraseña";
const file = join(place, "bundle.p12");
let authority: Authority;
let made: Uint8Array;

beforeAll(async () => {
  authority = await intranet(join(place, "intranet"), { keys: "P-256", notice: () => {} });
  const { privateKey } = importKey(authority.key("JORGE-PC").der);
  made = await bundle("JORGE-PC", privateKey, authority.chain("JORGE-PC").ders, password);
  writeFileSync(file, made);
});

test("node:tls takes it in, and no other password", () => {
  expect(() => createSecureContext({ pfx: Buffer.from(made), passphrase: password })).not.toThrow();
  expect(() => createSecureContext({ pfx: Buffer.from(made), passphrase: "contrasena" })).toThrow();
});

test("its description reads and writes it, and its contents are what went in", () => {
  expect(pfx.encode(pfx.decode(made))).toEqual(made);
  const contents = contentsOf(made, "bundle.p12");
  expect(contents.map(({ kind }) => kind)).toEqual(["certificate", "certificate", "encrypted private key"]);
  expect(contents.slice(0, 2).map(({ der }) => der)).toEqual(authority.chain("JORGE-PC").ders);
  const { privateKey } = keysIn(contents[2]!.der, "bundle.p12", password);
  expect(privateKey.equals(importKey(authority.key("JORGE-PC").der).privateKey)).toBe(true);
});

const [openssl, certtool] = [peer("openssl"), peer("certtool")];
const run = (...words: string[]) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync(words, { env: { ...process.env, P12: password } });
  return { exitCode, text: `${stdout}${stderr}` };
};

describe.skipIf(!openssl)(openssl ? "OpenSSL" : lack("openssl"), () => {
  test("opens ours: the chain, and the key", () => {
    const { exitCode, text } = run(openssl!, "pkcs12", "-in", file, "-passin", "env:P12", "-nodes");
    expect(exitCode).toBe(0);
    expect(text).toContain("friendlyName: JORGE-PC");
    expect(decodePem(text)).toEqual(authority.chain("JORGE-PC").ders);
    expect(decodePem(text, "PRIVATE KEY")).toHaveLength(1);
    writeFileSync(join(place, "changed.p12"), made.with(made.length - 120, made.at(-120)! ^ 1));
    expect(
      run(openssl!, "pkcs12", "-in", join(place, "changed.p12"), "-passin", "env:P12", "-nodes").exitCode,
    ).toBe(1);
  });

  test("makes some that are read, and some whose certificates are closed, which are refused with what to do", () => {
    const theirs = (...options: string[]) => {
      const out = join(place, "theirs.p12");
      const key = ["-inkey", authority.key("JORGE-PC").files.pem, "-in", authority.chain("JORGE-PC").file];
      const words = ["pkcs12", "-export", ...key, "-out", out, "-passout", "env:P12", ...options];
      expect(run(openssl!, ...words)).toMatchObject({ exitCode: 0 });
      return new Uint8Array(readFileSync(out));
    };
    const open = contentsOf(theirs("-certpbe", "NONE"), "theirs.p12");
    expect(open.map(({ kind }) => kind).sort()).toEqual([
      "certificate",
      "certificate",
      "encrypted private key",
    ]);
    expect(() => contentsOf(theirs(), "theirs.p12")).toThrow(
      "theirs.p12 is a PKCS #12 bundle whose certificates are encrypted too; openssl pkcs12 -in theirs.p12",
    );
  });
});

test.skipIf(!certtool)(certtool ? "GnuTLS opens it" : lack("certtool"), () => {
  const words = ["--p12-info", "--inder", "--infile", file, "--password", password];
  const { exitCode, text } = run(certtool!, ...words);
  expect([exitCode, text.match(/BEGIN CERTIFICATE/g)?.length]).toEqual([0, 2]);
  expect(text).toContain("Schema: PBES2-AES256-CBC");
});
