// What the server says to each message of one network's clients, and when it must be silent. RFC 2131 §4.3, table 3.
import type { Clock } from "../endpoint/index.ts";
import { colons } from "../ethernet/address.ts";
import { dotted, parseIpv4, sameNetwork } from "../ipv4/address.ts";
import { nameOf, optionOf } from "../wire/index.ts";
import { type Message, type MessageDraft, MessageType, type OptionDraft, option } from "./format.ts";
import { Leases, type Tenant } from "./leases.ts";
import {
  addressesOf,
  forever,
  leaseSecondsOf,
  type NetworkOptions,
  type ServerOptions,
  toldBy,
} from "./plan.ts";

/** How long an offered address is kept for its client: as long as that asks for it, in seconds. */
const offerSeconds = 60;
/** A shorter lease, in seconds, would be renewed all the time: what clients wish counts from here on. */
const shortestWish = 120;

export class Answers {
  readonly leases: Leases;
  readonly #seconds: number;
  readonly #server: number;
  /** Any address of the network that it gives addresses of. */
  readonly #network: number;
  readonly #prefix: number;
  readonly #told: ReadonlyMap<number, OptionDraft>;

  /** `plan`: of the network, the server's own or one behind a relay. @throws RangeError if its addresses make no sense */
  constructor(
    clock: Clock,
    readonly options: Pick<ServerOptions, "server" | "authoritative" | "rapidCommit">,
    readonly plan: NetworkOptions & { readonly network: string },
    readonly log: (line: string) => void = () => {},
  ) {
    this.#server = parseIpv4(options.server);
    this.#network = parseIpv4(plan.network);
    this.#prefix = plan.prefix;
    this.#seconds = leaseSecondsOf(plan);
    this.#told = toldBy(plan);
    this.leases = new Leases(clock, addressesOf(plan, options.server));
  }

  /** Whether an address is of this network. */
  covers(address: number): boolean {
    return sameNetwork(address, this.#network, this.#prefix);
  }

  /** Whether the client that asks has this address already. */
  isBound(request: Message, address: number): boolean {
    const { state, address: had } = this.leases.current(tenantOf(request)) ?? {};
    return state === "bound" && had === address;
  }

  /** Another host has an address that was to be offered: for the time of a lease nobody gets it. */
  abandon(address: number, user: string): void {
    this.leases.hold(nobody, address, "declined", this.#seconds);
    this.log(`${dotted(address)} is used by ${user}, which has no lease of it, so nobody gets it for now`);
  }

  /** The reply to a message; `undefined` where the server has nothing to say. */
  answer(request: Message): MessageDraft | undefined {
    const type = optionOf(request.options, 53);
    const client = tenantOf(request);
    if (request.op !== 1) return undefined;
    if (type === undefined) return this.#silence("BOOTREQUEST", client, "BOOTP is not served");
    const name = `DHCP${(nameOf(MessageType, type) ?? `message ${type}`).toUpperCase()}`;
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
    return this.#reply(request, MessageType.Offer, address, this.#secondsFor(request));
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
    if (!this.covers(address))
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
    const seconds = this.#secondsFor(request);
    this.leases.hold(client, address, "bound", seconds);
    this.log(`DHCPACK of ${dotted(address)} to ${named(client)}`);
    const reply = this.#reply(request, MessageType.ACK, address, seconds);
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
    if (!this.covers(request.ciaddr))
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
        ...(seconds === undefined ? [] : this.#times(seconds)),
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

  /** Lease time, T1 and T2; what is set beyond the lease gives way to half and seven eighths of it (RFC 2131 §4.4.5). */
  #times(seconds: number): OptionDraft[] {
    const { renewalSeconds = seconds / 2, rebindingSeconds = (seconds * 7) / 8 } = this.plan;
    const ordered = renewalSeconds <= rebindingSeconds && rebindingSeconds <= seconds;
    const [t1, t2] = ordered ? [renewalSeconds, rebindingSeconds] : [seconds / 2, (seconds * 7) / 8];
    const told = (time: number) => (Number.isFinite(time) ? Math.floor(time) : forever);
    return [...option(51, told(seconds)), ...option(58, told(t1)), ...option(59, told(t2))];
  }

  /** What the client would like to have, but no longer than the server gives, and no shorter than is of use. */
  #secondsFor(request: Message): number {
    const wished = optionOf(request.options, 51);
    return wished === undefined ? this.#seconds : Math.min(this.#seconds, Math.max(wished, shortestWish));
  }

  #header(request: Message): Omit<MessageDraft, "options"> {
    const { htype, xid, flags, giaddr, chaddr } = request;
    return { op: 2, htype, xid, flags, giaddr, chaddr };
  }

  #silence(name: string, client: Tenant, why: string): undefined {
    this.log(`${name} from ${named(client)}: ${why}`);
  }
}

/** What the client sent to be sent back: who it is (RFC 6842 §3), and last what the relay added (RFC 3046 §2.2). */
const echoed = ({ options }: Message): OptionDraft[] =>
  options.filter(({ code }) => code === 61 || code === 82).sort((a, b) => a.code - b.code) as OptionDraft[];

function tenantOf({ htype, chaddr, options }: Message): Tenant {
  const told = optionOf(options, 61);
  const mac = colons(chaddr);
  const hostName = optionOf(options, 12);
  const identifier = told && `${told.type.toString(16).padStart(2, "0")}${told.identifier.toHex()}`;
  return { key: identifier ? `id:${identifier}` : `${htype} ${mac}`, mac, hostName };
}

/** Who has an address that no client of this server has. */
const nobody: Tenant = { key: "", mac: "" };

const named = ({ mac, hostName }: Tenant): string =>
  hostName ? `${mac} (${JSON.stringify(hostName)})` : mac;
