// The order of time, held against a plain stable sort.
import { expect, test } from "bun:test";
import { TimeOrder } from "./order.ts";

const sorted = (times: readonly bigint[]): number[] => {
  const order = new TimeOrder();
  for (const [i, time] of times.entries()) order.add(time, i);
  expect(order.size).toBe(times.length);
  return [...order.sorted()].map(({ time, offset }) => {
    expect(time).toBe(times[offset]!);
    return offset;
  });
};

const plainly = (times: readonly bigint[]): number[] =>
  [...times.keys()].sort((a, b) => (times[a]! < times[b]! ? -1 : times[a]! > times[b]! ? 1 : a - b));

test("frames are sorted by time; of the same time, the first recorded comes first", () => {
  expect(sorted([])).toEqual([]);
  expect(sorted([5n, 5n, 5n])).toEqual([0, 1, 2]);
  expect(sorted([1n, 9n, 5n, 5n, 9n, 1n, 10n, 0n])).toEqual([7, 0, 5, 2, 3, 1, 4, 6]);
  expect(sorted([3n, 2n, 1n, -1n])).toEqual([3, 2, 1, 0]);
});

test("any order of many frames comes out as a plain sort has it", () => {
  let state = 1;
  const random = (bound: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
  for (const spread of [1, 3, 50, 5000]) {
    const times = Array.from({ length: 3000 }, (_, i) => BigInt(i + random(spread)));
    expect(sorted(times)).toEqual(plainly(times));
  }
});

test("times beyond the year 2262 come last, in the order they were recorded", () => {
  const order = new TimeOrder();
  for (const [i, time] of [2n ** 64n, 2n ** 63n, 5n].entries()) order.add(time, i);
  expect([...order.sorted()].map(({ offset }) => offset)).toEqual([2, 0, 1]);
});
