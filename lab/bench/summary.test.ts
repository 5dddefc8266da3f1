// Summaries: median, confidence interval by order statistics, 95th percentile.
import { expect, test } from "bun:test";
import { seeded } from "../board/random.ts";
import { rankOfLow, summaryOf } from "./summary.ts";

test("the median, and the value that 95 of 100 do not exceed", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(summaryOf(hundred)).toEqual({ count: 100, median: 50.5, low: 40, high: 61, p95: 95 });
  expect(summaryOf([3, 1, 2]).median).toBe(2);
  expect(summaryOf([7])).toEqual({ count: 1, median: 7, low: undefined, high: undefined, p95: 7 });
  expect(() => summaryOf([])).toThrow(RangeError);
});

test("the ranks are those at which the binomial distribution passes 2.5 %", () => {
  // Of ten values (1 + 10) of 1024 cases have fewer than two below the median, 56 fewer than three.
  const ranks: [number, number | undefined][] = [
    [5, undefined],
    [6, 1],
    [8, 1],
    [9, 2],
    [10, 2],
    [15, 4],
    [20, 6],
    [25, 8],
    [50, 18],
    [100, 40],
  ];
  for (const [count, rank] of ranks) expect([count, rankOfLow(count)]).toEqual([count, rank]);
});

test("very many values have ranks too, where one half to the power of their number is 0", () => {
  // The normal approximation: n/2 − 0.98·√n.
  expect(rankOfLow(10_000)).toBeWithin(4890, 4910);
  expect(rankOfLow(100_000)).toBeWithin(49_680, 49_700);
});

test("the interval holds the median of what was sampled from in nineteen of twenty samples at least", () => {
  // The median of the board's random numbers is one half.
  const random = seeded(7);
  let held = 0;
  for (let sample = 0; sample < 2000; sample++) {
    const { low, high } = summaryOf(Array.from({ length: 30 }, random));
    if (low! <= 0.5 && 0.5 <= high!) held++;
  }
  expect(held / 2000).toBeGreaterThan(0.93);
});
