// Every exercise of the list, held to what an exercise promises.
import { expect, test } from "bun:test";
import { exercises } from "./index.ts";
import { describeExercise } from "./testing.ts";

test("no two exercises have the same id", () => {
  const ids = exercises.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

for (const exercise of exercises) describeExercise(exercise);
