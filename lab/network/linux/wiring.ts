// How the interfaces of the switch and of the hosts are numbered and addressed: chosen, so that no one has to ask.

/** A host's own interface: the second of its namespace, after the loopback. */
export const HOST_INTERFACE = { index: 2, name: "eth0" } as const;
/** A router's other one. */
export const UPLINK_INTERFACE = { index: 3, name: "eth1" } as const;
export const LOOPBACK_INDEX = 1;

const FIRST_BRIDGE_INDEX = 2;
/** As many segments have room before the ports. */
export const MOST_SEGMENTS = 98;

/** The bridge of a segment; segments count from 0. */
export function bridge(segment: number): { index: number; name: string } {
  return { index: FIRST_BRIDGE_INDEX + segment, name: `switch${segment}` };
}

const FIRST_PORT_INDEX = 100;
export const MOST_PORTS = 1024;

/** The interface of a switch port; ports count from 0. */
export function portInterface(port: number): { index: number; name: string } {
  return { index: FIRST_PORT_INDEX + port, name: `port${port}` };
}

/** The port that an interface of the switch is; none for the switch's own. */
export function portOf(interfaceIndex: number): number | undefined {
  const port = interfaceIndex - FIRST_PORT_INDEX;
  return port >= 0 && port < MOST_PORTS ? port : undefined;
}

/** The detour of a cable with faults: the forwarder's end, and the end that is the bridge's port in the cable's stead. */
export function detour(port: number): Record<"inner" | "outer", { index: number; name: string }> {
  return {
    inner: { index: 2000 + port, name: `inner${port}` },
    outer: { index: 4000 + port, name: `outer${port}` },
  };
}

/** A locally administered address (IEEE 802-2014 §8.2.2) by the place on the switch. */
export function macOfPort(port: number): Uint8Array {
  return Uint8Array.of(0x02, 0, 0, 0, (port + 1) >> 8, (port + 1) & 0xff);
}
