// How a filter may go on where the cursor stands: names of fields, and filters used before.
import type { FieldName } from "./captured.ts";
import { remember, remembered } from "./remembered.ts";

export interface Suggestion {
  /** What the whole text becomes, and where the cursor then stands. */
  readonly text: string;
  readonly caret: number;
  readonly shown: string;
  /** The field's type; none: it was used before. */
  readonly type?: string;
}

const most = 12;
const mostUsed = 15;

export function suggestions(
  text: string,
  caret: number,
  names: readonly FieldName[],
  used: readonly string[],
): Suggestion[] {
  if (text.trim() === "") return used.map(one => ({ text: one, caret: one.length, shown: one }));
  const word = /[A-Za-z_][\w.-]*$/.exec(text.slice(0, caret))?.[0];
  if (word === undefined || isQuoted(text.slice(0, caret - word.length))) return [];
  const rest = text.slice(caret).replace(/^[\w.-]*/, "");
  const wanted = word.toLowerCase();
  const starting = names.filter(({ name }) => name.startsWith(wanted));
  const holding = names.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  const found = [...starting, ...(wanted.length > 2 ? holding : [])];
  if (found.length === 1 && found[0]!.name === word) return [];
  return found.slice(0, most).map(({ name, type }) => {
    const before = text.slice(0, caret - word.length) + name;
    return { text: before + rest, caret: before.length, shown: name, type };
  });
}

/** Whether a text between quotes is still open: there, no field is meant. */
const isQuoted = (text: string): boolean => (text.replace(/\\./g, "").split('"').length - 1) % 2 === 1;

export const usedFilters = (): readonly string[] => remembered<readonly string[]>("filters", []);

export function use(text: string): void {
  remember("filters", [text, ...usedFilters().filter(one => one !== text)].slice(0, mostUsed));
}
