// Judges one answer: right, or wrong with something to look at, or none of its kind.
import type { Said } from "../words.ts";
import { type AnyQuestion, Illegible, type Kind, type Run, textOf } from "./exercise.ts";

export type Verdict =
  | { readonly is: "right" }
  /** `listed`: which of the question's wrong answers it was. */
  | { readonly is: "wrong"; readonly says: Said; readonly listed?: number }
  | { readonly is: "illegible"; readonly says: Said };

/** Longer answers are none. */
const longestAnswer = 200_000;

/**
 * Judges what a person typed. `digest`: the sealed expected value, where the kind has spellings; without it the
 * expected value is worked out from the run.
 */
export async function judge(
  question: AnyQuestion,
  run: Run,
  typed: string,
  digest?: { readonly salt: string; readonly value: string },
): Promise<Verdict> {
  const { kind } = question;
  let value: unknown;
  try {
    if (typed.length > longestAnswer) throw new Illegible(kind.expects(run));
    value = kind.read(typed, run);
  } catch (error) {
    if (!(error instanceof Illegible)) throw error;
    return { is: "illegible", says: expected(error.says) };
  }
  if (await isRight(question, run, value, digest)) return { is: "right" };
  for (const [listed, { answer, says }] of question.wrong.entries()) {
    const wrong = answer(run);
    if (wrong !== undefined && (await isAlike(kind, value, wrong, run)))
      return { is: "wrong", says: textOf(says, run), listed };
  }
  const remark = await kind.remarks?.(value, expectedIn(question, run), run);
  const otherwise = textOf(question.otherwise, run);
  return {
    is: "wrong",
    says: remark ? { en: `${remark.en} ${otherwise.en}`, es: `${remark.es} ${otherwise.es}` } : otherwise,
  };
}

/** The digest that a student's folder holds of an expected value; none of what is judged on the capture. */
export function sealed(question: AnyQuestion, value: unknown, salt: string): string | undefined {
  const spelling = question.kind.spelling?.(value);
  return spelling === undefined ? undefined : digestOf(salt, question.id, spelling);
}

const digestOf = (salt: string, id: string, spelling: string): string =>
  new Bun.CryptoHasher("sha256").update(`${salt}\0${id}\0${spelling}`).digest("hex");

async function isRight(
  question: AnyQuestion,
  run: Run,
  value: unknown,
  digest: { readonly salt: string; readonly value: string } | undefined,
): Promise<boolean> {
  const { kind } = question;
  if (kind.spelling && digest)
    return digestOf(digest.salt, question.id, kind.spelling(value)) === digest.value;
  return matches(kind, value, question.expected(run), run);
}

const isAlike = async (kind: Kind<unknown>, value: unknown, wrong: unknown, run: Run): Promise<boolean> =>
  kind.isAlike ? kind.isAlike(value, wrong) : matches(kind, value, wrong, run);

async function matches(kind: Kind<unknown>, value: unknown, other: unknown, run: Run): Promise<boolean> {
  if (kind.spelling) return kind.spelling(value) === kind.spelling(other);
  return (await kind.accepts?.(value, other, run)) === true;
}

/** None where only the making of the run knew it. */
function expectedIn(question: AnyQuestion, run: Run): unknown {
  try {
    return question.expected(run);
  } catch {
    return undefined;
  }
}

const expected = ({ en, es }: Said): Said => ({
  en: `That can't be read; expected is ${en}.`,
  es: `Eso no se entiende; se espera ${es}.`,
});
