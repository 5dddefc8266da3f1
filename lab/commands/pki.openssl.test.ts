// `bun lab pki --print-openssl`: the words that are printed, run by a shell, make the same.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/authority.ts";
import { peer } from "../../scripts/peers.ts";
import { type Ended, lab } from "../scenarios/lab.ts";

// Each command is a process of its own, and the machine may have other work.
setDefaultTimeout(30_000);

const place = mkdtempSync(join(tmpdir(), "lab-pki-"));
const state = join(place, "state");
let fresh = 0;

beforeAll(async () => {
  await intranet(join(state, "intranet"), { keys: "P-256", notice: () => {} });
});
afterAll(() => rmSync(place, { recursive: true }));

const pki = (...words: string[]): Promise<Ended> =>
  lab(["pki", ...words], { LAB_PKI: state, LAB_PKI_KEYS: "p-256" });
const inState = (...path: string[]) => join(state, "intranet", ...path);

describe.skipIf(!peer("openssl"))("OpenSSL's words", () => {
  /** Runs what is printed in a folder of its own, and gives it back. */
  async function ran(...words: string[]): Promise<string> {
    const folder = join(place, `openssl-${++fresh}`);
    mkdirSync(folder);
    await append(folder, ...words);
    return folder;
  }
  async function append(folder: string, ...words: string[]): Promise<string> {
    const { stdout, code } = await pki(...words, "--print-openssl");
    expect(code).toBe(0);
    const run = Bun.spawnSync(["sh", "-e", "-c", stdout], { cwd: folder, stdin: "ignore" });
    expect([run.exitCode, run.exitCode === 0 ? "" : `${stdout}${run.stderr}`]).toEqual([0, ""]);
    return `${run.stdout}${run.stderr}`;
  }
  const shown = async (path: string) => JSON.parse((await pki("inspect", path, "--json")).stdout).items[0];

  test("make the certificate that the lab makes", async () => {
    const words = ["issue", "twin", "--profile", "server", "--host", "twin.lab,10.0.0.7"];
    const folder = await ran(...words);
    expect(existsSync(inState("twin"))).toBe(false);
    await pki(...words);
    const [theirs, ours] = [
      await shown(join(folder, "twin.pem")),
      await shown(inState("twin", "certificate.pem")),
    ];
    for (const field of [
      "subject",
      "issuer",
      "basic constraints",
      "for the hosts",
      "key usage",
      "extended key usage",
      "authorityKeyIdentifier",
    ])
      expect(theirs.fields[field]).toBe(ours.fields[field]);
    expect(statSync(join(folder, "twin.key.pem")).mode & 0o777).toBe(0o600);
    expect(
      (
        await pki(
          "verify",
          join(folder, "twin.pem"),
          "--untrusted",
          inState("MQTT-CA", "certificate.pem"),
          "--name",
          "twin.lab",
        )
      ).code,
    ).toBe(0);
  });

  test("make one on exact dates, with a chosen serial number and a root of its own", async () => {
    const folder = await ran(
      "init",
      "exact",
      "--subject",
      "C=ES, O=Lab, CN=Exact Root",
      "--not-before",
      "2020-01-01",
      "--not-after",
      "2021-06-15T12:00:00Z",
      "--serial",
      "1f",
    );
    const it = await shown(join(folder, "Exact-Root.pem"));
    expect(it).toMatchObject({
      subject: "C=ES, O=Lab, CN=Exact Root",
      serial: "1f",
      notBefore: "2020-01-01T00:00:00.000Z",
      notAfter: "2021-06-15T12:00:00.000Z",
    });
  });

  test("certify the same key again", async () => {
    const folder = await ran("issue", "JORGE-PC", "--renew");
    expect((await shown(join(folder, "JORGE-PC.pem"))).hosts).toEqual(["JORGE-PC", "192.168.1.20"]);
  });

  test("make a key under a password", async () => {
    const password = join(place, "password");
    writeFileSync(password, "correct horse\n");
    const folder = await ran("issue", "secret", "--profile", "client", "--encrypt-with", password);
    expect((await shown(join(folder, "secret.key.pem"))).kind).toBe("encrypted private key");
  });

  test("sign a request, and keep its names", async () => {
    await pki("issue", "asks", "--request", "--host", "asks.lab");
    const folder = await ran("sign", inState("asks", "request.pem"), "--profile", "client");
    expect((await shown(join(folder, "asks.pem"))).hosts).toEqual(["asks.lab"]);
  });

  test("revoke, and keep what was revoked before", async () => {
    await pki("issue", "first", "--profile", "client");
    await pki("issue", "second", "--profile", "client");
    await pki("revoke", "first", "--reason", "superseded");
    const folder = await ran("revoke", "second", "--reason", "keyCompromise");
    const { revoked } = await shown(join(folder, "MQTT-CA.crl.pem"));
    const reasons = revoked.map(({ reason }: { reason: string }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(["superseded", "keyCompromise"]));
    expect(
      (
        await pki(
          "verify",
          "second",
          "--no-crls",
          "--crl",
          join(folder, "MQTT-CA.crl.pem"),
          "--crl",
          inState("Root-CA", "crl.pem"),
        )
      ).code,
    ).toBe(1);
  });

  test("make a bundle", async () => {
    const password = join(place, "bundle-password");
    writeFileSync(password, "correct horse\n");
    const words = ["bundle", "JORGE-PC", "--encrypt-with", password, "-o"];
    const [theirs, ours] = [join(place, "theirs.p12"), join(place, "ours.p12")];
    await ran(...words, theirs);
    const made = await pki(...words, ours);
    expect([made.code, made.stdout]).toEqual([
      0,
      `JORGE-PC: its key, under a password, with 2 certificates\n  ${ours}\n`,
    ]);
    expect(statSync(ours).mode & 0o777).toBe(0o600);
    const opened = (file: string) => {
      const words = ["pkcs12", "-in", file, "-passin", `file:${password}`, "-nodes"];
      const { stdout } = Bun.spawnSync([peer("openssl")!, ...words]);
      const blocks = stdout.toString().match(/-----BEGIN [\s\S]*?-----END [A-Z ]+-----/g);
      return blocks!.sort();
    };
    expect(opened(ours)).toEqual(opened(theirs));
    expect(opened(ours)).toHaveLength(3);
    const again = await pki(...words, ours);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining("is there already; name another file"),
    ]);
  });

  test("list, inspect and verify", async () => {
    const folder = await ran("crl", "MQTT CA");
    expect(readdirSync(folder)).toContain("MQTT-CA.crl.pem");
    expect(await append(folder, "inspect", "JORGE-PC")).toContain("DNS:JORGE-PC, IP Address:192.168.1.20");
    expect(await append(folder, "inspect", inState("JORGE-PC", "key.pem"))).not.toContain("priv:");
    expect(await append(folder, "verify", "JORGE-PC", "--name", "JORGE-PC")).toContain("chain.pem: OK");
  });
});
