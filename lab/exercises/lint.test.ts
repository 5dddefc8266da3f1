// What an author is told of a mistake: where it is, and what was expected.
import { expect, test } from "bun:test";
import { exercise as example } from "./example.ts";
import type { AnyQuestion, Exercise } from "./exercise.ts";
import { lint } from "./lint.ts";
import { makeRun, seedOf } from "./run.ts";

const run = await makeRun(example.scene, seedOf("author", example.scene));
const said = { en: "Some text of it.", es: "Algún texto." };
const withQuestion = (change: Partial<AnyQuestion>): Exercise => ({
  ...example,
  questions: [{ ...example.questions[0]!, ...change }],
});

const table: [string, Exercise, string][] = [
  ["an id of one word", { ...example, id: "visit" }, "id: expected is the subject and what it is about"],
  ["a level that is none", { ...example, level: "easy" as never }, "level: expected is one of find, explain"],
  [
    "a version of 0",
    { ...example, scene: { ...example.scene, version: 0 } },
    "scene.version: expected is a whole",
  ],
  [
    "a text without Spanish",
    { ...example, title: { en: "Only English" } as never },
    "the text in Spanish (es) is missing",
  ],
  [
    "Spanish that is English",
    { ...example, title: { en: "Nobody is here", es: "Nobody is here" } },
    "the Spanish text is the English one",
  ],
  [
    "a text with a hole",
    { ...example, story: () => ({ en: `${undefined} calls`, es: "llama" }) },
    'the text has a hole: "undefined calls"',
  ],
  ["a text that fails", { ...example, hints: [() => JSON.parse("x")] }, "hints[0]: the text can't be made"],
  ["no hints", { ...example, hints: [] }, "hints: expected is one at least"],
  ["no questions", { ...example, questions: [] }, "questions: expected is one at least"],
  [
    "two questions of one id",
    { ...example, questions: [example.questions[0]!, example.questions[0]!] },
    "question absent: two questions have this id",
  ],
  [
    "a query that fails",
    withQuestion({ expected: () => JSON.parse("x") }),
    "the expected value can't be computed",
  ],
  ["a query without a value", withQuestion({ expected: () => undefined }), "the expected value is undefined"],
  ["no wrong answers", withQuestion({ wrong: [] }), "no wrong answer is listed"],
  [
    "a wrong answer that fails",
    withQuestion({ wrong: [{ answer: () => JSON.parse("x"), says: said }] }),
    "wrong[0] can't be computed",
  ],
  ["a find without tshark", withQuestion({ tshark: undefined }), "tshark is missing"],
];

for (const [name, exercise, says] of table)
  test(`${name} is told`, () => {
    const found = lint(exercise, run);
    expect(found.join("\n")).toContain(says);
    for (const one of found) expect(one).toStartWith(`${exercise.id}: `);
  });

test("nothing is said of an exercise that is as it should be", () => {
  expect(lint(example, run)).toEqual([]);
});
