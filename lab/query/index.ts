// `bun lab query`: SQL over captures, one table a protocol, by DuckDB where it is installed.
import { exit, Failure, usage } from "../failure.ts";
import { type Reading, readPackets } from "../inspect/reading.ts";
import { layouts } from "../tables/layouts.ts";
import { type Cell, type Column, type ColumnType, common, Table } from "../tables/table.ts";
import { printable, table } from "../terminal.ts";

export interface QueryOptions extends Reading {
  readonly json: boolean;
  readonly csv: boolean;
}

/** The version that the lab was tested with. */
export const duckdb = "@duckdb/node-api@1.5.6-r.1";

const types: Readonly<Record<ColumnType, string>> = {
  time: "TIMESTAMP_NS",
  integer: "BIGINT",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  text: "VARCHAR",
};

/** DuckDB is over 70 MB, so it is installed by whoever wants it. */
async function library() {
  try {
    // Not among the dependencies, so not known to the compiler either.
    const name = "@duckdb/node-api";
    return (await import(name)) as DuckDb;
  } catch {
    throw new Failure(
      `SQL is answered by DuckDB, which is not installed (over 70 MB); in the project's folder: bun add --no-save ${duckdb}. Without it, bun lab export makes tables that other programs query.`,
    );
  }
}

/** What is used of it (@duckdb/node-api). */
interface DuckDb {
  readonly DuckDBTimestampNanosecondsValue: new (nanoseconds: bigint) => unknown;
  readonly DuckDBInstance: {
    create(path: string, options?: Record<string, string>): Promise<{ connect(): Promise<Connection> }>;
  };
}
interface Connection {
  run(sql: string): Promise<unknown>;
  createAppender(table: string): Promise<Appender>;
  runAndReadAll(sql: string): Promise<{ columnNames(): string[]; getRowsJson(): unknown[][] }>;
  closeSync(): void;
}
interface Appender {
  appendNull(): void;
  appendBigInt(value: bigint): void;
  appendDouble(value: number): void;
  appendBoolean(value: boolean): void;
  appendVarchar(value: string): void;
  appendTimestampNanoseconds(value: unknown): void;
  endRow(): void;
  flushSync(): void;
  closeSync(): void;
}

export async function query(sql: string, files: readonly string[], options: QueryOptions): Promise<number> {
  const duck = await library();
  // It answers from the captures: it opens no file and no network of its own, and loads no extension.
  const instance = await duck.DuckDBInstance.create(":memory:", { enable_external_access: "false" });
  const connection = await instance.connect();
  try {
    for (const { name, columns } of layouts)
      await connection.run(
        `CREATE TABLE ${name} (${[...common, ...columns].map(one => `${one.name} ${types[one.type]}`).join(", ")})`,
      );
    let code: number = exit.done;
    for (const file of files) code = Math.max(code, await fill(duck, connection, file, options));
    const { columnNames, rows } = await answer(connection, sql);
    show(columnNames, rows, options);
    return code;
  } finally {
    connection.closeSync();
  }
}

async function fill(
  { DuckDBTimestampNanosecondsValue: Timestamp }: DuckDb,
  connection: Connection,
  file: string,
  options: Reading,
): Promise<number> {
  const tables = layouts.map(layout => new Table(layout, file));
  const appenders = new Map<string, Appender>();
  for (const { name } of tables) appenders.set(name, await connection.createAppender(name));
  const code = await readPackets(file, options, packet => {
    for (const one of tables)
      for (const cells of one.rowsOf(packet))
        append(appenders.get(one.name)!, one.columns, cells, time => new Timestamp(time));
  });
  for (const appender of appenders.values()) appender.closeSync();
  return code;
}

function append(
  to: Appender,
  columns: readonly Column[],
  cells: readonly Cell[],
  timestamp: (nanoseconds: bigint) => unknown,
): void {
  columns.forEach(({ type }, i) => {
    const cell = cells[i]!;
    if (cell === null) to.appendNull();
    else if (type === "time") to.appendTimestampNanoseconds(timestamp(cell as bigint));
    else if (type === "integer") to.appendBigInt(BigInt(cell as number));
    else if (type === "number") to.appendDouble(cell as number);
    else if (type === "boolean") to.appendBoolean(cell as boolean);
    else to.appendVarchar(cell as string);
  });
  to.endRow();
}

async function answer(connection: Connection, sql: string) {
  try {
    const reader = await connection.runAndReadAll(sql);
    return { columnNames: reader.columnNames(), rows: reader.getRowsJson() };
  } catch (error) {
    const said = (error as Error).message.split("\n").filter(line => line.trim() !== "");
    throw usage(
      `${said.join("\n")}\nThe tables are ${layouts.map(({ name }) => name).join(", ")}; bun lab query --tables tells their columns.`,
    );
  }
}

function show(
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
  { json, csv }: QueryOptions,
): void {
  if (json) {
    for (const row of rows)
      console.log(JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i]]))));
    return;
  }
  const cells = rows.map(row => row.map(cell => (cell === null ? "" : String(cell))));
  if (csv) {
    const quoted = (text: string): string =>
      /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    for (const row of [names, ...cells]) console.log(row.map(quoted).join(","));
    return;
  }
  console.log(
    table(
      names,
      cells.map(row => row.map(printable)),
    ),
  );
}

/** `--tables`: what can be asked for. */
export function showTables(): void {
  for (const { name, columns } of layouts) {
    console.log(name);
    console.log(
      table(
        ["column", "type", ""],
        [...common, ...columns].map(one => [`  ${one.name}`, types[one.type], one.says]),
      ),
    );
    console.log("");
  }
}
