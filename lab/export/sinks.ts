// Where rows go: CSV (RFC 4180), JSON lines, Parquet.
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { SchemaElement } from "hyparquet-writer";
import { Failure } from "../failure.ts";
import type { Cell, Column, ColumnType } from "../tables/table.ts";

export interface Sink {
  row(cells: readonly Cell[]): void;
  close(): void;
}

export const formats = ["csv", "jsonl", "parquet"] as const;
export type Format = (typeof formats)[number];

/** So many octets of text are gathered before they are written. */
const gathered = 1 << 18;
/** Rows that a part of a Parquet file holds; they wait in memory until it is full. */
const rowsInGroup = 50_000;

/** @throws Failure where the file can't be written; `-`: standard output */
export async function sinkOf(format: Format, path: string, columns: readonly Column[]): Promise<Sink> {
  const descriptor = opened(path);
  const close = () => {
    if (descriptor !== 1) closeSync(descriptor);
  };
  const write = (octets: Uint8Array) => {
    for (let written = 0; written < octets.length; ) written += writeSync(descriptor, octets, written);
  };
  if (format === "parquet") {
    if (path === "-")
      throw new Failure("Parquet goes into a file, whose end tells where all is; name one by -o.", 2);
    return parquet(write, close, columns);
  }
  const lines = new Lines(write, close);
  if (format === "jsonl")
    return { row: cells => lines.add(JSON.stringify(objectOf(columns, cells))), close: () => lines.close() };
  lines.add(columns.map(({ name }) => name).join(","));
  return {
    row: cells => lines.add(cells.map((cell, i) => quoted(cell, columns[i]!.type)).join(",")),
    close: () => lines.close(),
  };
}

function opened(path: string): number {
  if (path === "-") return 1;
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "w");
  } catch (error) {
    throw new Failure(
      `${path} can't be written (${(error as NodeJS.ErrnoException).code}); name another place by -o.`,
      2,
    );
  }
}

class Lines {
  #text = "";
  constructor(
    readonly write: (octets: Uint8Array) => void,
    readonly closed: () => void,
  ) {}
  add(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length > gathered) this.#flush();
  }
  #flush(): void {
    this.write(new TextEncoder().encode(this.#text));
    this.#text = "";
  }
  close(): void {
    this.#flush();
    this.closed();
  }
}

/** A name may be anything, also what a spreadsheet takes for a formula: then an apostrophe makes it text (CWE-1236). */
const formula = /^[=+\-@\t\r]/;

function quoted(cell: Cell, type: ColumnType): string {
  if (cell === null) return "";
  if (type === "time") return timeText(cell as bigint);
  if (typeof cell !== "string") return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** "2026-11-22T18:00:00.123456789Z" */
export const timeText = (time: bigint): string => {
  const whole = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(time % 1_000_000_000n).padStart(9, "0")}Z`;
};

export const objectOf = (columns: readonly Column[], cells: readonly Cell[]): Record<string, unknown> =>
  Object.fromEntries(
    columns.map(({ name, type }, i) => [
      name,
      type === "time" && cells[i] !== null ? timeText(cells[i] as bigint) : cells[i],
    ]),
  );

const timestamp = { isAdjustedToUTC: true, unit: "NANOS" } as const;
const elements: Readonly<Record<ColumnType, Omit<SchemaElement, "name">>> = {
  time: { type: "INT64", logical_type: { type: "TIMESTAMP", ...timestamp } },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
};

async function parquet(
  write: (octets: Uint8Array) => void,
  closed: () => void,
  columns: readonly Column[],
): Promise<Sink> {
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const writer = new ByteWriter();
  // What is complete goes to the file; the writer goes on counting from there.
  const flush = () => {
    write(writer.getBytes());
    writer.index = 0;
  };
  Object.assign(writer, { flush, finish: flush });
  const schema: SchemaElement[] = [
    { name: "root", num_children: columns.length },
    ...columns.map(
      ({ name, type }): SchemaElement => ({ name, repetition_type: "OPTIONAL", ...elements[type] }),
    ),
  ];
  const file = new ParquetWriter({ writer, schema, createdBy: "protocol-lab" });
  let rows: (readonly Cell[])[] = [];
  const group = () => {
    if (rows.length === 0) return;
    const columnData = columns.map(({ name, type }, i) => ({
      name,
      data: rows.map(row => (type === "integer" && row[i] !== null ? BigInt(row[i] as number) : row[i])),
    }));
    file.write({ columnData, rowGroupSize: rows.length });
    rows = [];
  };
  return {
    row(cells) {
      rows.push(cells);
      if (rows.length >= rowsInGroup) group();
    },
    close() {
      group();
      file.finish();
      closed();
    },
  };
}
