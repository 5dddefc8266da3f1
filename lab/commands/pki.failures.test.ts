// `bun lab pki` and bad input: one clear sentence each, and the exit code that says which kind of failure it was.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/authority.ts";
import { type Ended, lab } from "../scenarios/lab.ts";

const place = mkdtempSync(join(tmpdir(), "lab-pki-"));
const state = join(place, "state");

beforeAll(async () => {
  await intranet(join(state, "intranet"), { keys: "P-256", notice: () => {} });
});
afterAll(() => rmSync(place, { recursive: true }));

const pki = (...words: string[]): Promise<Ended> =>
  lab(["pki", ...words], { LAB_PKI: state, LAB_PKI_KEYS: "p-256" });
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(place, name);
  writeFileSync(path, content);
  return path;
};
const inState = (...path: string[]) => join(state, "intranet", ...path);
/** Whatever is printed, no private key is. */
const safe = ({ stdout, stderr }: Ended) => expect(stdout + stderr).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY/);

describe("bad input gets one sentence", () => {
  const bomb = () => {
    let der = new Uint8Array([0x05, 0x00]);
    for (let depth = 0; depth < 5000; depth++) {
      const { length } = der;
      const head = length < 128 ? [0x30, length] : [0x30, 0x82, length >> 8, length & 255];
      der = length < 65_000 ? new Uint8Array([...head, ...der]) : der;
    }
    return der;
  };
  const cases: readonly [name: string, words: () => string[], code: number, says: RegExp][] = [
    [
      "a file that is none",
      () => ["inspect", join(place, "nowhere.pem")],
      1,
      /nowhere\.pem is no file, no HOST:PORT, and nobody's name in the hierarchy intranet; there are/,
    ],
    [
      "text",
      () => ["inspect", file("text", "Hello")],
      1,
      /text is no certificate, request, revocation list or key/,
    ],
    [
      "broken base64",
      () => ["inspect", file("b64.pem", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----")],
      1,
      /the base64 of its CERTIFICATE is broken/,
    ],
    [
      "PEM without an end",
      () => ["inspect", file("end.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n")],
      1,
      /no block in it is whole/,
    ],
    [
      "a certificate cut short",
      () => ["verify", file("cut.der", readFileSync(inState("JORGE-PC", "certificate.der")).subarray(0, 99))],
      1,
      /cut\.der is no certificate.*wanted/,
    ],
    [
      "elements in elements in elements",
      () => ["inspect", file("bomb.der", bomb())],
      1,
      /bomb\.der is no certificate/,
    ],
    [
      "a length of two gibioctets",
      () => ["inspect", file("huge.der", new Uint8Array([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]))],
      1,
      /huge\.der is no certificate/,
    ],
    [
      "a file of two mebioctets",
      () => ["inspect", file("large", new Uint8Array(2 << 20))],
      1,
      /larger than a mebioctet/,
    ],
    ["a folder", () => ["inspect", place], 1, /can't be read \(EISDIR\)/],
    [
      "a request that is a certificate",
      () => ["sign", inState("JORGE-PC", "certificate.pem")],
      1,
      /holds a certificate, where a request is expected/,
    ],
    [
      "an unknown profile",
      () => ["issue", "x", "--profile", "robot"],
      2,
      /'--profile <profile>' argument 'robot' is invalid/,
    ],
    ["an unknown command", () => ["isue"], 2, /there is no "isue" here; did you mean issue\?/],
    [
      "an unknown holder",
      () => ["revoke", "nobody"],
      1,
      /nobody is called "nobody" in the hierarchy intranet; there are/,
    ],
    [
      "an unknown hierarchy",
      () => ["--hierarchy", "none", "issue", "x"],
      1,
      /there is no hierarchy none in .*bun lab pki init none/,
    ],
    [
      "a holder that exists",
      () => ["issue", "JORGE-PC"],
      1,
      /JORGE-PC is in the hierarchy intranet already; --renew/,
    ],
    ["a root revoked", () => ["revoke", "Root CA"], 1, /Root CA is a root: nobody revokes it/],
    [
      "a date that is none",
      () => ["issue", "x", "--not-after", "2030-02-31"],
      2,
      /--not-after is "2030-02-31", where a date/,
    ],
    [
      "a serial number that is none",
      () => ["issue", "x", "--serial", "xyz"],
      2,
      /--serial is "xyz", where a hexadecimal number/,
    ],
    [
      "a host that is none",
      () => ["issue", "x", "--host", "a b"],
      2,
      /"a b" is neither a host name nor an IP address/,
    ],
    [
      "a path length for a host",
      () => ["issue", "x", "--path-length", "1"],
      2,
      /--path-length is for authorities/,
    ],
    ["a subject that is none", () => ["issue", "x", "--subject", "Hello"], 2, /"Hello" is no part of a name/],
    [
      "a password file that is none",
      () => ["issue", "x", "--encrypt-with", join(place, "none")],
      1,
      /none can't be read \(ENOENT\); give a file whose first line is the password/,
    ],
    [
      "a host that issues",
      () => ["issue", "x", "--issuer", "JORGE-PC"],
      1,
      /JORGE-PC is no authority, so it can't issue/,
    ],
    [
      "a bundle without a password",
      () => ["bundle", "JORGE-PC"],
      2,
      /give the file with its password by --encrypt-with/,
    ],
    ["a port that is none", () => ["inspect", "localhost:99999"], 2, /the port is 99999/],
  ];
  test.each(cases)("%s", async (_, words, code, says) => {
    const ended = await pki(...words());
    expect(ended.stderr).toMatch(says);
    expect(ended.code).toBe(code);
    expect(ended.stderr).not.toContain("mistake of the lab");
    safe(ended);
  });

  test("a wrong password", async () => {
    await pki("init", "locked", "--encrypt-with", file("right", "correct horse"));
    const words = ["issue", "x", "--profile", "client", "--passphrase-file", file("wrong", "incorrect")];
    const { code, stderr } = await pki("--hierarchy", "locked", ...words);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/the password does not open .*key\.der\.\n$/)]);
  });

  test("a state folder that is a file", async () => {
    const { code, stderr } = await lab(["pki"], { LAB_PKI: file("plain", "") });
    expect([code, stderr]).toEqual([1, expect.stringContaining("name another folder in LAB_PKI")]);
  });
});
