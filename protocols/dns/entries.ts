// The entries of a master file: lines, joined by parentheses, split into words (RFC 1035 §5.1).

/** One word as it was written, escapes and all; `quoted` ones stood between quotation marks. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** One entry: a record or a directive. */
export interface Entry {
  /** Counted from 1: where it begins. */
  readonly line: number;
  /** It begins with a space: the owner is that of the entry before. */
  readonly ownerless: boolean;
  readonly words: readonly Word[];
}

/** Something in a master file that can't be, with its line. */
export class BadEntry extends RangeError {
  constructor(
    readonly line: number,
    readonly reason: string,
    file = "",
  ) {
    super(`${file && `${file}, `}line ${line}: ${reason}`);
  }
}

/** @throws BadEntry for parentheses and quotation marks without their partner */
export function* entriesOf(text: string): Generator<Entry> {
  let line = 1;
  let depth = 0;
  let begun = 1;
  let ownerless = false;
  let words: Word[] = [];
  let at = 0;
  let atLineStart = true;
  while (at < text.length) {
    const character = text[at]!;
    if (character === "\n") {
      at++;
      line++;
      if (depth > 0) continue;
      if (words.length > 0) yield { line: begun, ownerless, words };
      words = [];
      atLineStart = true;
      continue;
    }
    if (atLineStart) {
      ownerless = /\s/.test(character);
      begun = line;
      atLineStart = false;
    }
    if (/\s/.test(character)) at++;
    else if (character === ";") at = endOfLine(text, at);
    else if (character === "(" || character === ")") {
      depth += character === "(" ? 1 : -1;
      if (depth < 0) throw new BadEntry(line, 'a ")" that closes nothing');
      at++;
    } else {
      const [word, end] = character === '"' ? quotedWord(text, at, line) : plainWord(text, at);
      words.push(word);
      at = end;
    }
  }
  if (depth > 0) throw new BadEntry(begun, 'the "(" of this entry is never closed');
  if (words.length > 0) yield { line: begun, ownerless, words };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function quotedWord(text: string, at: number, line: number): [Word, number] {
  for (let end = at + 1; end < text.length && text[end] !== "\n"; end++) {
    if (text[end] === "\\") end++;
    else if (text[end] === '"') return [{ text: text.slice(at + 1, end), quoted: true }, end + 1];
  }
  throw new BadEntry(line, "a quotation mark without its partner on the same line");
}

/** A parameter such as `alpn="h2,h3"` has its quotation marks in the middle, and keeps none. */
function plainWord(text: string, at: number): [Word, number] {
  let end = at;
  let inside = false;
  let word = "";
  while (end < text.length) {
    const character = text[end]!;
    if (character === "\n" || (!inside && /[\s;()]/.test(character))) break;
    if (character === '"') inside = !inside;
    else if (character === "\\" && end + 1 < text.length && text[end + 1] !== "\n") {
      word += text.slice(end, end + 2);
      end++;
    } else word += character;
    end++;
  }
  return [{ text: word, quoted: false }, end];
}

/** What a word with its escapes stands for, one character an octet (RFC 1035 §5.1). @throws RangeError */
export function unescaped(word: string): string {
  // What is not ASCII is its UTF-8 octets.
  const octets = Array.from(new TextEncoder().encode(word), octet => String.fromCharCode(octet)).join("");
  return octets.replace(/\\(\d{3}|.|$)/gs, (found, meant: string) => {
    if (meant === "" || (/^\d/.test(meant) && !(meant.length === 3 && Number(meant) <= 0xff)))
      throw new RangeError(
        `"${found}" is no escape: a backslash takes three digits up to 255, or one character`,
      );
    return meant.length === 3 ? String.fromCharCode(Number(meant)) : meant;
  });
}

/** The other way, as it stands between quotation marks. */
export const escaped = (octets: string): string =>
  octets.replace(/["\\]|[^\x20-\x7e]/g, one =>
    one === '"' || one === "\\" ? `\\${one}` : `\\${String(one.charCodeAt(0)).padStart(3, "0")}`,
  );
