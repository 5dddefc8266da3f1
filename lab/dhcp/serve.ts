// `bun lab dhcp serve -i IFACE`: our server on a real interface, until it is stopped.
import { type ServerOptions, serve as serveDhcp } from "../../protocols/dhcp/server.ts";
import { Refused } from "../../protocols/endpoint/index.ts";
import { Failure, usage } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import { beforeEnd } from "../network/index.ts";
import { addressOf, failure, linkOf } from "./interface.ts";

export interface ServeOptions {
  readonly interface: string;
  /** "192.168.1.101-192.168.1.199". */
  readonly pool: string;
  readonly router?: string;
  readonly dns: readonly string[];
  readonly ntp: readonly string[];
  readonly domain?: string;
  readonly search: readonly string[];
  /** Seconds. */
  readonly lease: number;
  /** "00:c0:df:24:ba:6b=192.168.1.50", or "id:…=…". */
  readonly reserve: readonly string[];
  readonly leases?: string;
  /** Milliseconds; 0: none. */
  readonly probe: number;
  readonly authoritative?: boolean;
  readonly rapidCommit?: boolean;
  readonly json?: boolean;
}

/** Returns when it is told to end. @throws Failure */
export async function serveOn(options: ServeOptions): Promise<number> {
  const own = addressOf(options.interface);
  const link = await linkOf(options.interface);
  if (!own)
    throw usage(
      `${options.interface} has no IPv4 address, and a server must have one; give it one: ip address add 192.168.1.1/24 dev ${options.interface}`,
    );
  const clock = hostClock();
  const { openDatagrams } = await import("../network/native.ts");
  const datagrams = await openDatagrams({
    port: 67,
    broadcast: true,
    device: options.interface,
    now: clock.now,
  }).catch(error => {
    throw error instanceof Refused ? new Failure(`${error.message}.`) : failure(options.interface, error);
  });
  const print = (line: string) =>
    console.log(options.json ? JSON.stringify({ time: new Date().toISOString(), line }) : line);
  const ended = Promise.withResolvers<void>();
  beforeEnd(async () => {
    datagrams.close();
    link.close();
    await ended.promise;
  });
  console.error(
    `lab: leasing ${options.pool} on ${options.interface} (${own.address}/${own.prefix}); Ctrl-C ends it`,
  );
  try {
    await serveDhcp(
      datagrams,
      clock,
      { ...planOf(options), server: own.address, prefix: own.prefix },
      print,
      link,
    );
  } catch (error) {
    throw error instanceof RangeError
      ? usage(`${error.message}.`)
      : new Failure(`${(error as Error).message}.`);
  } finally {
    ended.resolve();
    datagrams.close();
    link.close();
  }
  return 0;
}

function planOf(options: ServeOptions): Omit<ServerOptions, "server" | "prefix"> {
  const [first, last, more] = options.pool.split("-");
  if (!first || !last || more !== undefined)
    throw usage(
      `--pool takes the first and the last address, 192.168.1.101-192.168.1.199, not "${options.pool}".`,
    );
  const { router, dns, ntp, domain, search, authoritative, rapidCommit } = options;
  return {
    ...{ pool: { first, last }, router, dns, ntp, domain, authoritative, rapidCommit },
    ...(search.length > 0 && { search }),
    leaseSeconds: options.lease,
    reservations: Object.fromEntries(options.reserve.map(reservation)),
    leaseFile: options.leases,
    ...(options.probe > 0 && { probe: options.probe }),
  };
}

function reservation(text: string): [string, string] {
  const [client, address, more] = text.split("=");
  if (client && address && more === undefined) return [client, address];
  throw usage(`--reserve takes a client and its address, 00:c0:df:24:ba:6b=192.168.1.50, not "${text}".`);
}
