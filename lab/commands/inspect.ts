// `bun lab inspect`: a capture as a packet list, or one packet as a tree and octets.
import { type Command, Option } from "commander";
import { usage } from "../failure.ts";
import { decodeAs, keylog } from "./captures.ts";
import { whole } from "./numbers.ts";

const forms = ["pdml", "json", "ek", "fields"] as const;

export function register(program: Command): void {
  program
    .command("inspect")
    .description("show a capture: the packet list, or a packet's tree and octets")
    .argument("<file>", "pcapng or pcap; - for standard input")
    .addOption(new Option("-n, --number <packet>", "only this packet").argParser(whole))
    .addOption(new Option("-c, --count <packets>", "stop after so many").argParser(whole))
    .option(
      "-Y, --display-filter <filter>",
      "only packets that it selects, in Wireshark's language: dns.time > 0.1",
    )
    .addOption(
      new Option(
        "-z, --statistics <what>",
        "in place of the list: conv,tcp io,stat,0.5 follow,tls,ascii,0 expert …; may be repeated, help lists them",
      )
        .argParser(collect)
        .default([] as string[], "none"),
    )
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
    .addOption(decodeAs())
    .addOption(keylog())
    .option("--names", "host names of the capture in place of addresses")
    .option("--comments", "the comments of each packet below it")
    .option(
      "--explain",
      "with -V: what each field means, and which standard says so; alone: how the keys of each TLS session came about, and what sealed each record",
    )
    .option("--json", "one JSON object a packet and line")
    .addOption(
      new Option("-T, --form <form>", "every field by Wireshark's names, in tshark's forms").choices(forms),
    )
    .addOption(
      new Option("-e, --field <name>", "with -T fields, json, ek: only this field: ip.src; may be repeated")
        .argParser(collect)
        .default([] as string[], "none"),
    )
    .addOption(
      new Option("-E, --setting <name=value>", "of -T fields: header=y, separator=,, quote=d, occurrence=f …")
        .argParser(collect)
        .default([] as string[], "none"),
    )
    .option("-2, --two-passes", "with -T: read twice, so that packets know of those after them")
    .addHelpText(
      "after",
      `
Examples:
  bun lab inspect run.pcapng                  the packet list
  bun lab inspect run.pcapng -n 16 -V -x      packet 16: tree and octets
  bun lab inspect run.pcapng -Y 'mqtt.topic contains "door" and ip.src == 192.168.1.0/24'
  bun lab inspect run.pcapng -z conv,tcp -z expert
  bun lab inspect run.pcapng -z follow,tls,ascii,0
  bun lab inspect run.pcapng --keylog keys    deciphered with a key log
  bun lab inspect run.pcapng -T fields -e frame.number -e ip.src
  tcpdump -w - … | bun lab inspect -          a pipe`,
    )
    .action(async (file: string, options) => {
      if (options.explain && !options.details) {
        const { explainSessions } = await import("../inspect/schedule.ts");
        process.exitCode = await explainSessions(file, { ...options, lang: program.opts().lang });
        return;
      }
      if (options.form) {
        const { inspectForm } = await import("../inspect/form.ts");
        process.exitCode = await inspectForm(file, options);
        return;
      }
      if (options.field.length + options.setting.length > 0 || options.twoPasses)
        throw usage("-e, -E and -2 belong to -T: add -T fields, or pdml, json, ek.");
      if (options.statistics.length > 0) {
        const { statistics } = await import("../statistics/run.ts");
        process.exitCode = await statistics(file, options.statistics, {
          ...options,
          filter: options.displayFilter,
          language: program.opts().lang,
        });
        return;
      }
      const { details, octets, json, names, comments, number, displayFilter } = options;
      const { isPlain, listPlain } = await import("../inspect/plain.ts");
      if (isPlain() && ![details, octets, json, names, comments, number, displayFilter].some(Boolean)) {
        process.exitCode = await listPlain(file, options);
        return;
      }
      const { inspect } = await import("../inspect/index.ts");
      process.exitCode = await inspect(file, {
        ...options,
        filter: options.displayFilter,
        lang: program.opts().lang,
      });
    });
}

const collect = (value: string, before: string[]): string[] => [...before, value];
