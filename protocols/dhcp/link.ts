// UDP for a host that has no address yet: frames composed and taken apart by hand, over a packet socket. RFC 2131 §4.1.
import { type Clock, type Datagram, type Datagrams, type Link, Refused } from "../endpoint/index.ts";
import * as ethernet from "../ethernet/index.ts";
import * as ipv4 from "../ipv4/index.ts";
import * as udp from "../udp/index.ts";
import { Malformed, Reader } from "../wire/index.ts";
import { port } from "./decoder.ts";

const noAddress = "0.0.0.0";

/**
 * A client's datagrams over a link: sends to everyone from 0.0.0.0, and hears what comes to its MAC address whatever
 * IP address it is for, so that no reply need be broadcast. Checksums are not looked at, for those of hosts on the
 * same machine may not have been worked out. Closing it leaves the link open.
 */
export function datagramsOver(link: Link, clock: Clock): Datagrams {
  const closed = new AbortController();
  return {
    local: { address: noAddress, port: port.client },
    async send(octets, to) {
      if (ipv4.parseIpv4(to.address) !== ipv4.everyHost)
        throw new Refused(`${to.address}: a host without an address can speak to everyone only`);
      await link.send(everyoneHears(octets, to.port, link.mac));
    },
    async receive(milliseconds = Number.POSITIVE_INFINITY) {
      const began = clock.elapsed();
      for (;;) {
        const left = milliseconds - Number(clock.elapsed() - began) / 1e6;
        if (left <= 0 || closed.signal.aborted) return undefined;
        const frame = await link.receive(Math.min(left, longestTimer));
        if (!frame && left <= longestTimer) return undefined;
        const datagram = frame && datagramIn(frame, link.mac, clock.now());
        if (datagram) return datagram;
      }
    },
    close: () => closed.abort(),
  };
}

/** Timers hold no more than 24 days. */
const longestTimer = 86_400_000;

function everyoneHears(octets: Uint8Array, destinationPort: number, mac: Uint8Array): Uint8Array {
  const between = { source: noAddress, destination: ipv4.dotted(ipv4.everyHost) };
  const datagram = udp.enclose({ sourcePort: port.client, destinationPort }, octets, between);
  const header = { protocol: ipv4.IpProtocol.UDP, source: 0, destination: ipv4.everyHost };
  const packet = ipv4.enclose(header, datagram);
  const frame = { destination: ethernet.broadcast, source: mac, type: ethernet.EtherType.IPv4 };
  return ethernet.enclose(frame, packet);
}

/** The datagram to a DHCP client in a frame to this host, or to a group; fragments and anything else are passed over. */
function datagramIn(frame: Uint8Array, mac: Uint8Array, at: bigint): Datagram | undefined {
  const from = Reader.over(frame);
  try {
    const { destination, type } = ethernet.format.read(from);
    const mine = ethernet.isGroup(destination) || ethernet.colons(destination) === ethernet.colons(mac);
    if (!mine || type !== ethernet.EtherType.IPv4) return undefined;
    const start = from.at;
    const packet = ipv4.format.read(from);
    const { moreFragments, offset } = packet.fragment;
    if (packet.protocol !== ipv4.IpProtocol.UDP || moreFragments || offset > 0) return undefined;
    const headerEnd = from.at;
    const { sourcePort, destinationPort, length } = udp.format.read(from);
    const end = headerEnd + length;
    if (destinationPort !== port.client || end > start + packet.totalLength || end > frame.length)
      return undefined;
    const sender = { address: ipv4.dotted(packet.source), port: sourcePort };
    return end < from.at ? undefined : { octets: frame.slice(from.at, end), from: sender, at };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
