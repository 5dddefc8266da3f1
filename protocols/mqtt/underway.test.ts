// What is kept by packet identifier: as a Map keeps it, whatever the identifiers.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { Underway } from "./client/underway.ts";

/** Few identifiers, many of which share a place as long as there are few places. */
const identifier = fc.oneof(fc.integer({ min: 1, max: 0xffff }), fc.constantFrom(1, 65, 129, 0x8001, 0xffff));

test("keeps what a Map keeps, in its order", () => {
  const steps = fc.array(fc.tuple(fc.constantFrom("set", "delete"), identifier), { maxLength: 200 });
  fc.assert(
    fc.property(steps, all => {
      const [ring, map] = [new Underway<number>(), new Map<number, number>()];
      for (const [i, [step, id]] of all.entries()) {
        if (step === "set") {
          ring.set(id, i);
          map.set(id, i);
        } else {
          ring.delete(id);
          map.delete(id);
        }
        expect([ring.size, ring.get(id), ring.has(id)]).toEqual([map.size, map.get(id), map.has(id)]);
      }
      expect(ring.keys()).toEqual([...map.keys()]);
      expect(ring.values()).toEqual([...map.values()]);
    }),
    { numRuns: 300, seed: 5 },
  );
});

test("has room for every packet identifier, and finds none that was not put in", () => {
  const ring = new Underway<number>();
  for (let id = 1; id <= 0xffff; id += 2) ring.set(id, id);
  expect(ring.size).toBe(0x8000);
  expect([ring.get(0xffff), ring.get(0xfffe), ring.get(0), ring.has(0)]).toEqual([
    0xffff,
    undefined,
    undefined,
    false,
  ]);
});
