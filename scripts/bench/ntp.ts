// The bench of the NTP client: how sure it is of a clock of the same machine, against ntpdig.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Network } from "../../lab/network/index.ts";
import { Namespaces } from "../../lab/network/namespaces.ts";
import { probe } from "../../lab/network/probe.ts";
import { root } from "../imports.ts";
import { lack, peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { median, table } from "./measure.ts";

const rounds = 15;
const pc = { address: "192.168.1.20", prefix: 24 };
const board = { address: "192.168.1.101", prefix: 24 };

/** In seconds. */
interface Measured {
  readonly offset: number;
  readonly error: number;
}

export const ntp: Bench = {
  says: "a clock of the same machine, served by chronyd, measured by our client and by ntpdig",
  async run() {
    const { namespaces } = await probe();
    const closed =
      namespaces.ok && namespaces.how === "root" ? undefined : "namespaces take root's rights here";
    const missing = (["chronyd", "ntpdig"] as const).filter(name => !peer(name)).map(lack);
    const why = closed ?? missing[0];
    if (why) return { figures: { skipped: why }, text: `skipped: ${why}` };
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    try {
      await using network = new Namespaces();
      return told(await compare(network, folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

type Compared = Record<"ours" | "ntpdig", Measured[]>;

/** In turns, a process each; the first of each does not count. */
async function compare(network: Network, folder: string): Promise<Compared> {
  // `-x`: it never touches the machine's clock.
  await network.daemon({
    name: "pc",
    configuration: pc,
    command: [peer("chronyd")!, "-x", "-d", "-u", "root", "-L", "0", "cmdport 0", "bindcmdaddress /"].concat(
      `pidfile ${join(folder, "pid")}`,
      "local stratum 3",
      "allow all",
    ),
  });
  const all: Compared = { ours: [], ntpdig: [] };
  for (let round = -1; round < rounds; round++)
    for (const [name, command] of Object.entries(commands) as [keyof Compared, string[]][]) {
      const daemon = await network.daemon({ name: `${name}${round}`, configuration: board, command });
      const code = await daemon.exited;
      if (code !== 0) throw new Error(`${name} could not measure: ${daemon.output}`);
      const { offset, error, precision } = JSON.parse(daemon.output);
      if (round >= 0) all[name].push({ offset: Math.abs(offset), error: error ?? precision });
      await daemon.stop();
    }
  return all;
}

const commands = {
  ours: [process.execPath, join(root, "lab/index.ts"), "ntp", "query", pc.address, "--json"],
  ntpdig: [peer("ntpdig") ?? "ntpdig", "-j", pc.address],
};

function told(all: Compared) {
  const summary = (some: readonly Measured[]) => ({
    error: median(some.map(one => one.error)),
    offset: median(some.map(one => one.offset)),
    within: some.filter(one => one.offset <= one.error).length,
  });
  const [ours, ntpdig] = [summary(all.ours), summary(all.ntpdig)];
  const microseconds = (seconds: number) => `${(seconds * 1e6).toFixed(0)} µs`;
  const line = (name: string, { error, offset, within }: typeof ours) => [
    name,
    microseconds(error),
    (error / ntpdig.error).toFixed(2),
    microseconds(offset),
    `${within}/${rounds}`,
  ];
  return {
    figures: { rounds, ours, ntpdig },
    text: [
      `${rounds} rounds of one sample each, a process each; the true offset is 0`,
      "",
      table(
        ["", "stated error", "to ntpdig's", "offset", "0 within it"],
        [line("bun lab ntp query", ours), line("ntpdig", ntpdig)],
      ),
    ].join("\n"),
  };
}
