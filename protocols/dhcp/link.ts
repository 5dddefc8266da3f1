// UDP for a host that has no address yet: frames composed and taken apart by hand, over a packet socket. RFC 2131 §4.1.
import {
  type Clock,
  type Datagram,
  type Datagrams,
  type Endpoint,
  type Link,
  Refused,
} from "../endpoint/index.ts";
import * as ethernet from "../ethernet/index.ts";
import * as ipv4 from "../ipv4/index.ts";
import * as udp from "../udp/index.ts";
import { Malformed, Reader } from "../wire/index.ts";
import { port } from "./decoder.ts";

const noAddress = "0.0.0.0";

/** A datagram, and the MAC address that it came from. */
interface Heard extends Datagram {
  readonly mac: Uint8Array;
}

/**
 * A client's datagrams over a link: hears what comes to its MAC address whatever IP address it is for, so that no
 * reply need be broadcast. Speaks to everyone, and to those whom it has heard. Checksums are not looked at, for those
 * of hosts on the same machine may not have been worked out. Closing it leaves the link open.
 * @param address whose they are: "0.0.0.0", unless the host has an address already
 * @param heard the MAC addresses of those who were heard before, by IP address
 */
export function datagramsOver(
  link: Link,
  clock: Clock,
  address = noAddress,
  heard: ReadonlyMap<string, Uint8Array> = new Map(),
): Datagrams & { readonly heard: ReadonlyMap<string, Uint8Array> } {
  const closed = new AbortController();
  const macs = new Map(heard).set(ipv4.dotted(ipv4.everyHost), ethernet.broadcast);
  return {
    heard: macs,
    local: { address, port: port.client },
    async send(octets, to) {
      const mac = macs.get(to.address);
      if (!mac)
        throw new Refused(`${to.address}: nothing was heard of it yet, so its MAC address is unknown`);
      await link.send(frameFrom({ address, mac: link.mac }, { ...to, mac }, octets));
    },
    async receive(milliseconds = Number.POSITIVE_INFINITY) {
      const began = clock.elapsed();
      for (;;) {
        const left = milliseconds - Number(clock.elapsed() - began) / 1e6;
        if (left <= 0 || closed.signal.aborted) return undefined;
        const frame = await link.receive(Math.min(left, longestTimer));
        if (!frame && left <= longestTimer) return undefined;
        const heard = frame && heardIn(frame, link.mac, clock.now());
        if (!heard) continue;
        if (macs.size < mostMacs) macs.set(heard.from.address, heard.mac);
        return heard;
      }
    },
    close: () => closed.abort(),
  };
}

/** Timers hold no more than 24 days. */
const longestTimer = 86_400_000;
/** More servers than a network has: what is beyond is somebody's mischief. */
const mostMacs = 256;

function frameFrom(
  from: { readonly address: string; readonly mac: Uint8Array },
  to: Endpoint & { readonly mac: Uint8Array },
  octets: Uint8Array,
): Uint8Array {
  const ports = { sourcePort: port.client, destinationPort: to.port };
  const datagram = udp.enclose(ports, octets, { source: from.address, destination: to.address });
  const [source, destination] = [ipv4.parseIpv4(from.address), ipv4.parseIpv4(to.address)];
  const packet = ipv4.enclose({ protocol: ipv4.IpProtocol.UDP, source, destination }, datagram);
  const frame = { destination: to.mac, source: from.mac, type: ethernet.EtherType.IPv4 };
  return ethernet.enclose(frame, packet);
}

/** The datagram to a DHCP client in a frame to this host, or to a group; fragments and anything else are passed over. */
function heardIn(frame: Uint8Array, mac: Uint8Array, at: bigint): Heard | undefined {
  const from = Reader.over(frame);
  try {
    const { destination, source, type } = ethernet.format.read(from);
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
    return end < from.at ? undefined : { octets: frame.slice(from.at, end), from: sender, at, mac: source };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
