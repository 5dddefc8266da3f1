// The hosts of the bench's capture, and frames between them.
import { EtherType, enclose as frameOf } from "../../protocols/ethernet/index.ts";
import { IpProtocol, enclose as packetOf, parseIpv4 } from "../../protocols/ipv4/index.ts";
import { enclose as segmentOf } from "../../protocols/tcp/index.ts";
import { enclose as datagramOf } from "../../protocols/udp/index.ts";

export interface Host {
  readonly address: string;
  readonly mac: Uint8Array;
}

const host = (address: string, last: number): Host => ({ address, mac: Uint8Array.of(2, 0, 0, 0, 0, last) });

export const router = host("192.168.1.1", 1);
export const pc = host("192.168.1.20", 20);
export const boards = Array.from({ length: 60 }, (_, i) => host(`192.168.1.${101 + i}`, 101 + i));
/** Beyond the router: its MAC address. */
export const sites = Array.from({ length: 20 }, (_, i) => host(`203.0.113.${1 + i}`, 1));
export const nobody = host("0.0.0.0", 0);
export const everybody: Host = { address: "255.255.255.255", mac: new Uint8Array(6).fill(0xff) };

export interface End {
  readonly host: Host;
  readonly port: number;
}

/** A UDP datagram in its frame. */
export const datagram = (from: End, to: End, octets: Uint8Array): Uint8Array =>
  packet(
    from.host,
    to.host,
    IpProtocol.UDP,
    datagramOf({ sourcePort: from.port, destinationPort: to.port }, octets, between(from, to)),
  );

type Header = Omit<Parameters<typeof segmentOf>[0], "sourcePort" | "destinationPort" | "window">;

/** A TCP segment in its frame. */
export const segment = (from: End, to: End, header: Header, octets: Uint8Array): Uint8Array =>
  packet(
    from.host,
    to.host,
    IpProtocol.TCP,
    segmentOf(
      { ...header, sourcePort: from.port, destinationPort: to.port, window: 502 },
      octets,
      between(from, to),
    ),
  );

/** Not to be fragmented, so that its identification may be 0 (RFC 6864 §4.1). */
function packet(from: Host, to: Host, protocol: number, payload: Uint8Array): Uint8Array {
  const header = {
    protocol,
    fragment: { dontFragment: 1 },
    source: parseIpv4(from.address),
    destination: parseIpv4(to.address),
  };
  return frameOf({ destination: to.mac, source: from.mac, type: EtherType.IPv4 }, packetOf(header, payload), {
    pad: true,
  });
}

const between = (from: End, to: End) => ({ source: from.host.address, destination: to.host.address });
