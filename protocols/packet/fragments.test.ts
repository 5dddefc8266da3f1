// Datagrams from their fragments, in whatever order, and whatever a stranger makes of them.
import { describe, expect, test } from "bun:test";
import { Fragments } from "./fragments.ts";

const second = 1_000_000_000n;
const octetsFrom = (first: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => first + i);

/** Adds fragments `[at, size, more]` of one datagram, whose octets count up from 0. */
function whole(parts: readonly (readonly [at: number, size: number, more: boolean, seconds?: bigint])[]) {
  const fragments = new Fragments();
  return parts.map(([at, size, more, seconds = 0n], i) =>
    fragments.add({ of: "one", at, more }, "Reassembled", octetsFrom(at, size), {
      number: i + 1,
      time: seconds * second,
    }),
  );
}

describe("a datagram", () => {
  test("is whole once nothing is missing, in any order", () => {
    const [, , last] = whole([
      [16, 8, false],
      [0, 8, true],
      [8, 8, true],
    ]);
    expect(last?.title).toBe("Reassembled (24 octets from 3 fragments)");
    expect(new Uint8Array(last!.view.buffer, 0, 24)).toEqual(octetsFrom(0, 24));
    expect(last?.pieces.map(piece => piece.packet)).toEqual([1, 2, 3]);
  });

  test("with a hole is not whole, however many octets have come", () => {
    expect(
      whole([
        [8, 16, true],
        [16, 8, false],
      ]).at(-1),
    ).toBeUndefined();
    expect(
      whole([
        [200, 100, true],
        [50, 50, false],
      ]).at(-1),
    ).toBeUndefined();
  });

  test("keeps what came first where fragments overlap", () => {
    const fragments = new Fragments();
    const add = (at: number, more: boolean, ...octets: number[]) =>
      fragments.add({ of: "one", at, more }, "", Uint8Array.from(octets), { number: 1, time: 0n });
    add(0, true, 1, 1, 1, 1);
    const made = add(2, false, 2, 2, 2, 2);
    expect([...new Uint8Array(made!.view.buffer, 0, 6)]).toEqual([1, 1, 1, 1, 2, 2]);
  });

  test("does not take octets beyond the end that it was given", () => {
    const [, beyond, last] = whole([
      [8, 8, false],
      [16, 8, true],
      [0, 8, true],
    ]);
    expect(beyond).toBeUndefined();
    expect(last?.view.byteLength).toBe(16);
  });

  test("that is not whole after a minute is given up, for its identification may come again", () => {
    expect(
      whole([
        [0, 8, true],
        [8, 8, false, 61n],
      ]).at(-1),
    ).toBeUndefined();
    expect(
      whole([
        [0, 8, true],
        [8, 8, false, 59n],
      ]).at(-1),
    ).toBeDefined();
  });

  test("of endlessly repeated fragments holds no more than a bounded number of them", () => {
    const parts = Array.from({ length: 5000 }, () => [0, 8, true] as const);
    expect(whole([...parts, [8, 8, false]]).at(-1)).toBeUndefined();
  });
});
