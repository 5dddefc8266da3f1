// Packets cut out of a stream, however its octets come, and never more of one than its limit.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Violated } from "../endpoint/index.ts";
import { Malformed } from "../wire/index.ts";
import { Frames } from "./frames.ts";

const packetsOf = (...sizes: number[]) =>
  sizes.map((size, i) => Uint8Array.from([0x30, ...lengthOf(size), ...new Array(size).fill(i)]));
const lengthOf = (size: number) => (size < 128 ? [size] : [(size & 0x7f) | 0x80, size >>> 7]);

test("whatever the pieces, the packets are the same", () => {
  const packets = packetsOf(0, 1, 127, 128, 300, 0, 5);
  const stream = Uint8Array.from(packets.flatMap(packet => [...packet]));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), cuts => {
      const frames = new Frames(400);
      const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const found = at.flatMap((from, i) =>
        [...frames.feed(stream.subarray(from, at[i + 1] ?? stream.length))].map(whole => whole.toHex()),
      );
      expect(found).toEqual(packets.map(packet => packet.toHex()));
    }),
    { numRuns: 300, seed: 5 },
  );
});

test("octet by octet too", () => {
  const frames = new Frames(400);
  const [packet] = packetsOf(300);
  const found = [...packet!].flatMap(octet => [...frames.feed(Uint8Array.of(octet))]);
  expect(found).toEqual([packet!]);
});

describe("a packet above the limit", () => {
  test("is refused as soon as it is announced, by its first five octets", () => {
    const frames = new Frames(1024);
    expect(() => [...frames.feed(Uint8Array.fromHex("30ffffff7f"))]).toThrow(Violated);
    expect(() => [...frames.feed(Uint8Array.fromHex("30ff08"))]).toThrow(
      "a packet of 1154 octets is announced, and 1024 are the limit",
    );
  });

  test("does not take those before it with it", () => {
    const frames = new Frames(16);
    const found: string[] = [];
    expect(() => {
      for (const whole of frames.feed(Uint8Array.fromHex("c000d0003011"))) found.push(whole.toHex());
    }).toThrow(Violated);
    expect(found).toEqual(["c000", "d000"]);
  });

  test("may be just as large as the limit", () => {
    const [packet] = packetsOf(14);
    expect([...new Frames(16).feed(packet!)]).toEqual([packet!]);
    expect(() => [...new Frames(15).feed(packet!)]).toThrow(Violated);
  });
});

test("an announcement costs its sender's octets, not those announced", () => {
  const frames = new Frames(1024 * 1024);
  expect([...frames.feed(Uint8Array.fromHex("30fbff3f00"))]).toEqual([]);
  expect(frames.room).toBeLessThan(64);
  for (let i = 0; i < 1000; i++) expect([...frames.feed(Uint8Array.of(0))]).toEqual([]);
  expect(frames.room).toBeLessThan(4096);
});

test("a length of five octets is malformed", () => {
  expect(() => [...new Frames(1024).feed(Uint8Array.fromHex("30ffffffff01"))]).toThrow(Malformed);
});
