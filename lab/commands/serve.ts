// `bun lab serve intranet`: the intranet's servers on a real interface, for a real board.
import { type Command, Option } from "commander";
import { whole } from "./numbers.ts";

export function register(program: Command): void {
  const serve = program
    .command("serve")
    .description("the intranet's servers on a real interface, for a real board")
    .helpCommand(false)
    .helpOption("--help", "what it does, with examples");
  serve
    .command("intranet")
    .description("DHCP, DNS, NTP and MQTT for a board on the bench; recorded, and told as it happens")
    .helpOption("--help", "what it does, with examples")
    .addOption(
      new Option("-i, --interface <name>", "the interface that the board is on")
        .makeOptionMandatory()
        .env("LAB_INTERFACE"),
    )
    .addOption(
      new Option("--subnet <network>", "the addresses: router .1, JORGE-PC .20, boards from .101")
        .default("192.168.1.0/24")
        .env("LAB_SUBNET"),
    )
    .option("--on-default-route", "though this machine's own traffic goes by that interface")
    .addOption(
      new Option("--pki <folder>", "the hierarchy, made there if there is none (the lab's own)").env(
        "LAB_SERVE_PKI",
      ),
    )
    .addOption(
      new Option("--tls-version <version>", "1.2 or 1.3 alone; by default what the board speaks")
        .choices(["1.2", "1.3"])
        .env("LAB_TLS_VERSION"),
    )
    .addOption(
      new Option(
        "--uart <file>",
        "the board's console: a serial device, or a file that is being written",
      ).env("LAB_UART"),
    )
    .addOption(
      new Option("--baud <bits>", "a second, of the serial device").default(115_200).argParser(whole),
    )
    .addOption(
      new Option("--topic <topic>", "where lines typed at this terminal are published")
        .default("[TEMA_SECRETO]")
        .env("LAB_TOPIC"),
    )
    .addOption(new Option("-w, --write <file>", "where the capture goes").env("LAB_WRITE"))
    .addOption(
      new Option("-o, --output <folder>", "where the run's folder goes (captures/runs)").env("LAB_OUTPUT"),
    )
    .option(
      "--keylog <file>",
      "keep the secrets of TLS sessions, there and in the capture; without it nowhere",
    )
    .option("--json", "one JSON object a line: packets, log lines, findings, result")
    .option("-q, --quiet", "only where the capture lies")
    .addHelpText(
      "after",
      `
Naming the interface is the consent to use it: it gets the addresses of router and JORGE-PC, and loses
them at the end. An interface on which somebody else leases addresses, or has these, is refused.

Examples:
  bun lab serve intranet -i eth1                          a board by its cable, until Ctrl-C
  bun lab serve intranet -i eth1 --uart /dev/ttyACM0      with its console, line by line between the packets
  bun lab serve intranet -i eth1 --subnet 192.168.7.0/24  where 192.168.1 is taken
  bun lab serve intranet -i eth1 --keylog keys.txt -w board.pcapng
  bun lab compare captures/runs/A board.pcapng            afterwards: the lab's run beside the board's`,
    )
    .action(async options => {
      const { serve: attend } = await import("../serve/index.ts");
      process.exitCode = await attend({ ...options, lang: program.opts().lang });
    });
}
