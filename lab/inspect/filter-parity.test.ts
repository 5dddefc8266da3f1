// Display filters held against Wireshark's: over one capture of many protocols each selects the same frames.
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dissector } from "../../protocols/packet/index.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { protocols } from "../protocols.ts";
import { vocabulary } from "../wireshark.ts";
import { selectionOf } from "./filter.ts";
import { apart, filters } from "./filter-parity/filters.ts";
import { framesOf } from "./filter-parity/sharkd.ts";

const capture = join(import.meta.dir, "../../../shared/corpus/mix.pcap");
const reason = !existsSync(capture) ? "no corpus" : Bun.which("sharkd") ? undefined : "no sharkd";
/** sharkd reads the capture anew for every filter that it was not asked before. */
const patience = 180_000;

test.skipIf(reason !== undefined)(
  `every filter selects the frames that Wireshark's selects [${reason ?? "corpus and sharkd"} here]`,
  async () => {
    const all = Object.values(filters).flat();
    const theirs = await framesOf(capture, [...all, ...apart.map(({ filter }) => filter)]);
    const aside = new Set(apart.flatMap(({ filter }) => theirs!.get(filter) as number[]));
    const compared = (frames: readonly number[]): number[] => frames.filter(number => !aside.has(number));
    const ours = await selected(all);
    const wrong = all.flatMap(filter => {
      const answer = theirs!.get(filter)!;
      const expected = typeof answer === "string" ? answer : compared(answer);
      const found = compared(ours.get(filter)!);
      return expected.toString() === found.toString() ? [] : [told(filter, expected, found)];
    });
    expect(wrong).toEqual([]);
  },
  patience,
);

async function selected(all: readonly string[]): Promise<Map<string, number[]>> {
  const reading = vocabulary().reading();
  const asked = all.map(filter => ({
    filter,
    selection: selectionOf(filter, reading),
    frames: [] as number[],
  }));
  const { packet: dissect } = dissector(protocols(new KeyLog()));
  for await (const frame of openCapture(capture, () => {})) {
    const packet = dissect(frame);
    const observed = reading.observe(packet);
    for (const { selection, frames } of asked)
      if (selection.selects(packet, observed)) frames.push(packet.number);
  }
  return new Map(asked.map(({ filter, frames }) => [filter, frames]));
}

function told(filter: string, theirs: readonly number[] | string, ours: readonly number[]): string {
  if (typeof theirs === "string") return `${filter}: Wireshark says ${theirs}`;
  const missing = theirs.filter(number => !ours.includes(number)).slice(0, 5);
  const extra = ours.filter(number => !theirs.includes(number)).slice(0, 5);
  return `${filter}: ${theirs.length} frames, here ${ours.length}; missing ${missing}, too many ${extra}`;
}
