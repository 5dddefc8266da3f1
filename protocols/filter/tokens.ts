// The words of a display filter.
import { FilterError } from "./error.ts";

export type Kind = "word" | "string" | "character" | "operator" | "slice" | "end";

export interface Token {
  readonly kind: Kind;
  /** An operator in its one spelling ("==" for `eq`), a string without quotes, a slice without brackets. */
  readonly text: string;
  readonly column: number;
  readonly length: number;
}

/** Words that are operators. A field is never called so. */
const spelt: Readonly<Record<string, string>> = {
  and: "&&",
  or: "||",
  not: "!",
  eq: "==",
  any_eq: "==",
  ne: "!=",
  all_ne: "!=",
  all_eq: "===",
  any_ne: "!==",
  gt: ">",
  lt: "<",
  ge: ">=",
  le: "<=",
  bitwise_and: "&",
  contains: "contains",
  matches: "matches",
  in: "in",
  any: "any",
  all: "all",
};

/** Longest first, so that "===" is not "==" and "=". */
const signs = "=== !== == != ~= >= <= && || .. > < ! & ~ ( ) { } , + - * / % #".split(" ");
const other: Readonly<Record<string, string>> = { "~": "matches", "~=": "!==" };

/** An address with its prefix length, or else names, numbers, addresses and times, which may hold dots, colons and dashes. */
const prefixed = /(?:\d+\.\d+\.\d+\.\d+|[\da-f]*:[\da-f:.]*)\/\d+/iy;
const word = /[\w:](?:[\w:-]|\.(?!\.))*|\.(?!\.)[\w.:-]+/y;
const space = /\s+/y;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const matched = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const add = (kind: Kind, said: string, length: number): void => {
    tokens.push({ kind, text: said, column: at, length });
    at += length;
  };
  while (at < text.length) {
    const blank = matched(space);
    if (blank) {
      at += blank.length;
      continue;
    }
    const quote = /^r?["']/.exec(text.slice(at, at + 2))?.[0];
    if (quote === '"' || quote === 'r"') {
      const { said, length } = quoted(text, at, quote);
      add("string", said, length);
      continue;
    }
    if (quote === "'") {
      const { said, length } = quoted(text, at, quote);
      if ([...said].length !== 1)
        throw new FilterError("A character stands alone between its quotes: 'G'", at, length);
      add("character", said, length);
      continue;
    }
    if (text[at] === "[") {
      const end = text.indexOf("]", at);
      if (end < 0) throw new FilterError('This "[" is never closed by a "]"', at);
      add("slice", text.slice(at + 1, end), end + 1 - at);
      continue;
    }
    const said = matched(prefixed) ?? matched(word);
    if (said) {
      const operator = Object.hasOwn(spelt, said) ? spelt[said] : undefined;
      add(operator ? "operator" : "word", operator ?? said, said.length);
      continue;
    }
    const sign = signs.find(one => text.startsWith(one, at));
    if (!sign) throw new FilterError(`${JSON.stringify(text[at])} has no meaning in a filter`, at);
    add("operator", other[sign] ?? sign, sign.length);
  }
  add("end", "", 1);
  return tokens;
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "'": "'",
  "\\": "\\",
};
const numbered = /x[\da-f]{1,2}|u[\da-f]{4}|U[\da-f]{8}|[0-7]{1,3}/iy;

/** What stands in quotes; with an `r` before them a backslash is only that. */
function quoted(text: string, start: number, quote: string): { said: string; length: number } {
  const raw = quote.startsWith("r");
  const end = quote.at(-1)!;
  let said = "";
  let at = start + quote.length;
  while (at < text.length) {
    const letter = text[at++]!;
    if (letter === end) return { said, length: at - start };
    if (letter !== "\\" || raw) {
      said += letter;
      // In a raw string a quote after a backslash does not end it.
      if (letter === "\\" && text[at] === end) said += text[at++];
      continue;
    }
    const next = text[at];
    numbered.lastIndex = at;
    const number = numbered.exec(text)?.[0];
    if (number) {
      const digits = number.replace(/^[xu]/i, "");
      said += String.fromCodePoint(Number.parseInt(digits, /^[xu]/i.test(number) ? 16 : 8));
      at += number.length;
    } else if (next !== undefined && Object.hasOwn(escapes, next)) {
      said += escapes[next];
      at++;
    } else
      throw new FilterError(
        `\\${next ?? ""} stands for no character; in r"…" a backslash is only that`,
        at - 1,
        2,
      );
  }
  throw new FilterError("These quotes are never closed", start, text.length - start);
}
