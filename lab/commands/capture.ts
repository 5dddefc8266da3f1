// `bun lab capture`: records a person's interface, with the flags of tshark and dumpcap.
import { type Command, InvalidArgumentError, Option } from "commander";
import { usage } from "../failure.ts";
import { whole } from "./numbers.ts";

export function register(program: Command): void {
  program
    .command("capture")
    .description("record an interface of this machine, through libpcap")
    .option("-i, --interface <name>", "the interface: its name, or its number in -D's list")
    .option("-D, --list-interfaces", "what can be recorded")
    .option("-w, --write <file>", "the capture (pcapng); - for standard output; without it the list is shown")
    .option("-f, --filter <bpf>", "only these frames, in BPF's language: udp port 53", "")
    .addOption(new Option("-c, --count <packets>", "stop after so many").argParser(whole))
    .addOption(
      new Option(
        "-a, --autostop <condition>",
        "stop by duration:SECONDS, filesize:KB, files:N, packets:N; may be repeated",
      )
        .argParser(gathered)
        .default([] as Condition[], "none"),
    )
    .addOption(
      new Option(
        "-b, --ring-buffer <condition>",
        "next file by duration:SECONDS, filesize:KB, packets:N; keep files:N; may be repeated",
      )
        .argParser(gathered)
        .default([] as Condition[], "none"),
    )
    .addOption(
      new Option("-s, --snapshot-length <octets>", "the most that is kept of a frame")
        .argParser(whole)
        .default(262_144),
    )
    .addOption(new Option("-B, --buffer-size <MiB>", "the kernel's buffer").argParser(whole).default(16))
    .option("-p, --no-promiscuous-mode", "only frames that are for this machine")
    .option("-P, --print", "show the list though it is written too")
    .addOption(
      new Option("--keylog <file>", "secrets of TLS sessions, to decipher what is shown").env(
        "SSLKEYLOGFILE",
      ),
    )
    .option("-q, --quiet", "no notices")
    .option("--json", "-D as JSON, one object a line")
    .addHelpText(
      "after",
      `
Examples:
  bun lab capture -D                                     the interfaces
  bun lab capture -i eth0 -f "udp port 53"               DNS as it passes
  bun lab capture -i eth0 -w day.pcapng -b filesize:100000 -b files:10
                                                         the last gigabyte
  bun lab capture -i eth0 -w - | bun lab inspect -       through a pipe

Naming the interface is the consent to record it: record only where you may.`,
    )
    .action(async options => {
      const { capture, interfaceNamed, listInterfaces } = await import("../capture/index.ts");
      if (options.listInterfaces) return listInterfaces(options.json === true);
      if (!options.interface) throw usage("name the interface by -i; bun lab capture -D lists them.");
      const { duration, filesize, files, packets } = asked(options.autostop);
      const ring = asked(options.ringBuffer);
      process.exitCode = await capture({
        ...options,
        interface: interfaceNamed(options.interface),
        snapLength: options.snapshotLength,
        promiscuous: options.promiscuousMode,
        buffer: options.bufferSize,
        print: options.print === true,
        quiet: options.quiet === true,
        ...((options.count ?? packets) !== undefined && { count: options.count ?? packets }),
        stop: {
          ...(duration !== undefined && { seconds: duration }),
          ...(filesize !== undefined && { octets: filesize * 1000 }),
          ...(files !== undefined && { files }),
        },
        ring: {
          ...(ring.duration !== undefined && { seconds: ring.duration }),
          ...(ring.filesize !== undefined && { octets: ring.filesize * 1000 }),
          ...(ring.packets !== undefined && { frames: ring.packets }),
          ...(ring.files !== undefined && { files: ring.files }),
        },
      });
    });
}

const kinds = ["duration", "filesize", "files", "packets"] as const;
type Condition = readonly [kind: (typeof kinds)[number], amount: number];

/** "duration:10", one more. */
function gathered(text: string, before: readonly Condition[]): Condition[] {
  const [, kind, amount] = /^(\w+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  const known = kinds.find(one => one === kind);
  if (!known || !(Number(amount) > 0))
    throw new InvalidArgumentError(
      `${text} is no condition: duration:SECONDS, filesize:KB, files:N, packets:N.`,
    );
  return [...before, [known, Number(amount)]];
}

const asked = (conditions: readonly Condition[]): Partial<Record<Condition[0], number>> =>
  Object.fromEntries(conditions);
