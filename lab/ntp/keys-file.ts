// The keys file that a person names, and the key of it that is meant.
import { readFileSync } from "node:fs";
import { type Key, parseKeys } from "../../protocols/ntp/keys.ts";
import { usage } from "../failure.ts";

/** @throws Failure if it can't be read, or holds what is no key; never with a key in its words */
export function keysIn(file: string | undefined): Key[] {
  if (file === undefined) return [];
  try {
    return parseKeys(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw usage(`${file}: ${code ? `it can't be read (${code})` : message}; a line is number, type and key.`);
  }
}

/** The key of that number, or the only one. @throws Failure where there is none */
export function keyOf(keys: readonly Key[], id: number | undefined): Key | undefined {
  const numbers = keys.map(one => one.id).join(", ");
  if (id === undefined) {
    if (keys.length > 1) throw usage(`the file has the keys ${numbers}; --key says which.`);
    return keys[0];
  }
  const key = keys.find(one => one.id === id);
  if (!key)
    throw usage(
      numbers
        ? `there is no key ${id}; there are ${numbers}.`
        : "--key needs --keys, the file that it is in.",
    );
  return key;
}
