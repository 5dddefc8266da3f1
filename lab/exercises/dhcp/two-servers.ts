// The scene of two DHCP servers: a board asks, both offer, and it takes the one that suits it.
import { acquire, type ClientOptions } from "../../../protocols/dhcp/client.ts";
import type { Message } from "../../../protocols/dhcp/index.ts";
import type { ServerOptions } from "../../../protocols/dhcp/server.ts";
import { dotted } from "../../../protocols/ipv4/address.ts";
import { optionOf } from "../../../protocols/wire/index.ts";
import type { Host } from "../../network/contract.ts";
import { programOf } from "../../runs/program.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

/** Why a board takes an offer. */
export type Reason = "first" | "longest" | "requested";

interface Server {
  readonly address: string;
  readonly pool: { readonly first: string; readonly last: string };
  readonly leaseSeconds: number;
  readonly renewalSeconds: number;
  readonly rebindingSeconds: number;
  /** Milliseconds that it takes to answer. */
  readonly slow: number;
}

export interface TwoServers {
  /** Milliseconds since the Unix epoch. */
  readonly begins: number;
  readonly board: { readonly name: string; readonly mac: string };
  readonly reason: Reason;
  /** Whether the board asks to be told T1 and T2; if not, it counts them itself (RFC 2131 §4.4.5). */
  readonly asksTimes: boolean;
  /** The address that the board asks for, where that is its reason. */
  readonly requested?: string;
  /** The one whose offer is taken, and the other. */
  readonly taken: Server;
  readonly other: Server;
  /** Others that start before the board. */
  readonly neighbours: readonly { readonly name: string; readonly mac: string }[];
  /** A network behind another router, which both servers tell of (option 121). */
  readonly route: { readonly destination: string; readonly prefix: number; readonly router: string };
}

const boards = ["NUCLEO-H723ZG", "DISCO-F769NI", "NUCLEO-F429ZI", "DISCO-H747I", "NUCLEO-L4R5ZI"];
const neighbours = ["printer", "camera", "scale", "door", "lamp", "oven"];

export const twoServers: Scene<TwoServers> = { id: "dhcp-two-servers", version: 1, task, play };

function task(draws: Draws): TwoServers {
  const network = draws.network();
  const reason = draws.pick<Reason>(["first", "longest", "requested"]);
  const [low, high] = [draws.whole(2, 9), draws.whole(20, 40)];
  const hours = draws.some(2, [1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 36, 48]).sort((a, b) => a - b);
  const isLonger = reason === "longest";
  const server = (address: string, pool: number, longer: boolean, slow: number): Server => {
    const leaseSeconds = hours[longer ? 1 : 0]! * 3600 + draws.whole(0, 59) * 60;
    return {
      address,
      pool: { first: `${network}${pool}`, last: `${network}${pool + 20}` },
      leaseSeconds,
      renewalSeconds: Math.round(leaseSeconds * draws.pick([0.25, 0.3, 0.4])),
      rebindingSeconds: Math.round(leaseSeconds * draws.pick([0.6, 0.7, 0.8])),
      slow,
    };
  };
  const [first, second] = draws.some(2, [60, 100, 140, 180, 220]) as [number, number];
  const [fast, slow] = [draws.whole(2, 15), draws.whole(40, 90)];
  const comesFirst = reason === "first";
  const addresses = draws.shuffled([`${network}${low}`, `${network}${high}`]);
  const taken = server(addresses[0]!, first, isLonger, comesFirst ? fast : slow);
  const other = server(addresses[1]!, second, !isLonger, comesFirst ? slow : fast);
  const remote = draws.whole(16, 31);
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    board: { name: draws.pick(boards), mac: draws.mac() },
    reason,
    asksTimes: draws.chance(0.5),
    ...(reason === "requested" && { requested: `${network}${first + draws.whole(5, 15)}` }),
    taken,
    other,
    neighbours: draws.some(draws.whole(0, 3), neighbours).map(name => ({ name, mac: draws.mac() })),
    route: {
      destination: `172.${remote}.${draws.whole(0, 7) * 32}.0`,
      prefix: draws.pick([19, 21, 22, 24]),
      router: `${network}${draws.whole(241, 253)}`,
    },
  };
}

/** Milliseconds between one client and the next, and how long a board waits for further offers. */
const apart = 1500;
const patience = 400;

async function play(task: TwoServers, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  for (const server of [task.taken, task.other]) await room.host(serverPlan(server, task));
  const clients = [...task.neighbours, task.board];
  for (const [i, { name, mac }] of clients.entries()) {
    const isBoard = name === task.board.name;
    const program = async (host: Host) => {
      await host.clock.sleep(200 + i * apart);
      const datagrams = await host.datagrams({ port: 68, broadcast: true });
      const lease = await acquire(datagrams, host.clock, {
        mac: host.mac,
        hostName: name,
        random: draws.of(`${name} asks`).random,
        collect: patience,
        ...(isBoard && choosing(task)),
      });
      await host.configure({ address: lease.address, prefix: lease.prefix });
      datagrams.close();
    };
    await room.host({ name, mac, program });
  }
  await room.run(Promise.all(clients.map(({ name }) => room.done(name))));
  await room.close();
  return { capture: room.capture(), told: room.told };
}

const choosing = ({ reason, requested, asksTimes }: TwoServers): Partial<ClientOptions> => ({
  parameters: asksTimes ? [1, 3, 6, 51, 58, 59, 121] : [1, 3, 6, 51, 121],
  ...(requested !== undefined && { requested }),
  choose(offers) {
    if (reason === "longest") return offers.toSorted((a, b) => seconds(b) - seconds(a))[0]!;
    return offers.find(offer => dotted(offer.yiaddr) === requested) ?? offers[0]!;
  },
});

const seconds = (offer: Message): number => optionOf(offer.options, 51) ?? 0;

function serverPlan(server: Server, { route }: TwoServers) {
  const { address, pool, leaseSeconds, renewalSeconds, rebindingSeconds, slow } = server;
  const settings: Omit<ServerOptions, "server"> = {
    pool,
    prefix: 24,
    router: address.replace(/\d+$/, "1"),
    dns: [address],
    leaseSeconds,
    renewalSeconds,
    rebindingSeconds,
    routes: [{ destination: route.destination, prefix: route.prefix, router: route.router }],
  };
  return {
    name: address,
    configuration: { address, prefix: 24 },
    program: programOf(import.meta.url, "../../servers/dhcp.ts"),
    settings,
    cable: { up: slow, jitter: 0.3 },
  };
}
