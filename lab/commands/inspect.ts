// `bun lab inspect`: a capture as a packet list, or one packet as a tree and octets.
import { type Command, Option } from "commander";
import { whole } from "./numbers.ts";

export function register(program: Command): void {
  program
    .command("inspect")
    .description("show a capture: the packet list, or a packet's tree and octets")
    .argument("<file>", "pcapng or pcap; - for standard input")
    .addOption(new Option("-n, --number <packet>", "only this packet").argParser(whole))
    .addOption(new Option("-c, --count <packets>", "stop after so many").argParser(whole))
    .option("-V, --details", "the annotated tree of each packet")
    .option("-x, --octets", "the octets of each packet")
    .addOption(
      new Option(
        "-t, --time <format>",
        "r: since the first packet, a: time of day, d: since the one before, e: epoch",
      )
        .choices(["r", "a", "d", "e"])
        .default("r"),
    )
    .addOption(
      new Option(
        "-d, --decode <table==port,protocol>",
        "decode a port as a protocol: tcp.port==1884,mqtt; may be repeated",
      )
        .argParser(collect)
        .default([] as string[], "none"),
    )
    .addOption(
      new Option(
        "--keylog <file>",
        "secrets of TLS sessions (NSS key log), or the server's RSA key (PEM)",
      ).env("SSLKEYLOGFILE"),
    )
    .option("--names", "host names of the capture in place of addresses")
    .option("--comments", "the comments of each packet below it")
    .option("--explain", "how the keys of each TLS session came about, and what sealed each record")
    .option("--json", "one JSON object a packet and line")
    .addHelpText(
      "after",
      `
Examples:
  bun lab inspect run.pcapng                  the packet list
  bun lab inspect run.pcapng -n 16 -V -x      packet 16: tree and octets
  bun lab inspect run.pcapng --keylog keys    deciphered with a key log
  tcpdump -w - … | bun lab inspect -          a pipe`,
    )
    .action(async (file: string, options) => {
      if (options.explain) {
        const { explainSessions } = await import("../inspect/schedule.ts");
        process.exitCode = await explainSessions(file, { ...options, lang: program.opts().lang });
        return;
      }
      const { inspect } = await import("../inspect/index.ts");
      process.exitCode = await inspect(file, { ...options, lang: program.opts().lang });
    });
}

const collect = (value: string, before: string[]): string[] => [...before, value];
