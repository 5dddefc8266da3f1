// Hierarchies of one's own: keys of every kind, requests and their names, validity, serial numbers, passwords, revocation.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extensionOf } from "../protocols/x509/extension.ts";
import { hostsOf } from "../protocols/x509/facts.ts";
import { certificate } from "../protocols/x509/format.ts";
import { nameText } from "../protocols/x509/name.ts";
import { Oid } from "../protocols/x509/oid.ts";
import { encodePem } from "../protocols/x509/pem.ts";
import { aes256, passwordEncryptedKey } from "../protocols/x509/private-key.ts";
import { verify } from "../protocols/x509/verify.ts";
import { peer } from "../scripts/peers.ts";
import { internet } from "./authority.ts";
import { type Hierarchy, keysIn, readHierarchy } from "./hierarchy.ts";
import { ask, issue, makeRoot, sign, type Wanted } from "./issuance.ts";
import { listed } from "./issue.ts";
import { keyKinds } from "./keys.ts";
import { relist, revoke } from "./revoking.ts";
import { parseSubject } from "./subject.ts";

const place = mkdtempSync(join(tmpdir(), "pki-"));
const day = 86_400_000;
let made = 0;

afterAll(() => rmSync(place, { recursive: true }));

/** A root of its own for a test. */
async function root(wanted: Parameters<typeof makeRoot>[2] = {}, encryptWith?: string): Promise<string> {
  const folder = join(place, `own-${++made}`);
  await makeRoot(folder, { name: "Own Root", keys: "P-256", encryptWith }, wanted);
  return folder;
}
const client: Wanted = { use: "client" };
const key = (name: string) => ({ name, keys: "P-256" }) as const;
const decoded = (hierarchy: Hierarchy, name: string) =>
  certificate.decode(hierarchy.holder(name).certificate!.der).tbsCertificate;

function judge(folder: string, name: string, days = 0) {
  const hierarchy = readHierarchy(folder);
  return verify(
    hierarchy.chainOf(hierarchy.holder(name).certificate!).map(({ der }) => der),
    {
      roots: hierarchy.roots.map(({ certificate }) => certificate!.der),
      at: BigInt(Date.now() + days * day) * 1_000_000n,
      crls: hierarchy.lists.map(({ der }) => der),
    },
  );
}

function run(program: "openssl" | "certtool", ...words: string[]): string {
  const { stdout, stderr } = Bun.spawnSync([peer(program)!, ...words], { stdin: "ignore" });
  return `${stdout}${stderr}`;
}

describe("keys of every kind", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await root();
    for (const kind of keyKinds.filter(kind => kind !== "RSA-4096")) {
      await issue(folder, { name: `CA ${kind}`, keys: kind }, { use: "authority", pathLength: 0 });
      await issue(
        folder,
        { name: `host ${kind}`, keys: kind },
        { use: "server", issuer: `CA ${kind}`, hosts: ["host.lab", "10.0.0.1", "fe80::1"] },
      );
    }
  });
  const kinds = keyKinds.filter(kind => kind !== "RSA-4096").map(kind => [kind]);

  test.each(kinds)("%s signs, and is trusted here", kind => {
    expect(judge(folder, `host ${kind}`).says).toContain(`CN=host ${kind} is signed by CN=CA ${kind}`);
    expect(judge(folder, `host ${kind}`).trusted).toBe(true);
  });

  test.skipIf(!peer("openssl")).each(kinds)("%s passes OpenSSL at its strictest", kind => {
    const hierarchy = readHierarchy(folder);
    const lists = hierarchy.holders.filter(({ list }) => list).map(one => hierarchy.fileOf(one, "crl"));
    const host = hierarchy.holder(`host ${kind}`);
    const said = run(
      "openssl",
      ...["verify", "-x509_strict", "-crl_check_all", "-purpose", "sslserver", "-verify_ip", "fe80::1"],
      ...["-CAfile", hierarchy.fileOf(hierarchy.roots[0]!, "certificate")],
      ...lists.flatMap(file => ["-CRLfile", file]),
      ...["-untrusted", hierarchy.chainFileOf(host), hierarchy.fileOf(host, "certificate")],
    );
    expect(said).toEndWith("certificate.pem: OK\n");
  });

  test.skipIf(!peer("certtool")).each(kinds)("%s passes GnuTLS, lists and all", kind => {
    const hierarchy = readHierarchy(folder);
    const lists = join(place, `${kind}.crls.pem`);
    writeFileSync(lists, hierarchy.lists.map(({ der }) => encodePem(der, "X509 CRL")).join(""));
    const said = run(
      "certtool",
      ...["--verify", "--load-ca-certificate", hierarchy.fileOf(hierarchy.roots[0]!, "certificate")],
      ...["--load-crl", lists, "--verify-hostname=host.lab", "--verify-purpose=1.3.6.1.5.5.7.3.1"],
      ...["--infile", hierarchy.chainFileOf(hierarchy.holder(`host ${kind}`))],
    );
    expect(said).toContain("Chain verification output: Verified. The certificate is trusted.");
  });
});

describe("what a certificate says", () => {
  test("its subject, hosts, serial number and dates are those that were wanted", async () => {
    const folder = await root();
    const subject = parseSubject("C=ES, O=Lab\\, Inc, CN=web");
    await issue(
      folder,
      { name: "web", subject, keys: "P-256" },
      {
        use: "server",
        hosts: ["web.lab", "192.168.1.30", "2001:db8::1"],
        serial: 0x4a1107n,
        notBefore: new Date("2030-01-01T00:00:00Z"),
        notAfter: new Date("2031-01-01T12:00:00Z"),
      },
    );
    const it = decoded(readHierarchy(folder), "web");
    expect(nameText(it.subject)).toBe("C=ES, O=Lab\\, Inc, CN=web");
    expect(it.serialNumber).toBe(0x4a1107n);
    expect(hostsOf(it.extensions)).toEqual(["web.lab", "192.168.1.30", "2001:db8:0:0:0:0:0:1"]);
    expect([it.validity.notBefore, it.validity.notAfter]).toEqual([1_893_456_000, 1_925_035_200]);
  });

  test("an end in the past alone makes one that has ended, a beginning in the future one that lasts from then", async () => {
    const folder = await root();
    await issue(folder, key("old"), { ...client, notAfter: new Date("2020-01-01") });
    await issue(folder, key("new"), { ...client, notBefore: new Date(Date.now() + 30 * day) });
    expect(judge(folder, "old").verdicts.at(-1)!.fault).toBe("expired");
    expect(judge(folder, "new").verdicts.at(-1)!.fault).toBe("not yet valid");
    const { validity } = decoded(readHierarchy(folder), "new");
    expect(validity.notAfter - validity.notBefore).toBeGreaterThan(700 * 86_400);
    const backwards = { notBefore: new Date("2030-01-02"), notAfter: new Date("2030-01-01") };
    await expect(issue(folder, key("no"), { ...client, ...backwards })).rejects.toThrow(
      "it would end before it begins",
    );
  });

  test("an issuer gives a serial number once", async () => {
    const folder = await root();
    await issue(folder, key("one"), { ...client, serial: 7n });
    await expect(issue(folder, key("two"), { ...client, serial: 7n })).rejects.toThrow(
      "Own Root has given that serial number to one",
    );
  });
});

describe("requests", () => {
  test("what a request asks to be named survives the signing, octet for octet", async () => {
    const folder = await root();
    await ask(folder, key("web"), ["web.lab", "10.0.0.1"]);
    const hierarchy = readHierarchy(folder);
    expect(hierarchy.holder("web").certificate).toBeUndefined();
    const der = new Uint8Array(
      readFileSync(hierarchy.fileOf(hierarchy.holder("web"), "request").replace(/pem$/, "der")),
    );
    const holder = await sign(folder, der, { use: "server" });
    expect(hostsOf(holder.certificate!.extensions)).toEqual(["web.lab", "10.0.0.1"]);
    expect(holder.hasKey).toBe(true);
    expect(judge(folder, "web").trusted).toBe(true);
  });

  test.skipIf(!peer("openssl"))(
    "one that OpenSSL made, with kinds of names that we never write",
    async () => {
      const folder = await root();
      const [keyFile, requestFile] = [join(place, "foreign.key"), join(place, "foreign.der")];
      run(
        "openssl",
        ...["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", keyFile, "-subj", "/C=ES/CN=foreign"],
        ...["-addext", "subjectAltName=DNS:a.lab,IP:10.0.0.9,URI:mqtt://a.lab,email:x@lab"],
        ...["-outform", "DER", "-out", requestFile],
      );
      const holder = await sign(folder, new Uint8Array(readFileSync(requestFile)), { use: "client" });
      const names = extensionOf(holder.certificate!.extensions, Oid.subjectAltName)!;
      expect(names.map(({ value }) => (value instanceof Uint8Array ? value.join(".") : value))).toEqual([
        "a.lab",
        "10.0.0.9",
        "mqtt://a.lab",
        "x@lab",
      ]);
      expect(holder.certificate!.subject).toBe("C=ES, CN=foreign");
      expect(holder.hasKey).toBe(false);
    },
  );

  test("one that its own key has not signed is refused, and so is any that is altered", async () => {
    const folder = await root();
    await ask(folder, key("web"), ["web.lab"]);
    const hierarchy = readHierarchy(folder);
    const file = hierarchy.fileOf(hierarchy.holder("web"), "request").replace(/pem$/, "der");
    const der = new Uint8Array(readFileSync(file));
    for (let offset = 0; offset < der.length; offset += 11) {
      const altered = der.slice();
      altered[offset]! ^= 1;
      await expect(sign(folder, altered, client)).rejects.toThrow();
    }
    expect(readHierarchy(folder).holder("web").certificate).toBeUndefined();
  });
});

describe("keys under a password", () => {
  test("sign with it, and say what is missing or wrong without it", async () => {
    const folder = await root({}, "correct horse");
    const text = readFileSync(join(folder, "Own-Root", "key.pem"), "utf8");
    expect(text).toStartWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    await expect(issue(folder, key("a"), client)).rejects.toThrow(
      "is encrypted; give the file that holds its password",
    );
    await expect(issue(folder, key("a"), { ...client, password: "wrong" })).rejects.toThrow(
      "the password does not open",
    );
    const { certificate } = await issue(folder, key("a"), { ...client, password: "correct horse" });
    expect(certificate!.issuer).toBe("CN=Own Root");
  });

  test("that would keep a machine busy for hours are refused at once", async () => {
    const nothing = new Uint8Array(16);
    const greedy = passwordEncryptedKey.encode({
      algorithm: aes256(nothing, 0x7fff_ffff, nothing),
      encryptedData: nothing,
    });
    expect(() => keysIn(greedy, "greedy.der", "correct horse")).toThrow(
      "asks for more work than any key is worth",
    );
  });

  test.skipIf(!peer("openssl"))("open in OpenSSL, in both forms", async () => {
    const folder = await root({}, "correct horse");
    for (const form of ["PEM", "DER"]) {
      const file = join(folder, "Own-Root", `key.${form.toLowerCase()}`);
      expect(
        run(
          "openssl",
          "pkey",
          "-inform",
          form,
          "-in",
          file,
          "-passin",
          "pass:correct horse",
          "-noout",
          "-text_pub",
        ),
      ).toContain("P-256");
    }
  });
});

describe("revocation", () => {
  test("a certificate stays revoked, its reason is told, and others stand", async () => {
    const folder = await root();
    await issue(folder, key("one"), { ...client, serial: 0x11n });
    await issue(folder, key("two"), { ...client, serial: 0x12n });
    expect(judge(folder, "one").trusted).toBe(true);
    await revoke(folder, "Own Root", { serial: 0x11n, date: new Date(), reason: "keyCompromise" });
    expect(judge(folder, "one").says).toMatch(
      /^CN=one was revoked by CN=Own Root on .* \(key compromise\)\.$/,
    );
    expect(judge(folder, "two").trusted).toBe(true);
    await relist(folder, "Own Root");
    expect(judge(folder, "one").verdicts.at(-1)!.fault).toBe("revoked");
    const again = revoke(folder, "Own Root", { serial: 0x11n, date: new Date() });
    await expect(again).rejects.toThrow("revoked that certificate on");
  });

  test("only what is on hold comes off a list again", async () => {
    const folder = await root();
    await issue(folder, key("one"), { ...client, serial: 0x11n });
    const now = { serial: 0x11n, date: new Date() };
    await expect(revoke(folder, "Own Root", { ...now, reason: "removeFromCRL" })).rejects.toThrow("on hold");
    await revoke(folder, "Own Root", { ...now, reason: "certificateHold" });
    expect(judge(folder, "one").trusted).toBe(false);
    await revoke(folder, "Own Root", { ...now, reason: "removeFromCRL" });
    expect(judge(folder, "one").trusted).toBe(true);
  });

  test("after its next update a list tells nothing, and neither does one that is missing, forged or a stranger's", async () => {
    const [folder, other] = [await root(), await root()];
    await issue(folder, key("one"), client);
    await relist(folder, "Own Root", { nextUpdate: new Date(Date.now() + day) });
    expect(judge(folder, "one", 2).says).toContain(
      "may be revoked: the revocation list of CN=Own Root has ended",
    );
    expect(judge(folder, "one", -0.5).says).toContain("is not yet valid");
    const hierarchy = readHierarchy(folder);
    const chain = hierarchy.chainOf(hierarchy.holder("one").certificate!).map(({ der }) => der);
    const expected = { roots: [hierarchy.roots[0]!.certificate!.der], at: BigInt(Date.now()) * 1_000_000n };
    expect(verify(chain, { ...expected, crls: [] }).says).toContain(
      "there is no revocation list of CN=Own Root",
    );
    const strange = readHierarchy(other).lists.map(({ der }) => der);
    expect(verify(chain, { ...expected, crls: strange }).says).toContain(
      "has not signed the revocation list",
    );
    expect(verify(chain, expected).trusted).toBe(true);
  });

  test("the numbers of an authority's lists grow, even within a millisecond", async () => {
    const folder = await root();
    const numbers: bigint[] = [];
    for (let i = 0; i < 5; i++) {
      await relist(folder, "Own Root");
      numbers.push(listed(readHierarchy(folder).lists[0]!.der).number);
    }
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1)));
  });

  test("a host keeps no list", async () => {
    const folder = await root();
    await issue(folder, key("one"), client);
    await expect(relist(folder, "one")).rejects.toThrow("one is no authority");
  });
});

describe("the internet's hierarchy", () => {
  test("one authority stands right above a server's certificate of version 1 and a board's", async () => {
    const authority = await internet(join(place, "internet"), { keys: "P-256", notice: () => {} });
    const server = certificate.decode(authority.certificate("test.mosquitto.org").der).tbsCertificate;
    expect([server.version, server.extensions]).toEqual([0, undefined]);
    expect(nameText(server.subject)).toBe("CN=test.mosquitto.org");
    expect(nameText(server.issuer)).toBe("C=GB, O=Mosquitto, OU=CA, CN=mosquitto.org");
    const expected = {
      roots: [authority.root.der],
      at: BigInt(Date.now()) * 1_000_000n,
      crls: authority.crls.map(({ der }) => der),
    };
    const asServer = { ...expected, purpose: "server", name: "test.mosquitto.org" } as const;
    expect(verify(authority.chain("test.mosquitto.org").ders, asServer).trusted).toBe(true);
    expect(verify(authority.chain("NUCLEO-H723ZG").ders, { ...expected, purpose: "client" }).trusted).toBe(
      true,
    );
    expect(authority.request("NUCLEO-H723ZG").pem).toContain("CERTIFICATE REQUEST");
  });

  test.skipIf(!peer("openssl"))("passes OpenSSL, which reads version 1", async () => {
    const authority = await internet(join(place, "internet"), { keys: "P-256", notice: () => {} });
    const server = authority.certificate("test.mosquitto.org").files.pem;
    const words = [
      "-crl_check_all",
      "-CAfile",
      authority.root.files.pem,
      "-CRLfile",
      authority.crl("mosquitto.org").files.pem,
    ];
    expect(run("openssl", "verify", "-verify_hostname", "test.mosquitto.org", ...words, server)).toEndWith(
      ": OK\n",
    );
    expect(run("openssl", "x509", "-in", server, "-noout", "-text")).toContain("Version: 1 (0x0)");
  });

  test.skipIf(!peer("certtool"))("passes GnuTLS, which reads version 1", async () => {
    const authority = await internet(join(place, "internet"), { keys: "P-256", notice: () => {} });
    const said = run(
      "certtool",
      ...[
        "--verify",
        "--load-ca-certificate",
        authority.root.files.pem,
        "--verify-hostname=test.mosquitto.org",
      ],
      ...["--load-crl", authority.crl("mosquitto.org").files.pem],
      ...["--infile", authority.chain("test.mosquitto.org").file],
    );
    expect(said).toContain("Chain verification output: Verified.");
  });
});
