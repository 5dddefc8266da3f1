// How the board comes to its address and its time: DHCP or the static configuration, then DNS and NTP.
import { acquire, type Lease } from "../../protocols/dhcp/client.ts";
import { briefProbe, Neighbours } from "../../protocols/dhcp/conflicts.ts";
import { isAddress, resolve } from "../../protocols/dns/client.ts";
import { Refused, Unanswered } from "../../protocols/endpoint/index.ts";
import { dotted, maskOf, parseIpv4 } from "../../protocols/ipv4/address.ts";
import { query } from "../../protocols/ntp/client.ts";
import type { Configuration } from "../network/contract.ts";
import { dateAndTime } from "./time.ts";
import type { Workings } from "./workings.ts";

/** DHCP, or after the attempts the static configuration. Returns the gateway. */
export async function configure(board: Workings): Promise<string> {
  board.phase = "DHCP";
  const { attempts, poll, ...fixed } = board.settings.dhcp;
  const lease = attempts === 0 ? undefined : await leased(board, attempts * poll);
  const configuration: Configuration = lease
    ? { address: lease.address, prefix: lease.prefix, gateway: lease.router ?? fixed.gateway }
    : { address: fixed.address, prefix: prefixOf(fixed.netmask), gateway: fixed.gateway };
  await board.host.configure(configuration);
  const gateway = configuration.gateway ?? fixed.gateway;
  board.tell({
    event: "configured",
    by: lease ? "dhcp" : attempts === 0 ? "static" : "static after silence",
    address: configuration.address,
    netmask: netmaskOf(configuration.prefix),
    gateway,
    server: lease?.server,
    lease: lease?.seconds,
  });
  return gateway;
}

/** A lease, or none if no server gave one in that time. A refusal (DHCPNAK, or an address in use) begins it anew, as long as there is time. */
async function leased(board: Workings, milliseconds: number): Promise<Lease | undefined> {
  const { clock, mac } = board.host;
  const began = clock.elapsed();
  const left = (): number => milliseconds - Number((clock.elapsed() - began) / 1_000_000n);
  const datagrams = await board.sockets.datagrams({ port: 68, broadcast: true });
  const hostName = board.settings.general.platform;
  const link = board.settings.dhcp.probe ? await board.sockets.link() : undefined;
  const neighbours = link && new Neighbours(link, clock);
  const probe = async (address: string): Promise<boolean> =>
    (await neighbours?.userOf(parseIpv4(address), briefProbe)) !== undefined;
  const onState = (state: string): void => board.tell({ event: "dhcp-state", state });
  try {
    for (;;) {
      try {
        return await acquire(datagrams, clock, { mac, hostName, deadline: left(), onState, probe });
      } catch (error) {
        if (error instanceof Unanswered) return undefined;
        if (!(error instanceof Refused)) throw error;
      }
      if (left() <= 0) return undefined;
      await clock.sleep(board.settings.dhcp.poll);
    }
  } finally {
    datagrams.close();
    link?.close();
  }
}

/** The address of a name; a name that is an address needs no DNS. */
export async function addressOf(board: Workings, name: string, gateway: string): Promise<string> {
  if (isAddress(name)) return name;
  board.phase = "DNS";
  const { dns } = board.settings;
  const server = dns.server === "main" ? gateway : dns.alternative;
  board.tell({ event: "resolving", name, server });
  const datagrams = await board.sockets.datagrams({ server });
  try {
    const { addresses } = await resolve(datagrams, board.host.clock, { name, server, timeout: dns.timeout });
    const [address] = addresses;
    if (address === undefined) throw new Refused(`${server} knows no IPv4 address of ${name}`);
    board.tell({ event: "resolved", name, address });
    return address;
  } finally {
    datagrams.close();
  }
}

export async function setClock(board: Workings, gateway: string): Promise<void> {
  const { ntp } = board.settings;
  const { clock } = board.host;
  const server = await addressOf(board, ntp.server === "main" ? ntp.main : ntp.alternative, gateway);
  board.phase = "NTP";
  const datagrams = await board.sockets.datagrams({ server });
  try {
    const measured = await query(datagrams, clock, { server, timeout: ntp.timeout });
    const before = clock.now();
    clock.set(before + measured.offset);
    board.tell({
      event: "clock-set",
      server,
      before: dateAndTime(before, ntp.zone),
      after: dateAndTime(clock.now(), ntp.zone),
      offset: Number(measured.offset) / 1e9,
      delay: Number(measured.delay) / 1e9,
      stratum: measured.stratum,
    });
  } finally {
    datagrams.close();
  }
}

const prefixOf = (netmask: string): number => parseIpv4(netmask).toString(2).replaceAll("0", "").length;

const netmaskOf = (prefix: number): string => dotted(maskOf(prefix));
