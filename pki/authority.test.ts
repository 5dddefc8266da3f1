// The intranet's authority: made once, read without being made again, refused when broken, renewed when it ends.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodePem } from "../protocols/x509/pem.ts";
import { type Authority, intranet } from "./authority.ts";
import { listed } from "./issue.ts";
import { revoke } from "./revoking.ts";
import { Unusable } from "./store.ts";

const place = mkdtempSync(join(tmpdir(), "pki-"));
const made = join(place, "made");
const day = 86_400_000;
let notices: string[] = [];
let copies = 0;

beforeAll(() => open(made));
afterAll(() => rmSync(place, { recursive: true }));

function open(folder: string, now = new Date()): Promise<Authority> {
  notices = [];
  return intranet(folder, { keys: "P-256", now, notice: sentence => notices.push(sentence) });
}

/** A folder of its own for a test that breaks it. */
function copy(): string {
  const folder = join(place, `copy-${++copies}`);
  cpSync(made, folder, { recursive: true });
  return folder;
}

const mode = (file: string) => statSync(file).mode & 0o777;
const serial = (authority: Authority, name: "Root CA" | "MQTT CA" | "JORGE-PC") =>
  new X509Certificate(authority.certificate(name).der).serialNumber;

describe("at first use", () => {
  test("a root stands over an intermediate, and that over the broker and both boards", async () => {
    const authority = await open(made);
    const subjects = (name: "JORGE-PC" | "NUCLEO-H723ZG" | "DISCO-F769NI") =>
      authority.chain(name).ders.map(der => new X509Certificate(der).subject);
    expect(subjects("JORGE-PC")).toEqual(["CN=JORGE-PC", "CN=MQTT CA"]);
    expect(subjects("NUCLEO-H723ZG")).toEqual(["CN=NUCLEO-H723ZG", "CN=MQTT CA"]);
    expect(subjects("DISCO-F769NI")).toEqual(["CN=DISCO-F769NI", "CN=MQTT CA"]);
    expect(new X509Certificate(authority.root.der).issuer).toBe("CN=Root CA");
  });

  test("the broker's certificate names it as the board asks for it, in any case, and by its address", async () => {
    const certificate = new X509Certificate((await open(made)).certificate("JORGE-PC").der);
    expect(certificate.checkHost("JORGE-PC")).toBeDefined();
    expect(certificate.checkHost("jorge-pc")).toBeDefined();
    expect(certificate.checkHost("NUCLEO-H723ZG")).toBeUndefined();
    expect(certificate.checkIP("192.168.1.20")).toBeDefined();
    expect(certificate.checkIP("192.168.1.21")).toBeUndefined();
  });

  test("serial numbers are positive, and 64 to 159 bits long", async () => {
    const authority = await open(made);
    for (const name of ["Root CA", "MQTT CA", "JORGE-PC"] as const) {
      const bits = BigInt(`0x${serial(authority, name)}`).toString(2).length;
      expect(bits).toBeGreaterThanOrEqual(64);
      expect(bits).toBeLessThanOrEqual(159);
    }
  });

  test("the clock of a host may be a day behind, and certificates last 10, 5 and 2 years", async () => {
    const now = new Date("2030-06-15T12:00:00Z");
    const authority = await open(join(place, "years"), now);
    const validity = (name: "Root CA" | "MQTT CA" | "JORGE-PC") => {
      const { validFromDate, validToDate } = new X509Certificate(authority.certificate(name).der);
      return [validFromDate.toISOString(), validToDate.toISOString()];
    };
    expect(validity("Root CA")).toEqual(["2030-06-14T12:00:00.000Z", "2040-06-15T12:00:00.000Z"]);
    expect(validity("MQTT CA")[1]).toBe("2035-06-15T12:00:00.000Z");
    expect(validity("JORGE-PC")[1]).toBe("2032-06-15T12:00:00.000Z");
  });

  test("the folder is its owner's alone, and so is each key", async () => {
    const authority = await open(made);
    expect(mode(made)).toBe(0o700);
    for (const name of ["Root CA", "MQTT CA", "JORGE-PC", "NUCLEO-H723ZG", "DISCO-F769NI"] as const)
      for (const file of Object.values(authority.key(name).files)) expect(mode(file)).toBe(0o600);
  });

  test("PEM and DER hold the same", async () => {
    const authority = await open(made);
    const { pem, der } = authority.key("JORGE-PC");
    expect(decodePem(pem, "PRIVATE KEY")).toEqual([der]);
    expect(decodePem(authority.crl("MQTT CA").pem, "X509 CRL")).toEqual([authority.crl("MQTT CA").der]);
    const chain = authority.chain("JORGE-PC");
    expect(decodePem(chain.pem)).toEqual(chain.ders);
    expect(await Bun.file(chain.file).text()).toBe(chain.pem);
  });

  test("a key isn't printed with the object that leads to it", async () => {
    const authority = await open(made);
    const shown = [authority, authority.key("Root CA")].map(
      object => Bun.inspect(object) + JSON.stringify(object),
    );
    expect(shown.join()).not.toContain("PRIVATE KEY-");
  });
});

describe("afterwards", () => {
  test("the same certificates are read, without a notice", async () => {
    const first = serial(await open(made), "JORGE-PC");
    expect(serial(await open(made), "JORGE-PC")).toBe(first);
    expect(notices).toEqual([]);
  });

  test("reading loads no library that makes certificates", async () => {
    const script = `
      const { intranet } = await import(${JSON.stringify(join(import.meta.dir, "index.ts"))});
      (await intranet(${JSON.stringify(made)})).key("JORGE-PC").pem;
      console.log(Object.keys(require.cache).some(file => file.includes("peculiar")));`;
    const run = Bun.spawnSync([process.execPath, "-e", script]);
    expect(run.stdout.toString().trim()).toBe("false");
  });

  test("what is about to end is renewed for the same keys, and the rest stays", async () => {
    const folder = copy();
    const before = await open(folder);
    const [root, intermediate, broker] = (["Root CA", "MQTT CA", "JORGE-PC"] as const).map(name =>
      serial(before, name),
    );
    const key = before.key("JORGE-PC").pem;

    const late = new Date(Date.now() + 2 * 365 * day);
    const after = await open(folder, late);
    expect(notices).toEqual([expect.stringContaining("JORGE-PC, NUCLEO-H723ZG, DISCO-F769NI")]);
    expect(serial(after, "JORGE-PC")).not.toBe(broker!);
    expect([serial(after, "Root CA"), serial(after, "MQTT CA")]).toEqual([root!, intermediate!]);
    expect(after.key("JORGE-PC").pem).toBe(key);
    expect(new X509Certificate(after.certificate("JORGE-PC").der).validToDate.getTime()).toBeGreaterThan(
      late.getTime() + 365 * day,
    );
    expect(await Bun.file(after.chain("JORGE-PC").file).text()).toBe(after.chain("JORGE-PC").pem);
    await open(folder, late);
    expect(notices).toEqual([]);
  });

  test("after eleven years everything is renewed, and still fits together", async () => {
    const late = new Date(Date.now() + 11 * 365 * day);
    const authority = await open(copy(), late);
    const [leaf, intermediate] = authority.chain("NUCLEO-H723ZG").ders.map(der => new X509Certificate(der));
    const root = new X509Certificate(authority.root.der);
    expect(leaf!.verify(intermediate!.publicKey)).toBe(true);
    expect(intermediate!.verify(root.publicKey)).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    for (const { validFromDate, validToDate } of [leaf!, intermediate!, root]) {
      expect(validFromDate.getTime()).toBeLessThan(late.getTime());
      expect(validToDate.getTime()).toBeGreaterThan(late.getTime());
    }
  });

  test("what was revoked stays so when its authority is renewed", async () => {
    const folder = copy();
    const before = await open(folder);
    const revoked = BigInt(`0x${serial(before, "JORGE-PC")}`);
    await revoke(folder, "MQTT CA", { serial: revoked, date: new Date(), reason: "superseded" });
    const after = await open(folder, new Date(Date.now() + 6 * 365 * day));
    expect(notices[0]).toContain("MQTT CA");
    expect(listed(after.crl("MQTT CA").der).revoked).toMatchObject([
      { serial: revoked, reason: "superseded" },
    ]);
  });

  test("a certificate never outlives its issuer's", async () => {
    const authority = await open(copy(), new Date(Date.now() + 4.5 * 365 * day));
    const ends = (["JORGE-PC", "MQTT CA"] as const).map(
      name => new X509Certificate(authority.certificate(name).der).validToDate,
    );
    expect(ends[0]).toEqual(ends[1]!);
  });
});

describe("two processes and a crash", () => {
  const script = (folder: string) => `
    const { intranet } = await import(${JSON.stringify(join(import.meta.dir, "index.ts"))});
    const authority = await intranet(${JSON.stringify(folder)}, { keys: "P-256", notice: () => {} });
    console.log(authority.chain("JORGE-PC").pem + authority.key("JORGE-PC").pem);`;
  const start = (folder: string) => Bun.spawn([process.execPath, "-e", script(folder)], { stderr: "pipe" });

  test("of three that make it at once, all use the same", async () => {
    const folder = join(place, "raced", "pki");
    const runs = [start(folder), start(folder), start(folder)];
    const seen = await Promise.all(runs.map(run => new Response(run.stdout).text()));
    expect(seen[0]).toContain("PRIVATE KEY");
    expect(new Set(seen).size).toBe(1);
    expect(readdirSync(join(place, "raced"))).toEqual(["pki"]);
  });

  test("one that dies while it writes leaves nothing that is used, and is cleared away", async () => {
    const parent = join(place, "crashed");
    const folder = join(parent, "pki");
    const half = join(parent, ".pki.making-abc123");
    cpSync(made, half, { recursive: true });
    rmSync(join(half, "MQTT-CA"), { recursive: true });
    const hourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(half, hourAgo, hourAgo);

    const authority = await open(folder);
    expect(serial(authority, "JORGE-PC")).not.toBe(serial(await open(made), "JORGE-PC"));
    expect(readdirSync(parent)).toEqual(["pki"]);
  });

  test("one that is killed as soon as something lies on disk hinders nobody", async () => {
    const parent = join(place, "killed");
    const run = start(join(parent, "pki"));
    while (run.exitCode === null && !readable(parent)) await Bun.sleep(1);
    run.kill("SIGKILL");
    await run.exited;
    const authority = await open(join(parent, "pki"));
    expect(authority.chain("JORGE-PC").ders).toHaveLength(2);
  });
});

describe("what is broken is refused with the file and the way out", () => {
  const broken = [
    ["a certificate that is none", "JORGE-PC/certificate.pem", "Hello", "is not a certificate"],
    ["a certificate cut short", "Root-CA/certificate.der", "0\x82", "is not a certificate"],
    ["a chain that lacks a certificate", "JORGE-PC/chain.pem", "", "is not a chain of 2 certificates"],
  ] as const;
  test.each(broken)("%s", async (_, file, content, reason) => {
    const folder = copy();
    await Bun.write(join(folder, file), content);
    const sentence = `${join(folder, file)} ${reason}; remove the folder ${folder}, and the next run makes a new authority`;
    await expect(open(folder)).rejects.toThrow(new Unusable(sentence));
  });

  test("a request and a revocation list, when they are asked for", async () => {
    const folder = copy();
    await Bun.write(join(folder, "MQTT-CA", "crl.pem"), "");
    rmSync(join(folder, "DISCO-F769NI", "request.der"));
    const authority = await open(folder);
    expect(() => authority.crl("MQTT CA").pem).toThrow("crl.pem is not a revocation list; remove the folder");
    expect(() => authority.request("DISCO-F769NI").der).toThrow("request.der is missing; remove the folder");
  });

  test("a missing file", async () => {
    const folder = copy();
    rmSync(join(folder, "MQTT-CA", "certificate.der"));
    await expect(open(folder)).rejects.toThrow(`${join(folder, "MQTT-CA", "certificate.der")} is missing`);
  });

  test("a file where the folder should be", async () => {
    const file = join(place, "file");
    await Bun.write(file, "");
    await expect(open(file)).rejects.toThrow(
      `${file} can't be made, opened or renewed (ENOTDIR); name another folder`,
    );
    await expect(open(join(file, "below"))).rejects.toThrow(Unusable);
  });

  test("a private key of someone else, when it is asked for", async () => {
    const folder = copy();
    cpSync(join(folder, "DISCO-F769NI", "key.pem"), join(folder, "JORGE-PC", "key.pem"));
    await Bun.write(join(folder, "JORGE-PC", "key.der"), new Uint8Array(100));
    const key = (await open(folder)).key("JORGE-PC");
    expect(() => key.pem).toThrow("key.pem is not the private key of the certificate beside it");
    expect(() => key.der).toThrow("key.der is not the private key of the certificate beside it");
  });

  test("a key open to others is closed to them, and the person told", async () => {
    const folder = copy();
    const authority = await open(folder);
    const file = join(folder, "JORGE-PC", "key.pem");
    chmodSync(file, 0o644);
    expect(authority.key("JORGE-PC").pem).toContain("PRIVATE KEY");
    expect(mode(file)).toBe(0o600);
    expect(notices).toEqual([expect.stringContaining(`${file} was open to other users (mode 0644)`)]);
  });
});

function readable(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}
