// `bun lab …`: the commands, in the order one learns them, and how each of them fails.
import { Command, CommanderError, Option } from "commander";
import { exit, Failure } from "./failure.ts";
import { ending } from "./network/cleanup.ts";
import { useColour } from "./terminal.ts";
import { languageOf, languages } from "./words.ts";

// A process that starts over inside a namespace goes on counting from here.
process.env.LAB_STARTED ??= String(performance.timeOrigin);

const runs = () => import("./commands/diff.ts");
const tables = () => import("./commands/export.ts");

/** Each by its name. Only the one that is asked for is loaded: the whole lab takes a tenth of a second. */
const commands: Readonly<Record<string, () => Promise<{ register(program: Command): void }>>> = {
  scenario: () => import("./commands/scenario.ts"),
  serve: () => import("./commands/serve.ts"),
  dhcp: () => import("./commands/dhcp.ts"),
  dns: () => import("./commands/dns.ts"),
  ntp: () => import("./commands/ntp.ts"),
  tls: () => import("./commands/tls.ts"),
  mqtt: () => import("./commands/mqtt.ts"),
  inspect: () => import("./commands/inspect.ts"),
  view: () => import("./commands/view.ts"),
  analyze: () => import("./commands/analyze.ts"),
  report: () => import("./commands/report.ts"),
  diff: runs,
  compare: runs,
  export: tables,
  query: tables,
  capture: () => import("./commands/capture.ts"),
  pki: () => import("./commands/pki.ts"),
  bench: () => import("./commands/bench.ts"),
  exercise: () => import("./commands/exercise.ts"),
  doctor: () => import("./commands/doctor.ts"),
};

const program: Command = new Command("lab")
  .usage("COMMAND [OPTIONS]")
  .description(
    "A network protocol lab: a board crosses an intranet, from DHCP to MQTT over\n" +
      "TLS, on real frames; the capture is deciphered and explained, here and in\n" +
      "Wireshark.",
  )
  .helpOption("--help", "what a command does, with examples")
  .helpCommand(false)
  .addOption(
    new Option("--color <when>", "colour")
      .choices(["auto", "always", "never"])
      .default("auto")
      .env("LAB_COLOR"),
  )
  .addOption(
    new Option("--lang <language>", "what people read, in English or Spanish")
      .choices(languages)
      .default(languageOf(process.env))
      .env("LAB_LANG"),
  )
  .configureHelp({
    showGlobalOptions: true,
    // A protocol's own options, which are its lab's, are none of its subcommands'.
    visibleGlobalOptions: command => (command === program ? [] : [...program.options]),
  })
  .showSuggestionAfterError(true)
  .exitOverride()
  .hook("preAction", () => useColour(program.opts().color))
  .addHelpText(
    "after",
    `
Start here:
  bun lab doctor               what this machine can do
  bun lab scenario intranet    a board crosses the intranet: console, ladder, capture
  bun lab inspect FILE         a capture, packet by packet
  bun lab exercise             exercises, each from a run of your own
  bun lab --version            which lab this is`,
  );

const asked = process.argv.slice(2).find(word => Object.hasOwn(commands, word));
for (const load of asked === undefined ? new Set(Object.values(commands)) : [commands[asked]!])
  (await load()).register(program);
for (const command of program.commands)
  command.helpOption("--help", "what it does, with examples").exitOverride().showSuggestionAfterError(true);

try {
  if (process.argv.length <= 2) program.outputHelp();
  // As the first word only: behind a command it is that command's, the protocol's version for one.
  else if (process.argv[2] === "--version") console.log((await import("../package.json")).version);
  else await program.parseAsync();
} catch (error) {
  process.exitCode = failed(error);
}

/** Says why, in one sentence, and returns the exit code. */
function failed(error: unknown): number {
  // What fails after Ctrl-C fails because of it; the exit code is the signal's.
  if (ending.aborted) return exit.failed;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.usage;
  if (error instanceof Failure) {
    console.error(`lab: ${error.message}`);
    if (process.env.LAB_DEBUG) console.error(error.stack);
    return error.code;
  }
  console.error(
    `lab: this is a mistake of the lab itself: ${error instanceof Error ? error.message : error}`,
  );
  console.error(process.env.LAB_DEBUG ? (error as Error).stack : "lab: LAB_DEBUG=1 shows where it happened.");
  return exit.failed;
}
