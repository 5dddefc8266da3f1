// The boxes of an RFC's figure, drawn from the description: 32 bits to a row.
import { Bits } from "./bits.ts";
import type { Codec } from "./codec.ts";
import { labelOf } from "./field.ts";
import { Struct } from "./struct.ts";

/** One box: `width` in bits, `undefined` for a field of variable size. */
export interface Box {
  readonly label: string;
  /** The field's key: what stands in a box that is too narrow for the label. */
  readonly key: string;
  readonly width: number | undefined;
}

/** The boxes in order. Structures and bits within are opened. */
export function boxes(codec: Codec<any, any>, key = ""): Box[] {
  if (codec instanceof Struct)
    return Object.entries(codec.shape as Record<string, Codec<any>>).flatMap(([inner, part]) =>
      boxes(part, inner),
    );
  if (codec instanceof Bits)
    return codec.parts.map(({ key, codec: part, width }) => ({
      label: labelOf({ key, codec: part }),
      key,
      width,
    }));
  return codec.width === 0 ? [] : [{ label: labelOf({ key, codec }), key, width: codec.width }];
}

const rowBits = 32;
/** A fixed field of more rows than this is drawn as one row that tells its size. */
const mostRows = 4;
const line = `+${"-+".repeat(rowBits)}`;

/** Draws the boxes, one row of text for each 32 bits, under the RFCs' ruler. */
export function figure(codec: Codec<any, any>): string {
  const out = [
    " 0                   1                   2                   3",
    " 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1",
    line,
  ];
  let row: Cell[] = [];
  let filled = 0;
  const flush = (open: boolean) => {
    out.push(`|${row.map(cell => `${centred(cell.label, cell.width * 2 - 1)}|`).join("")}`);
    out.push(open ? `+${under(row)}` : line.slice(0, Math.max(filled, 1) * 2 + 1));
    row = [];
    filled = 0;
  };
  for (const { label, key, width } of boxes(codec)) {
    if (width === undefined || (width > rowBits * mostRows && filled === 0 && width % rowBits === 0)) {
      if (filled > 0) flush(false);
      const size = width === undefined ? "variable" : `${width / 8} octets`;
      row = [{ label: `${label} (${size})`, width: rowBits, more: false }];
      filled = rowBits;
      flush(false);
      continue;
    }
    const rows = Math.ceil((filled + width) / rowBits);
    const labelled = Math.floor((rows - 1) / 2);
    for (let left = width, i = 0; left > 0; i++) {
      const part = Math.min(left, rowBits - filled);
      left -= part;
      // In a field of several rows only the cells that continue over the whole line below stay open.
      const fitting = label.length < part * 2 ? label : key;
      row.push({ label: i === labelled ? fitting : "", width: part, more: left > 0 });
      filled += part;
      if (filled === rowBits) flush(left > 0);
    }
  }
  if (filled > 0) flush(false);
  return `${out.join("\n")}\n`;
}

interface Cell {
  readonly label: string;
  readonly width: number;
  /** Goes on in the next row. */
  readonly more: boolean;
}

/** The line below a row whose last field goes on: open below that field. */
const under = (row: readonly Cell[]): string =>
  row.map(({ width, more }) => (more ? `${" ".repeat(width * 2 - 1)}+` : "-+".repeat(width))).join("");

function centred(label: string, width: number): string {
  const fitting = label.length <= width ? label : label.slice(0, width);
  return fitting.padStart((width + fitting.length) >> 1).padEnd(width);
}
