// `bun lab dhcp`: the lab, and DHCP's client, server, decoder and analyzer standing alone.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Report } from "../../protocols/dhcp/index.ts";
import { seconds } from "./numbers.ts";
import { registerLab, registerProtocol } from "./protocol.ts";

export function register(program: Command): void {
  const command = registerProtocol<Report>(
    program,
    "dhcp",
    "how a host comes to its address: the lab, client, server, captures",
    async () => {
      const [{ dhcp, analyzer }, { dhcpLines }] = await Promise.all([
        import("../../protocols/dhcp/index.ts"),
        import("../reports/dhcp.ts"),
      ]);
      return { protocol: dhcp, analyzer, lines: dhcpLines };
    },
    [new Option("--servers <addresses...>", "those that ought to answer here: any other is a rogue")],
  );
  registerLab(program, command, async () => (await import("../protocol-labs/dhcp.ts")).dhcpLab);
  registerAcquire(command);
  registerServe(command);
  command.addHelpText(
    "after",
    `
Examples:
  bun lab dhcp                                  a board gets, renews and returns its address
  bun lab dhcp acquire -i eth0 --release        what this network's server would lease
  bun lab dhcp serve -i eth1 --pool 192.168.1.101-192.168.1.199 --router 192.168.1.1
  bun lab dhcp analyze capture.pcapng           transactions, leases, findings`,
  );
}

function registerAcquire(command: Command): void {
  command
    .command("acquire")
    .description("ask for a lease on a real interface and print the exchange; configures nothing")
    .addOption(networkInterface())
    .option("--mac <address>", "as whom to ask (the interface's own)")
    .option("--hostname <name>", "the name to give")
    .option("--request <address>", "the address to ask for")
    .addOption(new Option("--lease <seconds>", "the lease time to ask for").argParser(whole))
    .option("--release", "give the address back at once")
    .option("--inform <address>", "having this address, only ask how to live in the network")
    .option("--rapid-commit", "take the first answer as final (RFC 4039)")
    .option("--broadcast", "ask for replies by broadcast")
    .option("--no-probe", "don't look by ARP whether the address is free (RFC 5227, 3 to 7 s)")
    .option("--apply", "configure the interface with what was leased")
    .option("--json", "one JSON object a line: messages, then the lease")
    .option("-q, --quiet", "only the lease")
    .addOption(
      new Option("--timeout <seconds>", "give up after").default(30).argParser(seconds).env("LAB_TIMEOUT"),
    )
    .addHelpText(
      "after",
      `
Examples:
  bun lab dhcp acquire -i eth0 --release            what this network's server would lease
  bun lab dhcp acquire -i eth0 -q --no-probe        only the lease, and at once
  bun lab dhcp acquire -i eth0 --mac 02:00:00:00:00:0a --hostname NUCLEO-H723ZG
  bun lab dhcp acquire -i eth0 --inform 192.168.1.20   with that address, only how to live here`,
    )
    .action(async options => {
      const { acquireOn } = await import("../dhcp/acquire.ts");
      process.exitCode = await acquireOn(options);
    });
}

function registerServe(command: Command): void {
  command
    .command("serve")
    .description("lease addresses on a real interface, until Ctrl-C")
    .addOption(networkInterface())
    .requiredOption("--pool <first-last>", "the addresses to lease: 192.168.1.101-192.168.1.199")
    .option("--router <address>", "the way out that clients are told")
    .option("--dns <address>", "DNS server; may be repeated", collect, [])
    .option("--ntp <address>", "NTP server; may be repeated", collect, [])
    .option("--domain <name>", "domain name")
    .option("--search <name>", "domain to complete names with; may be repeated", collect, [])
    .addOption(new Option("--lease <seconds>", "how long a lease lasts").default(86_400).argParser(whole))
    .option("--reserve <client=address>", "by MAC or identifier (id:…); may be repeated", collect, [])
    .option("--leases <file>", "where leases are kept; without it they end with the server")
    .addOption(
      new Option("--probe <milliseconds>", "look by ARP whether an address is free; 0: don't")
        .default(500)
        .argParser(whole),
    )
    .option("--authoritative", "also refuse addresses that it knows nothing of")
    .option("--rapid-commit", "lease in two messages where clients allow it")
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Examples:
  bun lab dhcp serve -i eth1 --pool 192.168.1.101-192.168.1.199 --router 192.168.1.1 --dns 192.168.1.1
  bun lab dhcp serve -i eth1 --pool 192.168.1.101-192.168.1.199 --lease 600 --leases leases.json
  bun lab dhcp serve -i eth1 --pool 192.168.1.101-192.168.1.199 --reserve 00:c0:df:24:ba:6b=192.168.1.50`,
    )
    .action(async options => {
      const { serveOn } = await import("../dhcp/serve.ts");
      process.exitCode = await serveOn(options);
    });
}

/** Naming it is the consent to use it. */
const networkInterface = (): Option =>
  new Option("-i, --interface <name>", "the interface: naming it permits its use").makeOptionMandatory();

const collect = (value: string, before: string[]): string[] => [...before, value];

function whole(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError("A whole number is expected.");
  return Number(text);
}
