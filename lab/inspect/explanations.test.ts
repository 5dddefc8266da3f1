// Every field of every packet has its sentence, in both languages, with its section.
import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dissector } from "../../protocols/packet/index.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import type { Field } from "../../protocols/wire/index.ts";
import { record } from "../../scripts/bench/traffic.ts";
import { protocols } from "../protocols.ts";
import { explanationOf } from "./explanations.ts";

/** Fields that only hold others, each of which is explained; and octets that nobody could read. */
const parts: ReadonlySet<string> = new Set([
  "mqtt flags",
  "mqtt subscriptions",
  "mqtt subscriptions.*",
  "mqtt subscriptions.*.options",
  "mqtt filters",
  "mqtt reasonCodes",
  "mqtt undecoded",
  "tls undecoded",
]);

/** Of all fields of all layers, by protocol and path, those without a sentence of their own or of what they are in. */
function unexplained(file: string): {
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
} {
  const { packet } = dissector(protocols());
  const missing = new Set<string>();
  const wrong = new Set<string>();
  const met = new Set<string>();
  for (const frame of fileFrames(file, () => {}))
    for (const layer of packet(frame).layers) {
      const { name } = layer.protocol;
      if (name === "data" || name === "padding") continue;
      const walk = (field: Field, path: readonly string[]): void => {
        const told = `${name} ${path.map(key => (/^\d+$/.test(key) ? "*" : key)).join(".")}`;
        if (path.length > 0 && !met.has(told)) {
          met.add(told);
          const said = explanationOf(name, path);
          if (!said && !parts.has(told)) missing.add(told);
          const isWhole = said && /\.$/.test(said.en) && /\.$/.test(said.es) && said.reference !== "";
          if (said && (!isWhole || said.en === said.es)) wrong.add(told);
        }
        for (const inner of field.fields ?? []) walk(inner, [...path, inner.key]);
      };
      walk(layer.tree(), []);
    }
  return { missing: [...missing], wrong: [...wrong] };
}

test("in traffic of the lab's own making", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-explained-"));
  try {
    const file = join(folder, "own.pcapng");
    record(file, 1500, 1);
    expect(unexplained(file)).toEqual({ missing: [], wrong: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const mix = join(import.meta.dir, "../../../shared/corpus/mix.pcap");
const reason = existsSync(mix) ? undefined : "no corpus";
test.skipIf(reason !== undefined)(
  `in public captures [${reason ?? "corpus"} here]`,
  () => {
    expect(unexplained(mix)).toEqual({ missing: [], wrong: [] });
  },
  60_000,
);
