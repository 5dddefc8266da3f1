// The bench's capture: the same each time, sound, and read by hand as by description.
import { expect, test } from "bun:test";
import { protocols } from "../../lab/protocols.ts";
import { dissector } from "../../protocols/packet/index.ts";
import { Reader } from "../../protocols/wire/index.ts";
import { byHand } from "./by-hand/readers.ts";
import { timesOf } from "./measure.ts";
import { traffic } from "./traffic.ts";

const packets = [...traffic(3000, 7)];

test("the same seed sends the same octets at the same times", () => {
  expect(Bun.deepEquals([...traffic(300, 7)], packets.slice(0, 300))).toBe(true);
  expect(Bun.deepEquals([...traffic(300, 8)], packets.slice(0, 300))).toBe(false);
});

test("every protocol is in it, nothing is malformed, and reading by hand gives the same values", () => {
  const all = protocols();
  const { packet } = dissector(all);
  const met = new Set<string>();
  for (const [i, { time, octets }] of packets.entries()) {
    const view = new DataView(octets.buffer);
    const frame = { number: i + 1, time, view, start: 0, end: octets.length, originalLength: octets.length };
    for (const layer of packet({ ...frame, linkType: 1, interface: 0, comments: [] }).layers) {
      expect(layer.malformed).toBeUndefined();
      const { protocol, source, start, headerEnd, state } = layer;
      const read = byHand[protocol.name];
      if (!read) continue;
      met.add(protocol.name);
      const described = protocol.format.read(new Reader(source.view, start, headerEnd, start, state));
      if (!Bun.deepEquals(described, read(source.view, start, headerEnd)))
        expect(read(source.view, start, headerEnd)).toEqual(described);
    }
  }
  expect([...met].sort()).toEqual(Object.keys(byHand).sort());
});

test("what is timed takes turns, and rounds before do not count", () => {
  const run: string[] = [];
  const times = timesOf({ a: () => run.push("a"), b: () => run.push("b") }, 2, 1);
  expect(run.join("")).toBe("ababab");
  expect(Object.keys(times)).toEqual(["a", "b"]);
});
