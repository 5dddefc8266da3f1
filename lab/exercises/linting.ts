// `bun lab exercise lint`: exercises made for two students and looked through.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exit } from "../failure.ts";
import type { Exercise } from "./exercise.ts";
import { exerciseCalled, exerciseIn } from "./find.ts";
import { exercises } from "./index.ts";
import { judge } from "./judge.ts";
import { lint } from "./lint.ts";
import { makeRun, seedOf } from "./run.ts";
import { solutionOf, typed } from "./solution.ts";

/** Prints what is wrong, a line each. Returns 1 if something is. */
export async function lintAll(which: readonly string[], _options: object): Promise<number> {
  const chosen =
    which.length === 0
      ? exercises
      : await Promise.all(which.map(one => (existsSync(one) ? exerciseIn(one) : exerciseCalled(one))));
  let faults = 0;
  for (const exercise of chosen) {
    const found = await faultsOf(exercise);
    for (const fault of found) console.log(fault);
    faults += found.length;
  }
  if (faults === 0) console.log(`${chosen.length} exercises, nothing wrong.`);
  return faults > 0 ? exit.failed : exit.done;
}

async function faultsOf(exercise: Exercise): Promise<string[]> {
  const found: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), "lab-exercise-"));
  const [one, other] = ["one", "other"].map(name => seedOf(name, exercise.scene));
  try {
    const run = await makeRun(exercise.scene, one!);
    found.push(...lint(exercise, run));
    if (found.length > 0) return found;
    const second = await makeRun(exercise.scene, other!);
    if (JSON.stringify(run.task) === JSON.stringify(second.task))
      found.push(`${exercise.id}: scene: two seeds come to the same task; draw something from the seed`);
    const again = await makeRun(exercise.scene, one!);
    if (JSON.stringify(run.task) !== JSON.stringify(again.task))
      found.push(`${exercise.id}: scene: one seed comes to two tasks; draw from the seed and nothing else`);
    for (const [question, answer] of solutionOf(exercise, run)) {
      const verdict = await judge(question, run, typed(question, answer, folder));
      if (verdict.is === "right") continue;
      found.push(`${exercise.id}: question ${question.id}: its own answer, "${answer}", is ${verdict.is}`);
    }
  } catch (error) {
    found.push(`${exercise.id}: the scene does not come to its end: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}
