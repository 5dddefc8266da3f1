// `bun lab dhcp acquire -i IFACE`: our client on a real interface; the exchange printed as it happens.
import { acquire, inform, type Lease, type Parameters, release } from "../../protocols/dhcp/client.ts";
import { announcementOf, Neighbours, probeTimes } from "../../protocols/dhcp/conflicts.ts";
import { datagramsOver } from "../../protocols/dhcp/link.ts";
import {
  type Clock,
  type Datagrams,
  type Endpoint,
  type Link,
  Refused,
  Unanswered,
} from "../../protocols/endpoint/index.ts";
import { colons, parseMac } from "../../protocols/ethernet/address.ts";
import { parseIpv4 } from "../../protocols/ipv4/address.ts";
import { exit, Failure, usage } from "../failure.ts";
import { plain } from "../inspect/json.ts";
import { hostClock } from "../network/clock.ts";
import { dump } from "./dump.ts";
import { failure, linkOf } from "./interface.ts";

export interface AcquireOptions {
  readonly interface: string;
  readonly mac?: string;
  readonly hostname?: string;
  readonly request?: string;
  /** Seconds. */
  readonly lease?: number;
  readonly inform?: string;
  readonly release?: boolean;
  readonly rapidCommit?: boolean;
  /** Asks for replies by broadcast. */
  readonly broadcast?: boolean;
  /** Looks by ARP whether the address is free. */
  readonly probe?: boolean;
  readonly apply?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/** Returns the exit code. @throws Failure */
export async function acquireOn(options: AcquireOptions): Promise<number> {
  refuseNonsense(options);
  const link = await linkOf(options.interface);
  const clock = hostClock();
  const seen = { replies: 0 };
  try {
    if (options.inform === undefined) await lease(link, clock, options, seen);
    else await told(link, clock, options.inform, options, seen);
    return exit.done;
  } catch (error) {
    throw failed(error, options, seen.replies);
  } finally {
    link.close();
  }
}

async function lease(
  link: Link,
  clock: Clock,
  options: AcquireOptions,
  seen: { replies: number },
): Promise<void> {
  const datagrams = watched(datagramsOver(link, clock), clock, options, seen);
  const neighbours = new Neighbours(link, clock);
  const isUsed = async (address: string) => {
    notice(options, `asking by ARP whether ${address} is free …`);
    const user = await neighbours.userOf(parseIpv4(address), probeTimes);
    if (user !== undefined) notice(options, `${address} is used by ${user}`);
    return user !== undefined;
  };
  const client = clientOf(link, options);
  const acquired = await acquire(datagrams, clock, {
    ...client,
    requested: options.request,
    leaseSeconds: options.lease,
    rapidCommit: options.rapidCommit,
    ...(options.probe && { probe: isUsed }),
  });
  show(acquired, options);
  if (options.apply) await apply(link, acquired, options);
  if (!options.release) return;
  // The interface need not have the address: it is given back in the address's name.
  const own = datagramsOver(link, clock, acquired.address, datagrams.heard);
  await release(watched(own, clock, options, seen), clock, acquired, client);
}

async function told(
  link: Link,
  clock: Clock,
  address: string,
  options: AcquireOptions,
  seen: { replies: number },
): Promise<void> {
  const datagrams = watched(datagramsOver(link, clock, address), clock, options, seen);
  show(await inform(datagrams, clock, address, clientOf(link, options)), options);
}

const clientOf = (link: Link, { mac, hostname, broadcast, timeout, ...options }: AcquireOptions) => {
  const own = mac === undefined ? link.mac : parseMac(mac);
  return {
    mac: own,
    hostName: hostname,
    // Frames to another MAC address than the interface's don't come in.
    broadcast: broadcast === true || colons(own) !== colons(link.mac),
    deadline: timeout * 1000,
    onRefused: ({ rule, detail }: { rule: { id: string }; detail: string }) =>
      notice(options, `a reply was refused (${rule.id}): ${detail}`),
  };
};

/** The same datagrams, each printed as it passes. */
function watched<D extends Datagrams>(
  datagrams: D,
  clock: Clock,
  options: AcquireOptions,
  seen: { replies: number },
): D {
  const print = (octets: Uint8Array, from: Endpoint, to: Endpoint) => {
    if (options.quiet) return;
    if (options.json) console.log(JSON.stringify({ kind: "message", from, to, octets }, plain));
    else for (const line of dump(octets, clock.now(), from, to)) console.log(line);
  };
  return {
    ...datagrams,
    async send(octets, to) {
      await datagrams.send(octets, to);
      print(octets, datagrams.local, to);
    },
    async receive(milliseconds) {
      const datagram = await datagrams.receive(milliseconds);
      if (!datagram) return undefined;
      seen.replies++;
      try {
        print(datagram.octets, datagram.from, datagrams.local);
      } catch {
        notice(options, `${datagram.octets.length} octets from ${datagram.from.address} are no DHCP message`);
      }
      return datagram;
    },
  };
}

function show(parameters: Parameters | Lease, { json }: AcquireOptions): void {
  const { message: _, ...rest } = parameters;
  if (json) {
    const { acquiredAt: __, ...shown } = { acquiredAt: 0n, ...rest };
    console.log(JSON.stringify({ kind: "address" in rest ? "lease" : "parameters", ...shown }, finite));
    return;
  }
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["address", "address" in rest ? `${rest.address}/${rest.prefix}` : undefined],
    [
      "leased",
      "seconds" in rest ? `${rest.seconds} s (T1 ${rest.renewal} s, T2 ${rest.rebinding} s)` : undefined,
    ],
    ["server", rest.server],
    ["router", rest.router],
    ["DNS", rest.dns.join(", ")],
    ["NTP", rest.ntp.join(", ")],
    ["domain", rest.domain],
    ["search", rest.search.join(", ")],
    ["routes", rest.routes.map(one => `${one.destination}/${one.prefix} by ${one.router}`).join(", ")],
  ];
  for (const [name, value] of rows) if (value) console.log(`${name.padEnd(8)} ${value}`);
}

/** JSON knows no infinity. */
const finite = (_: string, value: unknown): unknown =>
  value === Number.POSITIVE_INFINITY ? "forever" : value;

async function apply(link: Link, { address, prefix, router }: Lease, options: AcquireOptions): Promise<void> {
  const [{ applyConfiguration }, { indexOf }] = await Promise.all([
    import("../network/linux/netlink.ts"),
    import("../network/linux/interface.ts"),
  ]);
  applyConfiguration(indexOf(options.interface), undefined, { address, prefix, gateway: router });
  await link.send(announcementOf(parseIpv4(address), link.mac));
  notice(
    options,
    `${options.interface} has ${address}/${prefix} now; ip address flush dev ${options.interface} undoes it`,
  );
}

function refuseNonsense({ mac, request, inform, release, apply, timeout }: AcquireOptions): void {
  try {
    if (mac !== undefined) parseMac(mac);
    for (const address of [request, inform]) if (address !== undefined) parseIpv4(address);
  } catch (error) {
    throw usage(`${(error as Error).message}.`);
  }
  if (!(timeout > 0)) throw usage("--timeout takes seconds, more than 0.");
  if (inform !== undefined && (request !== undefined || release || apply))
    throw usage("--inform asks for no address: it goes with neither --request nor --release nor --apply.");
  if (release && apply) throw usage("--release gives back what --apply would configure; choose one.");
}

function failed(error: unknown, { interface: name, timeout }: AcquireOptions, replies: number): unknown {
  if (error instanceof Unanswered)
    return replies === 0
      ? new Failure(
          `no DHCP server answered on ${name} (${error.message}); is its cable in the right network?`,
          exit.noReply,
        )
      : new Failure(
          `the exchange on ${name} was not over in time (${error.message}); --timeout ${timeout * 2} waits longer.`,
          exit.timedOut,
        );
  if (error instanceof Refused) return new Failure(`${error.message}.`);
  return error instanceof Error && "errno" in error ? failure(name, error) : error;
}

function notice({ quiet }: { readonly quiet?: boolean }, text: string): void {
  if (!quiet) console.error(`lab: ${text}`);
}
