// `bun lab view`: a capture in the browser: list, tree and octets that light one another, and what is drawn of it.
import { type Command, Option } from "commander";
import { decodeAs, keylog } from "./captures.ts";
import { whole } from "./numbers.ts";

export function register(program: Command): void {
  program
    .command("view")
    .description("a capture, or a run, in the browser: list, tree, octets, filters, streams, findings")
    .argument("<file>", "pcapng or pcap, also compressed; or a run's folder (captures/runs)")
    .addOption(
      new Option("--port <number>", "where the page is served; by default a port that is free")
        .default(0)
        .argParser(whole)
        .env("LAB_PORT"),
    )
    .addOption(
      new Option("--host <address>", "of this machine's loopback: 127.0.0.1, ::1, localhost").default(
        "127.0.0.1",
      ),
    )
    .option("--open", "also open the browser (xdg-open), on a terminal", false)
    .option("--no-open", "only print the address: the default")
    .addOption(decodeAs())
    .addOption(keylog())
    .option("--json", "the address as a JSON object")
    .addHelpText(
      "after",
      `
The page is served to this machine alone, and its address holds a token: whoever has the address sees
the capture. Ctrl-C ends it.

Examples:
  bun lab view run.pcapng                     prints the address to open
  bun lab view captures/runs/RUN              a run, with its secrets
  bun lab view run.pcapng --keylog keys       deciphered; a key log can be dropped on the page, too
  bun lab view run.pcapng --open --port 8000  opens the browser, at this port`,
    )
    .action(async (file: string, options) => {
      const { view } = await import("../view/index.ts");
      await view(file, { ...options, lang: program.opts().lang });
    });
}
