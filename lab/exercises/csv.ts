// Comma-separated values (RFC 4180) that no spreadsheet takes for anything but text.

/** Spreadsheets take a cell that begins so for a formula; behind an apostrophe it is text (OWASP, "CSV Injection"). */
const formula = /^[\s]*[=+\-@|%\t\r\n]/;

export const csvOf = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map(row => `${row.map(cell).join(",")}\r\n`).join("");

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the control characters that are taken out
  const plain = value.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "");
  const text = formula.test(plain) ? `'${plain}` : plain;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The first cell of each row; quoted cells may hold commas and line ends. */
export function firstColumn(text: string): string[] {
  const cells: string[] = [];
  const rows = text
    .replace(/^\ufeff/, "")
    .matchAll(/(?:"((?:[^"]|"")*)"|([^,;\r\n]*))([^\r\n]*)(?:\r\n|\n|\r|$)/g);
  for (const [whole, quoted, plain = ""] of rows) {
    if (whole === "") break;
    const name = (quoted?.replaceAll('""', '"') ?? plain).normalize("NFC").trim();
    if (name !== "") cells.push(name);
  }
  return cells;
}
