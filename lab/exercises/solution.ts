// The right answers, as one who knows would type them.
import { join } from "node:path";
import type { AnyQuestion, Exercise, Run } from "./exercise.ts";
import { writeWhole } from "./files.ts";

/** Each question with its answer; of what is built, the file's content. */
export function solutionOf(exercise: Exercise, run: Run): [AnyQuestion, string][] {
  const built = exercise.solve?.(run) ?? {};
  return exercise.questions.map(question => [
    question,
    built[question.id] ?? typedAs(question, question.expected(run), run),
  ]);
}

/** What is typed: the answer, or the path of a file of that content in `folder`. */
export function typed({ id, kind }: AnyQuestion, answer: string, folder: string): string {
  if (!kind.runs) return answer;
  const path = join(folder, `${id}.ts`);
  writeWhole(path, answer);
  return path;
}

export const typedAs = ({ kind }: AnyQuestion, value: unknown, run: Run): string =>
  kind.type?.(value, run) ?? kind.show(value);
