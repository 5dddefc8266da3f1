// The hosts of the DHCP interop tests: our server, and our client through the whole life of a lease.
import { acquire, type ClientOptions, inform, reboot, release, renew } from "../../protocols/dhcp/client.ts";
import { briefProbe, Neighbours } from "../../protocols/dhcp/conflicts.ts";
import { message } from "../../protocols/dhcp/format.ts";
import { datagramsOver } from "../../protocols/dhcp/link.ts";
import { type ServerOptions, serve } from "../../protocols/dhcp/server.ts";
import { Refused, Unanswered } from "../../protocols/endpoint/index.ts";
import { parseIpv4 } from "../../protocols/ipv4/address.ts";
import type { Host } from "../network/index.ts";

export type Part =
  | { readonly part: "server"; readonly options: ServerOptions }
  | { readonly part: "client"; readonly requested?: string }
  /** Over a packet socket, without the broadcast flag, its address probed for. */
  | { readonly part: "link client" }
  | { readonly part: "returning"; readonly address: string };

export async function run(host: Host, plan: Part): Promise<void> {
  if (plan.part === "server") return server(host, plan.options);
  try {
    if (plan.part === "client") await life(host, plan.requested);
    else if (plan.part === "link client") await lifeOnLink(host);
    else await returning(host, plan.address);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unanswered)) throw error;
    host.tell({ kind: error.name, reason: error.message });
  }
}

async function server(host: Host, options: ServerOptions): Promise<void> {
  const datagrams = await host.datagrams({ port: 67, broadcast: true });
  const link = await host.link();
  host.stopping.addEventListener("abort", () => datagrams.close());
  host.tell({ kind: "ready" });
  await serve(datagrams, host.clock, options, line => host.tell({ kind: "log", line }), link);
  link.close();
}

/** Acquires, configures, asks, renews, releases: what was told each time. */
async function life(host: Host, requested?: string): Promise<void> {
  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  const options = { ...optionsOf(host), requested };
  const lease = await acquire(datagrams, host.clock, options);
  tellOf(host, "acquired", lease);
  await host.configure({ address: lease.address, prefix: lease.prefix, gateway: lease.router });
  tellOf(host, "informed", await inform(datagrams, host.clock, lease.address, options));
  const renewed = await renew(datagrams, host.clock, lease, options);
  tellOf(host, "renewed", renewed);
  await release(datagrams, host.clock, renewed, options);
  // What is sent must leave the host before its network does.
  await host.clock.sleep(50);
  datagrams.close();
}

async function lifeOnLink(host: Host): Promise<void> {
  const link = await host.link();
  const neighbours = new Neighbours(link, host.clock);
  const datagrams = datagramsOver(link, host.clock);
  const probe = async (address: string) =>
    (await neighbours.userOf(parseIpv4(address), briefProbe)) !== undefined;
  const options = { ...optionsOf(host), broadcast: false, probe };
  const lease = await acquire(datagrams, host.clock, options);
  tellOf(host, "acquired", lease);
  const own = datagramsOver(link, host.clock, lease.address, datagrams.heard);
  await release(own, host.clock, lease, options);
  await host.clock.sleep(50);
  link.close();
}

async function returning(host: Host, address: string): Promise<void> {
  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  tellOf(host, "acquired", await reboot(datagrams, host.clock, address, optionsOf(host)));
  datagrams.close();
}

const optionsOf = (host: Host): ClientOptions => ({
  mac: host.mac,
  hostName: "NUCLEO-H723ZG",
  deadline: 10_000,
  onState: state => host.tell({ kind: "state", state }),
  onMessage: (one, way) => host.tell({ kind: way, octets: message.encode(one).toHex() }),
  onRefused: ({ rule, detail }) => host.tell({ kind: "refused", rule: rule.id, detail }),
});

function tellOf(host: Host, kind: string, told: object): void {
  const { message: _, acquiredAt: __, ...rest } = told as { message: unknown; acquiredAt: unknown };
  host.tell({ kind, ...rest });
}
