// A table that forgets: what is asked for stays, what is not goes, and nothing is found under another's key.
import { expect, test } from "bun:test";
import { Table } from "./table.ts";

test("values are found by all four numbers", () => {
  const table = new Table<number>(10_000);
  for (let i = 0; i < 5000; i++) table.set(i, -i, i << 16, i & 1, i);
  for (let i = 0; i < 5000; i++) expect(table.find(i, -i, i << 16, i & 1)).toBe(i);
  expect(table.find(1, -1, 1 << 16, 0)).toBeUndefined();
});

test("what is set again is the new value", () => {
  const table = new Table<string>(4);
  table.set(1, 2, 3, 4, "old");
  table.set(1, 2, 3, 4, "new");
  expect(table.find(1, 2, 3, 4)).toBe("new");
});

test("what nobody asked for while twice as many came is forgotten, and told of once", () => {
  const forgotten: number[] = [];
  const table = new Table<number>(100, value => forgotten.push(value));
  for (let i = 0; i < 1000; i++) {
    table.set(i, 0, 0, 0, i);
    // Number 7 is in use all the time.
    expect(table.find(7, 0, 0, 0)).toBe(i < 7 ? undefined : 7);
  }
  expect(forgotten).not.toContain(7);
  expect(forgotten.length).toBeGreaterThan(700);
  expect(new Set(forgotten).size).toBe(forgotten.length);
  expect(table.find(999, 0, 0, 0)).toBe(999);
  expect(table.find(1, 0, 0, 0)).toBeUndefined();
});
