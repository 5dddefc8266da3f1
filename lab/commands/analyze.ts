// `bun lab analyze`: everything that the lab can say of captures, in one pass.
import type { Command } from "commander";
import { decodeAs, keylog } from "./captures.ts";

export function register(program: Command): void {
  program
    .command("analyze")
    .description("all analyzers over captures: reports, findings, what an eavesdropper learns")
    .argument("<file...>", "captures; - for standard input")
    .addOption(decodeAs())
    .addOption(keylog())
    .option("--json", "one JSON object a capture and line", false)
    .addHelpText(
      "after",
      `
Examples:
  bun lab analyze run.pcapng               reports, findings, what an eavesdropper learns
  bun lab analyze --json *.pcapng          for programs
  bun lab dns analyze run.pcapng           of one protocol`,
    )
    .action(async (files: string[], options) => {
      const { analyzeAll } = await import("../analyze/index.ts");
      process.exitCode = await analyzeAll(files, { ...options, lang: program.opts().lang });
    });
}
