// A host's place on the relay's switch: its addresses, its open ports, its cable.
import type { Endpoint } from "../../../protocols/endpoint/index.ts";
import { colons } from "../../../protocols/ethernet/address.ts";
import { parseIpv4, sameNetwork } from "../../../protocols/ipv4/address.ts";
import { CarrierSign } from "../carrier.ts";
import type { Configuration } from "../contract.ts";
import { Cable } from "./cable.ts";

/** A UDP socket, as the switch sees it. */
export interface UdpPort {
  /** Whether it hears datagrams while the host has no address, and may send broadcasts. */
  readonly broadcast: boolean;
  deliver(octets: Uint8Array, from: Endpoint): void;
  /** The host that a datagram reached says that nothing listens at its port there. */
  readonly refused?: (() => void) | undefined;
}

/** A listening TCP socket, and who takes what was connected there. */
export interface TcpPort {
  /** Where it really listens, on 127.0.0.1; 0 as long as it does not yet. */
  readonly realPort: number;
  /** The connection that really comes from this port of 127.0.0.1 is the one between these logical ends. */
  introduce(realPort: number, local: Endpoint, remote: Endpoint): void;
}

/** The range that clients take free ports from (RFC 6335 §6). */
const firstFreePort = 49_152;
const freePorts = 65_536 - firstFreePort;

export class Station {
  readonly carrier = new CarrierSign();
  /** With the faults that were laid on it. */
  cable: Cable;
  /** Ports by number. */
  readonly udp = new Map<number, UdpPort>();
  readonly tcp = new Map<number, TcpPort>();
  /** Whose MAC address it has asked for, by IPv4 address: what a host keeps in its ARP table. */
  readonly neighbours = new Map<number, Station>();
  readonly macText: string;
  #configuration: Configuration | undefined;
  #address: number | undefined;
  #identification = Math.floor(Math.random() * 0x1_0000);
  #nextPort = Math.floor(Math.random() * freePorts);

  /** @throws RangeError if the configuration is none: what was expected */
  constructor(
    readonly name: string,
    readonly mac: Uint8Array,
    /** Its switch port: the capture's interface of that number. */
    readonly port: number,
    configuration: Configuration | undefined,
  ) {
    this.macText = colons(mac);
    this.cable = new Cable(name);
    this.configure(configuration);
  }

  get plugged(): boolean {
    return this.carrier.up;
  }

  get configuration(): Configuration | undefined {
    return this.#configuration;
  }

  /** 0 while it has none. */
  get address(): number {
    return this.#address ?? 0;
  }

  /** @throws RangeError if it is no configuration, or none for this network: then the host has none */
  configure(configuration: Configuration | undefined): void {
    this.#configuration = undefined;
    this.#address = undefined;
    this.neighbours.clear();
    if (!configuration) return;
    const address = checked(configuration);
    this.#configuration = configuration;
    this.#address = address;
  }

  owns(address: number): boolean {
    return this.#address === address || address >>> 24 === loopback;
  }

  /** The address whose MAC address a packet to `destination` needs: its own, or the gateway's; none without a route. */
  nextHop(destination: number): number | undefined {
    const configuration = this.#configuration;
    if (!configuration) return undefined;
    if (sameNetwork(this.address, destination, configuration.prefix)) return destination;
    return configuration.gateway === undefined ? undefined : parseIpv4(configuration.gateway);
  }

  /** The next identification of an IPv4 packet (RFC 6864). */
  identification(): number {
    this.#identification = (this.#identification + 1) & 0xffff;
    return this.#identification;
  }

  /** A port that `taken` does not have. */
  freePort(taken: ReadonlyMap<number, unknown>): number {
    if (taken.size >= freePorts) throw new RangeError(`${this.name} has no free port left`);
    do this.#nextPort = (this.#nextPort + 1) % freePorts;
    while (taken.has(firstFreePort + this.#nextPort));
    return firstFreePort + this.#nextPort;
  }
}

/** 127.0.0.0/8: the host itself. */
const loopback = 127;

function checked({ address: text, prefix, gateway }: Configuration): number {
  const address = parseIpv4(text);
  if (!(Number.isInteger(prefix) && prefix >= 0 && prefix <= 32))
    throw new RangeError(`${prefix} is no prefix length: a whole number from 0 to 32`);
  if (gateway !== undefined && !sameNetwork(address, parseIpv4(gateway), prefix))
    throw new RangeError(`the gateway ${gateway} is not on the network of ${text}/${prefix}`);
  return address;
}
