import { expect, test } from "bun:test";
import { Queue } from "./queue.ts";

test("items are taken in the order in which they were put, before and after someone waits", async () => {
  const queue = new Queue<number>({ limit: 10 });
  queue.put(1);
  queue.put(2);
  expect(await queue.take()).toBe(1);
  expect(await queue.take()).toBe(2);
  const waiting = [queue.take(), queue.take()];
  queue.put(3);
  queue.put(4);
  expect(await Promise.all(waiting)).toEqual([3, 4]);
});

test("taking without patience gets what is there, or nothing", async () => {
  const queue = new Queue<number>({ limit: 10 });
  expect(await queue.take(0)).toBeUndefined();
  queue.put(1);
  expect(await queue.take(0)).toBe(1);
});

test("a taker who has given up gets nothing later, and takes nothing from others", async () => {
  const queue = new Queue<number>({ limit: 10 });
  expect(await queue.take(1)).toBeUndefined();
  queue.put(1);
  expect(await queue.take()).toBe(1);
});

test("a full queue refuses the newest, and counts it", async () => {
  const queue = new Queue<number>({ limit: 2 });
  for (const item of [1, 2, 3]) queue.put(item);
  expect([await queue.take(), await queue.take(), await queue.take(0)]).toEqual([1, 2, undefined]);
  expect(queue.lost).toBe(1);
});

test("or forgets the oldest, if it was made so", async () => {
  const queue = new Queue<number>({ limit: 2, full: "forget oldest" });
  for (const item of [1, 2, 3]) queue.put(item);
  expect([await queue.take(), await queue.take(), await queue.take(0)]).toEqual([2, 3, undefined]);
  expect(queue.lost).toBe(1);
});

test("the limit is in what is weighed; one that is too heavy alone is refused", async () => {
  const queue = new Queue<string>({ limit: 5, weigh: text => text.length, full: "forget oldest" });
  for (const item of ["abc", "de", "f", "too heavy"]) queue.put(item);
  queue.close();
  expect(await Array.fromAsync(queue)).toEqual([]);
  expect(queue.lost).toBe(4);
});

test("a closed queue gives what it has, then ends; what comes later is not taken in", async () => {
  const queue = new Queue<number>({ limit: 10 });
  queue.put(1);
  queue.close();
  queue.put(2);
  expect(await Array.fromAsync(queue)).toEqual([1]);
  expect(await queue.take()).toBeUndefined();
});

test("whoever waits when a queue is closed gets nothing", async () => {
  const queue = new Queue<number>({ limit: 10 });
  const waiting = [queue.take(), queue.take(60_000)];
  queue.close();
  expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
});

test("reading it can be broken off and taken up again", async () => {
  const queue = new Queue<number>({ limit: 5000 });
  for (let i = 0; i < 5000; i++) queue.put(i);
  for await (const item of queue) if (item === 2999) break;
  expect(await queue.take()).toBe(3000);
  queue.close();
  expect((await Array.fromAsync(queue)).length).toBe(1999);
});
