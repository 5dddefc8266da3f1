// How a server is set up: its networks, their addresses, and what clients are told of them.
import { broadcastOf, dotted, maskOf, parseIpv4, sameNetwork } from "../ipv4/address.ts";
import { type OptionDraft, option, type Route } from "./format.ts";
import type { Addresses } from "./leases.ts";

/** A network that addresses are given of. Addresses are dotted. */
export interface NetworkOptions {
  /** Length of the network's prefix: 24 for the mask 255.255.255.0. */
  readonly prefix: number;
  readonly pool: { readonly first: string; readonly last: string };
  readonly router?: string;
  readonly dns?: readonly string[];
  readonly ntp?: readonly string[];
  readonly domain?: string;
  readonly search?: readonly string[];
  readonly routes?: readonly {
    readonly destination: string;
    readonly prefix: number;
    readonly router: string;
  }[];
  /** 86 400, a day, if not said; Infinity: for ever. */
  readonly leaseSeconds?: number;
  /** T1 and T2 in seconds; by default half and seven eighths of the lease (RFC 2131 §4.4.5). */
  readonly renewalSeconds?: number;
  readonly rebindingSeconds?: number;
  /** Addresses by MAC, "00:c0:df:24:ba:6b", or by client identifier (option 61) in hexadecimal, its type first: "id:0100c0df24ba6b". */
  readonly reservations?: Readonly<Record<string, string>>;
  /** Further options for those who ask for them. */
  readonly options?: readonly OptionDraft[];
}

export interface ServerOptions extends NetworkOptions {
  /** Its own address, by which clients name it. */
  readonly server: string;
  /** Whether it also answers for addresses that it knows nothing of: only if it is the network's only server. */
  readonly authoritative?: boolean;
  /** Whether it gives an address at once to clients that allow it (RFC 4039). */
  readonly rapidCommit?: boolean;
  /** Networks whose clients reach it through a relay agent (RFC 3046); `network` is any address in it. */
  readonly relayed?: readonly (NetworkOptions & { readonly network: string })[];
  /** Where leases are kept, so that they survive a restart; without it they are forgotten with the server. */
  readonly leaseFile?: string;
  /** How long to wait for a host that uses an address before it is offered, in milliseconds (RFC 2131 §2.2); by default nobody looks. */
  readonly probe?: number;
}

/** A lease time that never ends (RFC 2131 §3.3). */
export const forever = 0xffffffff;

/** The options that a network's clients may ask for, by code. */
export function toldBy(plan: NetworkOptions & { readonly network: string }): Map<number, OptionDraft> {
  const { network, prefix, router, dns, ntp, domain, search, routes } = plan;
  const all = [
    ...option(1, maskOf(prefix)),
    ...option(28, broadcastOf(parseIpv4(network), prefix)),
    ...option(3, router === undefined ? undefined : [parseIpv4(router)]),
    ...option(6, dns?.map(parseIpv4)),
    ...option(15, domain),
    ...option(42, ntp?.map(parseIpv4)),
    ...option(119, search && [...search]),
    ...option(121, routes?.map(routeOf)),
    ...(plan.options ?? []),
  ];
  return new Map(all.map(one => [one.code, one]));
}

const routeOf = (route: { destination: string; prefix: number; router: string }): Route => ({
  destination: parseIpv4(route.destination),
  prefix: route.prefix,
  router: parseIpv4(route.router),
});

/** @throws RangeError for a time that no option can hold */
export function leaseSecondsOf({ leaseSeconds = 86_400 }: NetworkOptions): number {
  const isTime = Number.isInteger(leaseSeconds) && leaseSeconds > 0 && leaseSeconds < forever;
  if (isTime || leaseSeconds === Number.POSITIVE_INFINITY) return leaseSeconds;
  throw new RangeError(
    `a lease of ${leaseSeconds} s: whole seconds from 1 to ${forever - 1} are wanted, or Infinity`,
  );
}

/** @throws RangeError if the addresses make no sense */
export function addressesOf(plan: NetworkOptions & { readonly network: string }, server: string): Addresses {
  const { network, prefix, pool, router, reservations = {} } = plan;
  const here = parseIpv4(network);
  const [first, last] = [parseIpv4(pool.first), parseIpv4(pool.last)];
  const reserved = new Map(
    Object.entries(reservations).map(([client, to]) => [reservedKey(client), parseIpv4(to)]),
  );
  for (const address of [first, last, ...reserved.values()])
    if (!sameNetwork(address, here, prefix))
      throw new RangeError(
        `${dotted(address)} is not in the network of ${network}/${prefix}: clients there could not use it`,
      );
  if (first > last) throw new RangeError(`the pool ends (${pool.last}) before it begins (${pool.first})`);
  const base = (here & maskOf(prefix)) >>> 0;
  const own = [server, ...(router ? [router] : [])].map(parseIpv4);
  return { first, last, reserved, taken: new Set([...own, base, broadcastOf(here, prefix)]) };
}

function reservedKey(client: string): string {
  const key = client.toLowerCase();
  if (/^id:(?:[0-9a-f]{2}){2,}$/.test(key) || /^[0-9a-f]{2}(?::[0-9a-f]{2}){1,15}$/.test(key)) return key;
  throw new RangeError(
    `${JSON.stringify(client)} is no client: a MAC address (00:c0:df:24:ba:6b), or an identifier in hexadecimal (id:0100c0df24ba6b)`,
  );
}
