// Work that goes on at a time: bounded, and failed by the first that fails.
import { expect, test } from "bun:test";
import { Ahead } from "./ahead.ts";

const work = () => Promise.withResolvers<void>();

test("there is room again once one of them has ended", async () => {
  const [one, other] = [work(), work()];
  const ahead = new Ahead(2);
  ahead.add(one.promise);
  expect(ahead.isFull).toBe(false);
  ahead.add(other.promise);
  expect(ahead.isFull).toBe(true);
  const room = ahead.room();
  one.resolve();
  await room;
  expect(ahead.isFull).toBe(false);
  other.resolve();
  await ahead.over();
});

test("the first that fails fails it all, whoever waits then or later", async () => {
  const [one, other] = [work(), work()];
  const ahead = new Ahead(2);
  ahead.add(one.promise);
  ahead.add(other.promise);
  const over = ahead.over();
  one.reject(new Error("first"));
  other.reject(new Error("second"));
  await expect(over).rejects.toThrow("first");
  expect(ahead.isFull).toBe(true);
  await expect(ahead.room()).rejects.toThrow("first");
});
