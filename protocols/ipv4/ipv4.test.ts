// IPv4: its vectors, its boxes, its addresses, and packets that are composed.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { figure, Unwritable } from "../wire/index.ts";
import { describeVectors, vectorsIn } from "../wire/vectors.ts";
import { broadcastOf, dotted, isIpv4, isMulticast, maskOf, parseIpv4, sameNetwork } from "./address.ts";
import { ipv4 } from "./decoder.ts";
import { enclose } from "./enclose.ts";
import { format } from "./format.ts";
import { codecOf } from "./vectors/codecs.ts";

const folder = join(import.meta.dir, "vectors");
describeVectors(folder, codecOf);
const vector = (name: string) => vectorsIn(folder).find(one => one.name === name)!.octets;

test("the boxes are those of RFC 791, figure 4", () => {
  const rows = figure(format)
    .split("\n")
    .filter(line => line.startsWith("|"));
  expect(
    rows.map(row =>
      row
        .split("|")
        .slice(1, -1)
        .map(cell => (cell.length + 1) / 2),
    ),
  ).toEqual([[4, 4, 6, 2, 16], [16, 1, 1, 1, 13], [8, 8, 16], [32], [32], [32]]);
});

describe("what the dissector is told", () => {
  const header = format.decode(vector("fragment"));
  test("which payload a fragment is a part of, and where", () => {
    expect(ipv4.fragment!(header)).toEqual({
      of: "192.168.1.101 192.168.1.20 17 4660",
      at: 1480,
      more: true,
    });
    expect(ipv4.fragment!(format.decode(vector("segment")))).toBeUndefined();
    expect(ipv4.summary(header)).toBe("192.168.1.101 → 192.168.1.20 UDP fragment at 1480, ID=1234");
  });

  test("how long the payload is, whatever the header says of itself", () => {
    const size = (change: Partial<typeof header>) =>
      ipv4.payload!({ ...header, ...change }, undefined, 0)?.size;
    expect(size({})).toBe(1480);
    expect(size({ totalLength: 19 })).toBe(0);
    expect(size({ totalLength: 0 })).toBeUndefined();
  });

  test("whether the checksum is right", () => {
    const below = { source: "", destination: "" };
    for (const name of ["discover", "segment", "fragment", "router-alert", "record-route"]) {
      const octets = vector(name).slice();
      const right = () => ipv4.checksum!(format.decode(octets), octets, below);
      expect([name, right()]).toEqual([name, true]);
      octets[8]! ^= 1;
      expect([name, right()]).toEqual([name, false]);
    }
  });
});

describe("a packet composed", () => {
  const ends = { source: parseIpv4("192.168.1.101"), destination: parseIpv4("192.168.1.20") };

  test("has its lengths and its checksum worked out", () => {
    const packet = enclose({ ...ends, protocol: 17, identification: 7 }, new Uint8Array(9).fill(0xa5));
    const header = format.decode(packet.subarray(0, 20));
    expect([header.start.headerLength, header.totalLength, header.timeToLive]).toEqual([5, 29, 64]);
    expect(ipv4.checksum!(header, packet, { source: "", destination: "" })).toBe(true);
    expect(packet.subarray(20)).toEqual(new Uint8Array(9).fill(0xa5));
  });

  test("makes room for options, in whole words", () => {
    const packet = enclose(
      {
        ...ends,
        protocol: 2,
        options: [
          { code: 136, value: 0 },
          { code: 30, value: new Uint8Array(1) },
        ],
      },
      new Uint8Array(4),
    );
    expect(packet.subarray(20, 28).toHex()).toBe("880400001e030000");
    expect(
      ipv4.checksum!(format.decode(packet.subarray(0, 28)), packet, { source: "", destination: "" }),
    ).toBe(true);
  });

  test("is refused where it would be too long", () => {
    expect(() => enclose({ ...ends, protocol: 17 }, new Uint8Array(65_516))).toThrow(Unwritable);
    const options = Array.from({ length: 11 }, () => ({ code: 136 as const, value: 0 }));
    expect(() => enclose({ ...ends, protocol: 17, options }, new Uint8Array())).toThrow("headerLength");
  });
});

describe("addresses", () => {
  test("are four numbers without leading zeros", () => {
    for (const good of ["0.0.0.0", "255.255.255.255", "192.168.1.101", "10.0.0.1"])
      expect(dotted(parseIpv4(good))).toBe(good);
    for (const bad of [
      "",
      "1.2.3",
      "1.2.3.4.",
      "1.2.3.4.5",
      "256.1.1.1",
      "01.2.3.4",
      " 1.2.3.4",
      "1.2.3.x",
    ]) {
      expect(isIpv4(bad)).toBe(false);
      expect(() => parseIpv4(bad)).toThrow("is no IPv4 address");
    }
  });

  test("lie in networks", () => {
    expect([0, 1, 24, 32].map(prefix => dotted(maskOf(prefix)))).toEqual([
      "0.0.0.0",
      "128.0.0.0",
      "255.255.255.0",
      "255.255.255.255",
    ]);
    const board = parseIpv4("192.168.1.101");
    expect(dotted(broadcastOf(board, 24))).toBe("192.168.1.255");
    expect(sameNetwork(board, parseIpv4("192.168.1.1"), 24)).toBe(true);
    expect(sameNetwork(board, parseIpv4("192.168.2.1"), 24)).toBe(false);
    expect(sameNetwork(board, parseIpv4("8.8.8.8"), 0)).toBe(true);
    expect([isMulticast(parseIpv4("224.0.0.251")), isMulticast(board)]).toEqual([true, false]);
  });
});
