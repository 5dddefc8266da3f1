// Passwords of keys: where they come from.
import { readFileSync } from "node:fs";
import { Unusable } from "./store.ts";

/** The first line of a file. @throws Unusable where it can't be read or is empty */
export function passwordIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Unusable(`${file} can't be read (${code}); give a file whose first line is the password`);
  }
  const [line = ""] = text.split(/\r?\n/, 1);
  if (line.length < 4)
    throw new Unusable(
      `the first line of ${file} is no password: it has ${line.length} characters, of at least 4`,
    );
  return line;
}
