// The bench of the inspector: whole processes on the same file: packet list, JSON, display filters, against tshark and tcpdump.
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../imports.ts";
import { peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { median, table } from "./measure.ts";
import { repeat } from "./repeated.ts";
import { record } from "./traffic.ts";

const packets = 200_000;
const rounds = 3;

/** Five questions: an address, a port, and one of each protocol. */
const filters = [
  "ip.addr == 192.168.1.20",
  "tcp.port == 443",
  'dns.qry.name contains "google"',
  "tls.handshake.type == 1",
  'mqtt.topic == "foo"',
] as const;

/** Public captures, merged, where there are some; else traffic of our own making. */
const mix = join(root, "../shared/corpus/mix.pcap");

interface Task {
  readonly what: string;
  readonly ours: readonly string[];
  readonly tshark: readonly string[];
  readonly tcpdump?: readonly string[];
}

export const inspect: Bench = {
  says: `a capture of ${packets} packets listed, filtered and written as JSON by whole processes, against tshark and tcpdump`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const path = join(folder, "long.pcapng");
    const short = join(folder, "short.pcapng");
    try {
      const made = existsSync(mix);
      if (made) {
        repeat(mix, packets, path);
        repeat(mix, 4, short);
      } else {
        record(path, packets, 1);
        record(short, 4, 1);
      }
      const tasks: Task[] = [
        { what: "four packets", ours: [short], tshark: ["-n", "-r", short], tcpdump: ["-n", "-r", short] },
        { what: "packet list", ours: [path], tshark: ["-n", "-r", path], tcpdump: ["-n", "-r", path] },
        ...filters.map(text => ({
          what: text,
          ours: [path, "-Y", text],
          tshark: ["-n", "-r", path, "-Y", text],
        })),
        { what: "JSON", ours: [path, "-T", "json"], tshark: ["-n", "-r", path, "-T", "json"] },
      ];
      const rows = tasks.map(measured);
      return {
        figures: { packets, octets: statSync(path).size, corpus: made, rows },
        text: words(statSync(path).size, made, rows),
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

interface Row {
  readonly what: string;
  /** Milliseconds, and lines printed. */
  readonly ours: number;
  readonly tshark: number | undefined;
  readonly tcpdump: number | undefined;
}

/** In turn, so that what else the machine does meets all alike; JSON, which takes long, once. */
function measured({ what, ours, tshark, tcpdump }: Task): Row {
  const commands = {
    ours: [process.execPath, join(root, "lab/index.ts"), "inspect", ...ours],
    tshark: peer("tshark") && [peer("tshark")!, ...tshark],
    tcpdump: tcpdump && peer("tcpdump") ? [peer("tcpdump")!, ...tcpdump] : undefined,
  };
  const times = new Map<string, number[]>(Object.keys(commands).map(name => [name, []]));
  for (let round = 0; round < (what === "JSON" ? 1 : rounds); round++)
    for (const [name, command] of Object.entries(commands))
      if (command) times.get(name)!.push(timeOf(command));
  const of = (name: string) => (times.get(name)!.length > 0 ? median(times.get(name)!) : undefined);
  return { what, ours: of("ours")!, tshark: of("tshark"), tcpdump: of("tcpdump") };
}

function timeOf(command: readonly string[]): number {
  const start = performance.now();
  const { success, stderr } = Bun.spawnSync([...command], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const took = performance.now() - start;
  if (!success) throw new Error(`${command.join(" ")} failed: ${stderr}`);
  return took;
}

function words(octets: number, made: boolean, rows: readonly Row[]): string {
  const seconds = (milliseconds: number | undefined) =>
    milliseconds === undefined ? "" : `${(milliseconds / 1000).toFixed(2)} s`;
  const times = (other: number | undefined, ours: number) =>
    other === undefined ? "" : `${(other / ours).toFixed(1)} ×`;
  return [
    `${packets.toLocaleString("en")} packets, ${(octets / 1e6).toFixed(1)} MB (${made ? "public captures, repeated" : "the lab's own traffic"}); whole processes`,
    "",
    table(
      ["", "ours", "tshark", "tcpdump -n", "tshark's speed", "tcpdump's"],
      rows.map(({ what, ours, tshark, tcpdump }) => [
        what,
        seconds(ours),
        seconds(tshark),
        seconds(tcpdump),
        times(tshark, ours),
        times(tcpdump, ours),
      ]),
    ),
  ].join("\n");
}
