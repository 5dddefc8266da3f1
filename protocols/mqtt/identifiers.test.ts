// Packet identifiers.
import { expect, test } from "bun:test";
import { identifierAfter } from "./identifiers.ts";

test("they go round, and are never 0", () => {
  expect(identifierAfter(0, () => true)).toBe(1);
  expect(identifierAfter(0xffff, () => true)).toBe(1);
});

test("one that is under way is passed over", () => {
  expect(identifierAfter(1, identifier => identifier > 5)).toBe(6);
  expect(identifierAfter(0xfffe, identifier => ![0xffff, 1].includes(identifier))).toBe(2);
});

test("when all are under way there is none", () => {
  expect(identifierAfter(7, () => false)).toBeUndefined();
});
