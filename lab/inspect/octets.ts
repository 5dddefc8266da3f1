// Octets as people have them: hexadecimal on the command line, a hex dump, or a file of them.
import { existsSync, readFileSync } from "node:fs";
import { Failure, usage } from "../failure.ts";

/** More is a capture, not a message. */
const mostOctets = 1 << 20;

/**
 * `-` is standard input; a path is that file; anything else hexadecimal. A file, or standard input, holds text in
 * hexadecimal (with or without offsets and characters beside it), or the octets themselves.
 */
export async function octetsOf(words: readonly string[]): Promise<Uint8Array> {
  const [first] = words;
  if (first === undefined || (words.length === 1 && first === "-"))
    return fromContent(new Uint8Array(await Bun.stdin.arrayBuffer()), "standard input");
  if (words.length === 1 && existsSync(first)) {
    try {
      return fromContent(readFileSync(first), first);
    } catch (error) {
      throw new Failure(
        `${first} can't be read (${(error as NodeJS.ErrnoException).code}); give a file or hexadecimal.`,
      );
    }
  }
  return fromHex(words.join(" "), "the command line");
}

function fromContent(content: Uint8Array, where: string): Uint8Array {
  if (content.length > mostOctets)
    throw new Failure(
      `${where} holds ${content.length} octets, more than any message; bun lab inspect reads captures.`,
    );
  const text = new TextDecoder("latin1").decode(content);
  return /^[\x20-\x7e\s]*$/.test(text) ? fromHex(text, where) : content;
}

/** A line of a hex dump may begin with its offset, and end with the characters that the octets are. */
function fromHex(text: string, where: string): Uint8Array {
  const lines = text.split("\n").map(line => {
    const dumped =
      /^\s*[0-9a-f]{4,8}:?\s\s?((?:[0-9a-f]{2} ?){1,8} ?(?:[0-9a-f]{2} ?){0,8})(?:\s{1,}.*)?$/i.exec(line);
    return dumped && /^\s*[0-9a-f]{4,8}[:\s]/i.test(line) && /\s{2}/.test(line) ? dumped[1]! : line;
  });
  const digits = lines
    .join(" ")
    .replace(/0x/gi, "")
    .replace(/[\s:,.-]/g, "");
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong)
    throw usage(
      `"${wrong[0]}" in ${where} is no hexadecimal digit; octets such as 63 82 53 63 are expected, or a file.`,
    );
  if (digits.length === 0)
    throw usage(`there are no octets in ${where}; give them in hexadecimal, or a file.`);
  if (digits.length % 2)
    throw usage(
      `${digits.length} hexadecimal digits in ${where} are no whole octets: one is missing or too many.`,
    );
  return Uint8Array.fromHex(digits);
}
