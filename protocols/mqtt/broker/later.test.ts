// What is done later is done in its time, in its order, and not if it was called off.
import { expect, test } from "bun:test";
import { TestClock } from "../../endpoint/memory.ts";
import { Later } from "./later.ts";

test("appointments are kept in the order of their times, whenever they were made", async () => {
  const clock = new TestClock();
  const later = new Later(clock);
  const done: string[] = [];
  const note = (what: string) => () => void done.push(`${what} ${clock.milliseconds}`);
  for (const milliseconds of [500, 100, 300, 100, 400]) later.after(milliseconds, note(`${milliseconds}`));
  await clock.advance(150);
  later.after(50, note("new"));
  await clock.advance(1000);
  expect(done).toEqual(["100 100", "100 100", "new 200", "300 300", "400 400", "500 500"]);
});

test("what is called off is not done, and no timer is left behind", async () => {
  const clock = new TestClock();
  const later = new Later(clock);
  let done = 0;
  const all = Array.from({ length: 500 }, (_, i) => later.after(1000 + i, () => done++));
  for (const [i, each] of all.entries()) if (i % 5 > 0) later.callOff(each);
  await clock.advance(2000);
  expect(done).toBe(100);
  await expect(clock.run(new Promise(() => {}))).rejects.toThrow("everyone waits");
});

test("a year can be waited for, though a timer can't", async () => {
  const clock = new TestClock();
  const later = new Later(clock);
  const slept: number[] = [];
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (milliseconds, signal) => {
    slept.push(milliseconds);
    return sleep(milliseconds, signal);
  };
  let done = 0;
  later.after(365 * 86_400_000, () => done++);
  await clock.advance(364 * 86_400_000);
  expect(done).toBe(0);
  await clock.advance(86_400_000);
  expect(done).toBe(1);
  expect(Math.max(...slept)).toBeLessThan(2 ** 31);
});

test("once closed nothing is done, now or later", async () => {
  const clock = new TestClock();
  const later = new Later(clock);
  let done = 0;
  later.after(10, () => done++);
  later.close();
  later.after(10, () => done++);
  await clock.advance(100);
  expect(done).toBe(0);
});
