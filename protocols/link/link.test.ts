// Link layers without Ethernet: their vectors, and what they carry.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ipv4 } from "../ipv4/index.ts";
import { ipv6 } from "../ipv6/index.ts";
import { dissector } from "../packet/index.ts";
import { describeVectors } from "../wire/vectors.ts";
import { familyOf, linuxCooked, linuxCooked2, nullLoopback, raw } from "./index.ts";
import { codecOf } from "./vectors/codecs.ts";

describeVectors(join(import.meta.dir, "vectors"), codecOf);

const four = "45000014000000004000000001010101" + "02020202";
const six = `6000000000003b40${"00".repeat(15)}01${"00".repeat(15)}02`;

function dissect(linkType: number, hex: string) {
  const octets = Uint8Array.fromHex(hex);
  const view = new DataView(octets.buffer);
  const { packet } = dissector([linuxCooked, linuxCooked2, nullLoopback, raw, ipv4, ipv6]);
  const end = octets.length;
  const of = { view, start: 0, end, originalLength: end, linkType, interface: 0, comments: [] };
  return packet({ number: 1, time: 0n, ...of });
}

const carried: readonly (readonly [string, linkType: number, hex: string, layers: string])[] = [
  ["IPv4 over NULL, the host's order", 0, `02000000${four}`, "null ip"],
  ["IPv4 over NULL, the network's order", 0, `00000002${four}`, "null ip"],
  ["IPv6 as OpenBSD numbers it", 108, `00000018${six}`, "null ipv6"],
  ["IPv6 as FreeBSD numbers it", 0, `1c000000${six}`, "null ipv6"],
  ["IPv6 as Darwin numbers it", 0, `1e000000${six}`, "null ipv6"],
  ["a family of nobody's", 0, `63000000${four}`, "null data"],
  ["an EtherType for a family", 0, `000086dd${six}`, "null ipv6"],
  ["IPv4 alone", 101, four, "raw ip"],
  ["IPv6 alone", 12, six, "raw ipv6"],
  ["neither alone", 101, "ff00", "raw data"],
  ["IPv4 in a cooked capture", 113, `0000000100060200000000010000${"0800"}${four}`, "sll ip"],
  [
    "IPv6 in a cooked capture of version 2",
    276,
    `86dd00000000000203040400${"00".repeat(8)}${six}`,
    "sll ipv6",
  ],
  ["SNAP in a cooked capture", 113, `00000001000602000000000100000004aaaa030000000800${four}`, "sll ip"],
  ["what says itself what it is", 113, `00000338000000000000000000000800${four}`, "sll data"],
];

describe("what is in front of a packet says what it is", () => {
  for (const [name, linkType, hex, layers] of carried)
    test(name, () => {
      const packet = dissect(linkType, hex);
      expect(packet.notes).toEqual([]);
      expect(packet.layers.map(({ protocol }) => protocol.name).join(" ")).toBe(layers);
      expect(packet.layers.filter(({ malformed }) => malformed)).toEqual([]);
    });
});

test("a family is told from one whose octets are turned around", () => {
  expect([0x0200_0000, 2, 0x1e00_0000, 0x1800_0000].map(familyOf)).toEqual([2, 2, 30, 24]);
});

test("each layer has its line for the list", () => {
  const lines = (linkType: number, hex: string) => {
    const { protocol, value } = dissect(linkType, hex).layers[0]!;
    return protocol.summary(value);
  };
  expect(lines(0, `1c000000${six}`)).toBe("Loopback, IPv6 (FreeBSD)");
  expect(lines(101, four)).toBe("IP version 4");
  expect(lines(113, `0000000100060200000000010000${"0800"}${four}`)).toBe(
    "to us, from 02:00:00:00:00:01, IPv4",
  );
  expect(lines(113, `0004030400000000000000000000${"0806"}`)).toBe("sent by us, ARP");
});
