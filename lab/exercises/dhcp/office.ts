// The scene of an office's day: leases are renewed and given back, somebody asks how to live there, and one client gets none.
import { acquire, inform, reboot, release, renew } from "../../../protocols/dhcp/client.ts";
import type { ServerOptions } from "../../../protocols/dhcp/server.ts";
import { Refused, Unanswered } from "../../../protocols/endpoint/index.ts";
import type { Host } from "../../network/contract.ts";
import { programOf } from "../../runs/program.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

/** Why one client gets no address. */
export type Trouble = "network" | "taken" | "empty";

export interface Office {
  readonly begins: number;
  readonly server: string;
  readonly pool: { readonly first: string; readonly last: string; readonly size: number };
  readonly leaseSeconds: number;
  readonly clients: readonly OfficeClient[];
  /** The one that gets none, and the address that it asks for, where it asks for one. */
  readonly unlucky: {
    readonly name: string;
    readonly mac: string;
    readonly trouble: Trouble;
    readonly asks?: string;
  };
}

export interface OfficeClient {
  readonly name: string;
  readonly mac: string;
  /** Seconds after the run began. */
  readonly starts: number;
  /** How often it renews its lease. */
  readonly renewals: number;
  /** What it does at the end. */
  readonly ends: "stays" | "releases" | "asks";
}

const names = ["printer", "camera", "scale", "door", "lamp", "oven", "phone", "clock"];

export const office: Scene<Office> = { id: "dhcp-office", version: 1, task, play };

function task(draws: Draws): Office {
  const network = draws.network();
  const trouble = draws.pick<Trouble>(["network", "taken", "empty"]);
  const [unlucky, ...others] = draws.some(draws.whole(4, 6), names) as [string, ...string[]];
  const fates = draws.shuffled<OfficeClient["ends"]>([
    "releases",
    ...Array.from({ length: others.length - 1 }, () => draws.pick<OfficeClient["ends"]>(["stays", "asks"])),
  ]);
  const clients = others.map((name, i) => ({
    ...{ name, mac: draws.mac() },
    starts: i * 3 + draws.whole(0, 2),
    renewals: i === 0 ? draws.whole(2, 3) : draws.whole(0, 2),
    // Nobody may leave where the pool is to be empty.
    ends: trouble === "empty" && fates[i] === "releases" ? "stays" : fates[i]!,
  }));
  const first = draws.whole(20, 200);
  const size = trouble === "empty" ? clients.length : draws.whole(20, 40);
  const own = network.split(".")[2];
  const elsewhere = network.replace(`.${own}.`, `.${(Number(own) + draws.whole(1, 90)) % 254}.`);
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    server: `${network}${draws.whole(1, 9)}`,
    pool: { first: `${network}${first}`, last: `${network}${first + size - 1}`, size },
    leaseSeconds: draws.pick([120, 180, 240, 300, 360]),
    clients,
    unlucky: {
      name: unlucky,
      mac: draws.mac(),
      trouble,
      ...(trouble === "network" && { asks: `${elsewhere}${draws.whole(10, 250)}` }),
      // The first client has the first address of the pool, and keeps it.
      ...(trouble === "taken" && { asks: `${network}${first}` }),
    },
  };
}

async function play(task: Office, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  const { server, pool, leaseSeconds, clients, unlucky } = task;
  const settings: Omit<ServerOptions, "server"> = {
    pool,
    prefix: 24,
    router: server,
    dns: [server],
    leaseSeconds,
    authoritative: true,
  };
  await room.host({
    name: "server",
    configuration: { address: server, prefix: 24 },
    program: programOf(import.meta.url, "../../servers/dhcp.ts"),
    settings,
  });
  for (const client of clients)
    await room.host({
      name: client.name,
      mac: client.mac,
      program: host => live(host, client, draws.of(client.name)),
    });
  await room.host({
    name: unlucky.name,
    mac: unlucky.mac,
    program: host => fail(host, task, draws.of(unlucky.name)),
  });
  await room.run(Promise.all([...clients, unlucky].map(({ name }) => room.done(name))));
  await room.close();
  return { capture: room.capture() };
}

/** A lease from its beginning to what becomes of it. */
async function live(host: Host, client: OfficeClient, { random }: Draws): Promise<void> {
  const { clock } = host;
  await clock.sleep(client.starts * 1000);
  const options = { mac: host.mac, hostName: client.name, random };
  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  let lease = await acquire(datagrams, clock, options);
  await host.configure({ address: lease.address, prefix: lease.prefix, gateway: lease.router });
  for (let i = 0; i < client.renewals; i++) {
    await clock.sleep(lease.renewal * 1000 + i);
    lease = await renew(datagrams, clock, lease, options);
  }
  await clock.sleep(5000);
  if (client.ends === "asks") await inform(datagrams, clock, lease.address, options);
  if (client.ends === "releases") await release(datagrams, clock, lease, options);
  await clock.sleep(100);
}

/** It gives up after three attempts. */
async function fail(host: Host, { unlucky, clients }: Office, { random }: Draws): Promise<void> {
  const last = Math.max(...clients.map(({ starts }) => starts));
  await host.clock.sleep((last + 4) * 1000);
  const options = { mac: host.mac, hostName: unlucky.name, random };
  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  try {
    if (unlucky.asks !== undefined) await reboot(datagrams, host.clock, unlucky.asks, options);
    else await acquire(datagrams, host.clock, { ...options, attempts: 3 });
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unanswered)) throw error;
  }
}
