// Clocks that are wrong on purpose.
import { expect, test } from "bun:test";
import { TestClock } from "../endpoint/memory.ts";
import { wrongClock } from "./wrong-clock.ts";

const second = 1_000_000_000n;

test("is ahead, or behind, from the start", () => {
  const right = new TestClock();
  expect(wrongClock(right, { ahead: 1.5 }).now() - right.now()).toBe(1_500_000_000n);
  expect(wrongClock(right, { ahead: -3600 }).now() - right.now()).toBe(-3600n * second);
  expect(wrongClock(right, {}).now()).toBe(right.now());
});

test("gains on the right one, by parts in a million", async () => {
  const right = new TestClock();
  const fast = wrongClock(right, { drift: 100 });
  await right.advance(86_400_000);
  expect(fast.now() - right.now()).toBe(8_640_000_000n);
  expect(fast.elapsed()).toBe(right.elapsed());
});

test("jumps at its times", async () => {
  const right = new TestClock();
  const steps = [
    { after: 10, by: 3600 },
    { after: 20, by: -1 },
  ];
  const clock = wrongClock(right, { steps });
  const wrong = async (milliseconds: number) => {
    await right.advance(milliseconds);
    return clock.now() - right.now();
  };
  expect(await wrong(9999)).toBe(0n);
  expect(await wrong(1)).toBe(3600n * second);
  expect(await wrong(10_000)).toBe(3599n * second);
});

test("is set, and goes on drifting", async () => {
  const right = new TestClock();
  const clock = wrongClock(right, { ahead: 5, drift: 1000 });
  await right.advance(1000);
  clock.set(right.now());
  expect(clock.now()).toBe(right.now());
  await right.advance(1000);
  expect(clock.now() - right.now()).toBe(1_000_000n);
});
