// Where answers come from: the command line, a file, or a person who is asked.
import { createInterface } from "node:readline/promises";
import { usage } from "../failure.ts";
import { paint } from "../terminal.ts";
import type { Language } from "../words.ts";
import { meant } from "../words.ts";
import { type AnyQuestion, say } from "./exercise.ts";
import { readWhole } from "./files.ts";
import { words } from "./words.ts";
import type { Checked, Work } from "./work.ts";

/** `why=b 14`, or one after the other in the order of the questions; from a file a line each, `why: b 14`. @throws Failure (usage) */
export async function* answersIn(
  work: Work,
  given: readonly string[],
  file: string | undefined,
): AsyncGenerator<Checked> {
  const { questions } = work.exercise;
  const lines = file === undefined ? given : linesOf(file);
  const only = questions.length === 1 && file === undefined && lines.length > 1;
  // One question takes all words, so that an answer of two needs no quotes.
  const answers = only ? [lines.join(" ")] : lines;
  if (answers.length > questions.length)
    throw usage(
      `${answers.length} answers for ${questions.length} questions; put an answer of several words in quotes, or name its question: ${questions[0]!.id}="…"`,
    );
  const pairs = answers.map((answer, i) => placed(questions, answer, i, file !== undefined));
  for (const [question, typed] of pairs) if (typed !== "-") yield work.check(question, typed);
}

/** Asks for each open answer until it is right, or the person goes on with an empty one. */
export async function* asking(work: Work, language: Language): AsyncGenerator<Checked> {
  const said = words[language];
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-D ends the questions, not the program with an error.
  const over = new Promise<undefined>(resolve => terminal.once("close", () => resolve(undefined)));
  try {
    for (const question of work.open) {
      aside(`${paint(question.id, "bold")}: ${say(question.asks, work.run, language)}`);
      for (const { key, says } of question.kind.options?.(work.run) ?? [])
        aside(`  ${key}) ${says[language]}`);
      aside(paint(`  ${said.expected}: ${question.kind.expects(work.run)[language]}.`, "dim"));
      for (let isOpen = true; isOpen; ) {
        const typed = await Promise.race([terminal.question("> "), over]);
        if (typed === undefined) return;
        if (typed.trim() === "") break;
        const checked = await work.check(question, typed);
        isOpen = checked.verdict.is !== "right";
        yield checked;
      }
    }
  } finally {
    terminal.close();
  }
}

/** Questions are no data: they go beside it. */
const aside = (line: string): void => void process.stderr.write(`${line}\n`);

function placed(
  questions: readonly AnyQuestion[],
  answer: string,
  place: number,
  isNamed: boolean,
): [AnyQuestion, string] {
  const [, id, typed] = /^([a-z][a-z0-9]*)\s*[=:]\s*(.*)$/is.exec(answer) ?? [];
  const named = questions.find(question => question.id === id?.toLowerCase());
  if (named) return [named, typed!];
  if (!isNamed) return [questions[place]!, answer];
  const ids = questions.map(question => question.id);
  const close = id && meant(id, ids);
  throw usage(
    `"${answer.slice(0, 60)}" answers none of the questions${close ? `; did you mean ${close}?` : "."} Expected is a line such as ${ids[0]}: ANSWER, for ${ids.join(", ")}.`,
  );
}

/** Empty lines and those that begin with # say nothing. */
const linesOf = (file: string): string[] =>
  new TextDecoder()
    .decode(readWhole(file))
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== "" && !line.startsWith("#"));
