// A class: for each name of a list a folder of tasks, and for the teacher a key. What the key says is told with it alone.
import { chmodSync, existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { exit, Failure, usage } from "../failure.ts";
import { printable } from "../terminal.ts";
import type { Language } from "../words.ts";
import { firstColumn } from "./csv.ts";
import type { Exercise } from "./exercise.ts";
import { nameFor, readWhole, writeWhole } from "./files.ts";
import { exerciseCalled, exerciseIn } from "./find.ts";
import { exercises } from "./index.ts";
import { type Key, type KeyTask, keyFile, readKey } from "./key.ts";
import { seedOf } from "./run.ts";
import { type SheetTask, sheet } from "./sheet.ts";
import { solutionOf } from "./solution.ts";
import { jsonOf, makeTask, type Runs } from "./task.ts";
import { Work } from "./work.ts";

export interface ClassOptions {
  readonly folder: string;
  /** Ids, with commas. */
  readonly sheet?: string;
  readonly from?: readonly string[];
  readonly lang: Language;
}

/** A list of names is that of a class, not of a town. */
const mostStudents = 1000;

/** Makes `students/NAME/EXERCISE` and `key`; returns what to do with them, in words. @throws Failure */
export async function makeClass(names: string, options: ClassOptions): Promise<string> {
  const { lang, folder } = options;
  const students = studentsIn(names);
  const chosen = await chosenExercises(options);
  const root = resolve(folder);
  if (existsSync(root) && readdirSync(root).length > 0)
    throw new Failure(`${folder} is not empty; choose a new folder for the class.`);
  const secret = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const key: Key = { format: 1, made: new Date().toISOString(), students: [] };
  for (const [student, place] of students) {
    const runs: Runs = new Map();
    const tasks: KeyTask[] = [];
    const papers: SheetTask[] = [];
    for (const { exercise, from } of chosen) {
      const seed = seedOf(student, exercise.scene, secret);
      const wanted = {
        student,
        seed,
        language: lang,
        called: lang === "es" ? "CARPETA" : "FOLDER",
        from,
        isOfClass: true,
      };
      const made = await makeTask(exercise, wanted, runs);
      const at = join(root, "students", place, exercise.id);
      Work.lay(at, made);
      writeWhole(join(at, "sheet.html"), sheet(student, [{ exercise, run: made.run }], lang));
      const solved = solutionOf(exercise, made.run);
      const answers = Object.fromEntries(solved.map(([{ id }, answer]) => [id, answer]));
      const { progress } = made;
      tasks.push({
        exercise: exercise.id,
        scene: progress.scene,
        seed,
        ...(from !== undefined && { from }),
        files: progress.files,
        salt: progress.salt,
        sealed: progress.answers,
        answers,
      });
      papers.push({ exercise, run: made.run, answers });
    }
    key.students.push({ student, folder: place, tasks });
    writeWhole(join(root, "key", `${place}.html`), sheet(student, papers, lang), 0o600);
  }
  writeWhole(join(root, "key", keyFile), jsonOf(key), 0o600);
  chmodSync(join(root, "key"), 0o700);
  return done[lang](students.size, chosen.length, folder);
}

/** The answers of a student's task, for whoever has the key. @throws Failure */
export function solution(
  id: string,
  { key: path, student, json }: { readonly key: string; readonly student?: string; readonly json?: boolean },
): number {
  const { students } = readKey(path);
  const wanted = student === undefined ? students : students.filter(one => isCalled(one.student, student));
  if (wanted.length === 0)
    throw usage(
      `the key knows no student ${student}; it knows ${students.map(one => one.student).join(", ")}.`,
    );
  const rows = wanted.flatMap(({ student, tasks }) =>
    tasks.filter(({ exercise }) => exercise === id).map(({ answers }) => ({ student, answers })),
  );
  if (rows.length === 0) throw usage(`the key has no exercise ${id} for them.`);
  for (const { student, answers } of rows) {
    if (json) console.log(JSON.stringify({ student, exercise: id, answers }));
    else {
      console.log(printable(student));
      for (const [question, answer] of Object.entries(answers)) console.log(`  ${question}: ${answer}`);
    }
  }
  return exit.done;
}

const isCalled = (one: string, other: string): boolean =>
  one.normalize("NFC").trim().toLowerCase() === other.normalize("NFC").trim().toLowerCase();

/** Each name with its folder's. @throws Failure */
function studentsIn(file: string): Map<string, string> {
  const names = firstColumn(new TextDecoder().decode(readWhole(file)));
  if (/^(names?|students?|nombres?|alumn[oa]s?|estudiantes?)$/i.test(names[0] ?? "")) names.shift();
  if (names.length === 0)
    throw usage(`${file} holds no names: expected is one a line, or as the first column.`);
  if (names.length > mostStudents)
    throw usage(`${file} holds ${names.length} names; ${mostStudents} are the most.`);
  const students = new Map<string, string>();
  for (const name of names) {
    if (name.length > 200) throw usage(`${file}: "${name.slice(0, 40)}…" is longer than a name.`);
    if ([...students.keys()].some(other => isCalled(other, name)))
      throw usage(`${file} names ${name} twice; tell the two apart, for their tasks depend on it.`);
    const taken = new Set(students.values());
    let place = nameFor(name);
    for (let i = 2; taken.has(place); i++) place = `${nameFor(name)}-${i}`;
    students.set(name, place);
  }
  return students;
}

async function chosenExercises({
  sheet,
  from = [],
}: ClassOptions): Promise<{ readonly exercise: Exercise; readonly from?: string }[]> {
  const listed =
    sheet === undefined
      ? from.length > 0
        ? []
        : exercises
      : sheet
          .split(",")
          .map(id => id.trim())
          .filter(Boolean)
          .map(exerciseCalled);
  const own = await Promise.all(
    from.map(async file => ({ exercise: await exerciseIn(file), from: resolve(file) })),
  );
  const all = [...new Set(listed)].map(exercise => ({ exercise }));
  if (all.length + own.length === 0) throw usage("--sheet names no exercise.");
  return [...all, ...own];
}

const done: Readonly<Record<Language, (students: number, exercises: number, folder: string) => string>> = {
  en: (students, count, folder) =>
    `${students} students, ${count} exercises each.
Hand out:  ${folder}/students/NAME
Keep:      ${folder}/key (answers and digests; nobody else should read it)
Later:     bun lab exercise grade HANDED-IN --key ${folder}/key --csv`,
  es: (students, count, folder) =>
    `${students} estudiantes, ${count} ejercicios cada uno.
Reparte:   ${folder}/students/NOMBRE
Guarda:    ${folder}/key (soluciones y huellas; que no lo lea nadie más)
Después:   bun lab exercise grade ENTREGADO --key ${folder}/key --csv`,
};
