// `bun lab report`: a run as one file to hand in.
import { type Command, Option } from "commander";
import { decodeAs, keylog } from "./captures.ts";

export function register(program: Command): void {
  program
    .command("report")
    .description(
      "a run as one file to hand in: what was run, ladder, annotated packets, findings, plots, settings",
    )
    .argument("[run]", "a run's folder, or a capture; without it, the newest run")
    .addOption(
      new Option(
        "-o, --output <file>",
        "where it goes; .md is Markdown (report.html in the run's folder)",
      ).env("LAB_OUTPUT"),
    )
    .addOption(
      new Option("--format <format>", "by default as the file's name says")
        .choices(["html", "md"])
        .env("LAB_FORMAT"),
    )
    .option("--ladder <file>", "only the ladder, as SVG")
    .option("--secrets", "with the keys of the TLS sessions; whoever has the report then has them", false)
    .addOption(decodeAs())
    .addOption(keylog())
    .addHelpText(
      "after",
      `
Examples:
  bun lab report                                   of the newest run, into its folder
  bun lab report captures/runs/… -o report.html    one file: opens from disk, prints on A4
  bun lab report run.pcapng -o report.md           Markdown
  bun lab report --ladder ladder.svg               the ladder alone
  bun lab report --secrets                         with the keys, for the handshake walk`,
    )
    .action(async (run: string | undefined, options) => {
      const { report } = await import("../report/index.ts");
      process.exitCode = await report(run, { ...options, lang: program.opts().lang });
    });
}
