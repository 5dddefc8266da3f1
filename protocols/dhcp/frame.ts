// A reply as a frame of its own, for a client that has no address yet and hears only its MAC address. RFC 2131 §4.1.
import * as ethernet from "../ethernet/index.ts";
import * as ipv4 from "../ipv4/index.ts";
import * as udp from "../udp/index.ts";
import { port } from "./decoder.ts";
import type { MessageDraft } from "./format.ts";

/** From the server to the address that the reply gives, or to everyone where it gives none. `server`: dotted. */
export function frameOf(
  octets: Uint8Array,
  reply: MessageDraft,
  server: string,
  mac: Uint8Array,
): Uint8Array {
  const source = ipv4.parseIpv4(server);
  const destination = reply.yiaddr || ipv4.everyHost;
  const between = { source: server, destination: ipv4.dotted(destination) };
  const datagram = udp.enclose({ sourcePort: port.server, destinationPort: port.client }, octets, between);
  const packet = ipv4.enclose({ protocol: ipv4.IpProtocol.UDP, source, destination }, datagram);
  return ethernet.enclose({ destination: reply.chaddr, source: mac, type: ethernet.EtherType.IPv4 }, packet);
}
