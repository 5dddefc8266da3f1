// What is wrong with an exercise, in sentences for its author.
import { languages, type Said } from "../words.ts";
import {
  type AnyQuestion,
  type Exercise,
  levels,
  type Run,
  subjects,
  type Text,
  textOf,
} from "./exercise.ts";

/** An empty list: nothing. `run`: one of its own, so that texts and queries are tried too. */
export function lint(exercise: Exercise, run: Run): string[] {
  const found: string[] = [];
  const says = (where: string, what: string): void => {
    found.push(`${exercise.id || "(no id)"}: ${where}: ${what}`);
  };
  const text = (where: string, given: Text<unknown>): void => {
    for (const fault of faultsOf(given, run)) says(where, fault);
  };
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(exercise.id))
    says("id", 'expected is the subject and what it is about, in small letters: "dhcp-offer"');
  if (!subjects.includes(exercise.subject)) says("subject", `expected is one of ${subjects.join(", ")}`);
  if (!levels.includes(exercise.level)) says("level", `expected is one of ${levels.join(", ")}`);
  if (!(Number.isInteger(exercise.scene.version) && exercise.scene.version > 0))
    says(
      "scene.version",
      "expected is a whole number from 1 on; raise it whenever a seed comes to another task",
    );
  if (JSON.stringify(run.task) !== JSON.stringify(JSON.parse(JSON.stringify(run.task))))
    says("scene.task", "the task must be JSON");
  text("title", exercise.title);
  text("story", exercise.story);
  if (exercise.hints.length === 0) says("hints", "expected is one at least");
  for (const [i, hint] of exercise.hints.entries()) text(`hints[${i}]`, hint);
  if (exercise.questions.length === 0) says("questions", "expected is one at least");
  const ids = exercise.questions.map(({ id }) => id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
    says(`question ${id}`, "two questions have this id");
  for (const question of exercise.questions) {
    const at = `question ${question.id}`;
    if (!/^[a-z][a-z0-9]*$/.test(question.id)) says(at, 'expected is an id of one word: "server"');
    text(`${at}: asks`, question.asks);
    text(`${at}: otherwise`, question.otherwise);
    for (const [i, one] of question.wrong.entries()) text(`${at}: wrong[${i}]`, one.says);
    for (const fault of queryFaults(question, run)) says(at, fault);
    const isComputed = exercise.level === "find" || exercise.level === "compute";
    if (isComputed && !question.kind.runs && !question.tshark)
      says(at, `an exercise of level ${exercise.level} has an independent computation: tshark is missing`);
  }
  return found;
}

function* faultsOf(given: Text<unknown>, run: Run): Generator<string> {
  let said: Said;
  try {
    said = textOf(given, run);
  } catch (error) {
    yield `the text can't be made: ${(error as Error).message}`;
    return;
  }
  for (const language of languages)
    if (!said?.[language]?.trim())
      yield `the text in ${language === "es" ? "Spanish (es)" : "English (en)"} is missing`;
  if (said?.en && said.en === said.es && /[a-z]{4,} [a-z]{2,} /i.test(said.en))
    yield "the Spanish text is the English one";
  for (const language of languages)
    if (/undefined|\[object |NaN/.test(said?.[language] ?? ""))
      yield `the text has a hole: ${JSON.stringify(said[language])}`;
}

function* queryFaults({ kind, expected, wrong }: AnyQuestion, run: Run): Generator<string> {
  if (!kind.spelling && !kind.accepts)
    yield `its kind ${kind.name} can judge nothing: neither spelling nor accepts`;
  let right: unknown;
  try {
    right = expected(run);
  } catch (error) {
    yield `the expected value can't be computed: ${(error as Error).message}`;
    return;
  }
  if (right === undefined) yield "the expected value is undefined in this run";
  if (wrong.length === 0 && !kind.runs)
    yield "no wrong answer is listed: say what people answer, and what to look at then";
  for (const [i, { answer }] of wrong.entries())
    try {
      answer(run);
    } catch (error) {
      yield `wrong[${i}] can't be computed: ${(error as Error).message}`;
    }
}
