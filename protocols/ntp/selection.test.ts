// Which servers can be right together.
import { expect, test } from "bun:test";
import { selectionOf } from "./selection.ts";

const interval = (server: string, low: number, high: number) => ({
  server,
  low: BigInt(low),
  high: BigInt(high),
});

test("those that share a point are right, if they are most", () => {
  const all = [interval("a", 0, 10), interval("b", 8, 12), interval("c", 9, 30), interval("d", 100, 101)];
  expect(selectionOf(all)).toEqual({ truechimers: ["a", "b", "c"], falsetickers: ["d"] });
});

test("without a majority nobody is", () => {
  const all = [interval("a", 0, 1), interval("b", 2, 3)];
  expect(selectionOf(all)).toEqual({ truechimers: [], falsetickers: ["a", "b"] });
});

test("touching is sharing, and one alone is right", () => {
  expect(selectionOf([interval("a", 0, 5), interval("b", 5, 9)]).falsetickers).toEqual([]);
  expect(selectionOf([interval("a", 0, 5)]).truechimers).toEqual(["a"]);
});
