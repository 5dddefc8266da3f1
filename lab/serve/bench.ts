// The bench: a real interface, the intranet's addresses on it, and what stands in their way there.
import { Neighbours, type ProbeTimes } from "../../protocols/dhcp/conflicts.ts";
import { MessageType, message } from "../../protocols/dhcp/format.ts";
import { datagramsOver } from "../../protocols/dhcp/link.ts";
import { discover, everyone } from "../../protocols/dhcp/requests.ts";
import type { Clock, Link } from "../../protocols/endpoint/index.ts";
import { dotted, maskOf, parseIpv4 } from "../../protocols/ipv4/address.ts";
import { Malformed, optionOf } from "../../protocols/wire/index.ts";
import { linkOf } from "../dhcp/interface.ts";
import { Failure, usage } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import type { Configuration } from "../network/index.ts";
import { ownAddresses } from "../network/linux/netlink.ts";
import { isOnDefaultRoute } from "../network/linux/routes.ts";

/** Who is who in the network that is served: BOARD.md's hosts, in any /24. */
export interface Addresses {
  /** "192.168.1.0/24". */
  readonly subnet: string;
  readonly router: Configuration;
  readonly pc: Configuration;
  readonly pool: { readonly first: string; readonly last: string };
}

/** @throws Failure (usage) */
export function addressesIn(subnet: string): Addresses {
  const [, start] = /^(\d+\.\d+\.\d+)\.0\/24$/.exec(subnet) ?? [];
  const isAddress = start?.split(".").every(part => Number(part) <= 255);
  if (!start || !isAddress)
    throw usage(`--subnet ${subnet}: a network of 256 addresses is expected, such as 192.168.7.0/24.`);
  const router = `${start}.1`;
  return {
    subnet,
    router: { address: router, prefix: 24 },
    pc: { address: `${start}.20`, prefix: 24, gateway: router },
    pool: { first: `${start}.101`, last: `${start}.199` },
  };
}

/**
 * Refuses an interface on which the servers would do harm: the one that the machine's own traffic goes by, one in whose
 * network somebody else leases addresses or has one of those, or a subnet that is somewhere else already.
 * Asks by DHCPDISCOVER and by ARP: some seconds. @throws Failure
 */
export async function examine(
  device: string,
  addresses: Addresses,
  isDefaultWelcome: boolean,
): Promise<void> {
  if (!isDefaultWelcome && isOnDefaultRoute(device))
    throw new Failure(
      `${device} has the default route of this machine: servers there would answer everybody in that network. Name another interface, or add --on-default-route if nobody else is there.`,
    );
  refuseOverlap(device, addresses.subnet);
  const clock = hostClock();
  const [forDhcp, forArp] = await Promise.all([linkOf(device), linkOf(device)]);
  try {
    const [servers, users] = await Promise.all([
      dhcpServersOn(forDhcp, clock),
      usersOf([addresses.router.address, addresses.pc.address], forArp, clock),
    ]);
    const [server] = servers;
    if (server !== undefined)
      throw new Failure(
        `${device} has a DHCP server already, ${server}: two would lease addresses to the same boards. Unplug it, or name another interface.`,
      );
    const [user] = users;
    if (user)
      throw new Failure(
        `${user.address} is used on ${device} already, by ${user.mac}; unplug that host, or choose another network with --subnet 192.168.7.0/24.`,
      );
  } finally {
    forDhcp.close();
    forArp.close();
  }
}

/** This machine would take what is over there for what is here. @throws Failure */
function refuseOverlap(device: string, subnet: string): void {
  const wanted = parseIpv4(subnet.split("/")[0]!);
  for (const { interface: name, address, prefix } of ownAddresses()) {
    if (name === device || name === "lo") continue;
    const mask = maskOf(Math.min(prefix, 24));
    if (((parseIpv4(address) & mask) ^ (wanted & mask)) !== 0) continue;
    throw new Failure(
      `${name} is in ${address}/${prefix} already, and ${device} would be in ${subnet}: this machine could not tell them apart. Choose another network with --subnet 192.168.7.0/24.`,
    );
  }
}

/** Milliseconds: some servers look for three seconds whether an address is free before they offer it. */
const patience = 4000;
const between = 1500;

/** The servers that offer an address on this link, by their addresses. Nothing is taken. */
export async function dhcpServersOn(link: Link, clock: Clock): Promise<string[]> {
  const datagrams = datagramsOver(link, clock);
  const xid = Math.floor(Math.random() * 2 ** 32);
  const servers = new Set<string>();
  const end = performance.now() + patience;
  for (let asked = performance.now() - between; performance.now() < end && servers.size === 0; ) {
    if (performance.now() - asked >= between) {
      asked = performance.now();
      const question = discover({ mac: link.mac, broadcast: true });
      await datagrams.send(message.encode({ ...question, xid, secs: 0 }), everyone);
    }
    const left = Math.min(end, asked + between) - performance.now();
    const datagram = await datagrams.receive(Math.max(1, left));
    const server = datagram && offerIn(datagram.octets, xid);
    if (server !== undefined) servers.add(server);
  }
  datagrams.close();
  return [...servers];
}

function offerIn(octets: Uint8Array, xid: number): string | undefined {
  try {
    const offer = message.decode(octets);
    if (offer.xid !== xid || optionOf(offer.options, 53) !== MessageType.Offer) return undefined;
    return dotted(optionOf(offer.options, 54) ?? offer.siaddr);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return undefined;
  }
}

/** RFC 5227's probes, without the random waits of hosts that all start at once. */
const probes: ProbeTimes = { first: 0, probes: 3, least: 1000, most: 1000, last: 1000 };

async function usersOf(addresses: readonly string[], link: Link, clock: Clock) {
  const neighbours = new Neighbours(link, clock);
  const asked = addresses.map(async address => ({
    address,
    mac: await neighbours.userOf(parseIpv4(address), probes),
  }));
  return (await Promise.all(asked)).filter(({ mac }) => mac !== undefined);
}
