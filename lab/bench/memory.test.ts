// Memory a session, from what the process held at several numbers of them.
import { expect, test } from "bun:test";
import { slope } from "./memory.ts";

test("is the slope of most of the points, whatever the allocator keeps at one of them", () => {
  const points = [100, 150, 200, 250, 300].map(sessions => ({
    sessions,
    resident: 30_000_000 + sessions * 80_000 + (sessions === 250 ? 4_000_000 : 0),
    heap: sessions * 50_000,
  }));
  expect(slope(points, "resident")).toBeWithin(75_000, 85_000);
  expect(slope(points, "heap")).toBe(50_000);
});

test("one session more is enough for a slope", () => {
  const points = [1, 1, 2].map(sessions => ({ sessions, resident: sessions * 7, heap: 0 }));
  expect(slope(points, "resident")).toBe(7);
});
