// The virtual switch: a bridge in a namespace of its own, and a cable to each host's namespace.
import { isGroup, parseMac } from "../../../protocols/ethernet/address.ts";
import type { Configuration, HostPlan } from "../contract.ts";
import { switchOffloadsOff } from "../linux/interface.ts";
import { Namespace } from "../linux/namespace.ts";
import { applyConfiguration, Netlink, switchLoopbackOn } from "../linux/netlink.ts";
import { BRIDGE, HOST_INTERFACE, macOfPort, portInterface } from "../linux/wiring.ts";
import { PortList } from "./port-list.ts";

/** The kernel takes note of a plugged cable within a millisecond. */
const PATIENCE_MILLISECONDS = 500;

/** A host's place: its port on the switch, and its interface and namespace at the other end of the cable. */
export interface Place {
  readonly port: number;
  readonly mac: Uint8Array;
  readonly namespace: Namespace;
}

export class Switch implements Disposable {
  readonly home = Namespace.own();
  readonly namespace = Namespace.create(this.home);
  /** The names of the ports, in their order; the recorder reads it too. */
  readonly ports = new PortList();
  readonly #netlink = this.namespace.within(this.home, () => new Netlink());

  /** @throws SystemError where this process may not do that: `probe` says so before */
  constructor() {
    try {
      this.#netlink.addBridge(BRIDGE.index, BRIDGE.name);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** A new namespace with a loopback and an "eth0", on the next free port. */
  plugIn({ name, mac: given, configuration }: Pick<HostPlan, "name" | "mac" | "configuration">): Place {
    const chosen = given === undefined ? undefined : hostMac(given);
    const port = this.ports.add(name);
    const mac = chosen ?? macOfPort(port);
    const namespace = Namespace.create(this.home);
    try {
      const near = portInterface(port);
      const far = { ...HOST_INTERFACE, mac, namespace: namespace.descriptor };
      this.#netlink.addCable({ ...near, master: BRIDGE.index }, far);
      this.namespace.within(this.home, () => switchOffloadsOff(near.name));
      namespace.within(this.home, () => switchOn(configuration));
    } catch (error) {
      namespace[Symbol.dispose]();
      throw error;
    }
    return { port, mac, namespace };
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

  /** Waits until frames pass the cable. */
  async ready(place: Place): Promise<void> {
    const { index } = portInterface(place.port);
    for (const end = performance.now() + PATIENCE_MILLISECONDS; !this.#netlink.operational(index); ) {
      if (performance.now() > end) throw new Error(`the cable at port ${place.port} carries no frames`);
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

/** In a host's namespace: both of its interfaces up, and its static configuration. */
function switchOn(configuration: Configuration | undefined): void {
  switchOffloadsOff(HOST_INTERFACE.name);
  switchLoopbackOn();
  using netlink = new Netlink();
  netlink.setUp(HOST_INTERFACE.index, true);
  applyConfiguration(HOST_INTERFACE.index, undefined, configuration);
}
