// TCP: its vectors, its boxes, what it tells the dissector, and segments that are composed.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { figure, optionOf, Unwritable } from "../wire/index.ts";
import { describeVectors, vectorsIn } from "../wire/vectors.ts";
import { tcp } from "./decoder.ts";
import { enclose } from "./enclose.ts";
import { format, TcpOption } from "./format.ts";
import { codecOf } from "./vectors/codecs.ts";

const folder = join(import.meta.dir, "vectors");
describeVectors(folder, codecOf);
const header = (name: string) => format.decode(vectorsIn(folder).find(one => one.name === name)!.octets);

test("the boxes are those of RFC 9293, figure 1", () => {
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
  ).toEqual([[16, 16], [32], [32], [4, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 16], [16, 16], [32]]);
});

describe("what the dissector is told", () => {
  test("the segment, by the wire's own numbers", () => {
    expect(tcp.segment!(header("fin"))).toEqual({
      sequence: 0x0a0b0c0d,
      acknowledgment: 0x01020305,
      syn: false,
      ack: true,
      fin: true,
      rst: false,
    });
  });

  test("that the data are a stream, for the likelier service first", () => {
    expect(tcp.payload!(header("fin"), undefined, 0)).toEqual({
      bindings: [
        { table: "tcp.port", key: 8884 },
        { table: "tcp.port", key: 57102 },
      ],
      stream: true,
    });
  });

  test("one line for the packet list", () => {
    expect(tcp.summary(header("syn-linux"))).toBe(
      "57102 → 8884 [SYN] Seq=16909060 Win=64240 MSS=1460 WS=128 SACK_PERM TSval=1122867 TSecr=0",
    );
    expect(tcp.summary(header("fin"))).toBe(
      "8884 → 57102 [FIN, PSH, ACK] Seq=168496141 Ack=16909061 Win=512",
    );
  });
});

test("options are found by kind, with their types", () => {
  const { options } = header("syn-linux");
  expect(optionOf(options, TcpOption["maximum segment size"])).toBe(1460);
  expect(optionOf(options, TcpOption.timestamps)).toEqual({ value: 0x112233, echo: 0 });
  expect(options.map(({ code }) => code)).toEqual([2, 4, 8, 3]);
  expect(optionOf(header("sack").options, TcpOption.SACK)).toEqual([
    { left: 0x1000, right: 0x2000 },
    { left: 0x3000, right: 0x4000 },
  ]);
});

describe("a segment composed", () => {
  const between = { source: "192.168.1.101", destination: "192.168.1.20" };
  const least = { sourcePort: 57102, destinationPort: 8884, sequence: 1, window: 512 };

  test("has its header length, and a checksum that is right between these addresses", () => {
    for (const size of [0, 1, 2, 1460]) {
      const segment = enclose(
        { ...least, flags: { ack: 1, psh: 1 } },
        new Uint8Array(size).fill(0xa5),
        between,
      );
      expect(segment.length).toBe(20 + size);
      const read = format.decode(segment.subarray(0, 20));
      expect([read.control.dataOffset, read.control.ack, read.control.syn]).toEqual([5, 1, 0]);
      expect(tcp.checksum!(read, segment, between)).toBe(true);
      expect(tcp.checksum!(read, segment, { ...between, source: "192.168.1.102" })).toBe(false);
    }
  });

  test("makes room for options, in whole words", () => {
    const options = [
      { code: 2 as const, value: 1460 },
      { code: 3 as const, value: 7 },
    ];
    const segment = enclose({ ...least, flags: { syn: 1 }, options }, new Uint8Array(), between);
    expect(segment.subarray(20).toHex()).toBe("020405b403030700");
    expect(format.decode(segment).control.dataOffset).toBe(7);
  });

  test("is refused where its options take more than forty octets", () => {
    const options = Array.from({ length: 5 }, () => ({ code: 8 as const, value: { value: 1, echo: 2 } }));
    expect(() => enclose({ ...least, flags: {}, options }, new Uint8Array(), between)).toThrow(Unwritable);
    expect(() => enclose({ ...least, flags: {}, options }, new Uint8Array(), between)).toThrow(
      "control.dataOffset",
    );
  });
});
