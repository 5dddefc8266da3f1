// What `bun lab dhcp`, `dns`, `ntp`, `tls` and `mqtt` have in common: `decode` and `analyze`.
import type { Command } from "commander";
import type { Analyzer, AnyProtocol } from "../../protocols/packet/index.ts";
import type { Language } from "../words.ts";

/** A protocol as its commands need it. All of it is imported only when a command runs. */
export interface Commanded<Report> {
  readonly protocol: AnyProtocol;
  readonly analyzer: () => Analyzer<Report>;
  /** The report in words, a line each. */
  readonly lines: (report: Report, language: Language) => Iterable<string>;
}

/** Adds the command of a protocol; further subcommands are added to what it returns. */
export function registerProtocol<Report>(
  program: Command,
  name: string,
  description: string,
  load: () => Promise<Commanded<Report>>,
): Command {
  const command = program.command(name).description(description);
  const lang = (): Language => program.opts().lang;
  command
    .command("decode")
    .description("the annotated tree of one message")
    .argument("[octets...]", "hexadecimal, a file, or - for standard input")
    .option("--json", "the message as JSON")
    .action(async (words: string[], options) => {
      const { decodeMessage } = await import("../inspect/message.ts");
      process.exitCode = await decodeMessage((await load()).protocol, words, options);
    });
  command
    .command("analyze")
    .description("that protocol's report and findings on captures")
    .argument("<file...>", "pcapng or pcap; - for standard input")
    .option("--json", "one JSON object a file")
    .action(async (files: string[], options) => {
      const { analyzeCaptures } = await import("../inspect/analyze.ts");
      const { analyzer, lines } = await load();
      process.exitCode = await analyzeCaptures(files, analyzer, lines, { ...options, lang: lang() });
    });
  return command;
}
