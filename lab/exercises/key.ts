// A teacher's key: what was handed out to whom, and the answers.
import { statSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "../failure.ts";
import { readWhole } from "./files.ts";

const digests = v.record(v.string(), v.string());

const task = v.object({
  exercise: v.string(),
  scene: v.string(),
  seed: v.string(),
  from: v.optional(v.string()),
  /** SHA-256 of each file that was handed out. */
  files: digests,
  salt: v.string(),
  /** Sealed expected values, by question. */
  sealed: digests,
  /** The answers, as one who knows would type them. */
  answers: v.record(v.string(), v.string()),
});

const key = v.object({
  format: v.literal(1),
  made: v.string(),
  students: v.array(v.object({ student: v.string(), folder: v.string(), tasks: v.array(task) })),
});
export type Key = v.InferOutput<typeof key>;
export type KeyTask = Key["students"][number]["tasks"][number];

export const keyFile = "key.json";

/** `path`: the file, or the folder that it lies in. @throws Failure */
export function readKey(path: string): Key {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, keyFile) : path;
  const octets = readWhole(file);
  try {
    return v.parse(key, JSON.parse(new TextDecoder().decode(octets)));
  } catch {
    throw new Failure(`${file} is no key; bun lab exercise class makes one.`);
  }
}
