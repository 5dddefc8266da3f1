// `bun lab scenario`: replays the boards, prints console and ladder, and leaves the capture.
import { type Command, Option } from "commander";
import { seconds } from "./numbers.ts";

export function register(program: Command): void {
  program
    .command("scenario")
    .description("replay the boards' sequences against local servers and record them")
    .argument("[name]", "which; without it, the list")
    .addOption(
      new Option("--board <name>", "which board").choices(["nucleo"]).default("nucleo").env("LAB_BOARD"),
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
      new Option("--pace <pace>", "the original's waits, or shortened ones")
        .choices(["fast", "real"])
        .default("fast")
        .env("LAB_PACE"),
    )
    .addOption(
      new Option("--story <story>", "visit: somebody publishes to the secret topic; alone: nobody does")
        .choices(["visit", "alone"])
        .default("visit")
        .env("LAB_STORY"),
    )
    .addOption(
      new Option("--network <kind>", "what carries the frames")
        .choices(["auto", "namespaces", "relay"])
        .default("auto")
        .env("LAB_NETWORK"),
    )
    .addOption(new Option("--settings <file>", "the board's settings, TOML").env("LAB_SETTINGS"))
    .addOption(
      new Option("--set <table.key=value>", "one setting; may be repeated")
        .argParser((value: string, before: string[]) => [...before, value])
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
      new Option("--timeout <seconds>", "give up after").default(120).argParser(seconds).env("LAB_TIMEOUT"),
    )
    .addHelpText(
      "after",
      `
Examples:
  bun lab scenario                                   what there is
  bun lab scenario intranet                          the default run: mutual TLS 1.2
  bun lab scenario intranet --tls off                the same in the clear
  bun lab scenario intranet --story alone            one ping, nobody publishes: the reference run
  bun lab scenario intranet --set mqtt.keepAlive=60 -w run.pcapng`,
    )
    .action(async (name: string | undefined, options) => {
      const { scenario } = await import("../scenarios/index.ts");
      process.exitCode = await scenario(name, { ...options, lang: program.opts().lang });
    });
}
