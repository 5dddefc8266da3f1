// How wide text will be, and where it breaks: a drawing is laid out before any browser has measured it.

/** Estimated width in the units of `size`, for the usual sans-serif fonts: a little more than they take. */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const one of text)
    ems += narrow.has(one) ? 0.36 : wide.test(one) ? 0.76 : one > "\u2e80" ? 1.05 : 0.61;
  return ems * size;
}

const narrow = new Set(" .,:;'!|ijlItfr()[]/-·");
const wide = /[A-HJ-Z@%mw—→←…]/;

/** In lines no wider than `width`; what is longer breaks within, and of more than `most` lines the rest is an ellipsis. */
export function wrapped(text: string, width: number, size: number, most = 99): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap(one => [...pieces(one, width, size)])) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOf(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== "") lines.push(line);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), fitting(`${lines[most - 1]!}…`, width, size)];
}

/** The text, or its beginning and an ellipsis. */
export function fitting(text: string, width: number, size: number): string {
  if (widthOf(text, size) <= width) return text;
  const characters = [...text.replace(/…$/, "")];
  while (characters.length > 0 && widthOf(`${characters.join("")}…`, size) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

function* pieces(word: string, width: number, size: number): Generator<string> {
  let rest = [...word];
  while (rest.length > 1 && widthOf(rest.join(""), size) > width) {
    let end = rest.length - 1;
    while (end > 1 && widthOf(rest.slice(0, end).join(""), size) > width) end--;
    yield rest.slice(0, end).join("");
    rest = rest.slice(end);
  }
  yield rest.join("");
}
