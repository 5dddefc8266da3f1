// What a terminal can show: colour where it is wanted, the width, and tables that are plain in a pipe.
import Table from "cli-table3";

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Colour = keyof typeof codes;

let coloured: boolean | undefined;

/** `--color`: "auto" follows the terminal, `NO_COLOR` (no-color.org) and `FORCE_COLOR`. */
export function useColour(when: "auto" | "always" | "never"): void {
  coloured = when === "auto" ? undefined : when === "always";
}

/** Whether what is painted is seen in colour. */
export const inColour = (): boolean =>
  coloured ?? (Boolean(process.env.FORCE_COLOR) || (process.stdout.isTTY === true && !process.env.NO_COLOR));

export const paint = (text: string, ...colours: readonly Colour[]): string =>
  inColour() && colours.length > 0
    ? `\x1b[${colours.map(colour => codes[colour]).join(";")}m${text}\x1b[0m`
    : text;

/** Columns of the terminal; `undefined` in a pipe, where lines are as long as they are. */
export const width = (): number | undefined => {
  const forced = Number(process.env.COLUMNS);
  if (process.stdout.isTTY) return process.stdout.columns ?? 80;
  return Number.isInteger(forced) && forced > 20 ? forced : undefined;
};

/** Octets of a capture may hold anything: control characters are shown, not obeyed. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the control characters that are looked for
  text.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, one =>
    one === "\n" ? "↵" : `\\x${one.codePointAt(0)!.toString(16).padStart(2, "0")}`,
  );

/** Rows under heads, columns aligned, without lines between them. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const nothing = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
  };
  const made = new Table({
    chars: nothing,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    head: heads.map(head => paint(head, "bold")),
  });
  made.push(...rows.map(row => [...row]));
  return made
    .toString()
    .split("\n")
    .map(line => line.trimEnd())
    .join("\n");
}
