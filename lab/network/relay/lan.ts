// The relay's switch: what passes between stations, and the frames that it stands for.
import { format as arpFormat, Operation } from "../../../protocols/arp/index.ts";
import { message as dhcpMessage } from "../../../protocols/dhcp/format.ts";
import type { Endpoint } from "../../../protocols/endpoint/index.ts";
import { broadcast, colons, EtherType, enclose as frameOf } from "../../../protocols/ethernet/index.ts";
import { enclose as icmpOf, Type, Unreachable } from "../../../protocols/icmp/index.ts";
import {
  broadcastOf,
  dotted,
  everyHost,
  IpProtocol,
  isMulticast,
  enclose as packetOf,
  parseIpv4,
  sameNetwork,
} from "../../../protocols/ipv4/index.ts";
import { enclose as datagramOf } from "../../../protocols/udp/index.ts";
import { Malformed } from "../../../protocols/wire/index.ts";
import { machineTime } from "../clock.ts";
import { frameHash } from "../faults/faults.ts";
import { Timetable } from "../faults/timetable.ts";
import { passage } from "./cable.ts";
import type { Station } from "./station.ts";

const ipHeader = 20;
const ethernetHeader = 14;
/** An ICMP message quotes so much that it stays within 576 octets (RFC 1812 §4.3.2.3). */
const mostQuoted = 548;

/** Where frames are recorded: `port` is the switch port at which they come in. */
export interface Tape {
  frame(port: number, octets: Uint8Array): void;
}

export class Lan {
  readonly stations = new Set<Station>();
  tape: Tape | undefined;
  /** Datagrams under way. */
  readonly #later = new Timetable();
  /** The frame that was recorded last. */
  #recorded: Uint8Array | undefined;

  /** Names the frame that was recorded last; none if nothing is recorded. */
  recorded(): bigint | undefined {
    return this.#recorded && frameHash(this.#recorded);
  }

  /** The station that has this address, if its cable is in. */
  stationAt(address: number): Station | undefined {
    for (const station of this.stations)
      if (station.plugged && station.configuration && station.owns(address)) return station;
    return undefined;
  }

  /**
   * The station that a packet from `from` to `destination` goes to first: the destination, or the gateway.
   * `from` asks for its MAC address once (ARP); nobody may answer.
   */
  neighbour(from: Station, destination: number): Station | undefined {
    const hop = from.nextHop(destination) ?? destination;
    const known = from.neighbours.get(hop);
    if (known && this.stations.has(known) && known.owns(hop)) return known;
    from.neighbours.delete(hop);
    return this.#ask(from, hop);
  }

  /** A datagram leaves a station: it is recorded, and delivered to whom it reaches. */
  datagram(from: Station, port: number, to: Endpoint, octets: Uint8Array): void {
    const destination = parseIpv4(to.address);
    const source = { address: dotted(from.address), port };
    if (from.owns(destination)) {
      from.udp.get(to.port)?.deliver(octets, { address: to.address, port });
      return;
    }
    if (!from.plugged) return;
    const datagram = datagramOf({ sourcePort: port, destinationPort: to.port }, octets, {
      source: source.address,
      destination: to.address,
    });
    const group = groupOf(from, destination);
    if (group) {
      this.packet(from, group, destination, IpProtocol.UDP, datagram);
      for (const station of this.stations)
        if (station !== from && hears(station, destination))
          this.#carry(from, station, datagram, () => station.udp.get(to.port)?.deliver(octets, source));
      return;
    }
    const client = this.#clientOf(to.port, destination, octets);
    const station = client ?? this.neighbour(from, destination);
    if (!station) return;
    const identification = this.packet(from, station.mac, destination, IpProtocol.UDP, datagram);
    if (!(client || station.owns(destination))) return;
    this.#carry(from, station, datagram, () => {
      const open = station.udp.get(to.port);
      if (open && (!client || open.broadcast)) open.deliver(octets, source);
      if (open || client) return;
      this.#unreachable(station, from, identification, datagram);
      from.udp.get(port)?.refused?.();
    });
  }

  /** Delivers a datagram when, and as often as, it comes through both cables. */
  #carry(from: Station, to: Station, datagram: Uint8Array, deliver: () => void): void {
    const arrive = () => {
      if (to.plugged && this.stations.has(to)) deliver();
    };
    if (!from.cable.up && !to.cable.down && to.cable.mtu >= from.cable.mtu) return arrive();
    const recorded = () => this.recorded();
    // A fragment is as large as the sender's cable takes; the datagram is lost with any of them.
    const largest = Math.min(datagram.length + ipHeader, from.cable.mtu);
    if (largest > to.cable.mtu)
      return to.cable.ledger.befell(to.name, "down", ["too large"], machineTime(), recorded());
    const now = performance.now();
    for (const at of passage(from.cable, to.cable, ethernetHeader + largest, now, recorded))
      if (at <= now) arrive();
      else this.#later.add(at, arrive);
  }

  /** Records the frame, or the frames if it does not fit one, of an IPv4 packet. Returns its identification. */
  packet(
    from: Station,
    to: Uint8Array,
    destination: number,
    protocol: number,
    payload: Uint8Array,
    /** A connection keeps the address that it was opened with. */
    source = from.address,
  ): number {
    const identification = from.identification();
    if (!this.tape || !from.plugged) return identification;
    const header = { source, destination, protocol, identification };
    const mostOctets = fragmentSize(from.cable.mtu);
    const whole = payload.length <= from.cable.mtu - ipHeader;
    const step = whole ? Math.max(1, payload.length) : mostOctets;
    for (let at = 0; at === 0 || at < payload.length; at += step) {
      const fragment = whole
        ? { dontFragment: 1 }
        : { moreFragments: at + step < payload.length ? 1 : 0, offset: at / 8 };
      const packet = packetOf({ ...header, fragment }, payload.subarray(at, at + step));
      this.#frame(from, to, EtherType.IPv4, packet);
    }
    return identification;
  }

  /** Who has this address? Recorded with the answer, if there is one; both learn of each other. */
  #ask(from: Station, address: number): Station | undefined {
    if (!from.plugged) return undefined;
    const question = { senderHardware: from.mac, senderProtocol: from.address };
    const nobody = { targetHardware: new Uint8Array(6), targetProtocol: address };
    this.#arp(from, broadcast, { operation: Operation.request, ...question, ...nobody });
    const station = this.stationAt(address);
    if (!station || station === from) return undefined;
    const answer = { senderHardware: station.mac, senderProtocol: address };
    const asker = { targetHardware: from.mac, targetProtocol: from.address };
    this.#arp(station, from.mac, { operation: Operation.reply, ...answer, ...asker });
    from.neighbours.set(address, station);
    if (from.configuration) station.neighbours.set(from.address, from);
    return station;
  }

  #arp(from: Station, to: Uint8Array, message: Parameters<typeof arpFormat.encode>[0]): void {
    if (this.tape) this.#frame(from, to, EtherType.ARP, arpFormat.encode(message));
  }

  /** Nobody listens at that port (RFC 1122 §4.1.3.1). `datagram`: header and octets, as they came. */
  #unreachable(from: Station, to: Station, identification: number, datagram: Uint8Array): void {
    if (!this.tape) return;
    const { address: source } = to;
    const fragment = { dontFragment: datagram.length + ipHeader <= to.cable.mtu ? 1 : 0 };
    const header = { source, destination: from.address, protocol: IpProtocol.UDP, identification, fragment };
    const quoted = packetOf(header, datagram).subarray(0, mostQuoted);
    const message = icmpOf({
      type: Type["destination unreachable"],
      code: Unreachable.port,
      body: { datagram: quoted },
    });
    this.packet(from, to.mac, source, IpProtocol.ICMP, message);
  }

  /**
   * A DHCP server may answer a client at the address that it is about to get: the client can't be asked for its MAC
   * address, for it does not have that address yet, so it is taken from the message (RFC 2131 §4.1).
   */
  #clientOf(port: number, destination: number, octets: Uint8Array): Station | undefined {
    if (port !== dhcpClientPort || this.stationAt(destination)) return undefined;
    try {
      const mac = colons(dhcpMessage.decode(octets).chaddr);
      for (const station of this.stations) if (station.macText === mac) return station;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
    return undefined;
  }

  #frame(from: Station, destination: Uint8Array, type: number, payload: Uint8Array): void {
    if (!from.plugged || !this.tape) return;
    this.#recorded = frameOf({ destination, source: from.mac, type }, payload);
    this.tape.frame(from.port, this.#recorded);
  }
}

const dhcpClientPort = 68;

/** What one fragment carries: a multiple of eight (RFC 791 §3.2). */
const fragmentSize = (mtu: number): number => (mtu - ipHeader) & ~7;

/** Whether a packet to this address is for every station, here or in the sender's network. */
export const isBroadcast = ({ configuration, address }: Station, destination: number): boolean =>
  destination === everyHost ||
  (configuration !== undefined &&
    configuration.prefix < 31 &&
    destination === broadcastOf(address, configuration.prefix));

/** The MAC address of those whom a packet to several goes to; multicast has one a group (RFC 1112 §6.4). */
function groupOf(from: Station, destination: number): Uint8Array | undefined {
  if (isBroadcast(from, destination)) return broadcast;
  if (!isMulticast(destination)) return undefined;
  return Uint8Array.of(0x01, 0x00, 0x5e, (destination >>> 16) & 0x7f, destination >>> 8, destination);
}

/** A broadcast to a network is for those in it; of groups, whoever has the port open is taken for a member. */
const hears = ({ configuration, address }: Station, destination: number): boolean =>
  destination === everyHost ||
  isMulticast(destination) ||
  (configuration !== undefined && sameNetwork(address, destination, configuration.prefix));
