// UDP datagrams composed: length and checksum worked out.
import { IpProtocol } from "../ipv4/protocols.ts";
import { addressOctets } from "../ipv6/address.ts";
import { internetChecksum, pseudoHeader, viewOf } from "../packet/checksum.ts";
import { format } from "./format.ts";

/**
 * The datagram between these ports. `between`: the addresses, IPv4 or IPv6 as text, that the checksum counts.
 * @throws Unwritable if a port or the length does not fit 16 bits
 */
export function enclose(
  ports: { readonly sourcePort: number; readonly destinationPort: number },
  payload: Uint8Array,
  between: { readonly source: string; readonly destination: string },
): Uint8Array {
  const size = 8 + payload.length;
  const datagram = new Uint8Array(size);
  datagram.set(format.encode({ ...ports, length: size }));
  datagram.set(payload, 8);
  const [source, destination] = [addressOctets(between.source), addressOctets(between.destination)];
  const view = viewOf(datagram);
  const sum = internetChecksum(view, 0, size, pseudoHeader(source, destination, IpProtocol.UDP, size));
  // Zero would say that there is none; all ones stand for the same number (RFC 768).
  view.setUint16(checksumAt, sum || 0xffff);
  return datagram;
}

const checksumAt = 6;
