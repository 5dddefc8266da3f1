// `bun lab mqtt` as a person runs it, on both networks.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { probe } from "../network/probe.ts";
import { lab } from "../scenarios/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "mqtt-lab-"));
afterAll(() => rmSync(folder, { recursive: true }));
const { namespaces } = await probe();

for (const network of ["namespaces", "relay"] as const) {
  const missing = network === "namespaces" && !namespaces.ok ? namespaces.reason : undefined;
  describe.skipIf(missing !== undefined)(missing ? `on ${network} (${missing})` : `on ${network}`, () => {
    test("QoS 0, 1 and 2, with what each side keeps", async () => {
      const ended = await lab(["mqtt", "--network", network, "-o", folder]);
      expect(ended.stderr).not.toContain("mistake");
      expect(ended.code).toBe(0);
      for (const part of [
        "NUCLEO-H723ZG, message of QoS 0: – → sent and forgotten",
        "NUCLEO-H723ZG, message 1 of NUCLEO-H723ZG: – → QoS 1, kept until PUBACK: it would be sent again",
        "JORGE-PC, message 2 of NUCLEO-H723ZG: received, owes PUBREC → identifier kept until PUBREL",
        "message dropped, identifier kept: PUBREL is what would be sent again → waits for PUBCOMP",
        "JORGE-PC, message 2 of NUCLEO-H723ZG: identifier forgotten, owes PUBCOMP → –",
        "an eavesdropper learns",
        "No findings.",
      ])
        expect(ended.stdout).toContain(part);
      const lines = ended.stdout.split("\n");
      const ladders = lines.filter((_, i) =>
        /^ +NUCLEO-H723ZG +JORGE-PC +DISCO-F769NI$/.test(lines[i + 1] ?? ""),
      );
      expect(ladders.slice(1).map(title => title.slice(0, 5))).toEqual(["QoS 0", "QoS 1", "QoS 2"]);
    }, 30_000);
  });
}
