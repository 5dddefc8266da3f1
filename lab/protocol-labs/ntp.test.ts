// `bun lab ntp` as a person runs it, on both networks: what each knows, and clocks that are right in the end.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import { lab, lines } from "../scenarios/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "ntp-lab-"));
afterAll(() => rmSync(folder, { recursive: true }));
const { namespaces } = await probe();
const patience = 30_000;

for (const network of ["namespaces", "relay"] as const) {
  const missing = network === "namespaces" && !namespaces.ok ? namespaces.reason : undefined;
  describe.skipIf(missing !== undefined)(missing ? `on ${network} (${missing})` : `on ${network}`, () => {
    const file = join(folder, `${network}.pcapng`);
    const words = ["ntp", "--network", network, "-o", folder];

    test(
      "tells what each side knows, message by message",
      async () => {
        const { stdout, stderr, code } = await lab([...words, "-w", file]);
        expect(stderr).not.toContain("mistake");
        expect(code).toBe(0);
        for (const part of [
          "NUCLEO-H723ZG: my clock shows 2000-01-01 00:00:00.",
          "DISCO-F769NI: asked 4 times, slowed down 1×; my clock is corrected by -",
          "JORGE-PC  its clock: right, stratum 1",
          "NUCLEO-H723ZG, T1 (I asked, my clock): – → 2000-01-01 00:00:0",
          "JORGE-PC, a random number to return, nothing of the other clock: – → 0x",
          "NUCLEO-H723ZG, its clock: never set: it began at 2000 → set, by +",
          "DISCO-F769NI, my pause: – → 0.125 s from now on, for RATE says: too often",
          "192.168.1.102 → 192.168.1.20: 5 asked, 5 answered",
          `Capture: ${file}`,
        ])
          expect(stdout).toContain(part);
      },
      patience,
    );

    test(
      "sets each clock to the server's, within the error that it states",
      async () => {
        const { stdout, code } = await lab([...words, "--json"]);
        expect(code).toBe(0);
        const objects = stdout
          .trim()
          .split("\n")
          .map(line => JSON.parse(line));
        const measured = objects.filter(({ kind }) => kind === "measured");
        const fast = measured.find(({ host }) => host === "DISCO-F769NI");
        // Setting a clock takes a moment too, which is in its three seconds: a millisecond at most.
        expect(Math.abs(Number(fast.offset) + 3e9)).toBeLessThanOrEqual(Number(fast.error) + 1e6);
        const fresh = measured.find(({ host }) => host === "NUCLEO-H723ZG");
        expect(Math.abs(Number(fresh.after) / 1e6 - Date.now())).toBeLessThan(patience);
        expect(objects.at(-1)).toMatchObject({ kind: "result", scenario: "ntp", ok: true, network });
      },
      patience,
    );

    test.skipIf(!peer("tshark"))("leaves a capture that tshark reads as the same exchanges", async () => {
      const strata = await lines([
        ...[peer("tshark")!, "-r", file, "-Y", "ntp.flags.mode == 4", "-T", "fields", "-e", "ntp.stratum"],
      ]);
      expect(strata.sort()).toEqual(["0", "1", "1", "1", "1", "1", "1", "1"]);
    });
  });
}
