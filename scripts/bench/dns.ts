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
import { pairedRatio, pairedText } from "./paired.ts";

/** So many that a twentieth shows; each client of each round has a MAC and an IP address of its own, which end at 254. */
const rounds = 120;
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
const clients: Readonly<
  Record<"ours" | "dig", (network: Network, name: string, client: Client) => Promise<void>>
> = {
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
      const [ours, dig] = await measured(join(folder, "bench.pcapng"));
      const hops = Object.keys(ours[0]!) as (keyof Hops)[];
      const medianOf = (rounds: readonly Hops[], hop: keyof Hops) => median(rounds.map(one => one[hop]));
      const rows = hops.map(hop => [hop, ...[ours, dig].map(each => medianOf(each, hop).toFixed(3))]);
      const [mine, theirs] = [ours, dig].map(each => each.map(({ whole }) => whole)) as [number[], number[]];
      const paired = pairedRatio(mine, theirs);
      const text = `${table(["median ms", "ours", "dig"], rows)}\n\nours / dig, round by round: ${pairedText(paired)}`;
      const milliseconds = { ours: median(mine), dig: median(theirs) };
      return { figures: { rounds: ours.length, milliseconds, ...paired }, text };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** One round of ours and one of dig's at the same place. Every name is a new one, so that the resolver has to ask for it. */
async function measured(file: string): Promise<[ours: Hops[], dig: Hops[]]> {
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
  const order: Record<"ours" | "dig", string>[] = [];
  const names = ["ours", "dig"] as const;
  let asked = 0;
  // The first rounds do not count: files are read from disk in them, and the resolver learns where the zone is.
  for (let round = -2; round < rounds; round++) {
    const macs = { ours: "", dig: "" };
    for (const name of round % 2 ? names : names.toReversed()) {
      const number = asked++;
      macs[name] = `02:00:00:00:01:${number.toString(16).padStart(2, "0")}`;
      await clients[name](network, `n${100 + number}.pages.mosquitto.org`, {
        mac: macs[name],
        configuration: { address: `10.0.6.${number + 1}`, prefix },
      });
    }
    if (round >= 0) order.push(macs);
  }
  await recording.stop();
  const hops = hopsIn(file);
  const whole = order.flatMap(({ ours, dig }) => {
    const both = [hops.get(ours), hops.get(dig)] as const;
    return both[0] && both[1] ? [both as readonly [Hops, Hops]] : [];
  });
  return [whole.map(([ours]) => ours), whole.map(([, dig]) => dig)];
}

/** Milliseconds on the way of one answer; the whole is from the client's first frame, an ARP request, to its last. */
interface Hops {
  readonly "first frame to question": number;
  readonly "resolver asks on": number;
  readonly "name server answers": number;
  readonly "resolver answers": number;
  readonly whole: number;
}

/** By the client's MAC address. */
function hopsIn(file: string): Map<string, Hops> {
  const { packet: dissect } = dissector(protocols());
  const found = new Map<string, Hops>();
  let mac = "";
  let times: bigint[] = [];
  for (const frame of fileFrames(file, () => {})) {
    const packet = dissect(frame);
    const link = packet.layer(ethernet);
    if (!link) continue;
    const [from, to] = [colons(link.source), colons(link.destination)];
    const isClient = (address: string) => address.startsWith("02:00:00:00:01:");
    if (isClient(from) && from !== mac) [mac, times] = [from, [packet.time]];
    const message = packet.layer(protocol);
    // Its question, the resolver's, the answer to that, and its own.
    if (!message || times.length === 0 || times.length > 4) continue;
    times.push(packet.time);
    if (times.length < 5 || to !== mac || !message.flags.response) continue;
    const after = (i: number) => Number(times[i]! - times[i - 1]!) / 1e6;
    found.set(mac, {
      "first frame to question": after(1),
      "resolver asks on": after(2),
      "name server answers": after(3),
      "resolver answers": after(4),
      whole: Number(times[4]! - times[0]!) / 1e6,
    });
  }
  return found;
}
