// Links, addresses and routes of a network namespace, set through rtnetlink (RFC 3549; the numbers are those of
// linux/rtnetlink.h, linux/if_link.h, linux/if_bridge.h and linux/veth.h): what `ip` would do, without starting it.
import { broadcastOf, parseIpv4 } from "../../../protocols/ipv4/address.ts";
import type { Configuration } from "../contract.ts";
import {
  AF_INET,
  AF_NETLINK,
  closeDescriptor,
  receive,
  SOCK_RAW,
  SystemError,
  send,
  socket,
} from "./system.ts";
import { LOOPBACK_INDEX } from "./wiring.ts";

const NETLINK_ROUTE = 0;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const RTM_NEWROUTE = 24;

const NLM_F_REQUEST = 0x001;
const NLM_F_ACK = 0x004;
const NLM_F_DUMP = 0x300;
const NLM_F_EXCL = 0x200;
const NLM_F_CREATE = 0x400;

const RT_TABLE_MAIN = 254;
const RTPROT_BOOT = 3;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_LINK = 253;
const RTN_UNICAST = 1;

const IFF_UP = 1;
const IF_OPER_UP = 6;

/** Attributes by the names that the kernel gives them. */
const IFLA = { address: 1, ifname: 3, mtu: 4, master: 10, operstate: 16, linkinfo: 18, netNsFd: 28 } as const;
const IFLA_INFO = { kind: 1, data: 2 } as const;
const IFLA_BR = { forwardDelay: 1, stpState: 5, mcastSnooping: 23 } as const;
const VETH_INFO_PEER = 1;
const IFA = { address: 1, local: 2, label: 3, broadcast: 4 } as const;
const RTA = { oif: 4, gateway: 5 } as const;

/** Asks the kernel about the network namespace in which it was made, whichever the thread is in later. */
export class Netlink implements Disposable {
  readonly #socket = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  #sequence = 0;

  /** A switch that forwards at once and sends no frames of its own: no spanning tree, no multicast snooping. */
  addBridge(index: number, name: string): void {
    const data = [
      attribute(IFLA_BR.forwardDelay, u32(0)),
      attribute(IFLA_BR.stpState, u32(0)),
      attribute(IFLA_BR.mcastSnooping, Uint8Array.of(0)),
    ];
    this.#create("add bridge", [
      link(index, IFF_UP),
      attribute(IFLA.ifname, text(name)),
      kind("bridge", data),
    ]);
  }

  /** A cable: its near end becomes a port of `master`, its far end an interface, in another namespace if one is given. */
  addCable(
    near: { index: number; name: string; master: number },
    far: { index: number; name: string; mac?: Uint8Array; namespace?: number },
  ): void {
    const peer = [
      link(far.index),
      attribute(IFLA.ifname, text(far.name)),
      ...(far.mac ? [attribute(IFLA.address, far.mac)] : []),
      ...(far.namespace === undefined ? [] : [attribute(IFLA.netNsFd, u32(far.namespace))]),
    ];
    this.#create(`add veth ${near.name}`, [
      link(near.index, IFF_UP),
      attribute(IFLA.ifname, text(near.name)),
      attribute(IFLA.master, u32(near.master)),
      kind("veth", [attribute(VETH_INFO_PEER, ...peer)]),
    ]);
  }

  /** Switches an interface on or off. */
  setUp(index: number, up: boolean): void {
    this.#request(`set link ${index} ${up ? "up" : "down"}`, RTM_NEWLINK, 0, [
      link(index, up ? IFF_UP : 0, IFF_UP),
    ]);
  }

  /** Takes a cable away, both ends of it. */
  removeCable(index: number): void {
    this.#request(`remove link ${index}`, RTM_DELLINK, 0, [link(index)]);
  }

  /** Makes an interface a port of a bridge; of none with 0. */
  setMaster(index: number, master: number): void {
    const what = `make link ${index} a port of ${master}`;
    this.#request(what, RTM_NEWLINK, 0, [link(index), attribute(IFLA.master, u32(master))]);
  }

  /** Sets the largest IP packet that an interface sends. */
  setMtu(index: number, octets: number): void {
    const what = `set the MTU of link ${index} to ${octets}`;
    this.#request(what, RTM_NEWLINK, 0, [link(index), attribute(IFLA.mtu, u32(octets))]);
  }

  /** Whether frames pass: the interface is up, so is its other end, and the kernel has taken note of it. */
  operational(index: number): boolean {
    const answer = this.#request(`get link ${index}`, RTM_GETLINK, 0, [link(index)]);
    return attributes(answer, 16).get(IFLA.operstate)?.[0] === IF_OPER_UP;
  }

  addAddress(index: number, address: string, prefix: number): void {
    const number = parseIpv4(address);
    const broadcast = prefix < 31 ? [attribute(IFA.broadcast, ipv4(broadcastOf(number, prefix)))] : [];
    this.#create(
      `add address ${address}/${prefix}`,
      [...interfaceAddress(index, ipv4(number), prefix), ...broadcast],
      RTM_NEWADDR,
    );
  }

  /** The IPv4 addresses of all interfaces, those without a carrier too. */
  addresses(): OwnAddress[] {
    const header = Uint8Array.of(AF_INET, 0, 0, 0, ...u32(0));
    send(this.#socket, message(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, ++this.#sequence, header));
    const found: OwnAddress[] = [];
    for (;;) {
      const answer = new Uint8Array(65_536);
      const length = receive(this.#socket, answer);
      const view = new DataView(answer.buffer);
      for (let at = 0; at + 16 <= length; at += (view.getUint32(at, true) + 3) & ~3) {
        const type = view.getUint16(at + 4, true);
        if (type === NLMSG_DONE) return found;
        if (type === NLMSG_ERROR) throw new SystemError("list addresses", -view.getInt32(at + 16, true));
        const told = attributes(answer.subarray(at, at + view.getUint32(at, true)), 24);
        const address = told.get(IFA.local) ?? told.get(IFA.address);
        const label = new TextDecoder().decode(told.get(IFA.label)).replace(/\0.*/s, "");
        if (address) found.push({ interface: label, address: address.join("."), prefix: answer[at + 17]! });
      }
    }
  }

  /** Takes an address away, and with it the routes that stand on it. */
  removeAddress(index: number, address: string, prefix: number): void {
    this.#request(
      `remove address ${address}/${prefix}`,
      RTM_DELADDR,
      0,
      interfaceAddress(index, ipv4(parseIpv4(address)), prefix),
    );
  }

  /** To everybody, by way of the gateway; without one everybody is on the link itself. */
  addDefaultRoute(index: number, gateway?: string): void {
    const route = Uint8Array.of(
      AF_INET,
      0,
      0,
      0,
      RT_TABLE_MAIN,
      RTPROT_BOOT,
      gateway === undefined ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
      RTN_UNICAST,
      0,
      0,
      0,
      0,
    );
    this.#create(
      gateway === undefined ? `add route by link ${index}` : `add route via ${gateway}`,
      [
        route,
        attribute(RTA.oif, u32(index)),
        ...(gateway === undefined ? [] : [attribute(RTA.gateway, ipv4(parseIpv4(gateway)))]),
      ],
      RTM_NEWROUTE,
    );
  }

  [Symbol.dispose](): void {
    closeDescriptor(this.#socket);
  }

  #create(what: string, parts: Uint8Array[], type = RTM_NEWLINK): void {
    this.#request(what, type, NLM_F_CREATE | NLM_F_EXCL, parts);
  }

  /** Sends one request and returns the body of its answer; for a change, that is the kernel's acknowledgement. */
  #request(what: string, type: number, flags: number, parts: Uint8Array[]): Uint8Array {
    const all = NLM_F_REQUEST | (type === RTM_GETLINK ? 0 : NLM_F_ACK) | flags;
    send(this.#socket, message(type, all, ++this.#sequence, join(parts)));
    const answer = new Uint8Array(16384);
    const length = receive(this.#socket, answer);
    const view = new DataView(answer.buffer);
    const errno = view.getUint16(4, true) === NLMSG_ERROR ? -view.getInt32(16, true) : 0;
    if (errno !== 0) throw new SystemError(what, errno);
    return answer.subarray(16, length);
  }
}

export interface OwnAddress {
  readonly interface: string;
  readonly address: string;
  readonly prefix: number;
}

/** struct nlmsghdr: length, type, flags, sequence; then what it is about. */
function message(type: number, flags: number, sequence: number, body: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(16));
  header.setUint32(0, 16 + body.length, true);
  header.setUint16(4, type, true);
  header.setUint16(6, flags, true);
  header.setUint32(8, sequence, true);
  return join([new Uint8Array(header.buffer), body]);
}

/** Those of the calling thread's namespace. */
export function ownAddresses(): OwnAddress[] {
  using netlink = new Netlink();
  return netlink.addresses();
}

/** Switches the loopback of the calling thread's namespace on: it is off in a new one. */
export function switchLoopbackOn(): void {
  using netlink = new Netlink();
  netlink.setUp(LOOPBACK_INDEX, true);
}

/**
 * Takes an interface of the calling thread's namespace from one IPv4 configuration to another; either may be none.
 * One that the kernel does not take, because its gateway is on no network of its own, leaves none.
 */
export function applyConfiguration(
  index: number,
  from: Configuration | undefined,
  to: Configuration | undefined,
): void {
  using netlink = new Netlink();
  if (from) netlink.removeAddress(index, from.address, from.prefix);
  if (!to) return;
  netlink.addAddress(index, to.address, to.prefix);
  try {
    // The kernel itself makes no route to a network of prefix 0.
    if (to.gateway || to.prefix === 0) netlink.addDefaultRoute(index, to.gateway);
  } catch (error) {
    netlink.removeAddress(index, to.address, to.prefix);
    throw error;
  }
}

/** struct ifinfomsg: family, type, index, flags, and which of the flags are meant. */
function link(index: number, flags = 0, change = flags): Uint8Array {
  const octets = new DataView(new ArrayBuffer(16));
  octets.setInt32(4, index, true);
  octets.setUint32(8, flags, true);
  octets.setUint32(12, change, true);
  return new Uint8Array(octets.buffer);
}

/** struct ifaddrmsg and the address, once as the interface's own and once as the peer's, which is the same. */
function interfaceAddress(index: number, address: Uint8Array, prefix: number): Uint8Array[] {
  const header = Uint8Array.of(AF_INET, prefix, 0, 0, ...u32(index));
  return [header, attribute(IFA.local, address), attribute(IFA.address, address)];
}

function kind(name: string, data: Uint8Array[]): Uint8Array {
  return attribute(IFLA.linkinfo, attribute(IFLA_INFO.kind, text(name)), attribute(IFLA_INFO.data, ...data));
}

/** struct rtattr: length, type, value, padded to four octets. */
export function attribute(type: number, ...parts: Uint8Array[]): Uint8Array {
  const value = join(parts);
  const octets = new Uint8Array((4 + value.length + 3) & ~3);
  const view = new DataView(octets.buffer);
  view.setUint16(0, 4 + value.length, true);
  view.setUint16(2, type, true);
  octets.set(value, 4);
  return octets;
}

function attributes(octets: Uint8Array, start: number): Map<number, Uint8Array> {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const found = new Map<number, Uint8Array>();
  for (let at = start; at + 4 <= octets.length; ) {
    const length = view.getUint16(at, true);
    if (length < 4) break;
    found.set(view.getUint16(at + 2, true), octets.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

/** As it is on the wire: most significant octet first. */
function ipv4(address: number): Uint8Array {
  const octets = new DataView(new ArrayBuffer(4));
  octets.setUint32(0, address);
  return new Uint8Array(octets.buffer);
}

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`);
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}
