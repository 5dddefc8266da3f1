// UDP for the dissector.
import { IpProtocol } from "../ipv4/protocols.ts";
import { addressOctets } from "../ipv6/address.ts";
import { internetChecksum, pseudoHeader, viewOf } from "../packet/checksum.ts";
import type { Protocol } from "../packet/index.ts";
import { format, type Header } from "./format.ts";

export const udp: Protocol<Header> = {
  name: "udp",
  title: "User Datagram Protocol",
  reference: "RFC 768",
  format,
  over: [{ table: "ip.proto", key: IpProtocol.UDP }],
  summary: ({ sourcePort, destinationPort, length }) =>
    `${sourcePort} → ${destinationPort} Len=${Math.max(0, length - 8)}`,
  ends: ({ sourcePort, destinationPort }) => [sourcePort, destinationPort],
  payload: ({ sourcePort, destinationPort, length }) => ({
    // The lower port is likelier the service's.
    bindings: [Math.min(sourcePort, destinationPort), Math.max(sourcePort, destinationPort)].map(key => ({
      table: "udp.port",
      key,
    })),
    // Zero: a jumbogram (RFC 2675 §4).
    size: length === 0 ? undefined : Math.max(0, length - 8),
  }),
  checksum: ({ checksum, length }, whole, { source, destination }) => {
    if (checksum === 0 || length > whole.length) return undefined;
    const size = length === 0 ? whole.length : length;
    const above = pseudoHeader(addressOctets(source), addressOctets(destination), IpProtocol.UDP, size);
    return internetChecksum(viewOf(whole), 0, size, above) === 0;
  },
};
