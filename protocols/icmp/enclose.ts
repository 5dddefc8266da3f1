// ICMP messages composed: the checksum worked out.
import { IpProtocol } from "../ipv4/protocols.ts";
import { addressOctets } from "../ipv6/address.ts";
import { internetChecksum, pseudoHeader, viewOf } from "../packet/checksum.ts";
import { format, type MessageDraft } from "./format.ts";
import { format6, type Message6Draft } from "./v6.ts";

const checksumAt = 2;

/** The message of IPv4. @throws Unwritable where a value does not fit */
export function enclose(message: Omit<MessageDraft, "checksum">): Uint8Array {
  const octets = format.encode(message);
  const view = viewOf(octets);
  view.setUint16(checksumAt, internetChecksum(view));
  return octets;
}

/** The message of IPv6 between these addresses, which the checksum counts. @throws Unwritable */
export function enclose6(
  message: Omit<Message6Draft, "checksum">,
  between: { readonly source: string; readonly destination: string },
): Uint8Array {
  const octets = format6.encode(message);
  const [source, destination] = [addressOctets(between.source), addressOctets(between.destination)];
  const above = pseudoHeader(source, destination, IpProtocol.ICMPv6, octets.length);
  const view = viewOf(octets);
  view.setUint16(checksumAt, internetChecksum(view, 0, octets.length, above));
  return octets;
}
