// `bun lab export`: captures as tables for other programs, one row a message, a table a protocol.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Packet } from "../../protocols/packet/index.ts";
import { exit, Failure } from "../failure.ts";
import { type Reading, readPackets } from "../inspect/reading.ts";
import { layouts } from "../tables/layouts.ts";
import { type Cell, Table } from "../tables/table.ts";
import { type Format, type Sink, sinkOf } from "./sinks.ts";

export interface ExportOptions extends Reading {
  readonly format: Format;
  /** A folder, or, of one protocol, a file; `-`: standard output. */
  readonly output: string;
  readonly protocols: readonly string[];
  /** A folder for each protocol and day, as Spark, ClickHouse and DuckDB read them: protocol=dns/day=2026-11-22. */
  readonly partition: boolean;
  readonly quiet: boolean;
}

export async function exportCaptures(files: readonly string[], options: ExportOptions): Promise<number> {
  const { format, output, protocols, partition, quiet } = options;
  const wanted = layouts.filter(({ name }) => protocols.includes(name));
  const single = output === "-" || output.endsWith(`.${format}`);
  if (single && wanted.length !== 1)
    throw new Failure(
      `${output === "-" ? "standard output" : output} takes one protocol: add --protocol dns, or name a folder by -o.`,
      exit.usage,
    );
  if (single && partition) throw new Failure("--partition makes folders: name one by -o.", exit.usage);
  if (!single && existsSync(output) && readdirSync(output).length > 0)
    throw new Failure(
      `${output} is not empty; name another folder by -o, so that no old rows mix with new ones.`,
      exit.usage,
    );

  const sinks = new Map<string, Sink>();
  const counts = new Map<string, number>();
  const pathOf = (name: string, time: bigint): string => {
    if (single) return output;
    if (!partition) return join(output, `${name}.${format}`);
    const day = new Date(Number(time / 1_000_000n)).toISOString().slice(0, 10);
    return join(output, `protocol=${name}`, `day=${day}`, `part-0.${format}`);
  };
  // Sinks open when their first row comes; rows wait for that in the order they came.
  let waiting: { table: Table; path: string; cells: Cell[] }[] = [];
  const put = async (): Promise<void> => {
    const rows = waiting;
    waiting = [];
    for (const { table, path, cells } of rows) {
      let sink = sinks.get(path);
      if (!sink) {
        sink = await sinkOf(format, path, table.columns);
        sinks.set(path, sink);
      }
      sink.row(cells);
      counts.set(table.name, (counts.get(table.name) ?? 0) + 1);
    }
  };
  let code: number = exit.done;
  try {
    for (const file of files) {
      const tables = wanted.map(layout => new Table(layout, file));
      const see = (packet: Packet): void => {
        for (const table of tables)
          for (const cells of table.rowsOf(packet))
            waiting.push({ table, path: pathOf(table.name, packet.time), cells });
      };
      code = Math.max(code, await readPackets(file, options, see, async () => put()));
      await put();
    }
  } finally {
    for (const sink of sinks.values()) sink.close();
  }
  if (!quiet) {
    for (const { name } of wanted) console.error(`${name}: ${counts.get(name) ?? 0} rows`);
    if (output !== "-") console.error([...sinks.keys()].join("\n"));
  }
  return code;
}
