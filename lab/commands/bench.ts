// `bun lab bench`: experiments whose result is a time.
import { type Command, Option } from "commander";
import { usualSizes } from "../bench/plan.ts";
import { whole } from "./numbers.ts";

export function register(program: Command): void {
  const bench = program
    .command("bench")
    .description("experiments whose result is a time: what TLS costs")
    .helpOption("--help", "what it does, with examples");
  bench
    .command("rdwr")
    .description(
      "write and read times of PUBLISH in the clear, over TLS and mutual TLS, by size; handshakes, wire, memory",
    )
    .helpOption("--help", "what it does, with examples")
    .addOption(
      new Option("--sizes <octets>", "of the messages, with commas")
        .default(usualSizes.join(","))
        .env("LAB_SIZES"),
    )
    .addOption(
      new Option("--cycles <number>", "of each size on each connection").default("100").env("LAB_CYCLES"),
    )
    .addOption(
      new Option("--modes <modes>", "nobody, the server, or both prove who they are")
        .default("plain,server,mutual")
        .env("LAB_MODES"),
    )
    .addOption(
      new Option("--tls-version <versions>", "1.2, 1.3, or both").default("1.2,1.3").env("LAB_TLS_VERSION"),
    )
    .addOption(
      new Option("--connections <number>", "open at once where memory is measured; 0 leaves it out")
        .default("300")
        .env("LAB_CONNECTIONS"),
    )
    .addOption(
      new Option("--runs <number>", "the whole bench so often, and how far the runs agree")
        .default("1")
        .env("LAB_RUNS"),
    )
    .addOption(
      new Option("--network <kind>", "what carries the frames")
        .choices(["auto", "namespaces", "relay"])
        .default("auto")
        .env("LAB_NETWORK"),
    )
    .addOption(
      new Option("--seed <number>", "of the random messages").default(1).argParser(whole).env("LAB_SEED"),
    )
    .option("--csv", "a line for each connection and size")
    .option("--json", "one JSON object")
    .option("-q, --quiet", "only where the run's folder lies")
    .addOption(new Option("--svg <file>", "the plot goes there too").env("LAB_SVG"))
    .addOption(
      new Option("-o, --output <folder>", "where the run's folder goes (captures/runs)").env("LAB_OUTPUT"),
    )
    .addHelpText(
      "after",
      `
Examples:
  bun lab bench rdwr                                       all of it: about two minutes
  bun lab bench rdwr --sizes 1024,2048 --cycles 20 --connections 0
  bun lab bench rdwr --modes plain,mutual --tls-version 1.2    the original's comparison
  bun lab bench rdwr --runs 3                              do three runs tell the same?
  bun lab bench rdwr --csv > rdwr.csv
  bun lab bench rdwr --svg rdwr.svg

A bench of the lab's own speed against other programs: bun scripts/bench.ts`,
    )
    .action(async options => {
      const { rdwr } = await import("../bench/rdwr.ts");
      process.exitCode = await rdwr({ ...options, lang: program.opts().lang });
    });
}
