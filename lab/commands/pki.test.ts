// `bun lab pki` as a person runs it: what it says and what it makes.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { intranet } from "../../pki/authority.ts";
import { type Ended, lab } from "../scenarios/lab.ts";

// Each command is a process of its own, and the machine may have other work.
setDefaultTimeout(30_000);

const place = mkdtempSync(join(tmpdir(), "lab-pki-"));
const state = join(place, "state");
const _fresh = 0;

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

describe("alone", () => {
  test("it walks from the key to the revocation, shows both hierarchies as trees, and what to try", async () => {
    const { code, stdout } = await pki();
    expect(code).toBe(0);
    expect(stdout).toStartWith("1. The key\n");
    expect(stdout).toMatch(/✗ CN=DISCO-F769NI was revoked by CN=MQTT CA on .* \(key compromise\)\.\n/);
    expect(stdout).toContain("What the walk made is gone again; -o FOLDER keeps it.");
    expect(stdout).toMatch(/Root CA +✓ authority, at most 1 below it · signed by itself: trust begins here/);
    expect(stdout).toMatch(/└─ MQTT CA +✓ authority, no other below it · signed by Root CA/);
    expect(stdout).toMatch(/├─ JORGE-PC +✓ TLS server for JORGE-PC, 192\.168\.1\.20 · signed by MQTT CA/);
    expect(stdout).toMatch(
      /test\.mosquitto\.org +✓ version 1: can't say what it is for · signed by mosquitto\.org/,
    );
    expect(stdout).toContain("Try next:");
  });

  test("verdicts are told in Spanish too", async () => {
    const { stdout } = await lab(["--lang", "es", "pki", "verify", "JORGE-PC", "--at", "2040-01-01"], {
      LAB_PKI: state,
    });
    expect(stdout).toMatch(/✗ CN=JORGE-PC valía hasta .*, y el reloj dice 2040-01-01/);
    expect(stdout).toContain("no es de confianza");
  });

  test("in Spanish, and as JSON", async () => {
    const { walk, hierarchies } = JSON.parse((await pki("--json")).stdout);
    expect([walk.length, hierarchies.length]).toEqual([8, 2]);
    const { stdout } = await lab(["--lang", "es", "pki"], { LAB_PKI: state, LAB_PKI_KEYS: "p-256" });
    expect(stdout).toStartWith("1. La clave\n");
    expect(stdout).toMatch(/MQTT CA +✓ autoridad, ninguna otra por debajo · firmado por Root CA/);
    expect(stdout).toContain("Pruebe ahora:");
  });
});

describe("from the key to the revocation", () => {
  test("a certificate is issued, trusted, revoked, and trusted no more", async () => {
    const issued = await pki("issue", "lamp", "--profile", "client");
    expect(issued.stdout).toStartWith("lamp: TLS client · signed by MQTT CA · ");
    safe(issued);
    expect((await pki("verify", "lamp")).code).toBe(0);
    const revoked = await pki("revoke", "lamp", "--reason", "keyCompromise");
    expect(revoked.stdout).toMatch(/keyCompromise {2}lamp/);
    const { code, stdout } = await pki("verify", "lamp");
    expect(code).toBe(1);
    expect(stdout).toMatch(/✓ CN=MQTT CA is signed by CN=Root CA.*\n✗ CN=lamp was revoked by CN=MQTT CA/);
    expect((await pki("verify", "lamp", "--no-crls")).code).toBe(0);
  });

  test("a request is made, signed, and its names survive", async () => {
    const asked = await pki("issue", "web", "--request", "--host", "web.lab,10.0.0.1", "--host", "fe80::1");
    expect(asked.stdout).toContain("a request that waits for its signature");
    const signed = await pki("sign", inState("web", "request.pem"), "--profile", "server");
    expect(signed.stdout).toStartWith(
      "web: TLS server for web.lab, 10.0.0.1, fe80:0:0:0:0:0:0:1 · signed by MQTT CA",
    );
    expect((await pki("verify", "web", "--name", "10.0.0.1")).code).toBe(0);
    expect((await pki("verify", "web", "--name", "10.0.0.2")).code).toBe(1);
  });

  test("each certificate is judged on the date that is given", async () => {
    const { code, stdout } = await pki("verify", "JORGE-PC", "--at", "2040-01-01");
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ CN=MQTT CA was valid until .*, and the clock says 2040-01-01 00:00:00 UTC\./);
    const { verdicts } = JSON.parse((await pki("verify", "JORGE-PC", "--at", "2040-01-01", "--json")).stdout);
    expect(verdicts.map(({ fault }: { fault: string }) => fault)).toEqual([
      expect.anything(),
      "expired",
      "expired",
    ]);
  });

  test("a root of one's own, its key under a password", async () => {
    const password = file("password", "correct horse\n");
    const made = await pki(
      "init",
      "mine",
      "--subject",
      "C=ES, O=Lab, CN=My Root",
      "--encrypt-with",
      password,
    );
    expect(made.stdout).toContain("My Root");
    const without = await pki("--hierarchy", "mine", "issue", "a", "--profile", "client");
    expect([without.code, without.stderr]).toEqual([
      1,
      expect.stringContaining("give the file that holds its password"),
    ]);
    const issued = await pki(
      "--hierarchy",
      "mine",
      "issue",
      "a",
      "--profile",
      "client",
      "--passphrase-file",
      password,
    );
    expect(issued.code).toBe(0);
    safe(issued);
    const shown = await pki("inspect", join(state, "mine", "My-Root", "key.pem"));
    expect(shown.stdout).toContain("AES-256-CBC, its key made from the password in 600000 rounds of PBKDF2");
  });

  test("credentials that are wrong on purpose are judged so", async () => {
    await pki("issue", "late", "--broken", "expired");
    const { stdout } = await pki(
      "verify",
      inState("late", "chain.pem"),
      "--no-crls",
      "--crl",
      inState("late", "crls.pem"),
    );
    expect(stdout).toMatch(/✗ CN=JORGE-PC was valid until/);
    expect((await pki("verify", "late")).code).toBe(1);
    expect((await pki("verify", "JORGE-PC")).code).toBe(0);
  });

  test("ten commands at once all leave their mark", async () => {
    const names = Array.from({ length: 5 }, (_, i) => `many-${i}`);
    await Promise.all(names.map(name => pki("issue", name, "--profile", "client")));
    const revoked = await Promise.all(names.map(name => pki("revoke", name)));
    expect(revoked.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    const [list] = (await pki("crl", "MQTT CA", "--json")).stdout.split("\n");
    const holders = JSON.parse(list!).revoked.map(({ holder }: { holder: string }) => holder);
    expect(holders).toEqual(expect.arrayContaining(names));
  });
});

describe("inspect", () => {
  test("shows every kind of thing, short, as PEM and as JSON, and no secret", async () => {
    const things = {
      "certificate.pem": "certificate: CN=JORGE-PC, by CN=MQTT CA",
      "certificate.der": "certificate: CN=JORGE-PC, by CN=MQTT CA",
      "chain.pem": "certificate: CN=MQTT CA, by CN=Root CA",
      "request.der": "request: CN=JORGE-PC, for JORGE-PC, 192.168.1.20",
      "key.pem": "private key: P-256, 256 bits",
      "key.der": "private key: P-256, 256 bits",
    };
    for (const [name, says] of Object.entries(things)) {
      const short = await pki("inspect", inState("JORGE-PC", name), "--short");
      expect(short.stdout).toContain(says);
      const [pem, text] = [
        await pki("inspect", inState("JORGE-PC", name), "--pem"),
        await pki("inspect", inState("JORGE-PC", name)),
      ];
      for (const ended of [short, pem, text]) safe(ended);
    }
    const { items } = JSON.parse((await pki("inspect", inState("MQTT-CA", "crl.pem"), "--json")).stdout);
    expect(items[0]).toMatchObject({ kind: "revocation list", issuer: "CN=MQTT CA" });
    expect((await pki("inspect", inState("JORGE-PC", "key.pem"), "--pem")).stdout).toStartWith(
      "-----BEGIN PUBLIC KEY-----",
    );
  });

  test("shows and judges what a server presents", async () => {
    const authority = await intranet(inState(), { notice: () => {} });
    const credentials = { cert: authority.chain("JORGE-PC").pem, key: authority.key("JORGE-PC").pem };
    // It demands a certificate that nobody has here, and has shown its own by then.
    const demanding = { requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" } as const;
    const server = createServer({ ...credentials, ...demanding }, socket => socket.on("error", () => {}));
    await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
    try {
      const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const shown = await pki("inspect", at, "--short");
      expect(shown.stdout.split("\n")).toEqual([
        expect.stringContaining("certificate: CN=JORGE-PC, by CN=MQTT CA"),
        expect.stringContaining("certificate: CN=MQTT CA, by CN=Root CA"),
        "",
      ]);
      expect(shown.stderr).toContain("nothing of it is checked");
      expect((await pki("verify", at)).stdout).toContain("and 127.0.0.1 was asked for");
      expect((await pki("verify", at, "--name", "JORGE-PC")).code).toBe(0);
    } finally {
      server.close();
    }
    const { code, stderr } = await pki("inspect", "127.0.0.1:1");
    expect([code, stderr]).toEqual([1, expect.stringContaining("nothing listens there")]);
  });
});
