// The broken credentials: each is refused for its own reason and no other, here, by OpenSSL and by GnuTLS.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePem } from "../protocols/x509/pem.ts";
import { verify } from "../protocols/x509/verify.ts";
import { peer } from "../scripts/peers.ts";
import { type Authority, intranet } from "./authority.ts";
import { type Broken, type BrokenFault, broken, faults } from "./broken.ts";

const place = mkdtempSync(join(tmpdir(), "pki-"));
let authority: Authority;
let files = 0;

beforeAll(async () => {
  authority = await intranet(join(place, "intranet"), { keys: "P-256", notice: () => {} });
});
afterAll(() => rmSync(place, { recursive: true }));

const made = (fault: BrokenFault, role: "server" | "client" = "server") =>
  broken(authority, fault, { role, keys: "P-256" });

/** What each side calls it; GnuTLS has one sentence for an issuer that is missing and one that nobody trusts, and names it before. */
const words: Record<BrokenFault, { ours: string; openssl: string; gnutls: string }> = {
  expired: { ours: "expired", openssl: "certificate has expired", gnutls: "expired" },
  "not yet valid": {
    ours: "not yet valid",
    openssl: "certificate is not yet valid",
    gnutls: "not yet valid",
  },
  "wrong name": { ours: "wrong name", openssl: "hostname mismatch", gnutls: "does not match" },
  "unknown authority": {
    ours: "untrusted root",
    openssl: "self-signed certificate in certificate chain",
    gnutls: "CN=Unknown CA: The certificate issuer is unknown",
  },
  "missing intermediate": {
    ours: "unknown issuer",
    openssl: "unable to get local issuer certificate",
    gnutls: "CN=MQTT CA: The certificate issuer is unknown",
  },
  "path too long": {
    ours: "path too long",
    openssl: "path length constraint exceeded",
    gnutls: "violates the signer's constraints",
  },
  revoked: { ours: "revoked", openssl: "certificate revoked", gnutls: "revoked" },
  "wrong purpose": {
    ours: "wrong purpose",
    openssl: "unsuitable certificate purpose",
    gnutls: "does not match the intended purpose",
  },
};

function judged({ ders, crls }: Broken, role: "server" | "client") {
  const name = role === "server" ? { name: "JORGE-PC" } : {};
  const at = BigInt(Date.now()) * 1_000_000n;
  return verify(ders, { roots: [authority.root.der], at, purpose: role, crls, ...name });
}

const write = (text: string) => {
  const file = join(place, `${++files}.pem`);
  writeFileSync(file, text);
  return file;
};
const lists = ({ crls }: Broken) => write(crls.map(der => encodePem(der, "X509 CRL")).join(""));
const run = (command: readonly string[]) => {
  const { stdout, stderr, exitCode } = Bun.spawnSync([...command], { stdin: "ignore" });
  return { said: `${stdout}${stderr}`, exitCode };
};

describe.each(faults.map(fault => [fault]))("%s", fault => {
  test("is what the lab says, once the rest of the chain stands", async () => {
    const { trusted, verdicts } = judged(await made(fault), "server");
    expect(trusted).toBe(false);
    expect(new Set(verdicts.flatMap(({ fault }) => fault ?? []))).toEqual(
      new Set([words[fault].ours as never]),
    );
  });

  test("and of a board's, to the broker", async () => {
    // A client has no name that it was asked for.
    if (fault === "wrong name") return;
    const { verdicts } = judged(await made(fault, "client"), "client");
    expect(verdicts.find(one => one.fault)?.fault).toBe(words[fault].ours as never);
  });

  test.skipIf(!peer("openssl"))("is OpenSSL's reason too", async () => {
    const chain = await made(fault);
    const [leaf, ...above] = chain.ders.map(der => encodePem(der));
    const { said, exitCode } = run([
      peer("openssl")!,
      ...[
        "verify",
        "-x509_strict",
        "-crl_check_all",
        "-purpose",
        "sslserver",
        "-verify_hostname",
        "JORGE-PC",
      ],
      ...["-CAfile", authority.root.files.pem, "-CRLfile", lists(chain)],
      ...(above.length > 0 ? ["-untrusted", write(above.join(""))] : []),
      write(leaf!),
    ]);
    expect(said).toContain(words[fault].openssl);
    expect(exitCode).not.toBe(0);
  });

  test.skipIf(!peer("certtool"))("is GnuTLS's reason too", async () => {
    const chain = await made(fault);
    const { said, exitCode } = run([
      peer("certtool")!,
      ...["--verify", "--verify-purpose=1.3.6.1.5.5.7.3.1", "--verify-hostname=JORGE-PC"],
      ...["--load-ca-certificate", authority.root.files.pem, "--load-crl", lists(chain)],
      ...["--infile", write(chain.pem)],
    ]);
    expect(refusedIn(said)).toContain(words[fault].gnutls);
    expect(exitCode).not.toBe(0);
  });
});

test.skipIf(!peer("certtool"))(
  "GnuTLS finds an unknown authority's chain whole in itself, and one without its intermediate not",
  async () => {
    const alone = async (fault: BrokenFault) =>
      run([peer("certtool")!, "--verify-chain", "--infile", write((await made(fault)).pem)]).said;
    expect(await alone("unknown authority")).toContain("Chain verification output: Verified.");
    expect(await alone("missing intermediate")).toContain("Chain verification output: Not verified.");
  },
);

test("no two are refused for the same reason, by anyone", () => {
  for (const side of ["ours", "openssl", "gnutls"] as const)
    expect(new Set(faults.map(fault => words[fault][side])).size).toBe(faults.length);
});

test("printing one prints no key", async () => {
  const one = await made("expired");
  expect(Bun.inspect(one) + JSON.stringify(one)).not.toContain("PRIVATE KEY");
  expect(one.key).toContain("-----BEGIN PRIVATE KEY-----");
});

test("nothing of it stays in the authority's folder", async () => {
  const before = authority.crl("MQTT CA").der;
  await made("revoked");
  expect(authority.crl("MQTT CA").der).toEqual(before);
});

/** Of what certtool prints, the first certificate that it refuses, by its issuer, and all that it says of it. */
function refusedIn(said: string): string {
  const refused =
    /Issuer: (.+)\n(?:.*\n){0,2}?\s*Output: Not verified\. The certificate is NOT trusted\. (.*)/.exec(said);
  return refused ? `${refused[1]}: ${refused[2]}` : said;
}
