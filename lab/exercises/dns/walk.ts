// The scene of a walk: a board asks its resolver, which goes from the root down to two zones, and remembers what it learned.
import { Recursor, resolve } from "../../../protocols/dns/client.ts";
import { Type } from "../../../protocols/dns/index.ts";
import { Authority, readMaster, serve } from "../../../protocols/dns/server.ts";
import type { Host } from "../../network/contract.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

interface Place {
  readonly name: string;
  readonly address: string;
}

export interface Walk {
  readonly begins: number;
  readonly board: Place;
  readonly neighbour: Place;
  readonly resolver: Place;
  readonly root: Place;
  /** The server of the top-level domain; its name is the domain. */
  readonly top: Place;
  /** The zone that is asked for, and the one that its aliases lead to. */
  readonly near: Place;
  readonly far: Place;
  /** In near, in their order: the first is an alias of the second, and so on; the last stands in far. */
  readonly chain: readonly string[];
  readonly host: { readonly name: string; readonly address: string; readonly ttl: number };
  /** A name that has no address of version 6, and one that there is not. */
  readonly plain: string;
  readonly ghost: string;
  /** Of both zones: how long a "no" is remembered. */
  readonly negativeTtl: number;
  readonly aliasTtl: number;
  /** Seconds between the board's first question and the same again. */
  readonly pause: number;
  /** Whether the name that there is not is asked for first. */
  readonly ghostFirst: boolean;
  /** How many other questions a neighbour has answered before. */
  readonly noise: readonly string[];
}

const words = [
  "amber",
  "basil",
  "cedar",
  "dune",
  "ember",
  "fjord",
  "grove",
  "heron",
  "iris",
  "juniper",
  "kelp",
];
const hosts = ["broker", "mail", "files", "time", "news", "maps", "radio"];

export const walk: Scene<Walk> = { id: "dns-walk", version: 1, task, play };

function task(draws: Draws): Walk {
  const top = draws.pick(["org", "net", "example", "lab"]);
  const [near, far] = draws.some(2, words).map(word => `${word}.${top}`) as [string, string];
  const [host, plain, ghost, ...others] = draws.some(7, hosts) as [string, string, string, ...string[]];
  const own = `10.${draws.whole(1, 200)}.${draws.whole(1, 250)}.`;
  const at = (second: number) => `10.${second}.${draws.whole(0, 250)}.${draws.whole(1, 250)}`;
  const [one, two, three, four] = draws.some(4, [201, 205, 211, 217, 222, 231, 240]) as [
    number,
    number,
    number,
    number,
  ];
  const ttl = draws.pick([300, 600, 900, 1200]);
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    board: { name: "board", address: `${own}${draws.whole(100, 180)}` },
    neighbour: { name: "neighbour", address: `${own}${draws.whole(181, 250)}` },
    resolver: { name: "resolver", address: `${own}${draws.whole(1, 50)}` },
    root: { name: "root", address: at(one) },
    top: { name: top, address: at(two) },
    near: { name: near, address: at(three) },
    far: { name: far, address: at(four) },
    chain: others.slice(0, draws.whole(1, 3)).map(word => `${word}.${near}`),
    host: {
      name: `${host}.${far}`,
      address: `${draws.whole(11, 126)}.${draws.whole(0, 255)}.${draws.whole(0, 255)}.${draws.whole(1, 254)}`,
      ttl,
    },
    plain: `${plain}.${near}`,
    ghost: `${ghost}.${near}`,
    negativeTtl: draws.pick([30, 60, 90, 120]),
    aliasTtl: ttl + draws.pick([300, 600, 3600]),
    pause: draws.whole(20, 200),
    ghostFirst: draws.chance(0.5),
    noise: draws.some(draws.whole(0, 3), ["www", "ftp", "shop"]).map(word => `${word}.${near}`),
  };
}

const soa = (origin: string, primary: string, minimum: number): string =>
  `$ORIGIN ${origin}\n$TTL 172800\n@ SOA ${primary} hostmaster 2026010101 1800 900 604800 ${minimum}\n  NS ${primary}\n`;

function zones({ root, top, near, far, chain, host, plain, noise, negativeTtl, aliasTtl }: Walk) {
  const label = (name: string): string => name.split(".")[0]!;
  const aliases = chain.map((name, i) => `${label(name)} ${aliasTtl} CNAME ${chain[i + 1] ?? host.name}.`);
  return [
    {
      place: root,
      text: `${soa(".", "a.root-servers.", 86_400)}a.root-servers. A ${root.address}\n${top.name}. NS a.servers.${top.name}.\na.servers.${top.name}. A ${top.address}\n`,
    },
    {
      place: top,
      text: `${soa(`${top.name}.`, "a.servers", 900)}a.servers A ${top.address}\n${[near, far]
        .map(
          zone => `${label(zone.name)} NS ns.${label(zone.name)}\nns.${label(zone.name)} A ${zone.address}`,
        )
        .join("\n")}\n`,
    },
    {
      place: near,
      text: `${soa(`${near.name}.`, "ns", negativeTtl)}ns A ${near.address}\n${aliases.join("\n")}\n${[
        plain,
        ...noise,
      ]
        .map((name, i) => `${label(name)} ${aliasTtl} A 192.0.2.${10 + i}`)
        .join("\n")}\n`,
    },
    {
      place: far,
      text: `${soa(`${far.name}.`, "ns", negativeTtl)}ns A ${far.address}\n${label(host.name)} ${host.ttl} A ${host.address}\n`,
    },
  ];
}

async function play(task: Walk, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  const { board, neighbour, resolver, root, chain, plain, ghost, ghostFirst, pause, noise } = task;
  const near = (address: string) => ({ address, prefix: 8 });
  for (const { place, text } of zones(task))
    await room.host({
      ...{ name: place.name, configuration: near(place.address), cable: { up: 3, down: 3, jitter: 2 } },
      program: host => answer(host, new Authority([readMaster(text)])),
    });
  await room.host({
    ...{ name: resolver.name, configuration: near(resolver.address) },
    program: host =>
      answer(
        host,
        new Recursor({
          ...{ roots: [{ name: "a.root-servers", address: root.address }], clock: host.clock },
          ...{ datagrams: () => host.datagrams(), random: draws.of("resolver asks").random },
        }),
      ),
  });
  const client = ({ name, address }: Place, program: (asks: Asks, host: Host) => Promise<void>) =>
    room.host({
      ...{ name, configuration: near(address) },
      program: host => program(asker(host, resolver.address, draws.of(`${name} asks`)), host),
    });
  await client(neighbour, async (asks, { clock }) => {
    await clock.sleep(100);
    for (const name of noise) await asks(name, Type.A);
  });
  await client(board, async (asks, { clock }) => {
    await clock.sleep(3000);
    await asks(chain[0]!, Type.A);
    await clock.sleep(pause * 1000);
    await asks(chain[0]!, Type.A);
    const no = [() => asks(ghost, Type.A), () => asks(plain, Type.AAAA)] as const;
    for (const next of ghostFirst ? no : no.toReversed()) await next();
    await asks(plain, Type.A);
  });
  await room.run(Promise.all([room.done(board.name), room.done(neighbour.name)]));
  await room.close();
  return { capture: room.capture() };
}

type Asks = (name: string, type: number) => Promise<void>;

const asker =
  (host: Host, server: string, { random }: Draws): Asks =>
  async (name, type) => {
    const datagrams = await host.datagrams();
    await resolve(datagrams, host.clock, { server, name, type, random });
    datagrams.close();
  };

async function answer(host: Host, answerer: Authority | Recursor): Promise<void> {
  const datagrams = await host.datagrams({ port: 53 });
  host.stopping.addEventListener("abort", () => datagrams.close());
  await serve(datagrams, answerer, () => {}, {});
}
