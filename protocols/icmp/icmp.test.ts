// ICMP of both families: its vectors, its summaries, and messages that are composed.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { parseIpv6 } from "../ipv6/address.ts";
import { Unwritable } from "../wire/index.ts";
import { describeVectors, vectorsIn } from "../wire/vectors.ts";
import { icmp, icmpv6 } from "./decoder.ts";
import { enclose, enclose6 } from "./enclose.ts";
import { format, Type } from "./format.ts";
import { format6, Type6 } from "./v6.ts";
import { codecOf } from "./vectors/codecs.ts";

const folder = join(import.meta.dir, "vectors");
describeVectors(folder, codecOf);

test("one line of each for the packet list", () => {
  const said = vectorsIn(folder)
    .filter(({ about }) => !about.malformed)
    .map(({ name, about, octets }) => {
      const line =
        about.version === "6" ? icmpv6.summary(format6.decode(octets)) : icmp.summary(format.decode(octets));
      return [name, line];
    });
  expect(Object.fromEntries(said)).toEqual({
    echo: "Echo request id=0x1234, seq=1",
    "fragmentation-needed": "Destination unreachable (fragmentation needed)",
    "neighbour-advertisement": "Neighbour advertisement for fe80::1",
    "neighbour-solicitation": "Neighbour solicitation for fe80::1",
    "packet-too-big": "Packet too big",
    "port-unreachable": "Destination unreachable (port)",
    redirect: "Redirect to 192.168.1.2",
    "router-advertisement": "Router advertisement",
    "router-advertisement6": "Router advertisement",
    "time-exceeded": "Time exceeded",
    timestamp: "Timestamp reply id=0x0007, seq=1",
  });
});

describe("a message composed", () => {
  test("has a checksum that is right, and that any change makes wrong", () => {
    const body = { identifier: 7, sequence: 1, data: Uint8Array.of(1, 2, 3) };
    const octets = enclose({ type: Type["echo request"], body });
    const right = () => icmp.checksum!(format.decode(octets), octets, { source: "", destination: "" });
    expect(right()).toBe(true);
    octets[9]! ^= 1;
    expect(right()).toBe(false);
  });

  test("of IPv6 counts the addresses as well", () => {
    const between = { source: "fe80::2", destination: "ff02::1:ff00:1" };
    const body = {
      target: parseIpv6("fe80::1"),
      options: [{ code: 1 as const, value: Uint8Array.of(0, 0xc0, 0xdf, 0x24, 0xba, 0x6b) }],
    };
    const octets = enclose6({ type: Type6["neighbour solicitation"], body }, between);
    const right = (ends: typeof between) => icmpv6.checksum!(format6.decode(octets), octets, ends);
    expect(right(between)).toBe(true);
    expect(right({ ...between, source: "fe80::3" })).toBe(false);
  });

  test("is refused where an option is no multiple of eight octets", () => {
    const body = { options: [{ code: 99, value: new Uint8Array(5) }] };
    const draft = { type: Type6["router solicitation"], body };
    const between = { source: "fe80::2", destination: "ff02::2" };
    expect(() => enclose6(draft, between)).toThrow(Unwritable);
    expect(() => enclose6(draft, between)).toThrow("body.options.0: 5 octets, with code and length");
  });
});
