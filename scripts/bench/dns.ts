// The bench of the DNS client: first to last frame of an answer that the resolver has to find out, against dig.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nameServers, prefix, roots } from "../../lab/dns/internet.ts";
import { type Network, openNetwork } from "../../lab/network/index.ts";
import { protocols } from "../../lab/protocols.ts";
import { Folder, unbound } from "../../lab/servers/dns-peers.ts";
import { dns as protocol } from "../../protocols/dns/index.ts";
import { colons } from "../../protocols/ethernet/address.ts";
import { ethernet } from "../../protocols/ethernet/index.ts";
import { dissector } from "../../protocols/packet/index.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { lack, peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { median, table } from "./measure.ts";

const rounds = 25;
const resolver = "10.0.5.1";
const program = fileURLToPath(new URL("./dns-host.ts", import.meta.url));
const serving = fileURLToPath(new URL("../../lab/servers/dns.ts", import.meta.url));

interface Client {
  readonly mac: string;
  readonly configuration: { readonly address: string; readonly prefix: number };
}

/** Each asks for one name, from a host of its own, and ends. */
const clients: Readonly<Record<string, (network: Network, name: string, client: Client) => Promise<void>>> = {
  async ours(network, name, client) {
    const settings = { name, server: resolver };
    await using host = await network.host({ ...client, name: `ours ${name}`, program, settings });
    await host.done;
  },
  async dig(network, name, client) {
    const command = ["dig", `@${resolver}`, name, "+tries=1"];
    await using daemon = await network.daemon({ ...client, name: `dig ${name}`, command });
    const code = await daemon.exited;
    if (code !== 0 || !daemon.output.includes("status: NOERROR"))
      throw new Error(`dig ended with ${code}: ${daemon.output}`);
  },
};

export const dns: Bench = {
  says: `an uncached answer through Unbound, first to last frame, against dig (${rounds} rounds)`,
  async run() {
    for (const name of ["unbound", "dig"] as const) if (!peer(name)) throw new Error(lack(name));
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    try {
      const times = await measured(join(folder, "bench.pcapng"));
      const [ours, dig] = [median(times.get("ours")!), median(times.get("dig")!)];
      const rows = [...times].map(([name, each]) => [
        name,
        ...[median(each), Math.min(...each), Math.max(...each)].map(one => one.toFixed(3)),
      ]);
      const text = `${table(["client", "median ms", "least", "most"], rows)}\n\nours / dig: ${(ours / dig).toFixed(2)}`;
      return { figures: { rounds, milliseconds: { ours, dig }, ratio: ours / dig }, text };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Milliseconds of each client's rounds. Every name is a new one, so that the resolver has to ask for it. */
async function measured(file: string): Promise<Map<string, number[]>> {
  using folder = new Folder();
  const { network } = await openNetwork("namespaces");
  await using _closed = network;
  for (const { host, address, plan } of nameServers) {
    const running = await network.host({
      ...{ name: host, configuration: { address, prefix }, program: serving, settings: plan },
    });
    for await (const message of running.messages) if (message.kind === "ready") break;
  }
  await unbound(
    network,
    folder,
    { name: "resolver", configuration: { address: resolver, prefix } },
    roots[0]!.address,
  );
  const recording = await network.record(file);
  const macs = new Map<string, string>();
  // The first rounds do not count: files are read from disk in them, and the resolver learns where the zone is.
  for (let round = -2; round < rounds; round++)
    for (const [i, [name, act]] of Object.entries(clients).entries()) {
      const number = 2 * (round + 2) + i;
      const mac = `02:00:00:00:01:${number.toString(16).padStart(2, "0")}`;
      await act(network, `n${number}.pages.mosquitto.org`, {
        mac,
        configuration: { address: `10.0.6.${number + 1}`, prefix },
      });
      if (round >= 0) macs.set(mac, name);
    }
  await recording.stop();
  const times = new Map(Object.keys(clients).map(name => [name, [] as number[]]));
  for (const [mac, milliseconds] of spans(file)) times.get(macs.get(mac) ?? "")?.push(milliseconds);
  return times;
}

/** By MAC address: milliseconds from its first frame to the last DNS message that it got. */
function spans(file: string): Map<string, number> {
  const { packet: dissect } = dissector(protocols());
  const first = new Map<string, bigint>();
  const last = new Map<string, bigint>();
  for (const frame of fileFrames(file, () => {})) {
    const packet = dissect(frame);
    const link = packet.layer(ethernet);
    if (!link) continue;
    const [from, to] = [colons(link.source), colons(link.destination)];
    if (!first.has(from)) first.set(from, packet.time);
    if (packet.layer(protocol)) last.set(to, packet.time);
  }
  const ended = [...last].filter(([mac]) => first.has(mac));
  return new Map(ended.map(([mac, time]) => [mac, Number(time - first.get(mac)!) / 1e6]));
}
