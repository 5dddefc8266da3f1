// The virtual switch: a namespace with a bridge for each segment, and a cable to each host's namespace.

import { Refused } from "../../../protocols/endpoint/index.ts";
import { isGroup, parseMac } from "../../../protocols/ethernet/address.ts";
import type { Configuration, HostPlan, Uplink } from "../contract.ts";
import { switchOffloadsOff } from "../linux/interface.ts";
import { masquerade } from "../linux/masquerade.ts";
import { Namespace } from "../linux/namespace.ts";
import { applyConfiguration, Netlink, switchLoopbackOn } from "../linux/netlink.ts";
import { SystemError } from "../linux/system.ts";
import {
  bridge,
  detour,
  HOST_INTERFACE,
  MOST_SEGMENTS,
  macOfPort,
  portInterface,
  UPLINK_INTERFACE,
} from "../linux/wiring.ts";
import { PortList } from "./port-list.ts";

/** The kernel takes note of a plugged cable within a millisecond. */
const PATIENCE_MILLISECONDS = 500;

/** A host's place: its port on the switch, and its interface and namespace at the other end of the cable. */
export interface Place {
  readonly port: number;
  readonly mac: Uint8Array;
  readonly namespace: Namespace;
  /** The bridge that its port belongs to. */
  readonly bridge: number;
  /** The port of its second cable, on another segment. */
  readonly uplink?: { readonly port: number };
}

/** What of a host's plan concerns the switch. */
export type Plugging = Pick<HostPlan, "name" | "mac" | "configuration" | "segment" | "uplink">;

export class Switch implements Disposable {
  readonly home = Namespace.own();
  readonly namespace = Namespace.create(this.home);
  /** The names of the ports, in their order; the recorder reads it too. */
  readonly ports = new PortList();
  /** The bridges by segment; "" is that of hosts that name none. */
  readonly #bridges = new Map<string, number>();
  readonly #netlink = this.namespace.within(this.home, () => new Netlink());

  /** @throws SystemError where this process may not do that: `probe` says so before */
  constructor() {
    try {
      this.#bridgeOf("");
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** A new namespace with a loopback and an "eth0" on the next free port; a router's "eth1" is on the one after it. */
  plugIn({ name, mac: given, configuration, segment = "", uplink }: Plugging): Place {
    const chosen = given === undefined ? undefined : hostMac(given);
    const bridge = this.#bridgeOf(segment);
    const port = this.ports.add(portName(name, segment));
    const mac = chosen ?? macOfPort(port);
    const namespace = Namespace.create(this.home);
    try {
      this.#lay(port, bridge, { ...HOST_INTERFACE, mac, namespace: namespace.descriptor });
      namespace.within(this.home, () => {
        switchLoopbackOn();
        switchOn(HOST_INTERFACE, configuration);
      });
      const place = { port, mac, namespace, bridge };
      return uplink ? { ...place, uplink: this.#plugUplink(name, namespace, uplink) } : place;
    } catch (error) {
      namespace[Symbol.dispose]();
      throw error;
    }
  }

  /** Starts something at a place: what `work` opens or starts belongs to that host. It must not wait. */
  at<T>(place: Place, work: () => T): T {
    return place.namespace.within(this.home, work);
  }

  /** Pulls a host's cable, so that its interface loses the carrier, or plugs it in again. */
  async setPlugged(place: Place, plugged: boolean): Promise<void> {
    const { index } = portInterface(place.port);
    this.#netlink.setUp(index, plugged);
    if (plugged) await this.ready(place);
  }

  /** Has all frames of a cable make a detour from now on: something has to forward them between the two ends. */
  async detour({ port, bridge }: Place): Promise<void> {
    const { inner, outer } = detour(port);
    this.#netlink.addCable({ ...outer, master: bridge }, inner);
    this.namespace.within(this.home, () => {
      for (const { name } of [inner, outer]) switchOffloadsOff(name);
    });
    this.#netlink.setUp(inner.index, true);
    this.#netlink.setMaster(portInterface(port).index, 0);
    await this.#operational(outer.index, port);
  }

  /** Takes a host's cables away: the switch forgets who was behind them. */
  unplug({ port, uplink }: Place): void {
    this.#netlink.removeCable(portInterface(port).index);
    if (uplink) this.#netlink.removeCable(portInterface(uplink.port).index);
  }

  /** Takes a cable's detour away. */
  removeDetour({ port }: Place): void {
    this.#netlink.removeCable(detour(port).outer.index);
  }

  /** The largest IP packet that the host sends. */
  setMtu(place: Place, octets: number): void {
    this.at(place, () => {
      using netlink = new Netlink();
      netlink.setMtu(HOST_INTERFACE.index, octets);
    });
  }

  /** Waits until frames pass the host's cables. */
  async ready({ port, uplink }: Place): Promise<void> {
    await this.#operational(portInterface(port).index, port);
    if (uplink) await this.#operational(portInterface(uplink.port).index, uplink.port);
  }

  /** The bridge of a segment, made with the first host on it. @throws Error beyond 98 segments */
  #bridgeOf(segment: string): number {
    const known = this.#bridges.get(segment);
    if (known !== undefined) return known;
    if (this.#bridges.size === MOST_SEGMENTS) throw new Error(`there are ${MOST_SEGMENTS} segments at most`);
    const { index, name } = bridge(this.#bridges.size);
    this.#netlink.addBridge(index, name);
    this.#bridges.set(segment, index);
    return index;
  }

  /** A cable from a port to an interface in a host's namespace. */
  #lay(port: number, master: number, far: Parameters<Netlink["addCable"]>[1]): void {
    const near = portInterface(port);
    this.#netlink.addCable({ ...near, master }, far);
    this.namespace.within(this.home, () => switchOffloadsOff(near.name));
  }

  /** The second interface of a router, which forwards to it under the address there. */
  #plugUplink(name: string, namespace: Namespace, { segment, configuration, mac }: Uplink): { port: number } {
    const port = this.ports.add(portName(name, segment));
    const far = { ...UPLINK_INTERFACE, mac: hostMac(mac), namespace: namespace.descriptor };
    this.#lay(port, this.#bridgeOf(segment), far);
    namespace.within(this.home, () => {
      switchOn(UPLINK_INTERFACE, configuration);
      forwardFor(name);
    });
    return { port };
  }

  async #operational(index: number, port: number): Promise<void> {
    for (const end = performance.now() + PATIENCE_MILLISECONDS; !this.#netlink.operational(index); ) {
      if (performance.now() > end) throw new Error(`the cable at port ${port} carries no frames`);
      await Bun.sleep(1);
    }
  }

  [Symbol.dispose](): void {
    this.#netlink[Symbol.dispose]();
    this.namespace[Symbol.dispose]();
    this.home[Symbol.dispose]();
  }
}

/** @throws RangeError for anything but the address of one station */
function hostMac(text: string): Uint8Array {
  const mac = parseMac(text);
  if (isGroup(mac)) throw new RangeError(`"${text}" is the MAC address of a group, not of a host`);
  return mac;
}

/** In a host's namespace: an interface up, with its static configuration. */
function switchOn(
  { index, name }: typeof HOST_INTERFACE | typeof UPLINK_INTERFACE,
  configuration?: Configuration,
): void {
  switchOffloadsOff(name);
  using netlink = new Netlink();
  netlink.setUp(index, true);
  applyConfiguration(index, undefined, configuration);
}

/** In a router's namespace. @throws Refused where the kernel has no NAT */
function forwardFor(name: string): void {
  try {
    masquerade(UPLINK_INTERFACE.index);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    throw new Refused(
      `${name} can't forward under its own address: this kernel has no nf_tables with NAT (${error.message})`,
    );
  }
}

/** What the capture calls a port: by its host, and by its segment where there are several. */
const portName = (host: string, segment: string): string => (segment === "" ? host : `${host} (${segment})`);
