// A board on its way from the cable to the message, as in every unit of the course: DHCP, DNS, NTP, DNS, TLS if it is to be, MQTT.
import { acquire } from "../../../protocols/dhcp/client.ts";
import { resolve } from "../../../protocols/dns/client.ts";
import { Unanswered } from "../../../protocols/endpoint/index.ts";
import { connect } from "../../../protocols/mqtt/client.ts";
import { query } from "../../../protocols/ntp/client.ts";
import { secure } from "../../../protocols/tls/client.ts";
import type { Host, Program } from "../../network/contract.ts";
import { programOf } from "../../runs/program.ts";
import type { PcPlan } from "../../servers/pc.ts";
import type { RouterPlan } from "../../servers/router.ts";
import type { Draws } from "../draws.ts";
import type { Room } from "../room/room.ts";

/** One segment: a router with DHCP and DNS, a PC with NTP and a broker, a board. */
export interface Home {
  readonly begins: number;
  /** "192.168.37." */
  readonly network: string;
  readonly router: string;
  readonly pc: { readonly name: string; readonly address: string };
  readonly board: { readonly name: string; readonly mac: string };
  /** Where the router's leases begin. */
  readonly first: string;
  /** What the board takes where DHCP gives it nothing. */
  readonly static: string;
  readonly topic: string;
  readonly texts: readonly string[];
  /** Others that come to their addresses before it. */
  readonly neighbours: readonly { readonly name: string; readonly mac: string }[];
}

const boards = ["NUCLEO-H723ZG", "DISCO-F769NI", "NUCLEO-F429ZI", "DISCO-H747I", "NUCLEO-L4R5ZI"];
const pcs = ["jorge-pc", "server-1", "station", "hermes", "talos", "argos", "midas", "circe"];
const others = ["printer", "camera", "scale", "door", "lamp", "oven", "clock", "radio"];
const words = ["open", "closed", "warm", "cold", "empty", "full", "ready", "busy"];

export function homeOf(draws: Draws): Home {
  const network = draws.network();
  const first = draws.whole(100, 180);
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    network,
    router: `${network}${draws.pick([1, 254])}`,
    pc: { name: draws.pick(pcs), address: `${network}${draws.whole(10, 60)}` },
    board: { name: draws.pick(boards), mac: draws.mac() },
    first: `${network}${first}`,
    static: `${network}${draws.whole(70, 90)}`,
    topic: `home/${draws.pick(others)}`,
    texts: draws.some(draws.whole(2, 5), words).map(word => `${word} ${draws.whole(10, 99)}`),
    neighbours: draws.some(draws.whole(0, 6), others).map(name => ({ name, mac: draws.mac() })),
  };
}

export interface Trouble {
  /** Settings of the router; without DHCP it gives no addresses. */
  readonly router?: (plan: RouterPlan) => RouterPlan;
  readonly pc?: Partial<PcPlan>;
  /** The board verifies the broker against this root, and speaks TLS. */
  readonly tls?: { readonly root: string };
}

/** The router and the PC. */
export async function plugServers(room: Room, home: Home, { router, pc }: Trouble = {}): Promise<void> {
  const plan: RouterPlan = {
    dhcp: {
      pool: { first: home.first, last: `${home.network}${Number(home.first.split(".")[3]) + 40}` },
      prefix: 24,
      router: home.router,
      dns: [home.router],
      ntp: [home.pc.address],
      leaseSeconds: 86_400,
    },
    zone: { origin: ".", names: { [home.pc.name]: { A: [home.pc.address] } } },
  };
  await room.host({
    name: "router",
    configuration: { address: home.router, prefix: 24 },
    program: programOf(import.meta.url, "../../servers/router.ts"),
    settings: router ? router(plan) : plan,
  });
  await room.host({
    name: home.pc.name,
    configuration: { address: home.pc.address, prefix: 24 },
    program: programOf(import.meta.url, "../../servers/pc.ts"),
    settings: { certificate: "", key: "", clientRoot: "", ...pc } satisfies PcPlan,
  });
}

/** Neighbours that only want an address, and then the board; waits until it is done, or has given up. */
export async function start(room: Room, home: Home, draws: Draws, { tls }: Trouble = {}): Promise<void> {
  const clients = [...home.neighbours, home.board];
  for (const [i, { name, mac }] of clients.entries())
    await room.host({
      name,
      mac,
      program: (async (host: Host) => {
        await host.clock.sleep(100 + i * 700);
        const random = draws.of(name).random;
        if (name !== home.board.name) return lease(host, home, random, 3000).then(() => {});
        try {
          await live(host, home, random, tls);
        } catch (error) {
          host.tell({ kind: "failed", why: (error as Error).message });
        }
      }) as Program,
    });
  await room.run(Promise.all(clients.map(({ name }) => room.done(name))));
}

/** What a clock without a battery shows. */
const unset = BigInt(Date.UTC(2000, 0, 1)) * 1_000_000n;

async function live(host: Host, home: Home, random: () => number, tls: Trouble["tls"]): Promise<void> {
  host.clock.set(unset);
  await lease(host, home, random, 9000);
  const pc = await addressOf(host, home, random);
  const time = await host.datagrams();
  const { offset } = await query(time, host.clock, { server: pc, timeout: 1500, random });
  time.close();
  host.clock.set(host.clock.now() + offset);
  const broker = await addressOf(host, home, random);
  const raw = await host.connect({ address: broker, port: tls ? 8883 : 1883 });
  const stream = tls
    ? await secure(raw, { serverName: home.pc.name, roots: [tls.root], clock: host.clock, version: "1.2" })
    : raw;
  const session = await connect(stream, host.clock, { clientId: home.board.name, version: 5, beat: false });
  for (const text of home.texts) {
    await session.publish({ topic: home.topic, payload: new TextEncoder().encode(text) });
    await host.clock.sleep(300);
  }
  await session.disconnect();
  await stream.close();
}

/** By DHCP, or, where nobody answers, the static configuration. */
async function lease(host: Host, home: Home, random: () => number, deadline: number): Promise<void> {
  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  const { clock, mac, name: hostName } = host;
  try {
    const { address, prefix } = await acquire(datagrams, clock, { mac, hostName, random, deadline });
    await host.configure({ address, prefix, gateway: home.router });
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    await host.configure({ address: home.static, prefix: 24, gateway: home.router });
  } finally {
    datagrams.close();
  }
}

async function addressOf(host: Host, { pc, router }: Home, random: () => number): Promise<string> {
  const datagrams = await host.datagrams();
  try {
    const asked = { name: pc.name, server: router, timeout: 1500, random };
    const { addresses } = await resolve(datagrams, host.clock, asked);
    const [address] = addresses;
    if (address === undefined) throw new Error(`nobody knows ${pc.name}`);
    return address;
  } finally {
    datagrams.close();
  }
}
