// The paired ratio: told from noise where there is a difference, and not where there is none.
import { expect, test } from "bun:test";
import { Dice } from "./dice.ts";
import { pairedRatio, pairedText } from "./paired.ts";

/** Times that a machine with other work makes up to five times as long, both of a round alike, and a little each. */
function rounds(factor: number): [ours: number[], theirs: number[]] {
  const dice = new Dice(7);
  const pairs = Array.from({ length: 120 }, () => {
    const load = dice.between(100, 500);
    const own = () => dice.between(90, 110) / 100;
    return [load * factor * own(), load * own()] as const;
  });
  return [pairs.map(([ours]) => ours), pairs.map(([, theirs]) => theirs)];
}

test("a tenth more is told, although the rounds differ fivefold", () => {
  const found = pairedRatio(...rounds(1.1));
  expect(found.ratio).toBeCloseTo(1.1, 1);
  expect(found.low).toBeGreaterThan(1);
  expect(pairedText(found)).toEndWith(": longer");
  expect(pairedText(pairedRatio(...rounds(0.9)))).toEndWith(": shorter");
});

test("the same is told as no difference, and the same figures give the same interval", () => {
  const found = pairedRatio(...rounds(1));
  expect(found.low).toBeLessThan(1);
  expect(found.high).toBeGreaterThan(1);
  expect(pairedText(found)).toMatch(/^1\.0\d \(95 % between 0\.9\d and 1\.0\d\): no difference shown$/);
  expect(pairedRatio(...rounds(1))).toEqual(found);
});
