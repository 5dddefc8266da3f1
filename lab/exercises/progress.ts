// What a student's folder remembers: which task it is, the digests of its answers, and what was tried. Read as what it may
// be by now: anything.
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "../failure.ts";
import { readWhole } from "./files.ts";

const short = v.pipe(v.string(), v.maxLength(500));
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const digests = v.record(short, hex);
/** What was typed; what is longer is not kept. */
export const mostKept = 2000;
/** What was tried longest ago is forgotten. */
export const mostAttempts = 1000;

const attempt = v.object({
  /** ISO 8601. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  question: short,
  typed: v.pipe(v.string(), v.maxLength(mostKept)),
  right: v.boolean(),
});

const progress = v.object({
  format: v.literal(1),
  exercise: short,
  /** "dhcp-two-servers 1": its scene and that scene's version. */
  scene: short,
  student: short,
  seed: v.pipe(v.string(), v.maxLength(2000)),
  made: v.pipe(v.string(), v.isoTimestamp()),
  /** SHA-256 of each file that was handed out, by name. */
  files: digests,
  salt: short,
  /** Sealed expected values, by question. */
  answers: digests,
  /** The exercise's file, if it is none of the lab's own. */
  from: v.optional(v.pipe(v.string(), v.maxLength(4000))),
  /** Handed out by a teacher. */
  isOfClass: v.optional(v.boolean()),
  hints: v.pipe(v.number(), v.integer(), v.minValue(0)),
  resets: v.pipe(v.number(), v.integer(), v.minValue(0)),
  attempts: v.pipe(v.array(attempt), v.maxLength(mostAttempts)),
});
export type Progress = v.InferOutput<typeof progress>;
export type Attempt = Progress["attempts"][number];

export const progressFile = "progress.json";

/** @throws Failure for a folder without a task, or with one that was changed */
export function readProgress(folder: string): Progress {
  const path = join(folder, progressFile);
  const octets = readWhole(path);
  try {
    return v.parse(progress, JSON.parse(new TextDecoder().decode(octets)));
  } catch (error) {
    const why = v.isValiError(error)
      ? `${v.getDotPath(error.issues[0]) ?? "it"} is not as it was`
      : "it is no JSON";
    throw new Failure(
      `${path} was changed: ${why}; reset the exercise, or take the folder as it was handed out.`,
    );
  }
}

/** The questions that have been answered right, in any order. */
export const solvedIn = ({ attempts }: Progress): ReadonlySet<string> =>
  new Set(attempts.filter(({ right }) => right).map(({ question }) => question));
