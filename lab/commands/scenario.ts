// `bun lab scenario`: replays the boards, prints console and ladder, and leaves the capture.
import { type Command, Option } from "commander";
import { seconds, whole } from "./numbers.ts";

const collected = (value: string, before: readonly string[]): string[] => [...before, value];

export function register(program: Command): void {
  program
    .command("scenario")
    .description("replay the boards' sequences against local servers and record them")
    .argument("[name]", "which; without it, the list")
    .addOption(
      new Option("--board <names>", "which boards: nucleo, disco, or both; nucleo:10 for ten of them")
        .default("nucleo")
        .env("LAB_BOARD"),
    )
    .addOption(
      new Option("--tls <mode>", "port 1883, 8883 or 8884; by default as the settings say")
        .choices(["off", "server", "mutual"])
        .env("LAB_TLS"),
    )
    .addOption(
      new Option("--tls-version <version>", "1.2 or 1.3").choices(["1.2", "1.3"]).env("LAB_TLS_VERSION"),
    )
    .addOption(
      new Option("--qos <level>", "of what is published and subscribed to")
        .choices(["0", "1", "2"])
        .env("LAB_QOS"),
    )
    .addOption(
      new Option("--pace <pace>", "the original's waits, or shortened ones (fast, but by hand: real)")
        .choices(["fast", "real"])
        .env("LAB_PACE"),
    )
    .addOption(
      new Option("--story <story>", "visit: somebody publishes to the secret topic; alone: nobody does")
        .choices(["visit", "alone"])
        .default("visit")
        .env("LAB_STORY"),
    )
    .addOption(
      new Option(
        "--play [acts]",
        "what people do instead: LED commands and other texts for the secret topic, pull and plug for the\ncables, with commas between; without acts, by the keys of this terminal",
      ).env("LAB_PLAY"),
    )
    .option(
      "--view",
      "see it in the browser while it is played, and play there: button, cable, LEDs, faults; prints the address",
    )
    .option(
      "--real",
      "internet: the real one instead of the lab's; names whom it would contact, and asks first",
    )
    .option("--yes", "agrees to --real beforehand, where nobody can be asked")
    .option("--no-hold", "the button of a board in test mode is not held: normal mode")
    .addOption(
      new Option("--seed <number>", "of the random messages in test mode")
        .default(1)
        .argParser(whole)
        .env("LAB_SEED"),
    )
    .addOption(
      new Option("--repeat <times>", "run it several times, and compare how long each phase takes")
        .default(1)
        .argParser(whole)
        .env("LAB_REPEAT"),
    )
    .addOption(
      new Option("--network <kind>", "what carries the frames")
        .choices(["auto", "namespaces", "relay"])
        .default("auto")
        .env("LAB_NETWORK"),
    )
    .addOption(
      new Option("--servers <whose>", "the lab's own, or dnsmasq, chronyd and Mosquitto, each in a namespace")
        .choices(["embedded", "system"])
        .default("embedded")
        .env("LAB_SERVERS"),
    )
    .addOption(
      new Option("--settings <file>", "a board's settings, TOML; of several boards BOARD=FILE, repeated")
        .argParser(collected)
        .default([] as string[], "none")
        .env("LAB_SETTINGS"),
    )
    .addOption(
      new Option(
        "--set <table.key=value>",
        "one setting; may be repeated; BOARD.table.key=value for one board",
      )
        .argParser(collected)
        .default([] as string[], "none"),
    )
    .addOption(
      new Option(
        "--fault <name[=value]>",
        "what goes wrong besides, such as loss=20,delay=300; may be repeated; the list names them",
      )
        .argParser(collected)
        .default([] as string[], "none"),
    )
    .option("--no-secrets", "leave the TLS session's secrets out of the capture")
    .addOption(new Option("-w, --write <file>", "where the capture goes").env("LAB_WRITE"))
    .addOption(
      new Option("-o, --output <folder>", "where the run's folder goes (captures/runs)").env("LAB_OUTPUT"),
    )
    .addOption(new Option("--keylog <file>", "also write the session's secrets there").env("SSLKEYLOGFILE"))
    .option("--json", "one JSON object a line: events, packets, result")
    .option("-q, --quiet", "only where the capture lies")
    .addOption(
      new Option("--timeout <seconds>", "give up after (120, and what a test waits; by hand never)")
        .argParser(seconds)
        .env("LAB_TIMEOUT"),
    )
    .addHelpText(
      "after",
      `
Examples:
  bun lab scenario                                   what there is
  bun lab scenario intranet                          the default run: mutual TLS 1.2
  bun lab scenario intranet --tls off                the same in the clear
  bun lab scenario intranet --story alone            one ping, nobody publishes: the reference run
  bun lab scenario intranet --set mqtt.keepAlive=60 -w run.pcapng
  bun lab scenario intranet --servers system         real servers: dnsmasq, chronyd, Mosquitto
  bun lab scenario intranet --board disco            test mode: write and read times
  bun lab scenario intranet --board nucleo,disco --set disco.test.cycles=5
  bun lab scenario intranet --board nucleo:10        ten boards at once
  bun lab scenario intranet --play LD1OFF,pull,plug  a LED command; the cable, out and in
  bun lab scenario rogue-dhcp                        what can go wrong, one scenario each
  bun lab scenario intranet --fault loss=20,mtu=576  several faults at once; --seed decides whom they befall
  bun lab scenario internet                          the same behind a NAT router, with servers far away
  bun lab scenario intranet --play                   by hand: button, cable and LEDs on your keys
  bun lab scenario intranet --view                   the same in the browser, with the ladder as it grows`,
    )
    .action(async (name: string | undefined, options) => {
      const { scenario } = await import("../scenarios/index.ts");
      process.exitCode = await scenario(name, { ...options, lang: program.opts().lang });
    });
}
