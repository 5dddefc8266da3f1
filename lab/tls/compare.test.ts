// The comparison: which cases there are, what a handshake costs, and what the servers here came to.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { captureIn, frames } from "../../protocols/pcapng/index.ts";
import { lack, peer } from "../../scripts/peers.ts";
import type { Row } from "./compare.ts";
import { writeTapes } from "./compare-capture.ts";
import { type Case, casesOf } from "./compare-cases.ts";
import { measured, type Outcome } from "./compare-measure.ts";
import { found, priorityOf, type ServerPlan, type StackName, started } from "./compare-servers.ts";
import { compareLines, rowObject } from "./compare-table.ts";

describe("the cases", () => {
  test("begin with the reference run's suite, and show each kind of certificate", () => {
    const cases = casesOf({ versions: "1.2,1.3" });
    expect(cases[0]).toEqual({
      version: "1.2",
      suite: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      certificate: "RSA 2048",
    });
    for (const version of ["1.2", "1.3"])
      expect(new Set(cases.filter(one => one.version === version).map(one => one.certificate)).size).toBe(2);
    expect(casesOf({ versions: "1.3" }).every(({ version }) => version === "1.3")).toBe(true);
  });

  test("are refused where they are none", () => {
    expect(() => casesOf({ versions: "1.1" })).toThrow('--versions: "1.1" is none of 1.2 and 1.3');
    expect(() => casesOf({ versions: "1.2", suites: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA348" })).toThrow(
      "did you mean TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384?",
    );
    expect(() => casesOf({ versions: "1.2", suites: "TLS_AES_128_GCM_SHA256" })).toThrow("leaves out");
  });

  test("have names in GnuTLS's words", () => {
    expect(priorityOf("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")).toBe("+ECDHE-RSA:+AES-256-GCM:+AEAD");
    expect(priorityOf("TLS_RSA_WITH_AES_128_CBC_SHA")).toBe("+RSA:+AES-128-CBC:+SHA1");
    expect(priorityOf("TLS_CHACHA20_POLY1305_SHA256")).toBe("+CHACHA20-POLY1305:+AEAD");
    expect(priorityOf("TLS_KRB5_WITH_RC4_128_SHA")).toBeUndefined();
  });
});

const folder = mkdtempSync(join(tmpdir(), "tls-compare-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
let root: string;
let credentials: Pick<ServerPlan, "certificate" | "above" | "chain" | "key">;
beforeAll(async () => {
  const authority = await intranet(join(folder, "intranet"), { keys: "P-256", notice: () => {} });
  root = authority.root.pem;
  credentials = {
    certificate: authority.certificate("JORGE-PC").files.pem,
    above: authority.certificate("MQTT CA").files.pem,
    chain: authority.chain("JORGE-PC").file,
    key: authority.key("JORGE-PC").files.pem,
  };
});

const old: Case = {
  version: "1.2",
  suite: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  certificate: "P-256",
};
const recent: Case = { version: "1.3", suite: "TLS_AES_128_GCM_SHA256", certificate: "P-256" };

async function outcome(name: StackName, program: string, one: Case): Promise<Outcome> {
  const { version, suite } = one;
  await using server = await started(name, program, { ...credentials, version, suite });
  return await measured(server, one, root, 2);
}

const resumedOf = ({ resumed }: Outcome) => {
  if ("objection" in resumed) throw new Error(resumed.objection.en);
  return resumed;
};

describe("a handshake with node:tls", () => {
  test("takes four turns and two round trips in TLS 1.2, three and one to take a session up again", async () => {
    const made = await outcome("node:tls", process.execPath, old);
    const resumed = resumedOf(made);
    expect(made.full).toMatchObject({ flights: 4, roundTrips: 2, tickets: 0, group: "x25519" });
    expect(resumed).toMatchObject({ flights: 3, roundTrips: 1, group: undefined });
    // No certificates pass again.
    expect(resumed.octets[1]).toBeLessThan(made.full.octets[1] / 3);
    if (process.platform === "linux") expect(made.memory!.peak).toBeGreaterThanOrEqual(made.memory!.before);
    // What was counted is what passed: the rest is what was said after it.
    const passed = ([0, 1] as const).map(way =>
      made.full.tape.pieces.reduce((sum, piece) => sum + (piece.way === way ? piece.octets.length : 0), 0),
    );
    const [record] = [5 + 8 + "Hola XD\n".length + 16];
    expect(passed).toEqual([made.full.octets[0] + record!, made.full.octets[1] + record!]);
  });

  test("takes three turns and one round trip in TLS 1.3, and tickets come after it", async () => {
    const made = await outcome("node:tls", process.execPath, recent);
    expect(made.full).toMatchObject({ flights: 3, roundTrips: 1, group: "X25519MLKEM768" });
    expect(made.full.tickets).toBeGreaterThan(0);
    expect(resumedOf(made).octets[1]).toBeLessThan(made.full.octets[1]);
  });

  test("is printed, and kept as a capture with its secrets", async () => {
    const rows: Row[] = [
      { ...old, server: "node:tls", outcome: await outcome("node:tls", process.execPath, old) },
      { ...old, server: "gnutls-serv", outcome: { objection: { en: "it is missing", es: "falta" } } },
    ];
    const options = { versions: "1.2", runs: 2, lang: "es" } as const;
    const lines = [...compareLines([{ name: "node:tls", program: "", version: "Bun" }], rows, options)].join(
      "\n",
    );
    expect(lines).toMatch(/vueltas +grupo +ms +MiB/);
    expect(lines).toMatch(/node:tls +completa +\d+ +\d+ +0 +4 +2 +x25519/);
    expect(lines).toContain("gnutls-serv: falta");
    expect(JSON.stringify(rows.map(rowObject))).not.toContain("CLIENT_RANDOM");
    const file = join(folder, "handshakes.pcapng");
    await writeTapes(file, rows);
    const met: unknown[] = [];
    const there = [...frames(captureIn(new Uint8Array(readFileSync(file))), one => met.push(one))];
    // Of each way at least: two connections opened, and four turns and three.
    expect(there.length).toBeGreaterThan(2 * 3 + 4 + 3);
    expect(JSON.stringify(met)).toContain("CLIENT_RANDOM");
  });
});

test("a server that listens on every address is left out where others could reach it, with the reason", () => {
  const there = found("gnutls-serv", false);
  expect("lack" in there && there.lack.en).toMatch(
    /^gnutls-serv (listens on every address|is missing; on Debian: apt-get install gnutls-bin)/,
  );
  expect(found("node:tls", false)).toMatchObject({ version: `Bun ${Bun.version}` });
});

test("a server that can't run says why", async () => {
  const { version, suite } = old;
  const plan = { ...credentials, version, suite, key: join(folder, "none.pem") };
  await expect(started("node:tls", process.execPath, plan)).rejects.toThrow(
    "node:tls did not come to listen",
  );
});

const openssl = peer("openssl");
describe.skipIf(!openssl)(openssl ? "with OpenSSL" : lack("openssl"), () => {
  test("what is chosen on either side is the same suite, in both versions", async () => {
    for (const one of [old, recent]) {
      const made = await outcome("openssl s_server", openssl!, one);
      expect(made.full.roundTrips).toBe(one.version === "1.2" ? 2 : 1);
      expect(resumedOf(made).roundTrips).toBe(1);
    }
  });
});
