// The random messages of test mode.
import { expect, test } from "bun:test";
import { printableAscii, seeded } from "./random.ts";

test("a seed repeats its messages, and another seed has others", () => {
  const message = (seed: number): string => printableAscii(1024, seeded(seed)).toHex();
  expect(message(7)).toBe(message(7));
  expect(new Set([0, 1, 2, 3, 0xffff_ffff].map(message)).size).toBe(5);
});

test("messages are printable ASCII, the first and the last character of it too", () => {
  const octets = printableAscii(20_000, seeded(1));
  expect(octets.length).toBe(20_000);
  expect(Math.min(...octets)).toBe(32);
  expect(Math.max(...octets)).toBe(126);
});
