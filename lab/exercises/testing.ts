// What every exercise is held to, in tests: its own solver, its listed wrong answers, its neighbours, and tshark.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { languages } from "../words.ts";
import { type AnyQuestion, type Exercise, type Run, textOf } from "./exercise.ts";
import { writeWhole } from "./files.ts";
import { judge } from "./judge.ts";
import { lint } from "./lint.ts";
import { type MadeRun, makeRun, readRun, seedOf } from "./run.ts";
import { solutionOf, typed, typedAs } from "./solution.ts";

/** Two in CI; `LAB_EXERCISE_SEEDS=20` by hand. */
const seeds = Math.max(2, Number(process.env.LAB_EXERCISE_SEEDS) || 2);
const students = Array.from({ length: seeds }, (_, i) => `student ${i + 1}`);
/** tshark takes a quarter of a second to start: in CI it is asked of one seed. */
const judged = process.env.LAB_EXERCISE_SEEDS ? students : students.slice(0, 1);
const patience = 20_000 * seeds;

const made = new Map<string, Promise<MadeRun<unknown>>>();

/** Exercises of one scene share their runs here too. */
function runOf({ scene }: Exercise, student: string): Promise<MadeRun<unknown>> {
  const seed = seedOf(student, scene);
  const known = made.get(seed) ?? makeRun(scene, seed);
  made.set(seed, known);
  return known;
}

/** One test a property; each walks all seeds. */
export function describeExercise(exercise: Exercise): void {
  const folder = mkdtempSync(join(tmpdir(), "lab-exercise-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const everywhere = async (
    property: (run: MadeRun<unknown>, student: string) => unknown,
    among = students,
  ) => {
    for (const student of among) await property(await runOf(exercise, student), student);
  };

  describe(exercise.id, () => {
    test("is written as the format asks", () =>
      everywhere(run => {
        expect(lint(exercise, run)).toEqual([]);
      }));

    test(
      "is solved by its own solver, from the capture alone",
      () =>
        everywhere(async (run, student) => {
          const again = readRun(exercise.scene, run.seed, run.capture, run.files);
          for (const [question, answer] of solutionOf(exercise, run)) {
            const verdict = await judge(question, again, typed(question, answer, folder));
            expect({ [`${student}, ${question.id}, ${answer}`]: verdict.is }).toEqual({
              [`${student}, ${question.id}, ${answer}`]: "right",
            });
          }
        }),
      patience,
    );

    test("refuses every listed wrong answer with its own feedback, which does not tell the right one", () =>
      everywhere(async run => {
        for (const [question, right] of solutionOf(exercise, run))
          for (const [listed, wrong] of question.wrong.entries())
            await refuses(question, listed, wrong.answer(run), right, run);
      }));

    test("is another task for another student", async () => {
      const [one, other] = [await runOf(exercise, students[0]!), await runOf(exercise, students[1]!)];
      const answers = await Promise.all(
        solutionOf(exercise, one).map(([question, answer]) => judge(question, other, answer)),
      );
      expect(answers.every(({ is }) => is === "right")).toBe(false);
    });

    const checked = exercise.questions.filter(({ tshark }) => tshark);
    if (checked.length === 0) return;
    const tshark = peer("tshark");
    test.skipIf(!tshark)(
      `comes out the same by tshark${tshark ? "" : " [tshark is missing]"}`,
      () =>
        everywhere(async (run, student) => {
          const files = join(folder, student);
          for (const [name, content] of Object.entries({ ...run.files, "capture.pcapng": run.capture }))
            writeWhole(join(files, name), content);
          for (const question of checked) {
            const concluded = question.tshark!.concludes(rowsOf(tshark!, files, question, run), run);
            const expected = question.expected(run);
            // A choice is concluded by its name, not by its letter in this run.
            const isSame = question.kind.spelling?.(expected) === concluded;
            const is = isSame ? "right" : (await judge(question, run, concluded)).is;
            const case_ = `${student}, ${question.id}: ${concluded}, not ${question.kind.show(expected)}`;
            expect({ [case_]: is }).toEqual({ [case_]: "right" });
          }
        }, judged),
      patience,
    );
  });
}

async function refuses(
  question: AnyQuestion,
  listed: number,
  wrong: unknown,
  right: string,
  run: Run,
): Promise<void> {
  if (wrong === undefined || (await isRight(question, wrong, run))) return;
  const answer = typedAs(question, wrong, run);
  const verdict = await judge(question, run, answer);
  expect([question.id, answer, verdict.is]).toEqual([question.id, answer, "wrong"]);
  const feedback = textOf(question.wrong[listed]!.says, run);
  // Two listed answers may be the same in a run; the first one speaks.
  if (verdict.is === "wrong" && verdict.listed === listed) expect(verdict.says).toEqual(feedback);
  else expect(verdict).toHaveProperty("listed");
  for (const language of languages)
    expect([feedback[language], tells(feedback[language], question, right)]).toEqual([
      feedback[language],
      false,
    ]);
}

/** Whether a text holds the answer. Packets may be named, and letters stand everywhere. */
function tells(text: string, { kind }: AnyQuestion, right: string): boolean {
  if (kind.name === "choice" || kind.name.startsWith("packet") || right.length < 4) return false;
  return new RegExp(`(?<![\\w.])${RegExp.escape(right)}(?![\\w.]*\\w)`, "iu").test(text);
}

async function isRight({ kind, expected }: AnyQuestion, value: unknown, run: Run): Promise<boolean> {
  const right = expected(run);
  if (kind.spelling) return kind.spelling(value) === kind.spelling(right);
  return (await kind.accepts?.(value, right, run)) === true;
}

/** Several questions are asked of the same rows. */
const asked = new Map<string, string[][]>();

/** `files`: where the run's files lie. */
function rowsOf(tshark: string, files: string, { tshark: by }: AnyQuestion, run: Run): string[][] {
  const { filter, fields, options = [] } = by!;
  const selects = typeof filter === "function" ? filter(run) : filter;
  const words = [
    ...["-r", join(files, "capture.pcapng"), "-T", "fields", "-E", "separator=/t"],
    ...options.map(option => option.replaceAll("{files}", files)),
    ...(selects === undefined ? [] : ["-Y", selects]),
    ...fields.flatMap(field => ["-e", field]),
  ];
  const known = asked.get(words.join("\0"));
  if (known) return known;
  const child = Bun.spawnSync([tshark, ...words], { stdin: "ignore" });
  if (child.exitCode !== 0) throw new Error(`tshark: ${child.stderr}`);
  const rows = String(child.stdout)
    .split("\n")
    .filter(Boolean)
    .map(line => line.split("\t"));
  asked.set(words.join("\0"), rows);
  return rows;
}
