import { expect, test } from "bun:test";
import { hostClock } from "./clock.ts";

test("a clock that was set goes on from there; the time that nobody sets is not touched", () => {
  const clock = hostClock();
  const elapsed = clock.elapsed();
  clock.set(1_000_000_000_000_000_000n);
  const [first, second] = [clock.now(), clock.now()];
  expect(first).toBeGreaterThanOrEqual(1_000_000_000_000_000_000n);
  expect(second).toBeGreaterThanOrEqual(first);
  expect(second - 1_000_000_000_000_000_000n).toBeLessThanOrEqual(clock.elapsed() - elapsed);
});

test("two clocks are set apart from one another", () => {
  const [one, other] = [hostClock(), hostClock()];
  one.set(0n);
  expect(other.now()).toBeGreaterThan(1_600_000_000_000_000_000n);
});

test("a sleep ends early, without an error, when its signal is aborted, before or meanwhile", async () => {
  const clock = hostClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1_000_000, controller.signal);
  controller.abort();
  await sleeping;
  await clock.sleep(1_000_000, controller.signal);
});
