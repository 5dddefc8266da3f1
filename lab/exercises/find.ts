// Which exercise is meant: one of the list by its id, or one of an author's by its file.
import { existsSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure, usage } from "../failure.ts";
import { meant } from "../words.ts";
import type { Exercise } from "./exercise.ts";
import { folderOf, tasksFolder } from "./files.ts";
import { exercises } from "./index.ts";
import { type Progress, progressFile } from "./progress.ts";

/** Whoever names no student. */
export const nobody = "me";

/** @throws Failure (usage), with what may have been meant */
export function exerciseCalled(id: string): Exercise {
  const found = exercises.find(one => one.id === id.toLowerCase());
  if (found) return found;
  const close = meant(
    id,
    exercises.map(one => one.id),
  );
  throw usage(
    `there is no exercise ${id}${close ? `; did you mean ${close}?` : "."} bun lab exercise lists them all.`,
  );
}

/** An author's own: a module that exports `exercise`. It is a program, and it is run. @throws Failure */
export async function exerciseIn(file: string): Promise<Exercise> {
  const path = resolve(file);
  if (!existsSync(path)) throw usage(`there is no file ${file}.`);
  let module: { exercise?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new Failure(`${file} can't be loaded: ${(error as Error).message}`);
  }
  const { exercise } = module;
  if (typeof exercise !== "object" || exercise === null)
    throw new Failure(
      `${file} exports no "exercise"; lab/exercises/README.md says what an exercise is, lab/exercises/example.ts is one.`,
    );
  const missing = ["id", "subject", "level", "title", "scene", "story", "questions", "hints"].filter(
    key => !(key in exercise),
  );
  if (missing.length > 0) throw new Failure(`${file}: the exercise lacks ${missing.join(", ")}.`);
  return exercise as Exercise;
}

/**
 * The exercise of a task. An author's own is a program, so it is not the folder that says which: `from` does.
 * @throws Failure (usage)
 */
export async function exerciseOf({ exercise, from: name }: Progress, from?: string): Promise<Exercise> {
  if (from !== undefined) return exerciseIn(from);
  if (name === undefined) return exerciseCalled(exercise);
  throw usage(
    `${exercise} is an exercise of its author's own: say where it is with --from, such as --from ${basename(name)}.`,
  );
}

export interface Place {
  readonly student?: string;
  /** `-o`. */
  readonly folder?: string;
}

/** The folder of a task that is there: given as a folder, or by its exercise and student. @throws Failure (usage) */
export function placeOf(word: string, { student, folder }: Place): string {
  if (folder !== undefined) return resolve(folder);
  if (existsSync(resolve(word, progressFile))) return resolve(word);
  if (statSync(word, { throwIfNoEntry: false })?.isFile() && existsSync(resolve(dirname(word), progressFile)))
    return resolve(dirname(word));
  const place = folderOf(student ?? nobody, word.toLowerCase(), tasksFolder);
  if (existsSync(resolve(place, progressFile))) return place;
  exerciseCalled(word);
  throw usage(
    `${word} is not begun yet${student === undefined ? "" : ` for ${student}`}; begin it: bun lab exercise start ${word}${student === undefined ? "" : ` --student "${student.replaceAll('"', "")}"`}`,
  );
}
