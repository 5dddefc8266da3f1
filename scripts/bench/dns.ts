// The bench of the DNS client: first to last frame of an answer that the resolver has to find out, against dig.
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
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

const rounds = 60;
const resolver = "10.0.5.1";
const program = fileURLToPath(new URL("./dns-host.ts", import.meta.url));
const serving = fileURLToPath(new URL("../../lab/servers/dns.ts", import.meta.url));
/**
 * How long the network is left alone before a question is put. The servers answer the sooner the less time has passed
 * since they last had work (a processor falls asleep, its caches are emptied): dig alone took 1.1 to 1.2 times as long when it
 * was started 40 ms later. So dig, which starts faster than our client, would be measured on a warmer network.
 */
const quietMilliseconds = 50;

interface Client {
  readonly mac: string;
  readonly configuration: { readonly address: string; readonly prefix: number };
}

/** Each starts on a host of its own, waits, asks for one name when it is told to, and ends. */
const clients: Readonly<Record<string, (network: Network, name: string, client: Client) => Promise<void>>> = {
  async ours(network, name, client) {
    const settings = { name, server: resolver };
    await using host = await network.host({ ...client, name: "ours", program, settings });
    for await (const message of host.messages) if (message.kind === "ready") break;
    await Bun.sleep(quietMilliseconds);
    host.tell({ kind: "ask" });
    await host.done;
  },
  async dig(network, name, client) {
    using folder = new Folder();
    const questions = join(folder.path, "questions");
    Bun.spawnSync(["mkfifo", questions]);
    await using daemon = await network.daemon({ ...client, name: "dig", command: ["dig", "-f", questions] });
    const ended = daemon.exited.then(code => {
      if (code !== 0 || !daemon.output.includes("status: NOERROR"))
        throw new Error(`dig ended with ${code}: ${daemon.output}`);
    });
    // It opens once dig has, and dig asks once there is a line.
    const line = await Promise.race([open(questions, "w"), ended]);
    await Bun.sleep(quietMilliseconds);
    await line?.write(`@${resolver} ${name} +tries=1\n`);
    await line?.close();
    await ended;
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
  const names = Object.keys(clients);
  let asked = 0;
  // The first rounds do not count: files are read from disk in them, and the resolver learns where the zone is.
  for (let round = -2; round < rounds; round++)
    for (const name of round % 2 ? names : names.toReversed()) {
      const number = asked++;
      const mac = `02:00:00:00:01:${number.toString(16).padStart(2, "0")}`;
      await clients[name]!(network, `n${100 + number}.pages.mosquitto.org`, {
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
