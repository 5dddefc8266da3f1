// Files of tasks: read with a limit, written as a whole, named so that any student's name makes a folder of its own.
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Failure } from "../failure.ts";

/** No task has a larger file. */
const mostOctets = 32 * 1024 * 1024;

/** Where tasks lie that nobody gave another place. */
export const tasksFolder = resolve(import.meta.dir, "../../captures/exercises");

/** A folder for each student, and in it one for each exercise. */
export const folderOf = (student: string, exercise: string, below = tasksFolder): string =>
  join(below, nameFor(student), exercise);

/** Letters and digits of any language; all else becomes a hyphen. "Ana López" is "ana-lópez". */
export const nameFor = (student: string): string =>
  student
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60) || "nobody";

/** @throws Failure for what is missing, no regular file, or too large */
export function readWhole(path: string): Uint8Array {
  let descriptor: number;
  try {
    // A pipe that nobody writes to must not keep us waiting.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new Failure(`${path} can't be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new Failure(`${path} is no file.`);
    if (found.size > mostOctets) throw new Failure(`${path} is larger than any file of a task.`);
    return new Uint8Array(readFileSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** In one step: whoever reads it meanwhile reads the one before. @throws Failure */
export function writeWhole(path: string, content: string | Uint8Array, mode = 0o644): void {
  const beside = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, content, { mode });
    renameSync(beside, path);
  } catch (error) {
    throw new Failure(`${path} can't be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}

export const hashOf = (content: string | Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(content).digest("hex");
