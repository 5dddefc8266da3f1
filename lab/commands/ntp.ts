// `bun lab ntp`: the lab, and NTP's client, server, decoder and analyzer standing alone.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Report } from "../../protocols/ntp/index.ts";
import { registerLab, registerProtocol } from "./protocol.ts";

export function register(program: Command): void {
  const command = registerProtocol<Report>(
    program,
    "ntp",
    "what time it is, and how sure one can be: the lab, client, server, captures",
    async () => {
      const [{ ntp, analyzer }, { ntpLines }] = await Promise.all([
        import("../../protocols/ntp/index.ts"),
        import("../reports/ntp.ts"),
      ]);
      return { protocol: ntp, analyzer, lines: ntpLines };
    },
  );
  registerLab(program, command, async () => (await import("../protocol-labs/ntp.ts")).ntpLab());
  registerQuery(program, command);
  registerServe(command);
  command.addHelpText(
    "after",
    `
Examples:
  bun lab ntp                                     two boards set their clocks
  bun lab ntp query pool.ntp.org --samples 4 -v   how far this clock is off
  bun lab ntp serve -p 12300 --ahead 3 --drift 200   a clock that is wrong
  bun lab ntp analyze capture.pcapng              offset, delay and dispersion`,
  );
}

function registerQuery(program: Command, command: Command): void {
  command
    .command("query")
    .description("how far this machine's clock is off; sets no clock")
    .argument("<server>", "name or address: naming it permits asking it")
    .addOption(new Option("-p, --port <port>", "the server's").default(123).argParser(within(1, 65535)))
    .addOption(
      new Option("--samples <n>", "compare so often, the least delay counts")
        .default(1)
        .argParser(within(1, 100)),
    )
    .addOption(
      new Option("--pause <seconds>", "between samples; servers refuse who asks more often")
        .default(2)
        .argParser(decimal(0, 3600)),
    )
    .addOption(new Option("-V, --version <version>", "of NTP: 3 or 4").default(4).argParser(within(3, 4)))
    .option("--keys <file>", "symmetric keys, as ntpd's or chronyd's file has them")
    .addOption(
      new Option("--key <number>", "the key to sign with; a reply without it is none").argParser(
        within(1, 65535),
      ),
    )
    .addOption(
      new Option("--zone <zone>", "hours from GMT, or Europe/Madrid; this machine's").argParser(zone),
    )
    .option("--plain", "send this clock's time, not a random number in its place")
    .option("-v, --verbose", "the four times of each sample, and what is computed from them")
    .option("--json", "one object")
    .addOption(
      new Option("--timeout <seconds>", "give up after")
        .default(60)
        .argParser(decimal(0.001, 86_400))
        .env("LAB_TIMEOUT"),
    )
    .addHelpText(
      "after",
      `
Examples:
  bun lab ntp query pool.ntp.org                       how far this clock is off
  bun lab ntp query 192.168.1.20 --samples 4 -v        four times of each sample, explained
  bun lab ntp query 192.168.1.20 --zone Europe/Madrid  the time there, in that zone
  bun lab ntp query 192.168.1.20 --version 3 --keys ntp.keys --key 1`,
    )
    .action(async (server: string, options) => {
      const { queryServer } = await import("../ntp/query.ts");
      process.exitCode = await queryServer(server, { ...options, lang: program.opts().lang });
    });
}

function registerServe(command: Command): void {
  command
    .command("serve")
    .description("tell the time of this machine, or a wrong one, until Ctrl-C")
    .addOption(new Option("-p, --port <port>", "0: a free one").default(123).argParser(within(0, 65535)))
    .option("--address <address>", "the local address", "0.0.0.0")
    .addOption(
      new Option("--stratum <n>", "1: set by a reference clock").default(1).argParser(within(0, 255)),
    )
    .option("--reference <id>", "what it is set by: letters, or an address from stratum 2 on", "LOCL")
    .addOption(
      new Option("--leap <n>", "1: a second more today, 2: one less, 3: not set")
        .default(0)
        .argParser(within(0, 3)),
    )
    .addOption(new Option("--root-delay <seconds>", "to the reference clock").argParser(decimal(0, 65_535)))
    .addOption(
      new Option("--root-dispersion <seconds>", "how far off it may be").argParser(decimal(0, 65_535)),
    )
    .addOption(
      new Option("--ahead <seconds>", "wrong from the start; negative: behind").argParser(
        decimal(-1e10, 1e10),
      ),
    )
    .addOption(
      new Option("--drift <ppm>", "parts in a million that it is too fast").argParser(decimal(-1e6, 1e6)),
    )
    .addOption(
      new Option("--step <seconds@after>", "a jump: 3600@10 after ten seconds; may be repeated")
        .argParser(step)
        .default([], "none"),
    )
    .addOption(
      new Option("--rate <seconds>", "refuse who asks more often (RATE)").argParser(decimal(0.001, 131_072)),
    )
    .addOption(
      new Option("--burst <n>", "requests that may come at once").default(8).argParser(within(1, 10_000)),
    )
    .option("--kiss <code>", "refuse everybody: RATE, DENY, RSTR")
    .option("--keys <file>", "sign replies to signed requests")
    .option("--keys-only", "be silent to requests that are not signed")
    .option("--broadcast <address>", "call the time out to that address")
    .addOption(
      new Option("--interval <seconds>", "between calls").default(64).argParser(decimal(0.01, 131_072)),
    )
    .addOption(new Option("--broadcast-key <number>", "sign calls with it").argParser(within(1, 65535)))
    .option("--control", "answer ntpq, which reads variables")
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Examples:
  bun lab ntp serve -p 12300                              this machine's time
  bun lab ntp serve -p 12300 --ahead 3 --drift 200        three seconds ahead, and gaining
  bun lab ntp serve -p 12300 --step 3600@60               an hour more after a minute
  bun lab ntp serve -p 12300 --rate 2 --burst 4           who asks too often is refused (RATE)
  bun lab ntp serve -p 12300 --keys ntp.keys --keys-only  only for who has a key`,
    )
    .action(async ({ step: steps, ...options }) => {
      const { serveTime } = await import("../ntp/serve.ts");
      process.exitCode = await serveTime({ ...options, steps });
    });
}

const decimal =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= most))
      throw new InvalidArgumentError(`A number from ${least} to ${most} is expected.`);
    return value;
  };

const within =
  (least: number, most: number) =>
  (text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`A whole number from ${least} to ${most} is expected.`);
    return Number(text);
  };

function zone(text: string): number | string {
  if (/^[+-]?\d{1,2}$/.test(text) && Math.abs(Number(text)) <= 14) return Number(text);
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return text;
  } catch {
    throw new InvalidArgumentError("Whole hours from GMT are expected, or a zone such as Europe/Madrid.");
  }
}

function step(text: string, before: { after: number; by: number }[]) {
  const [, by, after] = /^([+-]?\d+(?:\.\d+)?)@(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (by === undefined || after === undefined)
    throw new InvalidArgumentError("Seconds and when are expected, such as 3600@10.");
  return [...before, { after: Number(after), by: Number(by) }];
}
