// A task: one exercise for one student, made from a seed, as the folder that he gets.
import { basename } from "node:path";
import type { Language } from "../words.ts";
import { type Exercise, type Run, say } from "./exercise.ts";
import { hashOf } from "./files.ts";
import { sealed } from "./judge.ts";
import { type Progress, progressFile } from "./progress.ts";
import { type MadeRun, makeRun } from "./run.ts";
import { inLanguage, words } from "./words.ts";

export interface Task {
  readonly progress: Progress;
  readonly run: MadeRun<unknown>;
  /** What the folder holds, by name: `progress.json` among them. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** Runs that were made already, by seed: exercises of one scene share theirs. */
export type Runs = Map<string, Promise<MadeRun<unknown>>>;

export interface Wanted {
  readonly student: string;
  readonly seed: string;
  readonly language: Language;
  /** As `check` is told of it: the exercise's id, or the folder. */
  readonly called: string;
  /** Where it will lie, as a person would type it; by default a word for it. */
  readonly folder?: string;
  readonly from?: string;
  readonly isOfClass?: boolean;
  readonly now?: Date;
}

export const sceneOf = ({ scene }: Exercise): string => `${scene.id} ${scene.version}`;

export async function makeTask(exercise: Exercise, wanted: Wanted, runs: Runs = new Map()): Promise<Task> {
  const { seed, language, from, student, isOfClass, now = new Date() } = wanted;
  const making = runs.get(seed) ?? makeRun(exercise.scene, seed);
  runs.set(seed, making);
  const run = await making;
  const given = {
    "capture.pcapng": run.capture,
    ...run.files,
    "task.md": taskText(exercise, run, language, wanted),
  };
  const salt = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const answers = exercise.questions.flatMap(question => {
    const digest = sealed(question, question.expected(run), salt);
    return digest === undefined ? [] : [[question.id, digest] as const];
  });
  const progress: Progress = {
    format: 1,
    exercise: exercise.id,
    scene: sceneOf(exercise),
    student,
    seed,
    made: now.toISOString(),
    files: Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => name !== "task.md")
        .map(([name, content]) => [name, hashOf(content)]),
    ),
    salt,
    answers: Object.fromEntries(answers),
    ...(from !== undefined && { from: basename(from) }),
    ...(isOfClass && { isOfClass }),
    hints: 0,
    resets: 0,
    attempts: [],
  };
  return { progress, run, files: { ...given, [progressFile]: jsonOf(progress) } };
}

export const jsonOf = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** `task.md`: what happened, what is asked, and what to type. */
function taskText(
  exercise: Exercise,
  run: Run,
  language: Language,
  { student, called, folder = called }: Wanted,
): string {
  const { title, story, questions } = exercise;
  const said = words[language];
  const asked = questions.flatMap(({ id, asks, kind }, i) => [
    `${i + 1}. **${id}**: ${say(asks, run, language)}`,
    ...(kind.options?.(run) ?? []).map(({ key, says }) => `   - ${key}) ${says[language]}`),
    `   *${said.expected}: ${kind.expects(run)[language]}.*`,
    "",
  ]);
  return [
    `# ${title[language]}`,
    "",
    `${said.student}: ${student.replace(/[\\`*_<>[\]#|]/g, "\\$&")} · ${exercise.id}`,
    "",
    say(story, run, language),
    "",
    `## ${said.questions}`,
    "",
    ...asked,
    "```sh",
    `# ${said.look} (${said.wireshark}):`,
    `bun lab inspect ${folder}/capture.pcapng`,
    `# ${said.check} (${said.interactive}):`,
    `bun lab exercise check ${called} ${questions.map(({ id }) => id.toUpperCase()).join(" ")}${inLanguage(language)}`,
    `# ${said.stuck}:`,
    `bun lab exercise hint ${called}${inLanguage(language)}`,
    "```",
    "",
  ].join("\n");
}
