// Packet sockets (packet(7), linux/if_packet.h): whole Ethernet frames, past the kernel's IP.
import { AF_PACKET, bindSocket, closeDescriptor, SOCK_RAW, setOption, socket } from "./system.ts";

export const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
const SOCK_NONBLOCK = 0o4000;
const ETH_P_ALL = 0x0003;

/**
 * A socket that hears nothing yet, and later only what comes in, never what this machine sends itself.
 * `listenTo` opens its ears: until then its options can be set with no frame arriving too early.
 */
export function packetSocket(blocking: boolean): number {
  const descriptor = socket(AF_PACKET, SOCK_RAW | (blocking ? 0 : SOCK_NONBLOCK), 0);
  try {
    setOption(descriptor, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "ignore outgoing frames");
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
  return descriptor;
}

/** Hears every protocol on one interface, or on all of the namespace's (0). */
export function listenTo(descriptor: number, interfaceIndex: number): void {
  bindSocket(descriptor, linkAddress(ETH_P_ALL, interfaceIndex));
}

/** Hears nothing more; what was heard stays to be read. */
export function stopListening(descriptor: number): void {
  bindSocket(descriptor, linkAddress(0, 0));
}

/** struct sockaddr_ll with no hardware address. */
function linkAddress(protocol: number, interfaceIndex: number): Uint8Array {
  const octets = new Uint8Array(20);
  const view = new DataView(octets.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, protocol);
  view.setInt32(4, interfaceIndex, true);
  return octets;
}
