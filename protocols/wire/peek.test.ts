// One number out of a structure: the same that the whole reading finds.
import { expect, test } from "bun:test";
import { bits, octets, peek, rest, struct, u8, u16, u24, u32 } from "./index.ts";
import { unstitched } from "./stitch.ts";

const format = struct({
  first: u8,
  flags: bits({ high: 4, low: 12 }),
  inner: struct({ three: u24, octets: octets(2), four: u32 }),
});
const varying = struct({ rest, after: u16 });
const filled = Uint8Array.fromHex("a5a501f234deadbe0102fffffffe");
const view = new DataView(filled.buffer, 2);
const at = 0;

for (const [how, make] of [
  ["stitched", (path: string) => peek(format, path)],
  ["unstitched", (path: string) => unstitched(() => peek(format, path))],
] as const)
  test(`a number is read at its place, ${how}`, () => {
    const { first, flags, inner } = format.decode(filled.subarray(2, 14));
    expect(make("first")(view, at)).toBe(first);
    expect(make("flags.high")(view, at)).toBe(flags.high);
    expect(make("flags.low")(view, at)).toBe(flags.low);
    expect(make("inner.three")(view, at)).toBe(inner.three);
    expect(make("inner.four")(view, at)).toBe(inner.four);
  });

test("what has no constant place, or is no number, can't be peeked at", () => {
  expect(() => peek(varying, "after")).toThrow("no constant place");
  expect(() => peek(format, "inner.octets.more")).toThrow("there is no");
  expect(() => peek(format, "nothing")).toThrow("there is no");
  expect(() => peek(varying, "rest")).toThrow("0 bits");
});
