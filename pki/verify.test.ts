// Chains judged as the board judges them: good ones, and ones that this authority's keys were misused for.
// Stands here and not beside protocols/x509/verify.ts, because its chains are made by this folder.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Malformed } from "../protocols/wire/index.ts";
import { type Expectation, verify } from "../protocols/x509/verify.ts";
import { type Authority, intranet } from "./authority.ts";
import { certify } from "./issue.ts";
import { importKey, type KeyPair, makeKeys } from "./keys.ts";
import type { Name, Profile } from "./profiles.ts";
import { named } from "./subject.ts";

const place = mkdtempSync(join(tmpdir(), "pki-"));
const day = 86_400_000;
const now = new Date("2030-06-15T12:00:00Z");
let authority: Authority;
let broker: Uint8Array[];
let board: Uint8Array[];

beforeAll(async () => {
  authority = await open("one");
  broker = authority.chain("JORGE-PC").ders;
  board = authority.chain("NUCLEO-H723ZG").ders;
});
afterAll(() => rmSync(place, { recursive: true }));

const open = (folder: string) => intranet(join(place, folder), { keys: "P-256", now, notice: () => {} });
const at = (time: Date) => BigInt(time.getTime()) * 1_000_000n;
const after = (days: number) => at(new Date(now.getTime() + days * day));

function judge(chain: readonly Uint8Array[], expected: Partial<Expectation> = {}) {
  const roots = [authority.root.der];
  return verify(chain, { roots, at: at(now), purpose: "server", name: "JORGE-PC", ...expected });
}

/** Faults from the root down, "-" where there is none. */
const faults = (...words: Parameters<typeof judge>) =>
  judge(...words).verdicts.map(({ fault }) => fault ?? "-");

/** A certificate issued with a key of the authority, which may not be meant for it. */
async function issued(profile: Profile, issuer?: KeyPair, own?: KeyPair): Promise<Uint8Array> {
  const keys = issuer ?? importKey(authority.key(profile.issuer as Name).der);
  const { publicKey } = own ?? (await makeKeys("P-256"));
  const validity = { notBefore: now, notAfter: new Date(now.getTime() + day) };
  const names = { subject: named(profile.name), issuer: named(profile.issuer) };
  return certify({ ...profile, ...names, publicKey, validity }, keys);
}

test("the broker's chain is trusted, and told from the root down", () => {
  const { trusted, verdicts, says } = judge(broker);
  expect(trusted).toBe(true);
  expect(verdicts.map(({ place, says }) => `${place}: ${says}`)).toEqual([
    "root: CN=Root CA is a trusted root, valid until 2040-06-15 12:00:00 UTC.",
    "intermediate: CN=MQTT CA is signed by CN=Root CA, valid until 2035-06-15 12:00:00 UTC.",
    "leaf: CN=JORGE-PC is signed by CN=MQTT CA, valid until 2032-06-15 12:00:00 UTC.",
  ]);
  expect(verdicts.map(({ certificate }) => certificate)).toEqual([
    authority.root.der,
    ...broker.toReversed(),
  ]);
  expect(says).toBe(verdicts[2]!.says);
  expect(verdicts.map(({ inSpanish }) => inSpanish)).toEqual([
    "CN=Root CA es una raíz de confianza, válido hasta 2040-06-15 12:00:00 UTC.",
    "CN=MQTT CA está firmado por CN=Root CA, válido hasta 2035-06-15 12:00:00 UTC.",
    "CN=JORGE-PC está firmado por CN=MQTT CA, válido hasta 2032-06-15 12:00:00 UTC.",
  ]);
});

test("a board's chain is trusted as a client's, whatever it is called", () => {
  expect(judge(board, { purpose: "client", name: undefined }).trusted).toBe(true);
});

test("an RSA chain is verified as well", async () => {
  const rsa = await intranet(join(place, "rsa"), { now, notice: () => {} });
  const roots = [rsa.root.der];
  expect(judge(rsa.chain("JORGE-PC").ders, { roots }).says).toContain("is signed by CN=MQTT CA");
  expect(faults(rsa.chain("JORGE-PC").ders)).toEqual(["unknown issuer", "-"]);
});

test("order, a root sent along and certificates that lead nowhere do not matter", async () => {
  const [leaf, intermediate] = broker;
  const stranger = (await open("other")).intermediate.der;
  expect(judge([leaf!, authority.root.der, stranger, intermediate!]).trusted).toBe(true);
  expect(judge([leaf!, intermediate!, intermediate!]).trusted).toBe(true);
});

test("a name counts in any case, and an address where it was certified", () => {
  expect(judge(broker, { name: "jorge-pc" }).trusted).toBe(true);
  expect(judge(broker, { name: "192.168.1.20" }).trusted).toBe(true);
  expect(faults(broker, { name: "192.168.1.21" })).toEqual(["-", "-", "wrong name"]);
  expect(judge(broker, { name: "test.mosquitto.org" }).says).toBe(
    "CN=JORGE-PC is issued for JORGE-PC, 192.168.1.20, and test.mosquitto.org was asked for.",
  );
});

test("each certificate's validity is judged at the given time, not now", () => {
  expect(faults(broker, { at: after(3 * 365) })).toEqual(["-", "-", "expired"]);
  expect(faults(broker, { at: after(11 * 365) })).toEqual(["expired", "expired", "expired"]);
  expect(judge(broker, { at: at(new Date("2000-01-01T00:00:07Z")) }).says).toBe(
    "CN=Root CA is valid from 2030-06-14 12:00:00 UTC, and the clock says 2000-01-01 00:00:07 UTC.",
  );
  expect(judge(broker, { at: after(-1) }).trusted).toBe(true);
  expect(judge(broker, { at: after(-1) - 1_000_000_000n }).trusted).toBe(false);
});

test("a board's certificate is no server's, nor a server's a client's", () => {
  expect(judge(board, { name: undefined }).says).toBe("CN=NUCLEO-H723ZG is not issued for a TLS server.");
  expect(faults(broker, { purpose: "client" })).toEqual(["-", "-", "wrong purpose"]);
});

test("another authority of the same name is told from ours", async () => {
  const other = await open("other");
  expect(judge(other.chain("JORGE-PC").ders).says).toBe(
    "CN=MQTT CA is issued by another CN=Root CA than the one that is trusted.",
  );
  expect(judge([...other.chain("JORGE-PC").ders, other.root.der]).says).toBe(
    "CN=Root CA is issued by itself and is none of the trusted roots.",
  );
  expect(judge([broker[0]!]).says).toBe(
    "CN=JORGE-PC is issued by CN=MQTT CA, which is neither trusted nor presented.",
  );
});

test("a chain with a gap, one that ends at a stranger's root, and that root alone are told apart", async () => {
  const other = await open("other");
  expect(faults([broker[0]!])).toEqual(["unknown issuer"]);
  expect(faults([...other.chain("JORGE-PC").ders, other.root.der])).toEqual(["untrusted root", "-", "-"]);
  expect(faults([other.root.der], { name: undefined, purpose: undefined })).toEqual(["self-signed"]);
});

test("an altered certificate, and one that someone else signed, are found out", async () => {
  const altered = broker[0]!.slice();
  altered[altered.length - 1]! ^= 1;
  expect(faults([altered, broker[1]!])).toEqual(["-", "-", "bad signature"]);

  const forged = await issued(
    { name: "MQTT CA", issuer: "Root CA", use: "authority", years: 1 },
    await makeKeys("P-256"),
  );
  expect(faults([broker[0]!, forged])).toEqual(["unknown issuer"]);
});

test("a host can't issue certificates", async () => {
  const leaf = await issued({ name: "JORGE-PC", issuer: "NUCLEO-H723ZG", use: "server", years: 1 });
  const { verdicts } = judge([leaf, ...board], { name: undefined });
  expect(verdicts[2]!.says).toBe("CN=NUCLEO-H723ZG has issued a certificate and is no authority.");
});

test("an authority of path length 0 can't make others", async () => {
  const keys = await makeKeys("P-256");
  const below: Profile = { name: "Below", issuer: "MQTT CA", use: "authority", years: 1 };
  const chain = [
    await issued({ name: "JORGE-PC", issuer: "Below", use: "server", years: 1 }, keys),
    await issued(below, undefined, keys),
    broker[1]!,
  ];
  expect(faults(chain, { name: undefined })).toEqual(["path too long", "path too long", "-", "-"]);
  expect(judge(chain).says).toBe("CN=Root CA allows 1 authority below it, and there are 2.");
});

test("a critical extension that nobody here understands is refused", async () => {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Odd",
    keys: await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]),
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    notBefore: now,
    notAfter: new Date(now.getTime() + day),
    extensions: [new x509.Extension("2.5.29.30", true, new Uint8Array([0x30, 0x00]))],
  });
  const odd = new Uint8Array(made.rawData);
  expect(judge([odd], { roots: [odd], name: undefined }).says).toBe(
    "CN=Odd has the critical extension nameConstraints, which is not understood here.",
  );
});

test("a certificate that is itself trusted needs no authority", async () => {
  expect(judge([broker[0]!], { roots: [broker[0]!] }).trusted).toBe(true);
  expect(judge([broker[0]!], { roots: [broker[0]!], name: "router" }).trusted).toBe(false);
});

test("nothing, octets that are no certificate, and a very long chain are refused", () => {
  expect(judge([]).says).toBe("No certificate was presented.");
  expect(faults([broker[0]!, new Uint8Array(20)])).toEqual(["unreadable"]);
  const endless = [broker[0]!, ...Array.from({ length: 1000 }, () => authority.root.der), broker[1]!];
  expect(faults(endless)).toEqual(["unknown issuer"]);
});

test("every prefix and any altered octet of a certificate gets a verdict, never an error and never trust", () => {
  const leaf = broker[0]!;
  for (let length = 0; length < leaf.length; length += 7)
    expect(judge([leaf.subarray(0, length), broker[1]!]).trusted).toBe(false);
  for (let offset = 0; offset < leaf.length; offset += 5) {
    const altered = leaf.slice();
    altered[offset]! ^= 0x11;
    expect(judge([altered, broker[1]!]).trusted).toBe(false);
  }
});

test("every prefix and any altered octet of a revocation list is refused as none, or vouches for nobody", () => {
  const lists = authority.crls.map(({ der }) => der);
  expect(judge(broker, { crls: lists }).trusted).toBe(true);
  const [rootList, list] = lists as [Uint8Array, Uint8Array];
  const standing = (altered: Uint8Array) => {
    try {
      return judge(broker, { crls: [rootList, altered] }).verdicts.at(-1)!.fault;
    } catch (error) {
      if (error instanceof Malformed) return "refused";
      throw error;
    }
  };
  for (let length = 0; length < list.length; length += 5)
    expect(standing(list.subarray(0, length))).toBe("refused");
  for (let offset = 0; offset < list.length; offset += 3) {
    const altered = list.slice();
    altered[offset]! ^= 0x11;
    expect(["refused", "revocation unknown"]).toContain(standing(altered)!);
  }
});
