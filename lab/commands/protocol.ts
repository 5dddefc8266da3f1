// What `bun lab dhcp`, `dns`, `ntp`, `tls` and `mqtt` have in common: the lab itself, `decode` and `analyze`.
import { type Command, Option } from "commander";
import type { Analyzer, AnyProtocol } from "../../protocols/packet/index.ts";
import { usage } from "../failure.ts";
import type { ProtocolLab } from "../protocol-labs/lab.ts";
import type { RunOptions } from "../runs/opening.ts";
import { type Language, meant } from "../words.ts";
import { decodeAs, keylog } from "./captures.ts";
import { seconds } from "./numbers.ts";

/** A protocol as its commands need it. All of it is imported only when a command runs. */
export interface Commanded<Report> {
  readonly protocol: AnyProtocol;
  /** Given the options of `analyze`. */
  readonly analyzer: (options: Readonly<Record<string, unknown>>) => Analyzer<Report>;
  /** The report in words, a line each. */
  readonly lines: (report: Report, language: Language) => Iterable<string>;
  /** What `decode` does, where a message does not stand alone. Returns the exit code. */
  readonly decode?: (words: readonly string[], options: { readonly json?: boolean }) => Promise<number>;
}

/** What the command does without a subcommand: the protocol's lab, with the options that every lab has, and its own. */
export function registerLab<Report, Own = unknown>(
  program: Command,
  command: Command,
  load: (options: Own) => Promise<ProtocolLab<Report>>,
  own: readonly Option[] = [],
): void {
  // A subcommand, so that its options are no other's.
  const lab = command
    .command("lab", { isDefault: true })
    .description(`the lab: what "${program.name()} ${command.name()}" alone does`)
    .argument("[words...]")
    .addOption(
      new Option("--network <kind>", "what carries the frames")
        .choices(["auto", "namespaces", "relay"])
        .default("auto")
        .env("LAB_NETWORK"),
    )
    .addOption(new Option("-w, --write <file>", "where the capture goes").env("LAB_WRITE"))
    .addOption(
      new Option("-o, --output <folder>", "where the run's folder goes (captures/runs)").env("LAB_OUTPUT"),
    )
    .option("--json", "one JSON object a line: events, packets, findings, result")
    .option("-q, --quiet", "only where the capture lies")
    .addOption(
      new Option("--timeout <seconds>", "give up after").default(60).argParser(seconds).env("LAB_TIMEOUT"),
    )
    .action(async (words: string[], options: Omit<RunOptions, "lang"> & Own) => {
      refuseWords(words, command);
      const { runLab } = await import("../protocol-labs/lab.ts");
      process.exitCode = await runLab(await load(options), { ...options, lang: program.opts().lang });
    });
  for (const option of own) lab.addOption(option);
  lab.usage("[options]");
}

/** A word that is no subcommand. */
function refuseWords([word]: readonly string[], { commands }: Command): void {
  if (word === undefined) return;
  const close = meant(
    word,
    commands.map(one => one.name()),
  );
  throw usage(
    `there is no "${word}" here; ${close ? `did you mean ${close}?` : `there are ${commands.map(one => one.name()).join(", ")}.`}`,
  );
}

/** Adds the command of a protocol; further subcommands are added to what it returns. */
export function registerProtocol<Report>(
  program: Command,
  name: string,
  description: string,
  load: () => Promise<Commanded<Report>>,
  analyzeOptions: readonly Option[] = [],
): Command {
  const command = program.command(name).description(description);
  const lang = (): Language => program.opts().lang;
  command
    .command("decode")
    .description("the annotated tree of one message")
    .argument("[octets...]", "hexadecimal, a file, or - for standard input")
    .option("--json", "the message as JSON")
    .action(async (words: string[], options) => {
      const { protocol, decode } = await load();
      const { decodeMessage } = await import("../inspect/message.ts");
      process.exitCode = await (decode?.(words, options) ?? decodeMessage(protocol, words, options));
    });
  const analyze = command
    .command("analyze")
    .description("that protocol's report and findings on captures")
    .argument("<file...>", "pcapng or pcap; - for standard input")
    .addOption(decodeAs())
    .addOption(keylog())
    .option("--json", "one JSON object a file")
    .action(async (files: string[], options) => {
      const { analyzeCaptures } = await import("../inspect/analyze.ts");
      const { analyzer, lines } = await load();
      process.exitCode = await analyzeCaptures(files, () => analyzer(options), lines, {
        ...options,
        lang: lang(),
      });
    });
  for (const option of analyzeOptions) analyze.addOption(option);
  return command;
}
