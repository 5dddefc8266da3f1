// The scene of the rogue: a second DHCP server that nobody set up, faster than the real one, lies to some clients.
import { acquire } from "../../../protocols/dhcp/client.ts";
import type { ServerOptions } from "../../../protocols/dhcp/server.ts";
import { colons } from "../../../protocols/ethernet/address.ts";
import type { Host } from "../../network/contract.ts";
import { programOf } from "../../runs/program.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

/** What the rogue tells otherwise. */
export type Lie = "router" | "dns" | "ntp";

export interface TwoMasters {
  readonly begins: number;
  /** The one that was set up. */
  readonly real: { readonly address: string; readonly mac: string };
  readonly rogue: { readonly address: string; readonly mac: string };
  readonly router: string;
  readonly dns: string;
  readonly ntp: string;
  readonly lie: Lie;
  /** In the order in which they start; the rogue hears only some of them. */
  readonly clients: readonly { readonly name: string; readonly mac: string; readonly isVictim: boolean }[];
  readonly pools: readonly [number, number];
}

const names = ["printer", "camera", "scale", "door", "lamp", "oven", "phone", "clock"];

export const twoMasters: Scene<TwoMasters> = { id: "dhcp-two-masters", version: 1, task, play };

function task(draws: Draws): TwoMasters {
  const network = draws.network();
  const [real, rogue, router, dns, ntp] = draws
    .some(
      5,
      Array.from({ length: 50 }, (_, i) => i + 1),
    )
    .map(last => `${network}${last}`) as [string, string, string, string, string];
  const chosen = draws.some(draws.whole(4, 6), names);
  const victims = new Set(draws.some(draws.whole(2, chosen.length - 2), chosen));
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    real: { address: real, mac: draws.mac() },
    rogue: { address: rogue, mac: draws.mac() },
    ...{ router, dns, ntp },
    lie: draws.pick<Lie>(["router", "dns", "ntp"]),
    clients: chosen.map(name => ({ name, mac: draws.mac(), isVictim: victims.has(name) })),
    pools: draws.some(2, [60, 100, 140, 180, 220]) as [number, number],
  };
}

async function play(task: TwoMasters, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  const { real, rogue, router, dns, ntp, lie, clients, pools } = task;
  const told = { router, dns, ntp };
  const victims = new Set(clients.flatMap(({ mac, isVictim }) => (isVictim ? [mac] : [])));
  const server = async (
    { address, mac }: TwoMasters["real"],
    pool: number,
    tells: typeof told,
    cable: NonNullable<Parameters<Room["host"]>[0]["cable"]>,
  ) => {
    const network = address.replace(/\d+$/, "");
    const settings: Omit<ServerOptions, "server"> = {
      pool: { first: `${network}${pool}`, last: `${network}${pool + 20}` },
      prefix: 24,
      router: tells.router,
      dns: [tells.dns],
      ntp: [tells.ntp],
      leaseSeconds: 7200,
    };
    await room.host({
      ...{ name: address, mac, configuration: { address, prefix: 24 }, settings, cable },
      program: programOf(import.meta.url, "../../servers/dhcp.ts"),
    });
  };
  await server(real, pools[0], told, { up: draws.whole(8, 20) });
  await server(
    rogue,
    pools[1],
    { ...told, [lie]: rogue.address },
    // chaddr stands behind 28 octets (RFC 2131 §2, figure 1).
    { up: 1, loses: (_count, octets) => !victims.has(colons(octets.subarray(28, 34))) },
  );
  for (const [i, { name, mac }] of clients.entries())
    await room.host({ name, mac, program: host => ask(host, name, 300 + i * 900, draws.of(name)) });
  await room.run(Promise.all(clients.map(({ name }) => room.done(name))));
  await room.close();
  return { capture: room.capture() };
}

async function ask(host: Host, hostName: string, after: number, { random }: Draws): Promise<void> {
  await host.clock.sleep(after);
  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  const lease = await acquire(datagrams, host.clock, { mac: host.mac, hostName, random });
  await host.configure({ address: lease.address, prefix: lease.prefix });
  await host.clock.sleep(100);
}
