// `bun lab export` and `bun lab query`: captures as tables, for other programs and for questions in SQL.
import { type Command, InvalidArgumentError, Option } from "commander";
import { usage } from "../failure.ts";
import { layouts } from "../tables/layouts.ts";
import { meant } from "../words.ts";
import { decodeAs, keylog } from "./captures.ts";

export function register(program: Command): void {
  const names = layouts.map(({ name }) => name);
  program
    .command("export")
    .description("captures as tables, one row a message: CSV, JSON lines, Parquet")
    .argument("<file...>", "captures")
    .addOption(
      new Option("-f, --format <format>", "the files' format")
        .choices(["csv", "jsonl", "parquet"])
        .default("csv"),
    )
    .option("-o, --output <place>", "a folder, or of one protocol a file; - for standard output", "tables")
    .addOption(
      new Option("--protocol <names>", `which, with commas between: ${names.join(",")}`)
        .argParser(protocolsIn)
        .default(names, "all"),
    )
    .option("--partition", "a folder for each protocol and day: protocol=dns/day=2026-11-22", false)
    .addOption(decodeAs())
    .addOption(keylog())
    .option("-q, --quiet", "no notices", false)
    .addHelpText(
      "after",
      `
Examples:
  bun lab export run.pcapng                             tables/dhcp.csv, tables/dns.csv, …
  bun lab export run.pcapng --protocol mqtt -f jsonl -o -
  bun lab export *.pcapng -f parquet -o lake --partition   for Spark, ClickHouse or DuckDB`,
    )
    .action(async (files: string[], options) => {
      const { exportCaptures } = await import("../export/index.ts");
      process.exitCode = await exportCaptures(files, { ...options, protocols: options.protocol });
    });

  program
    .command("query")
    .description("SQL over captures, one table a protocol (by DuckDB)")
    .argument("[sql]", "the question, in quotes")
    .argument("[file...]", "captures")
    .option("--tables", "the tables and their columns")
    .addOption(decodeAs())
    .addOption(keylog())
    .option("--json", "one JSON object a row and line", false)
    .option("--csv", "comma-separated values", false)
    .addHelpText(
      "after",
      `
Examples:
  bun lab query "SELECT name, response_ms FROM dns ORDER BY response_ms DESC LIMIT 5" run.pcapng
  bun lab query "SELECT suite, count(*) AS sessions FROM tls WHERE suite IS NOT NULL GROUP BY suite" *.pcapng
  bun lab query "SELECT topic, sum(payload_octets) AS octets FROM mqtt GROUP BY topic ORDER BY octets DESC" run.pcapng`,
    )
    .action(async (sql: string | undefined, files: string[], options) => {
      const { query, showTables } = await import("../query/index.ts");
      if (options.tables) return showTables();
      if (!sql || files.length === 0)
        throw usage(
          'a question and a capture are needed: bun lab query "SELECT name FROM dns" run.pcapng; --tables tells what there is.',
        );
      process.exitCode = await query(sql, files, options);
    });
}

function protocolsIn(text: string): string[] {
  const known = layouts.map(({ name }) => name);
  const wanted = text.split(",").map(word => word.trim());
  for (const word of wanted) {
    if (known.includes(word)) continue;
    const close = meant(word, known);
    throw new InvalidArgumentError(
      `There is no table ${word}; ${close ? `did you mean ${close}?` : `there are ${known.join(", ")}.`}`,
    );
  }
  return wanted;
}
