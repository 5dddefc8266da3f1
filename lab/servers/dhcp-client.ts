// A host that lives through a lease and leaves: it asks, looks whether its address is free, renews, is told more, gives back.
import { acquire, type DialogueOptions, inform, release, renew } from "../../protocols/dhcp/client.ts";
import { briefProbe, Neighbours } from "../../protocols/dhcp/conflicts.ts";
import { datagramsOver } from "../../protocols/dhcp/link.ts";
import type { Link } from "../../protocols/endpoint/index.ts";
import { parseIpv4 } from "../../protocols/ipv4/address.ts";
import type { Host } from "../network/contract.ts";

export interface ClientPlan {
  readonly hostName: string;
  /** Milliseconds for the whole of each dialogue. */
  readonly deadline: number;
}

export async function run(host: Host, { hostName, deadline }: ClientPlan): Promise<void> {
  host.tell({ kind: "ready" });
  const options: DialogueOptions = {
    mac: host.mac,
    hostName,
    deadline,
    onState: state => host.tell({ kind: "state", state }),
    onRefused: ({ rule, detail }) => host.tell({ kind: "refused", rule: rule.id, detail }),
  };
  const link = await host.link().catch(() => undefined);
  const lease = link ? await overLink(host, link, options) : await byBroadcast(host, options);
  await host.configure({ address: lease.address, prefix: lease.prefix, gateway: lease.router });
  host.tell({ kind: "configured", address: lease.address, prefix: lease.prefix, seconds: lease.seconds });

  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  host.tell({ kind: "early", renewal: lease.renewal });
  const renewed = await renew(datagrams, host.clock, lease, options);
  await inform(datagrams, host.clock, renewed.address, options);
  await release(datagrams, host.clock, renewed, options);
  // What is sent must leave the host before its network does.
  await host.clock.sleep(50);
  datagrams.close();
}

/** Whole frames, so that replies may come to its MAC address, and its address can be asked for before it is used. */
async function overLink(host: Host, link: Link, options: DialogueOptions) {
  const neighbours = new Neighbours(link, host.clock);
  const probe = async (address: string) =>
    (await neighbours.userOf(parseIpv4(address), briefProbe)) !== undefined;
  const datagrams = datagramsOver(link, host.clock);
  const lease = await acquire(datagrams, host.clock, { ...options, broadcast: false, probe });
  link.close();
  return lease;
}

async function byBroadcast(host: Host, options: DialogueOptions) {
  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  const lease = await acquire(datagrams, host.clock, options);
  datagrams.close();
  return lease;
}
