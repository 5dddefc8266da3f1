// What the server says to each message, and when it must be silent. RFC 2131 §4.3, table 3.
import type { Clock } from "../endpoint/index.ts";
import { colons } from "../ethernet/address.ts";
import { broadcastOf, dotted, maskOf, parseIpv4, sameNetwork } from "../ipv4/address.ts";
import { nameOf, optionOf } from "../wire/index.ts";
import {
  type Message,
  type MessageDraft,
  MessageType,
  type OptionDraft,
  option,
  type Route,
} from "./format.ts";
import { Leases, type Tenant } from "./leases.ts";

/** How a server is set up. Addresses are dotted. */
export interface ServerOptions {
  /** Its own address, by which clients name it. */
  readonly server: string;
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
  /** Addresses by MAC, "00:c0:df:24:ba:6b". */
  readonly reservations?: Readonly<Record<string, string>>;
  /** Whether it also answers for addresses that it knows nothing of: only if it is the network's only server. */
  readonly authoritative?: boolean;
  /** Whether it gives an address at once to clients that allow it (RFC 4039). */
  readonly rapidCommit?: boolean;
  /** Further options for those who ask for them. */
  readonly options?: readonly OptionDraft[];
}

/** How long an offered address is kept for its client: as long as that asks for it, in seconds. */
const offerSeconds = 60;
const forever = 0xffffffff;

export class Answers {
  readonly leases: Leases;
  readonly #seconds: number;
  readonly #server: number;
  readonly #told: ReadonlyMap<number, OptionDraft>;

  /** @throws RangeError if the addresses make no sense */
  constructor(
    clock: Clock,
    readonly options: ServerOptions,
    readonly log: (line: string) => void = () => {},
  ) {
    this.#server = parseIpv4(options.server);
    this.#seconds = leaseSecondsOf(options);
    this.#told = toldBy(options);
    this.leases = new Leases(clock, addressesOf(options));
  }

  /** The reply to a message; `undefined` where the server has nothing to say. */
  answer(request: Message): MessageDraft | undefined {
    const type = optionOf(request.options, 53);
    const client = tenantOf(request);
    if (request.op !== 1) return undefined;
    if (type === undefined) return this.#silence("BOOTREQUEST", client, "BOOTP is not served");
    const name = `DHCP${(nameOf(MessageType, type) ?? `message ${type}`).toUpperCase()}`;
    if (request.giaddr && !this.#isHere(request.giaddr))
      return this.#silence(name, client, `no addresses for the network of relay ${dotted(request.giaddr)}`);
    this.log(`${name} from ${named(client)}`);
    switch (type) {
      case MessageType.Discover:
        return this.#offer(request, client);
      case MessageType.Request:
        return this.#grant(request, client);
      case MessageType.Decline:
        return this.#declined(request, client);
      case MessageType.Release:
        return this.#released(request, client);
      case MessageType.Inform:
        return this.#tell(request, client);
      default:
        return undefined;
    }
  }

  #offer(request: Message, client: Tenant): MessageDraft | undefined {
    const address = this.leases.choose(client, optionOf(request.options, 50));
    if (address === undefined) return this.#silence("DHCPDISCOVER", client, "no address is free");
    const rapid = this.options.rapidCommit && optionOf(request.options, 80) !== undefined;
    if (rapid) return this.#acknowledge(request, client, address);
    // Whoever has a lease already keeps it while it looks around.
    const { state, address: had } = this.leases.current(client) ?? {};
    if (state !== "bound" || had !== address) this.leases.hold(client, address, "offered", offerSeconds);
    this.log(`DHCPOFFER of ${dotted(address)} to ${named(client)}`);
    return this.#reply(request, MessageType.Offer, address, this.#seconds);
  }

  /** RFC 2131 §4.3.2: the client takes an offer, comes back after a restart, or renews. */
  #grant(request: Message, client: Tenant): MessageDraft | undefined {
    const chosen = optionOf(request.options, 54);
    const address = optionOf(request.options, 50) ?? request.ciaddr;
    if (chosen !== undefined && chosen !== this.#server) {
      if (this.leases.current(client)?.state === "offered") this.leases.release(client);
      return this.#silence("DHCPREQUEST", client, `it chose ${dotted(chosen)}`);
    }
    if (address === 0) return this.#silence("DHCPREQUEST", client, "it names no address");
    if (!this.#isHere(address))
      return this.#refuse(request, client, `${dotted(address)} is not of this network`);
    const known = this.leases.current(client);
    if (known && known.address !== address)
      return this.#refuse(request, client, `its address is ${dotted(known.address)}`);
    if (!known && chosen === undefined && !this.options.authoritative)
      return this.#silence("DHCPREQUEST", client, `nothing is known of ${dotted(address)}`);
    if (!this.leases.mayHave(client, address))
      return this.#refuse(request, client, `${dotted(address)} is not to be had`);
    return this.#acknowledge(request, client, address);
  }

  #acknowledge(request: Message, client: Tenant, address: number): MessageDraft {
    this.leases.hold(client, address, "bound", this.#seconds);
    this.log(`DHCPACK of ${dotted(address)} to ${named(client)}`);
    const reply = this.#reply(request, MessageType.ACK, address, this.#seconds);
    return { ...reply, ciaddr: request.ciaddr };
  }

  #refuse(request: Message, client: Tenant, reason: string): MessageDraft {
    this.log(`DHCPNAK to ${named(client)}: ${reason}`);
    return {
      ...this.#header(request),
      // A relay is to broadcast it, for the client's address is not good (RFC 2131 §4.3.2).
      flags: { broadcast: request.giaddr ? 1 : request.flags.broadcast },
      options: [
        ...option(53, MessageType.NAK),
        ...option(54, this.#server),
        ...option(56, reason),
        ...echoed(request),
      ],
    };
  }

  #declined(request: Message, client: Tenant): undefined {
    const address = optionOf(request.options, 50);
    if (address === undefined || this.leases.of(client)?.address !== address)
      return this.#silence("DHCPDECLINE", client, "it never had that address");
    this.leases.hold(client, address, "declined", this.#seconds);
    return this.#silence(
      "DHCPDECLINE",
      client,
      `${dotted(address)} is used by another host, so nobody gets it for now`,
    );
  }

  #released(request: Message, client: Tenant): undefined {
    if (this.leases.current(client)?.address === request.ciaddr) this.leases.release(client);
    return undefined;
  }

  /** RFC 2131 §4.3.5: no address, no lease time. */
  #tell(request: Message, client: Tenant): MessageDraft | undefined {
    if (!this.#isHere(request.ciaddr))
      return this.#silence("DHCPINFORM", client, `${dotted(request.ciaddr)} is not of this network`);
    this.log(`DHCPACK to ${named(client)}`);
    return { ...this.#reply(request, MessageType.ACK, 0), ciaddr: request.ciaddr };
  }

  #reply(request: Message, type: number, address: number, seconds?: number): MessageDraft {
    const rapid = type === MessageType.ACK && optionOf(request.options, 53) === MessageType.Discover;
    return {
      ...this.#header(request),
      yiaddr: address,
      options: [
        ...option(53, type),
        ...option(54, this.#server),
        ...(seconds === undefined ? [] : timesOf(seconds)),
        ...option(80, rapid ? new Uint8Array() : undefined),
        ...this.#wanted(request),
        ...echoed(request),
      ],
    };
  }

  /** What it has of what the client asks for, in the client's order, but the mask before all (RFC 2132 §3.3, §9.8). */
  #wanted(request: Message): OptionDraft[] {
    const asked = optionOf(request.options, 55) ?? [...this.#told.keys()];
    const codes = new Set([1, ...asked]);
    return [...codes].flatMap(code => this.#told.get(code) ?? []);
  }

  #header(request: Message): Omit<MessageDraft, "options"> {
    const { htype, xid, flags, giaddr, chaddr } = request;
    return { op: 2, htype, xid, flags, giaddr, chaddr };
  }

  #isHere(address: number): boolean {
    return sameNetwork(address, this.#server, this.options.prefix);
  }

  #silence(name: string, client: Tenant, why: string): undefined {
    this.log(`${name} from ${named(client)}: ${why}`);
  }
}

/** Lease time, T1 at half and T2 at seven eighths of it (RFC 2131 §4.4.5). */
const timesOf = (seconds: number): OptionDraft[] => [
  ...option(51, Number.isFinite(seconds) ? seconds : forever),
  ...option(58, Number.isFinite(seconds) ? Math.floor(seconds / 2) : forever),
  ...option(59, Number.isFinite(seconds) ? Math.floor((seconds * 7) / 8) : forever),
];

/** What the client sent to be sent back: who it is (RFC 6842 §3), and last what the relay added (RFC 3046 §2.2). */
const echoed = ({ options }: Message): OptionDraft[] =>
  options.filter(({ code }) => code === 61 || code === 82).sort((a, b) => a.code - b.code) as OptionDraft[];

function tenantOf({ htype, chaddr, options }: Message): Tenant {
  const identifier = optionOf(options, 61);
  const mac = colons(chaddr);
  const hostName = optionOf(options, 12);
  const key = identifier ? `61 ${identifier.type} ${identifier.identifier.toHex()}` : `${htype} ${mac}`;
  return { key, mac, hostName };
}

const named = ({ mac, hostName }: Tenant): string =>
  hostName ? `${mac} (${JSON.stringify(hostName)})` : mac;

function toldBy(options: ServerOptions): Map<number, OptionDraft> {
  const { server, prefix, router, dns, ntp, domain, search, routes } = options;
  const all = [
    ...option(1, maskOf(prefix)),
    ...option(28, broadcastOf(parseIpv4(server), prefix)),
    ...option(3, router === undefined ? undefined : [parseIpv4(router)]),
    ...option(6, dns?.map(parseIpv4)),
    ...option(15, domain),
    ...option(42, ntp?.map(parseIpv4)),
    ...option(119, search && [...search]),
    ...option(121, routes?.map(routeOf)),
    ...(options.options ?? []),
  ];
  return new Map(all.map(one => [one.code, one]));
}

const routeOf = (route: { destination: string; prefix: number; router: string }): Route => ({
  destination: parseIpv4(route.destination),
  prefix: route.prefix,
  router: parseIpv4(route.router),
});

function leaseSecondsOf({ leaseSeconds = 86_400 }: ServerOptions): number {
  const isTime = Number.isInteger(leaseSeconds) && leaseSeconds > 0 && leaseSeconds < forever;
  if (isTime || leaseSeconds === Number.POSITIVE_INFINITY) return leaseSeconds;
  throw new RangeError(
    `a lease of ${leaseSeconds} s: whole seconds from 1 to ${forever - 1} are wanted, or Infinity`,
  );
}

function addressesOf({ server, prefix, pool, router, reservations = {} }: ServerOptions) {
  const own = parseIpv4(server);
  const [first, last] = [parseIpv4(pool.first), parseIpv4(pool.last)];
  const reserved = new Map(
    Object.entries(reservations).map(([mac, to]) => [mac.toLowerCase(), parseIpv4(to)]),
  );
  for (const address of [first, last, ...reserved.values()])
    if (!sameNetwork(address, own, prefix))
      throw new RangeError(
        `${dotted(address)} is not in the network of ${server}/${prefix}: clients there could not use it`,
      );
  if (first > last) throw new RangeError(`the pool ends (${pool.last}) before it begins (${pool.first})`);
  const network = (own & maskOf(prefix)) >>> 0;
  const taken = new Set([own, network, broadcastOf(own, prefix), ...(router ? [parseIpv4(router)] : [])]);
  return { first, last, reserved, taken };
}
