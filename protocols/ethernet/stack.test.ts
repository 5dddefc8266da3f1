// Frames composed layer by layer, as the dissector reads them back and as tshark judges them.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { arp, format as arpFormat, Operation } from "../arp/index.ts";
import * as icmp from "../icmp/index.ts";
import * as ipv4 from "../ipv4/index.ts";
import * as ipv6 from "../ipv6/index.ts";
import { dissector, type Packet } from "../packet/index.ts";
import { CaptureWriter } from "../pcapng/index.ts";
import * as tcp from "../tcp/index.ts";
import * as udp from "../udp/index.ts";
import * as ethernet from "./index.ts";

const protocols = [
  ethernet.ethernet,
  ethernet.vlan,
  ethernet.serviceVlan,
  arp,
  ipv4.ipv4,
  ipv6.ipv6,
  icmp.icmp,
  icmp.icmpv6,
  udp.udp,
  tcp.tcp,
];

const macs = {
  destination: ethernet.parseMac("00:c0:df:24:ba:6b"),
  source: ethernet.parseMac("02:00:00:00:00:01"),
};
const text4 = { source: "192.168.1.101", destination: "192.168.1.20" };
const ends4 = { source: ipv4.parseIpv4(text4.source), destination: ipv4.parseIpv4(text4.destination) };
const text6 = { source: "2001:db8::1", destination: "2001:db8::2" };
const ends6 = { source: ipv6.parseIpv6(text6.source), destination: ipv6.parseIpv6(text6.destination) };
const { ARP, IPv4, IPv6, VLAN, QinQ } = ethernet.EtherType;
const { ICMP, ICMPv6, TCP, UDP } = ipv4.IpProtocol;
const ports = { sourcePort: 49152, destinationPort: 9 };
const some = Uint8Array.from({ length: 21 }, (_, i) => i);

const frame = (type: number, payload: Uint8Array, pad = false) =>
  ethernet.enclose({ ...macs, type }, payload, { pad });
const datagram4 = udp.enclose(ports, some, text4);
const packet4 = ipv4.enclose({ ...ends4, protocol: UDP }, datagram4);
const segment = { ...ports, sequence: 7, acknowledgment: 9, window: 512, flags: { ack: 1, psh: 1 } };
const syn = { ...segment, flags: { syn: 1 }, options: [{ code: 2 as const, value: 1460 }] };
const solicitation = {
  type: icmp.Type6["neighbour solicitation"],
  body: { target: ends6.destination, options: [{ code: 1 as const, value: macs.source }] },
};

/** By name: a frame, and the protocols that it is made of. */
const frames: Record<string, readonly [octets: Uint8Array, layers: string]> = {
  "ARP, padded": [
    frame(
      ARP,
      arpFormat.encode({
        operation: Operation.request,
        senderHardware: macs.source,
        senderProtocol: ends4.source,
        targetHardware: new Uint8Array(6),
        targetProtocol: ends4.destination,
      }),
      true,
    ),
    "eth arp padding",
  ],
  UDP: [frame(IPv4, packet4), "eth ip udp data"],
  "UDP without octets, padded": [
    frame(IPv4, ipv4.enclose({ ...ends4, protocol: UDP }, udp.enclose(ports, new Uint8Array(), text4)), true),
    "eth ip udp padding",
  ],
  TCP: [
    frame(IPv4, ipv4.enclose({ ...ends4, protocol: TCP }, tcp.enclose(segment, some, text4))),
    "eth ip tcp data",
  ],
  "TCP with options, IP with options": [
    frame(
      IPv4,
      ipv4.enclose(
        { ...ends4, protocol: TCP, options: [{ code: 148, value: 0 }] },
        tcp.enclose(syn, new Uint8Array(), text4),
      ),
    ),
    "eth ip tcp",
  ],
  ICMP: [
    frame(
      IPv4,
      ipv4.enclose(
        { ...ends4, protocol: ICMP },
        icmp.enclose({ type: icmp.Type["echo request"], body: { identifier: 1, sequence: 2, data: some } }),
      ),
    ),
    "eth ip icmp",
  ],
  "UDP in a network of a provider's": [
    frame(
      QinQ,
      Uint8Array.of(
        ...ethernet.tag.encode({ control: { id: 100 }, type: VLAN }),
        ...ethernet.tag.encode({ control: { id: 7, priority: 5 }, type: IPv4 }),
        ...packet4,
      ),
    ),
    "eth ieee8021ad vlan ip udp data",
  ],
  "UDP over IPv6": [
    frame(IPv6, ipv6.enclose({ ...ends6, nextHeader: UDP }, udp.enclose(ports, some, text6))),
    "eth ipv6 udp data",
  ],
  "TCP over IPv6, behind an extension header": [
    frame(
      IPv6,
      ipv6.enclose(
        {
          ...ends6,
          nextHeader: 60,
          extensions: [{ header: 60, next: TCP, length: 0, options: [{ code: 4, value: 1 }] }],
        },
        tcp.enclose(segment, some, text6),
      ),
    ),
    "eth ipv6 tcp data",
  ],
  "neighbour solicitation": [
    frame(
      IPv6,
      ipv6.enclose({ ...ends6, nextHeader: ICMPv6, hopLimit: 255 }, icmp.enclose6(solicitation, text6)),
    ),
    "eth ipv6 icmpv6",
  ],
};

function dissect(...all: readonly Uint8Array[]): Packet[] {
  const { packet } = dissector(protocols);
  return all.map((octets, i) =>
    packet({
      number: i + 1,
      time: BigInt(i),
      view: new DataView(octets.buffer, octets.byteOffset, octets.length),
      start: 0,
      end: octets.length,
      originalLength: octets.length,
      linkType: 1,
      interface: 0,
      comments: [],
    }),
  );
}

/** Whether each layer that has a checksum has a right one. */
const sums = (packet: Packet) =>
  packet.layers.flatMap(({ protocol, value, source, start, end }) => {
    const octets = new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start);
    return protocol.checksum ? [[protocol.name, protocol.checksum(value, octets, packet)]] : [];
  });

describe("a frame composed is read back layer by layer, its checksums right", () => {
  for (const [name, [octets, layers]] of Object.entries(frames))
    test(name, () => {
      const [packet] = dissect(octets);
      expect(packet!.layers.map(({ protocol }) => protocol.name).join(" ")).toBe(layers);
      expect(packet!.layers.map(({ malformed }) => malformed)).toEqual(packet!.layers.map(() => undefined));
      const names = layers.split(" ").filter(layer => ["ip", "udp", "tcp", "icmp", "icmpv6"].includes(layer));
      expect(sums(packet!)).toEqual(names.map(layer => [layer, true]));
    });
});

test("fragments make the datagram again, in whatever order they come", () => {
  const datagram = udp.enclose(ports, new Uint8Array(3000).fill(0xa5), text4);
  const parts = [0, 1, 2].map(i => {
    const fragment = { offset: i * 185, moreFragments: i < 2 ? 1 : 0 };
    const octets = datagram.subarray(i * 1480, (i + 1) * 1480);
    return frame(IPv4, ipv4.enclose({ ...ends4, protocol: UDP, identification: 7, fragment }, octets));
  });
  const packets = dissect(parts[2]!, parts[0]!, parts[1]!);
  expect(packets.map(packet => packet.layer(udp.udp)?.length)).toEqual([undefined, undefined, 3008]);
  expect(packets[2]!.layers.find(({ protocol }) => protocol === udp.udp)?.source.pieces.length).toBe(3);
});

const tshark = peer("tshark");
test.skipIf(!tshark)("tshark reads the same layers, and finds every checksum right", () => {
  const folder = mkdtempSync(join(tmpdir(), "stack-"));
  try {
    const pieces: Uint8Array[] = [];
    const writer = new CaptureWriter(octets => pieces.push(octets.slice()));
    writer.interface({ name: "eth0", linkType: 1 });
    for (const [i, [octets]] of Object.values(frames).entries()) writer.packet(0, BigInt(i), octets);
    writer.flush();
    const file = join(folder, "stack.pcapng");
    writeFileSync(file, Buffer.concat(pieces));
    const checked = ["ip", "udp", "tcp"].flatMap(name => ["-o", `${name}.check_checksum:TRUE`]);
    const run = (...words: string[]) =>
      Bun.spawnSync([tshark!, "-n", "-r", file, ...checked, ...words]).stdout.toString();
    const read = run("-T", "fields", "-e", "frame.protocols").trimEnd().split("\n");
    const known = new Set([
      "eth",
      "ieee8021ad",
      "vlan",
      "arp",
      "ip",
      "ipv6",
      "icmp",
      "icmpv6",
      "udp",
      "tcp",
      "data",
    ]);
    const layers = read.map(line =>
      line
        .split(":")
        .filter(layer => known.has(layer))
        .join(" "),
    );
    // tshark counts the data of an echo, and does not count padding.
    expect(layers.map(line => line.replace("icmp data", "icmp"))).toEqual(
      Object.values(frames).map(([, expected]) => expected.replace(" padding", "")),
    );
    const wrong = ["ip", "udp", "tcp", "icmp", "icmpv6"].map(name => `${name}.checksum.status == 0`);
    expect(run("-Y", [...wrong, "_ws.malformed"].join(" || "))).toBe("");
    const right = ["udp", "tcp", "icmp", "icmpv6"].map(name => `${name}.checksum.status == 1`);
    expect(run("-Y", right.join(" || ")).trimEnd().split("\n").length).toBe(Object.keys(frames).length - 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
