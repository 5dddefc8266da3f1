// The authority judged by OpenSSL and GnuTLS: chains, revocation lists, requests and keys, as strictly as they can.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../scripts/peers.ts";
import { type Authority, intranet } from "./authority.ts";

const openssl = peer("openssl");

describe.skipIf(!openssl)("OpenSSL", () => {
  let place: string;
  let authority: Authority;
  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), "pki-"));
    authority = await intranet(join(place, "rsa"), { notice: () => {} });
  });
  afterAll(() => rmSync(place, { recursive: true }));

  function run(...words: string[]): string {
    const { stdout, stderr } = Bun.spawnSync([openssl!, ...words], { stdin: "ignore" });
    return `${stdout}${stderr}`;
  }

  function verify(name: "JORGE-PC" | "NUCLEO-H723ZG" | "DISCO-F769NI", purpose: string): string {
    const crls = authority.crls.flatMap(({ files }) => ["-CRLfile", files.pem]);
    const trusted = ["-CAfile", authority.root.files.pem, "-untrusted", authority.intermediate.files.pem];
    const strict = ["-x509_strict", "-crl_check_all", "-purpose", purpose];
    return run("verify", ...strict, ...trusted, ...crls, authority.certificate(name).files.pem);
  }

  test("verifies every chain strictly, with all revocation lists, for its purpose", () => {
    expect(verify("JORGE-PC", "sslserver")).toEndWith("certificate.pem: OK\n");
    expect(verify("NUCLEO-H723ZG", "sslclient")).toEndWith("certificate.pem: OK\n");
    expect(verify("DISCO-F769NI", "sslclient")).toEndWith("certificate.pem: OK\n");
  });

  test.skipIf(!peer("certtool"))("and so does GnuTLS, from the leaf to the root", () => {
    for (const name of ["JORGE-PC", "NUCLEO-H723ZG", "DISCO-F769NI"] as const) {
      const whole = join(place, `${name}.whole.pem`);
      writeFileSync(whole, authority.chain(name).pem + authority.root.pem);
      const lists = join(place, "lists.pem");
      writeFileSync(lists, authority.crls.map(({ pem }) => pem).join(""));
      const words = ["--verify-chain", "--infile", whole, "--load-crl", lists];
      const { stdout, exitCode } = Bun.spawnSync([peer("certtool")!, ...words], { stdin: "ignore" });
      expect(`${stdout}`).toContain("Chain verification output: Verified. The certificate is trusted.");
      expect(exitCode).toBe(0);
    }
  });

  test("refuses a board's certificate as a server's", () => {
    expect(verify("NUCLEO-H723ZG", "sslserver")).toContain("unsuitable certificate purpose");
  });

  test("reads the requests, and finds each signed by its own key", () => {
    const { files } = authority.request("JORGE-PC");
    expect(run("req", "-in", files.pem, "-verify", "-noout", "-subject")).toContain("verify OK");
    expect(run("req", "-inform", "DER", "-in", files.der, "-noout", "-text")).toContain("DNS:JORGE-PC");
  });

  test("reads the keys as RSA of 2048 bits", () => {
    expect(run("pkey", "-in", authority.key("JORGE-PC").files.der, "-noout", "-text")).toContain("2048 bit");
  });

  test("sees in the certificates what the boards' PKI has", () => {
    const text = (file: string) => run("x509", "-in", file, "-noout", "-text");
    expect(text(authority.root.files.pem)).toContain("CA:TRUE, pathlen:1");
    expect(text(authority.intermediate.files.pem)).toContain("CA:TRUE, pathlen:0");
    const broker = text(authority.certificate("JORGE-PC").files.pem);
    for (const part of [
      "Version: 3 (0x2)",
      "sha256WithRSAEncryption",
      "CA:FALSE",
      "Digital Signature, Key Encipherment",
      "TLS Web Server Authentication",
      "DNS:JORGE-PC, IP Address:192.168.1.20",
      "Subject Key Identifier",
      "Authority Key Identifier",
    ])
      expect(broker).toContain(part);
  });
});
