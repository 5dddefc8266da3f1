// The internet checksum against RFC 1071's own example and against the sum word by word.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { internetChecksum, pseudoHeader, viewOf } from "./checksum.ts";

/** RFC 1071 §4.1, in its plainest form. */
function wordByWord(octets: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) {
    sum += (octets[i]! << 8) | (octets[i + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return ~sum & 0xffff;
}

test("sums RFC 1071's example (§3) to ddf2", () => {
  expect(internetChecksum(viewOf(Uint8Array.fromHex("0001f203f4f5f6f7")))).toBe(0xffff - 0xddf2);
});

test("sums as word by word, whatever the size, the place and the octets around", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 0, max: 5 }), (octets, before) => {
      const amid = new Uint8Array(before + octets.length + 3).fill(0xa5);
      amid.set(octets, before);
      const sum = internetChecksum(viewOf(amid), before, before + octets.length);
      expect(sum).toBe(wordByWord(octets));
    }),
  );
});

test("is 0 over octets that hold their own checksum, and of the longest datagram too", () => {
  const octets = new Uint8Array(65_534).fill(0xff);
  octets.set([0, 0], 10);
  const sum = internetChecksum(viewOf(octets));
  octets.set([sum >> 8, sum & 0xff], 10);
  expect(internetChecksum(viewOf(octets))).toBe(0);
  octets[11]! ^= 1;
  expect(internetChecksum(viewOf(octets))).not.toBe(0);
});

test("counts addresses, protocol and length as if they stood before the octets", () => {
  const [source, destination] = [Uint8Array.of(192, 168, 1, 1), Uint8Array.of(192, 168, 1, 20)];
  const octets = Uint8Array.of(1, 2, 3);
  const whole = Uint8Array.of(...source, ...destination, 0, 17, 0, 3, ...octets);
  expect(internetChecksum(viewOf(octets), 0, 3, pseudoHeader(source, destination, 17, 3))).toBe(
    wordByWord(whole),
  );
});
