// The protocol column of packet lists, in Wireshark's spelling.
import { carriesNothing } from "./info.ts";
import type { Layer, Packet } from "./packet.ts";
import { serviceOf } from "./services.ts";

/** Where the name in capitals is not how it is spelt. */
const spelt: Readonly<Record<string, string>> = {
  ip: "IPv4",
  ipv6: "IPv6",
  icmpv6: "ICMPv6",
  raw: "Raw packet data",
  sll: "SLL",
  ieee8021ad: "802.1ad",
};

/** "MQTT", "TLSv1.2", "TCP". Asked before the next packet is dissected, for conversations go on. */
export function columnOf(packet: Packet): string {
  const { layers } = packet;
  const top = layers.findLast(layer => !carriesNothing.has(layer.protocol.name)) ?? layers[0];
  if (!top) return "?";
  const family = familyOf(top);
  if (family === "tcp" || family === "udp") return overTransport(packet, top, family);
  // A handshake message is its record's affair.
  const own = layers.filter(one => one.protocol.name === family);
  const { protocol, value } = own.at(-1) ?? top;
  const spoilt = own.some(one => one.malformed);
  return (
    protocol.column?.(spoilt ? undefined : value, packet.knows?.(protocol)) ??
    spelt[family] ??
    family.toUpperCase()
  );
}

/** "TLS" of a handshake message, in lower case. */
export const familyOf = ({ protocol }: Layer): string => protocol.name.split(".")[0]!;

/** Octets that nobody here reads are named by their port, unless they are part of a message of somebody's. */
function overTransport(packet: Packet, { value, headerEnd, end }: Layer, transport: "tcp" | "udp"): string {
  const ports = value as { readonly sourcePort: number; readonly destinationPort: number } | undefined;
  if (!ports || headerEnd === end || packet.notes.length > 0) return transport.toUpperCase();
  const { sourcePort, destinationPort } = ports;
  return serviceOf(transport, Math.min(sourcePort, destinationPort), Math.max(sourcePort, destinationPort));
}
