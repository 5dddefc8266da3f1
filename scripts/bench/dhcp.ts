// The bench of the DHCP client: first to last frame of a lease in the capture, against udhcpc, both with dnsmasq.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Daemon, type Network, openNetwork } from "../../lab/network/index.ts";
import { protocols } from "../../lab/protocols.ts";
import { dhcp as protocol } from "../../protocols/dhcp/index.ts";
import { dissector } from "../../protocols/packet/index.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { lack, peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { median, table } from "./measure.ts";

const rounds = 15;
const program = fileURLToPath(new URL("./dhcp-host.ts", import.meta.url));

/** Each asks once for a lease and ends. */
const clients: Readonly<Record<string, (network: Network) => Promise<void>>> = {
  ours: async network => {
    const host = await network.host({ name: "board", program });
    await host.done;
  },
  udhcpc: async network => {
    const command = ["udhcpc", "-f", "-n", "-q", "-i", "eth0", "-s", "/bin/true"];
    const daemon = await network.daemon({ name: "board", command });
    const code = await daemon.exited;
    if (code !== 0) throw new Error(`udhcpc ended with ${code}: ${daemon.output}`);
  },
};

export const dhcp: Bench = {
  says: `a lease from dnsmasq, first to last frame, against udhcpc (${rounds} rounds; no ARP probes)`,
  async run() {
    for (const name of ["dnsmasq", "udhcpc"] as const) if (!peer(name)) throw new Error(lack(name));
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    try {
      const times = new Map(Object.keys(clients).map(name => [name, [] as number[]]));
      // The first round does not count: files are read from disk in it.
      for (let round = -1; round < rounds; round++)
        for (const [name, act] of Object.entries(clients)) {
          const milliseconds = await lease(join(folder, `${name}-${round}.pcapng`), act);
          if (round >= 0) times.get(name)!.push(milliseconds);
        }
      const [ours, udhcpc] = [median(times.get("ours")!), median(times.get("udhcpc")!)];
      const rows = [...times].map(([name, each]) => [
        ...[name, median(each), Math.min(...each), Math.max(...each)].map(one =>
          typeof one === "string" ? one : one.toFixed(3),
        ),
      ]);
      const text = `${table(["client", "median ms", "least", "most"], rows)}\n\nours / udhcpc: ${(ours / udhcpc).toFixed(2)}`;
      return { figures: { rounds, milliseconds: { ours, udhcpc }, ratio: ours / udhcpc }, text };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Milliseconds from the client's first frame to the server's last. */
async function lease(file: string, act: (network: Network) => Promise<void>): Promise<number> {
  const { network } = await openNetwork("namespaces");
  await using _closed = network;
  const recording = await network.record(file);
  await dnsmasq(network);
  await act(network);
  await recording.stop();
  const { packet: dissect } = dissector(protocols());
  const times: bigint[] = [];
  for (const frame of fileFrames(file, () => {})) {
    const packet = dissect(frame);
    if (packet.layer(protocol)) times.push(packet.time);
  }
  if (times.length < 4) throw new Error(`${times.length} DHCP frames in ${file}, where a lease has four`);
  const sorted = times.toSorted((a, b) => Number(a - b));
  return Number(sorted.at(-1)! - sorted[0]!) / 1e6;
}

async function dnsmasq(network: Network): Promise<Daemon> {
  const daemon = await network.daemon({
    name: "router",
    configuration: { address: "192.168.1.1", prefix: 24 },
    command: [
      ...["dnsmasq", "--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null", "--port=0"],
      ...["--no-ping", "--user=root", "--pid-file=", "--interface=eth0", "--dhcp-leasefile=/dev/null"],
      "--dhcp-range=192.168.1.101,192.168.1.199,255.255.255.0,1h",
    ],
  });
  for await (const _ of daemon.lines) if (daemon.output.includes("DHCP, IP range")) return daemon;
  throw new Error(`dnsmasq did not start: ${daemon.output}`);
}
