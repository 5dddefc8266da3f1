// How the interfaces of the switch and of the hosts are numbered and addressed: chosen, so that no one has to ask.

/** A host's own interface: the second of its namespace, after the loopback. */
export const HOST_INTERFACE = { index: 2, name: "eth0" } as const;
export const LOOPBACK_INDEX = 1;
export const BRIDGE = { index: 2, name: "switch" } as const;

const FIRST_PORT_INDEX = 100;

/** The interface of a switch port; ports count from 0. */
export function portInterface(port: number): { index: number; name: string } {
  return { index: FIRST_PORT_INDEX + port, name: `port${port}` };
}

/** The port that an interface of the switch is; none for the switch's own. */
export function portOf(interfaceIndex: number): number | undefined {
  return interfaceIndex >= FIRST_PORT_INDEX ? interfaceIndex - FIRST_PORT_INDEX : undefined;
}

/** A locally administered address (IEEE 802-2014 §8.2.2) by the place on the switch. */
export function macOfPort(port: number): Uint8Array {
  return Uint8Array.of(0x02, 0, 0, 0, (port + 1) >> 8, (port + 1) & 0xff);
}
