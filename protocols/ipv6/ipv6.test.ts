// IPv6: its vectors, its boxes, its addresses, and packets that are composed.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { figure, Unwritable } from "../wire/index.ts";
import { describeVectors, vectorsIn } from "../wire/vectors.ts";
import { addressOctets, colonHex, isIpv6, parseIpv6 } from "./address.ts";
import { ipv6 } from "./decoder.ts";
import { enclose } from "./enclose.ts";
import type { ExtensionDraft } from "./extensions.ts";
import { format } from "./format.ts";
import { codecOf } from "./vectors/codecs.ts";

const folder = join(import.meta.dir, "vectors");
describeVectors(folder, codecOf);
const header = (name: string) => format.decode(vectorsIn(folder).find(one => one.name === name)!.octets);

test("the boxes are those of RFC 8200 §3, the traffic class in its two parts", () => {
  const rows = figure(format)
    .split("\n")
    .filter(line => line.startsWith("|"));
  const widths = rows.map(row =>
    row
      .split("|")
      .slice(1, -1)
      .map(cell => (cell.length + 1) / 2),
  );
  expect(widths.slice(0, 2)).toEqual([
    [4, 6, 2, 20],
    [16, 8, 8],
  ]);
  expect(widths.slice(2)).toEqual(Array(9).fill([32]));
});

describe("what the dissector is told", () => {
  const payload = (name: string) => ipv6.payload!(header(name), undefined, 0);

  test("what the last header of the chain names, and how much of the length is left for it", () => {
    expect(payload("plain")).toEqual({ bindings: [{ table: "ip.proto", key: 17 }], size: 50 });
    expect(payload("hop-by-hop")).toEqual({ bindings: [{ table: "ip.proto", key: 58 }], size: 28 });
    expect(payload("atomic-fragment")).toEqual({ bindings: [{ table: "ip.proto", key: 58 }], size: 16 });
    expect(payload("chain")).toEqual({ bindings: [{ table: "ip.proto", key: 59 }], size: 16 });
  });

  test("which packet a fragment is a part of; one that is whole is none", () => {
    expect(ipv6.fragment!(header("fragment"))).toEqual({
      of: "2001:db8::1 2001:db8::2 3735928559",
      at: 2768,
      more: false,
    });
    expect(ipv6.fragment!(header("atomic-fragment"))).toBeUndefined();
    expect(ipv6.summary(header("fragment"))).toBe("2001:db8::1 → 2001:db8::2 UDP fragment");
  });
});

describe("a packet composed", () => {
  const ends = { source: parseIpv6("2001:db8::1"), destination: parseIpv6("2001:db8::2") };

  test("counts its extension headers", () => {
    const packet = enclose(
      {
        ...ends,
        nextHeader: 0,
        extensions: [{ header: 0, next: 58, length: 0, options: [{ code: 5, value: 0 }] }],
      },
      new Uint8Array(3),
    );
    expect(packet.length).toBe(51);
    const read = format.decode(packet.subarray(0, 48));
    expect([read.payloadLength, read.hopLimit, read.start.version]).toEqual([11, 64, 6]);
    expect(packet.subarray(40, 48).toHex()).toBe("3a00050200000000");
  });

  test("is refused where its headers do not name one another", () => {
    expect(() => enclose({ ...ends, nextHeader: 0 }, new Uint8Array())).toThrow(Unwritable);
    const stray: ExtensionDraft = { header: 60, next: 17, length: 0, options: [] };
    expect(() => enclose({ ...ends, nextHeader: 0, extensions: [stray] }, new Uint8Array())).toThrow(
      "extensions.0: header 60 where the one before names 0",
    );
    expect(() =>
      enclose({ ...ends, nextHeader: 60, extensions: [{ ...stray, next: 43 }] }, new Uint8Array()),
    ).toThrow("extension header 43 is named, but it is not there");
  });
});

describe("addresses", () => {
  test("are shown as RFC 5952 recommends", () => {
    const spellings = [
      ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
      ["2001:DB8::1:0:0:1", "2001:db8::1:0:0:1"],
      ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
      ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
      ["::", "::"],
      ["::1", "::1"],
      ["1::", "1::"],
      ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
      ["::ffff:192.168.1.1", "::ffff:192.168.1.1"],
      ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ];
    for (const [text, shown] of spellings) expect(colonHex(parseIpv6(text!))).toBe(shown!);
  });

  test("are read back from what is shown, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.nat(15),
        fc.nat(16),
        (octets, from, to) => {
          octets.fill(0, from, to);
          expect(parseIpv6(colonHex(octets))).toEqual(octets);
        },
      ),
    );
  });

  test("what is none is refused", () => {
    const bad = [
      "",
      ":",
      ":::",
      "1:2:3:4:5:6:7:8:9",
      "1:2",
      "::1::",
      "12345::",
      "g::",
      "1.2.3.4",
      "::1.2.3.256",
    ];
    for (const text of [...bad, "1:2:3:4:5:6:7:8::", ":1:2:3:4:5:6:7:8", "1.2.3.4::", "::1%eth0"]) {
      expect([text, isIpv6(text)]).toEqual([text, false]);
      expect(() => parseIpv6(text)).toThrow("is no IPv6 address");
    }
  });

  test("of either family become octets", () => {
    expect(addressOctets("192.168.1.1").join()).toBe("192,168,1,1");
    expect(addressOctets("::1").toHex()).toBe(`${"00".repeat(15)}01`);
    expect(() => addressOctets("localhost")).toThrow("is no IPv4 address");
  });
});
