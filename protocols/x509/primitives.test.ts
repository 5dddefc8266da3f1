// The types of ASN.1, at their edges.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Malformed, Unwritable } from "../wire/index.ts";
import { element } from "./any.ts";
import { name, nameOf, nameText } from "./name.ts";
import { Oid } from "./oid.ts";
import { decodePem, encodePem } from "./pem.ts";
import {
  boolean,
  flags,
  hexOf,
  integer,
  objectIdentifier,
  smallInteger,
  time,
  timeText,
} from "./primitives.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));

describe("integer", () => {
  test("is two's complement in as few octets as it takes", () => {
    for (const [value, octets] of [
      [0n, "02 01 00"],
      [127n, "02 01 7f"],
      [128n, "02 02 00 80"],
      [256n, "02 02 01 00"],
      [-1n, "02 01 ff"],
      [-128n, "02 01 80"],
      [-129n, "02 02 ff 7f"],
    ] as const) {
      expect(integer.encode(value)).toEqual(hex(octets));
      expect(integer.decode(hex(octets))).toBe(value);
    }
  });

  test("of any size comes back as it went", () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(1n << 2050n), 1n << 2050n),
        value => integer.decode(integer.encode(value)) === value,
      ),
    );
  });

  test("is refused when it is longer than it need be, or empty", () => {
    for (const octets of ["02 02 00 7f", "02 02 ff 80", "02 00", "02 81 01 05"])
      expect(() => integer.decode(hex(octets))).toThrow(Malformed);
  });

  test("is shown as certificates are printed", () => {
    expect([60n, -60n, 0x341a05f9b7cd0n].map(hexOf)).toEqual(["0x3c", "-0x3c", "03:41:a0:5f:9b:7c:d0"]);
  });

  test("is refused as a version or path length when it is negative or huge", () => {
    for (const octets of ["02 01 ff", "02 05 00 80 00 00 00"])
      expect(() => smallInteger.decode(hex(octets))).toThrow(Malformed);
  });
});

describe("object identifier", () => {
  test("of any numbers comes back as it went", () => {
    const arcs = fc.array(fc.bigInt(0n, (1n << 128n) - 1n), { maxLength: 8 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 39 }),
        arcs,
        (first, second, others) => {
          const oid = [first, second, ...others].join(".");
          return objectIdentifier.decode(objectIdentifier.encode(oid)) === oid;
        },
      ),
    );
  });

  test("joins its first two numbers", () => {
    expect(objectIdentifier.encode("2.999.3")).toEqual(hex("06 03 88 37 03"));
    expect(objectIdentifier.decode(hex("06 03 88 37 03"))).toBe("2.999.3");
  });

  test("is refused when it is empty, unfinished, padded or beyond measure", () => {
    for (const octets of ["06 00", "06 01 88", "06 02 80 01", `06 16 2a ${"ff".repeat(20)} 01`])
      expect(() => objectIdentifier.decode(hex(octets))).toThrow(Malformed);
    for (const oid of ["", "1", "3.1", "1.40", "1.2.03", "2.5.x"])
      expect(() => objectIdentifier.encode(oid)).toThrow(Unwritable);
  });
});

describe("time", () => {
  test("takes the type that its year calls for", () => {
    const seconds = (text: string) => Date.parse(text) / 1000;
    for (const [moment, octets] of [
      ["2021-10-08T12:26:20Z", "17 0d 3231313030383132323632305a"],
      ["1950-01-01T00:00:00Z", "17 0d 3530303130313030303030305a"],
      ["2049-12-31T23:59:59Z", "17 0d 3439313233313233353935395a"],
      ["2050-01-01T00:00:00Z", "18 0f 32303530303130313030303030305a"],
      ["9999-12-31T23:59:59Z", "18 0f 39393939313233313233353935395a"],
      ["0007-01-01T00:00:00Z", "18 0f 30303037303130313030303030305a"],
    ] as const) {
      expect(time.encode(seconds(moment))).toEqual(hex(octets));
      expect(time.decode(hex(octets))).toBe(seconds(moment));
      expect(timeText(seconds(moment))).toBe(moment.replace("T", " ").replace("Z", " UTC"));
    }
  });

  test("is refused when there is no such day, no seconds or no UTC", () => {
    for (const text of [
      "210230000000Z",
      "211301000000Z",
      "211008250000Z",
      "2110081226Z",
      "2110081226200",
      "",
    ]) {
      const octets = Uint8Array.of(0x17, text.length, ...new TextEncoder().encode(text));
      expect(() => time.decode(octets)).toThrow(Malformed);
    }
    expect(() => time.encode(Number.NaN)).toThrow(Unwritable);
    expect(() => time.encode(0.5)).toThrow(Unwritable);
  });
});

test("a boolean is 0x00 or 0xff", () => {
  expect([boolean.decode(hex("01 01 ff")), boolean.decode(hex("01 01 00"))]).toEqual([true, false]);
  expect(() => boolean.decode(hex("01 01 01"))).toThrow(Malformed);
});

test("flags count from the first bit, and unused bits do not count", () => {
  const usage = flags({ a: 0, b: 1, i: 8 });
  expect(usage.decode(hex("03 02 07 80"))).toBe(0b1);
  expect(usage.decode(hex("03 03 07 00 80"))).toBe(0b1_0000_0000);
  expect(usage.encode(0)).toEqual(hex("03 01 00"));
  expect(() => usage.decode(hex("03 01 01"))).toThrow(Malformed);
  expect(() => usage.decode(hex(`03 06 00 00000000 01`))).toThrow(Malformed);
});

describe("name", () => {
  test("escapes what would be taken for a part of it, and what a terminal would obey", () => {
    const odd = nameOf([
      [Oid.organizationName, 'A, "B" + C'],
      [Oid.commonName, "x\x1b[2Jy"],
      ["1.2.3", "#1 "],
    ]);
    expect(nameText(odd)).toBe('O=A\\, \\"B\\" \\+ C, CN=x\\1b[2Jy, 1.2.3=\\#1\\ ');
    expect(name.decode(name.encode(odd))).toEqual(odd);
  });

  test("keeps text of every type as it is", () => {
    const texts = [
      { tag: 0x0c, text: "España 🏠" },
      { tag: 0x13, text: "Spain" },
      { tag: 0x14, text: "Espa\xf1a" },
      { tag: 0x1e, text: "España" },
    ];
    const value = [texts.map(text => ({ type: "2.5.4.3", value: text }))];
    expect(name.decode(name.encode(value))).toEqual(value);
  });
});

test("anything may be opened, and written again", () => {
  const octets = hex("30 08 02 01 05 a0 03 04 01 aa");
  expect(element.decode(octets)).toEqual({
    tag: 0x30,
    elements: [
      { tag: 0x02, octets: hex("05") },
      { tag: 0xa0, elements: [{ tag: 0x04, octets: hex("aa") }] },
    ],
  });
  expect(element.encode(element.decode(octets))).toEqual(octets);
  expect(() => element.encode({ tag: 0x30, octets: hex("") })).toThrow(Unwritable);
});

test("PEM holds several objects, and others between them", () => {
  const [a, b] = [hex("00".repeat(60)), hex("0102")];
  const text = `remarks\n${encodePem(a)}${encodePem(hex("ff"), "PRIVATE KEY")}${encodePem(b)}`;
  expect(decodePem(text)).toEqual([a, b]);
  expect(decodePem("none")).toEqual([]);
});
