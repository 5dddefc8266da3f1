// UDP: its vectors, its boxes, its checksum, and datagrams that are composed.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { figure, Unwritable } from "../wire/index.ts";
import { describeVectors } from "../wire/vectors.ts";
import { udp } from "./decoder.ts";
import { enclose } from "./enclose.ts";
import { format } from "./format.ts";
import { codecOf } from "./vectors/codecs.ts";

describeVectors(join(import.meta.dir, "vectors"), codecOf);

const intranet = { source: "192.168.1.101", destination: "192.168.1.1" };
const link = { source: "fe80::1", destination: "ff02::fb" };
const ports = { sourcePort: 49152, destinationPort: 53 };
const read = (octets: Uint8Array) => format.decode(octets.subarray(0, 8));

test("the boxes are those of RFC 768", () => {
  expect(
    figure(format)
      .split("\n")
      .filter(line => line.startsWith("|")),
  ).toEqual([
    "|          Source port          |       Destination port        |",
    "|            Length             |           Checksum            |",
  ]);
});

describe("a datagram composed", () => {
  test("has its length, and a checksum that is right between these addresses and no others", () => {
    for (const between of [intranet, link])
      for (const size of [0, 1, 2, 3, 512]) {
        const datagram = enclose(ports, new Uint8Array(size).fill(0xa5), between);
        expect(read(datagram).length).toBe(8 + size);
        expect(udp.checksum!(read(datagram), datagram, between)).toBe(true);
        expect(udp.checksum!(read(datagram), datagram, { ...between, source: "10.0.0.1" })).toBe(false);
        expect(udp.checksum!(read(datagram), Uint8Array.of(...datagram, 1, 2), between)).toBe(true);
      }
  });

  test("whose sum is zero says all ones, for zero would say that there is none", () => {
    const empty = enclose(ports, new Uint8Array(2), intranet);
    const fill = read(empty).checksum;
    const datagram = enclose(ports, Uint8Array.of(fill >> 8, fill & 0xff), intranet);
    expect(read(datagram).checksum).toBe(0xffff);
    expect(udp.checksum!(read(datagram), datagram, intranet)).toBe(true);
  });

  test("is refused where it would be too long, or a port is none", () => {
    expect(() => enclose(ports, new Uint8Array(65_528), intranet)).toThrow(Unwritable);
    expect(() => enclose({ ...ports, sourcePort: 65_536 }, new Uint8Array(), intranet)).toThrow("sourcePort");
  });
});

describe("what the dissector is told", () => {
  const header = { sourcePort: 49152, destinationPort: 53, length: 20, checksum: 0 };
  test("the likelier service first, and how much is its", () => {
    expect(udp.payload!(header, undefined, 0)).toEqual({
      bindings: [
        { table: "udp.port", key: 53 },
        { table: "udp.port", key: 49152 },
      ],
      size: 12,
    });
    expect(udp.payload!({ ...header, length: 7 }, undefined, 0)?.size).toBe(0);
    expect(udp.payload!({ ...header, length: 0 }, undefined, 0)?.size).toBeUndefined();
  });

  test("nothing of a checksum that was not sent, or of octets that were not captured", () => {
    expect(udp.checksum!(header, new Uint8Array(20), intranet)).toBeUndefined();
    expect(udp.checksum!({ ...header, checksum: 1 }, new Uint8Array(19), intranet)).toBeUndefined();
    expect(udp.summary(header)).toBe("49152 → 53 Len=12");
  });
});
