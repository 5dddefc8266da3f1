// `bun lab diff` and `bun lab compare`: runs and captures, aligned message by message.
import { type Command, Option } from "commander";

const collected = (value: string, before: readonly string[]): string[] => [...before, value];

export function register(program: Command): void {
  shared(
    program
      .command("diff")
      .description(
        "two runs, message by message: what is more, what is gone, what is said otherwise, and why",
      )
      .argument("<a>", "a run's folder, or a capture")
      .argument("<b>", "another"),
  )
    .addHelpText(
      "after",
      `
Exits as diff: 0 the same, 1 different, 2 trouble. Times, ports, numbers drawn by lot, ARP, and how TCP
cuts and acknowledges octets never count as a difference.

Examples:
  bun lab diff captures/runs/A captures/runs/B        plain against TLS, for one
  bun lab diff a.pcapng b.pcapng --all                every message, with octets and times
  bun lab diff A B --ignore RST --ignore 'CONNACK.*'  what may differ`,
    )
    .action(async (a: string, b: string, options) => {
      const { diff } = await import("../diff/index.ts");
      process.exitCode = await diff(a, b, { ...options, lang: program.opts().lang });
    });

  shared(
    program
      .command("compare")
      .description("a real board's capture beside the lab's run: steps missing, steps more, and hints")
      .argument("<run>", "the lab's: a run's folder, or a capture")
      .argument("<capture>", "the real board's"),
  )
    .addOption(new Option("--board <name>", "which host of the capture is the board: its name or address"))
    .addHelpText(
      "after",
      `
The board is known by its role: who asks DHCP for an address, and calls 1883, 8883 or 8884.

Examples:
  bun lab compare captures/runs/A board.pcapng
  bun lab compare captures/runs/A board.pcapng --keylog board.keys --board 192.168.1.101`,
    )
    .action(async (run: string, capture: string, options) => {
      const { compareWithReal } = await import("../diff/index.ts");
      process.exitCode = await compareWithReal(run, capture, { ...options, lang: program.opts().lang });
    });
}

const shared = (command: Command): Command =>
  command
    .addOption(
      new Option("--ignore <what>", "what may differ: RST, CONNACK.*, DHCP, finding.*; may be repeated")
        .argParser(collected)
        .default([] as string[], "nothing"),
    )
    .option("--all", "every message of both, also those that are the same")
    .addOption(
      new Option(
        "--keylog <file>",
        "secrets of TLS sessions (NSS key log), beside those in the captures",
      ).env("SSLKEYLOGFILE"),
    )
    .option("--json", "one JSON object")
    .option("-q, --quiet", "only the exit code");
