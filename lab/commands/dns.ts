// `bun lab dns`: the lab, and DNS's client, server, decoder and analyzer standing alone.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Report } from "../../protocols/dns/index.ts";
import { seconds } from "./numbers.ts";
import { registerLab, registerProtocol } from "./protocol.ts";

export function register(program: Command): void {
  const command = registerProtocol<Report>(
    program,
    "dns",
    "what a name stands for: the lab, client, server, captures",
    async () => {
      const [{ dns, analyzer }, { dnsLines }] = await Promise.all([
        import("../../protocols/dns/index.ts"),
        import("../reports/dns.ts"),
      ]);
      return { protocol: dns, analyzer, lines: dnsLines };
    },
  );
  registerLab(program, command, async () => (await import("../protocol-labs/dns.ts")).dnsLab);
  registerQuery(command);
  registerServe(command);
  command.addHelpText(
    "after",
    `
Examples:
  bun lab dns                                        a name found from the root down, by a resolver over several hosts
  bun lab dns query mqtt.lan @192.168.1.1            everything that server answers, as dig prints it
  bun lab dns query test.mosquitto.org +trace        from the lab's own root down
  bun lab dns serve lan=lan.zone -p 5353             a zone from a master file
  bun lab dns analyze capture.pcapng                 questions, answers, findings`,
  );
}

function registerQuery(command: Command): void {
  command
    .command("query")
    .description("ask a server, in dig's manner; naming it permits asking it")
    .argument("[words...]", "NAME [TYPE] [CLASS] @SERVER [+options]")
    .option("-x, --reverse <address>", "the name of an address")
    .option("-t, --type <type>", "the type: A, AAAA, MX, TYPE65280 …")
    .option("-c, --class <class>", "the class: IN, CH, HS, ANY")
    .addOption(new Option("-p, --port <port>", "the server's port").default(53).argParser(port))
    .option("--json", "JSON after RFC 8427, one object a line")
    .addOption(
      new Option("--network <kind>", "what carries the frames of +trace without a server")
        .choices(["auto", "namespaces", "relay"])
        .env("LAB_NETWORK"),
    )
    .addOption(new Option("--timeout <seconds>", "give up after").argParser(seconds).env("LAB_TIMEOUT"))
    .addHelpText(
      "after",
      `
Options with +, each with a +no… of its own:
  +short            only the data of the answers        +trace          from the root down
  +tcp              by TCP from the start               +ignore         leave cut answers cut
  +dnssec           signatures too                      +nsid           which server it is
  +cookie[=HEX]     with a cookie                       +subnet=NET/N   as if from there
  +bufsize=N        octets that UDP may bring           +edns[=V]       EDNS, its version
  +recurse +adflag +cdflag                              flags of the question
  +time=S +tries=N  how long, how often                 +search +domain=NAME
  +all +cmd +comments +question +answer +authority +additional +stats   what is printed

Examples:
  bun lab dns query jorge-pc.lan @192.168.1.1
  bun lab dns query lan MX @192.168.1.1 +noall +answer
  bun lab dns query -x 192.168.1.20 @192.168.1.1 +short
  bun lab dns query lan AXFR @192.168.1.1
  bun lab dns query test.mosquitto.org +trace`,
    )
    .action(async (words: string[], options) => {
      const { query } = await import("../dns/query.ts");
      process.exitCode = await query(words, options);
    });
}

function registerServe(command: Command): void {
  command
    .command("serve")
    .description("serve zones from master files, or find names out from the root down, until Ctrl-C")
    .argument("[files...]", "master files: FILE, or ORIGIN=FILE for one that does not say its origin")
    .option("-a, --address <address>", "where to listen", "127.0.0.1")
    .addOption(new Option("-p, --port <port>", "UDP and TCP port").default(53).argParser(port))
    .option("--root <address>", "resolve recursively, from this root server; may be repeated", collect, [])
    .option("--hints <file>", "the same, from a file of root hints")
    .option("--allow-transfer <address>", "who may have whole zones, or all; may be repeated", collect, [])
    .option("--nsid <name>", "what it calls itself for who asks (RFC 5001)")
    .option("-q, --quiet", "no line for each answer")
    .addHelpText(
      "after",
      `
Examples:
  bun lab dns serve lan=lan.zone -p 5353
  bun lab dns serve lan.zone 168.192.in-addr.arpa=reverse.zone -a 192.168.1.1 --allow-transfer 192.168.1.2
  bun lab dns serve --hints root.hints -p 5353`,
    )
    .action(async (files: string[], options) => {
      const { serveZones } = await import("../dns/serve.ts");
      process.exitCode = await serveZones({ ...options, files });
    });
}

const collect = (value: string, before: string[]): string[] => [...before, value];

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 0xffff)
    throw new InvalidArgumentError("A port from 0 to 65535 is expected.");
  return Number(text);
}
