// `bun lab dhcp` as a person runs it, on both networks; and its commands' bad input.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import { lab, lines } from "../scenarios/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "dhcp-lab-"));
afterAll(() => rmSync(folder, { recursive: true }));
const { namespaces } = await probe();
const patience = 30_000;

for (const network of ["namespaces", "relay"] as const) {
  const missing = network === "namespaces" && !namespaces.ok ? namespaces.reason : undefined;
  describe.skipIf(missing !== undefined)(missing ? `on ${network} (${missing})` : `on ${network}`, () => {
    const file = join(folder, `${network}.pcapng`);
    const words = ["dhcp", "--network", network, "-o", folder];

    test(
      "tells what each side knows, message by message",
      async () => {
        const ended = await lab([...words, "-w", file]);
        expect(ended.stderr).not.toContain("mistake");
        expect(ended.code).toBe(0);
        for (const part of [
          "router  its address: 192.168.1.1/24 · addresses to lease: 192.168.1.101 – 192.168.1.199",
          "NUCLEO-H723ZG, state: INIT → SELECTING",
          "NUCLEO-H723ZG, its server: – → 192.168.1.1",
          "NUCLEO-H723ZG, its lease: – → 86400 s, T1 43200 s, T2 75600 s",
          "NUCLEO-H723ZG, state: BOUND → RENEWING",
          "router lets NUCLEO-H723ZG keep 192.168.1.101 for another 86400 s.",
          "the client's address: 192.168.1.101, leased for 86400 s → given back",
          "renewed 1×, released",
          "No findings.",
          `Capture: ${file}`,
        ])
          expect(ended.stdout).toContain(part);
        // Only frames can be asked in nobody's name.
        expect(ended.stdout.includes("(ARP Probe)")).toBe(network === "namespaces");
      },
      patience,
    );

    test(
      "says the same in JSON, a line each",
      async () => {
        const ended = await lab([...words, "--json"]);
        expect(ended.code).toBe(0);
        const objects = ended.stdout
          .trim()
          .split("\n")
          .map(line => JSON.parse(line));
        const steps = objects.filter(({ kind }) => kind === "state").map(({ state }) => state);
        expect(steps).toEqual([...["INIT", "SELECTING", "REQUESTING", "BOUND", "RENEWING", "BOUND", "INIT"]]);
        const packets = objects.filter(({ kind }) => kind === "packet");
        expect(packets[0].knows[0]).toEqual({
          ...{ host: "NUCLEO-H723ZG", fact: "state", before: "INIT", after: "SELECTING" },
        });
        expect(objects.at(-1)).toMatchObject({ kind: "result", scenario: "dhcp", ok: true, network });
        expect(existsSync(objects.at(-1).capture)).toBe(true);
      },
      patience,
    );

    test.skipIf(!peer("tshark"))("leaves a capture that tshark reads as the same messages", async () => {
      const types = await lines([
        ...["tshark", "-r", file, "-Y", "dhcp", "-T", "fields", "-e", "dhcp.option.dhcp"],
      ]);
      expect(types).toEqual(["1", "2", "3", "5", "3", "5", "8", "5", "7"]);
    });
  });
}

const cases: readonly { name: string; words: string[]; code: number; says: RegExp }[] = [
  {
    name: "a subcommand that is none",
    words: ["aquire"],
    code: 2,
    says: /no "aquire" here; did you mean acquire\?/,
  },
  { name: "no interface", words: ["acquire"], code: 2, says: /required option '-i, --interface <name>'/ },
  {
    name: "an interface that is not there",
    words: ["acquire", "-i", "nowhere7"],
    // Without root's rights nobody can look: that is told instead.
    code: process.getuid?.() === 0 ? 2 : 1,
    says: /no interface "nowhere7" here; there are|did you mean|takes root's rights/,
  },
  {
    name: "an address that is none",
    words: ["acquire", "-i", "lo", "--request", "192.168.1.300"],
    code: 2,
    says: /"192\.168\.1\.300" is no IPv4 address/,
  },
  {
    name: "giving back what is to be configured",
    words: ["acquire", "-i", "lo", "--release", "--apply"],
    code: 2,
    says: /choose one\./,
  },
  { name: "a server without a pool", words: ["serve", "-i", "lo"], code: 2, says: /required option '--pool/ },
  { name: "octets that are none", words: ["decode", "63zz"], code: 2, says: /no hexadecimal digit/ },
  { name: "octets that are no message", words: ["decode", "0101"], code: 1, says: /^$/ },
];
describe("bad input", () => {
  for (const { name, words, code, says } of cases)
    test.concurrent(`${name} is told in one sentence`, async () => {
      const ended = await lab(["dhcp", ...words]);
      expect(ended.stderr.trim()).toMatch(says);
      expect(ended.code).toBe(code);
    });
});
