// What was handed in, held against the teacher's key: what a folder says of itself is not believed, it is judged anew.
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { exit, Failure } from "../failure.ts";
import { printable, table } from "../terminal.ts";
import { csvOf } from "./csv.ts";
import type { Exercise } from "./exercise.ts";
import { hashOf, readWhole } from "./files.ts";
import { exerciseCalled, exerciseIn } from "./find.ts";
import { judge } from "./judge.ts";
import { type Key, type KeyTask, readKey } from "./key.ts";
import { type Progress, progressFile, readProgress } from "./progress.ts";
import { readRun } from "./run.ts";
import { sceneOf } from "./task.ts";

export interface Mark {
  readonly student: string;
  readonly exercise: string;
  readonly right: number;
  readonly of: number;
  readonly attempts: number;
  readonly hints: number;
  readonly resets: number;
  /** ISO 8601, as the folder says; empty where nothing was tried. */
  readonly first: string;
  readonly last: string;
  /** What was answered, and how it was judged: "server: right (10.0.0.1); why: open". */
  readonly answers: string;
  /** Why it does not count, or what is odd; empty: nothing. */
  readonly remark: string;
}

interface GradeOptions {
  readonly key: string;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly run?: boolean;
}

const heads = [
  ...["student", "exercise", "right", "of", "attempts", "hints", "resets"],
  ...["first", "last", "answers", "remark"],
] as const as readonly (keyof Mark)[];

/** Prints a row for each student and exercise of the key. @throws Failure */
export async function grade(folder: string, options: GradeOptions): Promise<number> {
  const marks = await marksOf(folder, readKey(options.key), options.run === true);
  const rows = marks.map(mark => heads.map(head => mark[head]));
  if (options.json) for (const mark of marks) console.log(JSON.stringify(mark));
  else if (options.csv) process.stdout.write(csvOf([heads, ...rows]));
  else
    console.log(
      table(
        heads,
        rows.map(row => row.map(cell => printable(String(cell)))),
      ),
    );
  return exit.done;
}

/** A mark for each task of the key. `runs`: whether what students built is run here. */
export async function marksOf(folder: string, key: Key, runs = false): Promise<Mark[]> {
  const handedIn = new Map<string, { readonly folder: string; readonly progress: Progress }[]>();
  const odd: Mark[] = [];
  for (const place of tasksIn(folder)) {
    try {
      const progress = readProgress(place);
      const name = nameOf(progress.student, progress.exercise);
      handedIn.set(name, [...(handedIn.get(name) ?? []), { folder: place, progress }]);
    } catch (error) {
      odd.push({
        ...nothing,
        student: "?",
        exercise: place.slice(folder.length + 1),
        remark: messageOf(error),
      });
    }
  }
  const marks: Mark[] = [];
  for (const { student, tasks } of key.students)
    for (const task of tasks) {
      const name = nameOf(student, task.exercise);
      const found = handedIn.get(name) ?? [];
      handedIn.delete(name);
      marks.push(await markOf(student, task, found, key, runs));
    }
  for (const strangers of handedIn.values())
    for (const { progress, folder: place } of strangers)
      odd.push({
        ...nothing,
        student: progress.student,
        exercise: progress.exercise,
        remark: `the key has no such student and exercise (${place.slice(folder.length + 1)})`,
      });
  return [...marks, ...odd];
}

const nothing = {
  right: 0,
  of: 0,
  attempts: 0,
  hints: 0,
  resets: 0,
  first: "",
  last: "",
  answers: "",
} as const;

const nameOf = (student: string, exercise: string): string =>
  `${student.normalize("NFC").trim().toLowerCase()}\n${exercise}`;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function markOf(
  student: string,
  task: KeyTask,
  found: readonly { readonly folder: string; readonly progress: Progress }[],
  key: Key,
  runs: boolean,
): Promise<Mark> {
  const of = Object.keys(task.answers).length;
  const empty = { ...nothing, student, exercise: task.exercise, of };
  // The copy that was worked on last counts.
  const [latest] = found.toSorted((a, b) => lastOf(b.progress).localeCompare(lastOf(a.progress)));
  if (!latest) return { ...empty, remark: "not handed in" };
  const { progress, folder } = latest;
  try {
    const files = handedOut(folder, task, key);
    const exercise = await exerciseFor(task);
    const judged = await judgedAnew(exercise, task, progress, files, folder, runs);
    const tried = progress.attempts.map(({ at }) => at);
    const remarks = [
      ...(found.length > 1 ? [`${found.length} copies were handed in; the latest counts`] : []),
      ...oddities(progress, key),
      ...(judged.some(([, is]) => is === "not run") ? ["what was built was not run (--run does)"] : []),
    ];
    return {
      ...empty,
      right: judged.filter(([, is]) => is === "right").length,
      attempts: progress.attempts.length,
      hints: progress.hints,
      resets: progress.resets,
      first: tried[0] ?? "",
      last: tried.at(-1) ?? "",
      answers: judged
        .map(
          ([id, is, typed]) => `${id}: ${is}${typed === undefined ? "" : ` (${typed.slice(0, mostShown)})`}`,
        )
        .join("; "),
      remark: remarks.join("; "),
    };
  } catch (error) {
    return { ...empty, remark: messageOf(error) };
  }
}

/** Characters of an answer. */
const mostShown = 80;

const lastOf = ({ attempts, made }: Progress): string => attempts.at(-1)?.at ?? made;

/** The files as the key knows them. @throws Failure that says whose they are instead */
function handedOut(folder: string, task: KeyTask, key: Key): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(task.files).map(([name, digest]) => {
      const octets = readWhole(join(folder, name));
      const own = hashOf(octets);
      if (own === digest) return [name, octets];
      const owner = key.students.find(({ tasks }) => tasks.some(({ files }) => files[name] === own));
      throw new Failure(
        owner
          ? `${name} is the one that ${owner.student} was given`
          : `${name} is not the one that was handed out: it was changed, or is somebody else's`,
      );
    }),
  );
}

async function exerciseFor({ exercise, from, scene }: KeyTask): Promise<Exercise> {
  const found = from === undefined ? exerciseCalled(exercise) : await exerciseIn(from);
  if (sceneOf(found) === scene) return found;
  throw new Failure(
    `the class was made with ${scene}, and this is ${sceneOf(found)}: grade it with the lab of then`,
  );
}

type Judged = readonly [question: string, is: "right" | "wrong" | "open" | "not run", typed?: string];

/** Each question's latest right answer, or its latest. What the folder calls right is judged all the same. */
async function judgedAnew(
  exercise: Exercise,
  task: KeyTask,
  { attempts }: Progress,
  { "capture.pcapng": capture, ...files }: Record<string, Uint8Array>,
  folder: string,
  runs: boolean,
): Promise<Judged[]> {
  const run = readRun(exercise.scene, task.seed, capture!, files);
  const judged: Judged[] = [];
  for (const question of exercise.questions) {
    const own = attempts.filter(one => one.question === question.id);
    const answer = own.findLast(({ right }) => right) ?? own.at(-1);
    if (!answer) judged.push([question.id, "open"]);
    else if (question.kind.runs && !runs) judged.push([question.id, "not run"]);
    else {
      const value = task.sealed[question.id];
      const typed = question.kind.runs ? join(folder, `answer-${question.id}.ts`) : answer.typed;
      const { is } = await judge(
        question,
        run,
        typed,
        value === undefined ? undefined : { salt: task.salt, value },
      );
      judged.push([question.id, is === "right" ? "right" : "wrong", answer.typed]);
    }
  }
  return judged;
}

/** Times are the folder's own, so that they show carelessness, not proof. */
function oddities({ attempts }: Progress, { made }: Key): string[] {
  const times = attempts.map(({ at }) => Date.parse(at));
  const found: string[] = [];
  if (times.some((time, i) => time < (times[i - 1] ?? 0))) found.push("its times go backwards");
  if (times.some(time => time < Date.parse(made))) found.push("it was answered before it was made");
  if (times.some(time => time > Date.now() + day)) found.push("it was answered in the future");
  return found;
}

const day = 86_400_000;

/** Deeper, or more, is no class. */
const deepest = 6;
const mostFolders = 100_000;

/** Every folder with a task, links not followed. */
function tasksIn(folder: string): string[] {
  const found: string[] = [];
  let seen = 0;
  const look = (place: string, depth: number): void => {
    if (++seen > mostFolders)
      throw new Failure(`${folder} holds more than ${mostFolders} folders; give that of the class.`);
    let entries: string[];
    try {
      entries = readdirSync(place).sort();
    } catch (error) {
      throw new Failure(`${place} can't be read (${(error as NodeJS.ErrnoException).code}).`);
    }
    if (entries.includes(progressFile)) found.push(place);
    if (depth === deepest) return;
    for (const entry of entries) {
      const inner = join(place, entry);
      if (lstatSync(inner).isDirectory()) look(inner, depth + 1);
    }
  };
  look(folder.replace(/(?<=.)\/+$/, ""), 0);
  return found;
}
