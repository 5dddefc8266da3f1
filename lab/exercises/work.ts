// A student at work on a task: its folder is opened, answers are judged, hints are taken, and all of it is remembered.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { Failure, usage } from "../failure.ts";
import type { Language } from "../words.ts";
import { type AnyQuestion, type Exercise, type Run, say } from "./exercise.ts";
import { hashOf, readWhole, writeWhole } from "./files.ts";
import { judge, type Verdict } from "./judge.ts";
import { mostAttempts, mostKept, type Progress, progressFile, readProgress, solvedIn } from "./progress.ts";
import { readRun } from "./run.ts";
import { jsonOf, makeTask, sceneOf, type Task } from "./task.ts";

export interface Checked {
  readonly question: AnyQuestion;
  readonly typed: string;
  readonly verdict: Verdict;
}

export class Work {
  #progress: Progress;

  private constructor(
    readonly folder: string,
    readonly exercise: Exercise,
    readonly run: Run,
    progress: Progress,
  ) {
    this.#progress = progress;
  }

  /** Lays a new task into its folder. */
  static lay(folder: string, { files }: Task): void {
    for (const [name, content] of Object.entries(files)) writeWhole(join(folder, basename(name)), content);
  }

  /** @throws Failure for a folder without a task, or whose capture is not the one that belongs to it */
  static async open(folder: string, find: (progress: Progress) => Promise<Exercise>): Promise<Work> {
    if (!existsSync(join(folder, progressFile)))
      throw usage(`there is no task in ${folder}; begin one: bun lab exercise start ID.`);
    const progress = readProgress(folder);
    const exercise = await find(progress);
    if (exercise.id !== progress.exercise)
      throw usage(`${folder} holds the task of ${progress.exercise}, not of ${exercise.id}.`);
    const files = filesIn(folder, progress);
    const { "capture.pcapng": capture, ...others } = files;
    if (sceneOf(exercise) !== progress.scene)
      throw new Failure(
        `${folder} was made by another version of the lab (${progress.scene}, now ${sceneOf(exercise)}); begin it anew: bun lab exercise reset ${exercise.id}.`,
      );
    if (!capture) throw new Failure(`${join(folder, progressFile)} was changed: it names no capture.`);
    const run = readRun(exercise.scene, progress.seed, capture, others);
    return new Work(folder, exercise, run, progress);
  }

  get progress(): Progress {
    return this.#progress;
  }

  get solved(): ReadonlySet<string> {
    return solvedIn(this.#progress);
  }

  /** The questions that are not answered yet, in their order. */
  get open(): readonly AnyQuestion[] {
    return this.exercise.questions.filter(({ id }) => !this.solved.has(id));
  }

  /** Judges an answer and remembers it, unless it can't be read. */
  async check(question: AnyQuestion, typed: string): Promise<Checked> {
    const { salt, answers } = this.#progress;
    const value = answers[question.id];
    const verdict = await judge(question, this.run, typed, value === undefined ? undefined : { salt, value });
    if (verdict.is !== "illegible") {
      const kept = question.kind.runs ? this.#keep(question, typed) : typed.slice(0, mostKept);
      const attempt = {
        at: new Date().toISOString(),
        question: question.id,
        typed: kept,
        right: verdict.is === "right",
      };
      this.#save({ attempts: [...this.#progress.attempts, attempt].slice(-mostAttempts) });
    }
    return { question, typed, verdict };
  }

  /** The next hint, and how many are taken; none after the last. */
  hint(language: Language): { readonly text: string; readonly number: number } | undefined {
    const { hints } = this.#progress;
    const next = this.exercise.hints[hints];
    if (!next) return undefined;
    this.#save({ hints: hints + 1 });
    return { text: say(next, this.run, language), number: hints + 1 };
  }

  /** What was built goes with the folder, so that a teacher can run it too. */
  #keep(question: AnyQuestion, path: string): string {
    const name = `answer-${question.id}.ts`;
    const target = join(this.folder, name);
    if (path !== target) writeWhole(target, readWhole(path));
    return name;
  }

  #save(changed: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...changed };
    writeWhole(join(this.folder, progressFile), jsonOf(this.#progress));
  }
}

/** Begins anew: answers and hints are forgotten. What a teacher handed out stays as it is; any other run is made again. */
export async function reset(folder: string, exercise: Exercise, language: Language): Promise<void> {
  const before = readProgress(folder);
  const resets = before.resets + 1;
  if (before.isOfClass) {
    filesIn(folder, before);
    writeWhole(join(folder, progressFile), jsonOf({ ...before, attempts: [], hints: 0, resets }));
    return;
  }
  const { student, seed, from } = before;
  const task = await makeTask(exercise, { student, seed, language, called: folder, folder, from });
  Work.lay(folder, task);
  writeWhole(join(folder, progressFile), jsonOf({ ...task.progress, resets }));
}

/** The files of a task, each as it was handed out. @throws Failure */
function filesIn(folder: string, { files }: Progress): Record<string, Uint8Array> {
  const found: Record<string, Uint8Array> = {};
  for (const [name, digest] of Object.entries(files)) {
    if (basename(name) !== name)
      throw new Failure(`${join(folder, progressFile)} was changed: it names ${name}.`);
    const octets = readWhole(join(folder, name));
    if (hashOf(octets) !== digest)
      throw new Failure(
        `${join(folder, name)} is not the file that this task was made with (changed, or somebody else's); begin it anew, or take it as it was handed out.`,
      );
    found[name] = octets;
  }
  return found;
}
