// What a network interface is asked or told by ioctl, by its name ("eth0"): the numbers are those of
// linux/sockios.h and linux/ethtool.h.
import {
  AF_INET,
  addressOf,
  closeDescriptor,
  control,
  SOCK_DGRAM,
  SOL_SOCKET,
  setOption,
  socket,
} from "./system.ts";

const SIOCGIFFLAGS = 0x8913;
const SIOCGIFHWADDR = 0x8927;
const SIOCGIFINDEX = 0x8933;
const SIOCETHTOOL = 0x8946;
const SO_BINDTODEVICE = 25;

const IFF_UP = 1;
const IFF_LOOPBACK = 8;

/** ethtool's commands that set one feature. The one before each asks whether it is on. */
const ETHTOOL = {
  "transmit checksums": 0x17,
  "TCP segmentation": 0x1f,
  "generic segmentation": 0x24,
  "generic receive": 0x2c,
} as const;
export type Offload = keyof typeof ETHTOOL;
const offloads = Object.keys(ETHTOOL) as Offload[];

/** The kernel's number of an interface. */
export function indexOf(name: string): number {
  return ask(name, SIOCGIFINDEX, `find interface ${name}`).getInt32(16, true);
}

/** The six octets of an interface's MAC address. */
export function macOf(name: string): Uint8Array {
  const request = ask(name, SIOCGIFHWADDR, `read the MAC address of ${name}`);
  return new Uint8Array(request.buffer.slice(18, 24));
}

/** Whether an interface is switched on, though its cable may be out; and whether it is the machine's own loopback. */
export function stateOf(name: string): { readonly isUp: boolean; readonly isLoopback: boolean } {
  const flags = ask(name, SIOCGIFFLAGS, `ask for the state of ${name}`).getUint16(16, true);
  return { isUp: (flags & IFF_UP) !== 0, isLoopback: (flags & IFF_LOOPBACK) !== 0 };
}

/** Has frames leave as they are on a real wire: no larger than the MTU, and with their checksums. */
export function switchOffloadsOff(name: string): void {
  for (const feature of offloads) switchOffload(name, feature, false);
}

export function switchOffload(name: string, feature: Offload, on: boolean): void {
  const value = new Uint8Array(Uint32Array.of(ETHTOOL[feature], on ? 1 : 0).buffer);
  ask(name, SIOCETHTOOL, `switch ${feature} ${on ? "on" : "off"} on ${name}`, value);
}

/** What the interface does of the kernel's work; an interface that can't be asked does nothing of it. */
export function offloadsOf(name: string): Offload[] {
  return offloads.filter(feature => {
    const value = Uint32Array.of(ETHTOOL[feature] - 1, 0);
    try {
      ask(name, SIOCETHTOOL, `ask for ${feature} on ${name}`, new Uint8Array(value.buffer));
    } catch {
      return false;
    }
    return value[1] !== 0;
  });
}

/** Ties a socket to one interface, so that it can send with no address and no route. */
export function bindToInterface(descriptor: number, name: string): void {
  setOption(
    descriptor,
    SOL_SOCKET,
    SO_BINDTODEVICE,
    new TextEncoder().encode(`${name}\0`),
    `bind to ${name}`,
  );
}

/** struct ifreq: sixteen octets of name, then what the request gives, or where its argument lies. */
function ask(name: string, request: number, what: string, argument?: Uint8Array): DataView {
  const octets = new Uint8Array(40);
  octets.set(new TextEncoder().encode(name).subarray(0, 15));
  const view = new DataView(octets.buffer);
  if (argument) view.setBigUint64(16, addressOf(argument), true);
  const descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  try {
    control(descriptor, request, octets, what);
  } finally {
    closeDescriptor(descriptor);
  }
  return view;
}
