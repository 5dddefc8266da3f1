// The annotated tree: what was read stays, what is bad is marked where it lies, and no octet is lost.
import { expect, test } from "bun:test";
import {
  bits,
  by,
  Codec,
  type Field,
  labelOf,
  leaves,
  malformations,
  many,
  octets,
  optional,
  options,
  prefixed,
  Reader,
  rest,
  show,
  struct,
  text,
  u8,
  u16,
  u32,
  wordsOf,
} from "./index.ts";
import { partition } from "./vectors.ts";

const dissect = (codec: Codec<any, any>, hex: string): Field => {
  const tree = codec.dissect(Reader.over(Uint8Array.fromHex(hex)), "message");
  partition(tree);
  return tree;
};
/** A line for each leaf: octets, key, value, and why it is bad. */
const lines = (tree: Field) =>
  [...leaves(tree)].map(
    leaf =>
      `${leaf.start}-${leaf.end} ${leaf.key} ${show(leaf)}${leaf.malformed ? ` !! ${leaf.malformed.reason}` : ""}`,
  );

test("keeps what was read before the truncation", () => {
  const tree = dissect(struct({ a: u8, b: struct({ c: u16, d: u32 }) }), "0100020304");
  expect(lines(tree)).toEqual(["0-1 a 1", "1-3 c 2", "3-5 d  !! 4 octets wanted, 2 left"]);
  expect(tree.value).toEqual({ a: 1 });
  expect(tree.fields?.[1]?.value).toEqual({ c: 2 });
});

test("octets that nothing could read are a field of their own", () => {
  const tree = dissect(struct({ size: u8, body: prefixed(u16, struct({ a: u8 })) }), "01000502ffff");
  expect(lines(tree)).toEqual(["0-1 size 1", "1-3 length 5", "3-6 undecoded "]);
  expect(malformations(tree).map(String)).toEqual(["body: 5 octets wanted, 3 left (at octet 3)"]);
});

test("a bad option spoils itself, and the options after it are read", () => {
  const list = struct({ list: options({ 1: u16, 2: text }), crc: optional(u8) });
  const tree = dissect(list, "01030005ff020161ff");
  expect(lines(tree)).toEqual([
    "0-1 code 1",
    "1-2 length 3",
    "2-5 value 5 !! 1 octet left over",
    "5-6 code 2",
    "6-7 length 1",
    '7-8 value "a"',
    "8-9 end 255",
  ]);
  expect(malformations(tree).map(error => error.path)).toEqual(["list.1.value"]);
});

test("options in options contain what is bad in the innermost", () => {
  const list = options({ 1: options({ 2: options({ 3: u16 }) }), 4: u8 });
  const tree = dissect(list, "0105020303010904012a");
  expect(malformations(tree).map(error => error.path)).toEqual(["1.2.3.value"]);
  expect(lines(tree).at(-1)).toBe("9-10 value 42");
});

test("the same options under many codes all stand in the tree, padding and what follows the end too", () => {
  const tree = dissect(options({ 1: u8 }), "0001010700010108ff0000");
  expect(lines(tree).map(line => line.split(" ")[1])).toEqual([
    ...["padding", "code", "length", "value", "padding", "code", "length", "value", "end", "padding"],
  ]);
});

test("what goes by a field that is bad can't be read, and says so; what follows is not lost", () => {
  /** Two octets, bad contents of which stay among themselves. */
  class Contained extends Codec<number> {
    readonly width = 16;
    read = (from: Reader) => u8.read(from);
    write = u8.write;
    override annotate(from: Reader, field: Field): number {
      return u8.contain(from, field, 2)!;
    }
  }
  const format = struct({
    kind: new Contained(),
    body: by("kind", (kind: number) => (kind === 1 ? u8 : u16)),
  });
  const tree = dissect(format, "010203");
  expect(malformations(tree).map(String)).toEqual([
    "kind: 1 octet left over (at octet 1)",
    "can't be read, for kind is malformed (at octet 2)",
  ]);
  expect(lines(tree).at(-1)).toBe("2-3 undecoded ");
});

test("parts of bits stand at their bits", () => {
  const tree = dissect(struct({ flags: bits({ a: 3, b: { width: 13, names: { all: 0x1fff } } }) }), "ffff");
  expect([...leaves(tree)].map(leaf => [leaf.key, leaf.bits, show(leaf)])).toEqual([
    ["a", { first: 0, width: 3 }, "7"],
    ["b", { first: 3, width: 13 }, "all (8191)"],
  ]);
});

test("octets after the message are marked, as they are when it is decoded", () => {
  const format = struct({ a: u16 });
  const tree = format.dissect(Reader.over(Uint8Array.fromHex("000102")), "");
  expect(lines(tree)).toEqual(["0-2 a 1", "2-3 undecoded "]);
  expect(malformations(tree).map(one => one.reason)).toEqual(["1 octet left over"]);
  expect(() => format.decode(Uint8Array.fromHex("000102"))).toThrow("1 octet left over");
});

test("values are shown with name, unit and base, and labelled in words", () => {
  const shown = (codec: Codec<any, any>, value: unknown) => show({ codec, value });
  expect(shown(u16.with({ hex: true }), 0x1f)).toBe("0x001f");
  expect(shown(u8.with({ names: { server: 4 } }), 4)).toBe("server (4)");
  expect(shown(u8.with({ names: { server: 4 } }), 5)).toBe("5");
  expect(shown(u8.with({ unit: "s" }), 5)).toBe("5 s");
  expect(shown(u8.with({ show: value => `<${value}>` }), 5)).toBe("<5>");
  expect(shown(text, "a\n")).toBe('"a\\n"');
  expect(shown(rest, new Uint8Array(40))).toBe(`${"00".repeat(32)}… (40 octets)`);
  expect(shown(many(u8), [1])).toBe("");
  expect(labelOf({ key: "rootDelay", codec: u8 })).toBe("Root delay");
  expect(labelOf({ key: "xid", codec: u8.with({ label: "Transaction ID" }) })).toBe("Transaction ID");
  expect([wordsOf("mqttID"), wordsOf("referenceTimestamp"), wordsOf("a")]).toEqual([
    "Mqtt ID",
    "Reference timestamp",
    "A",
  ]);
});

test("a codec under other notes reads, writes and is annotated as before", () => {
  const all: [Codec<any, any>, string][] = [
    [bits({ a: 4, b: 4 }), "12"],
    [struct({ a: u8 }), "12"],
    [options({ 1: u8 }), "010109ff"],
    [prefixed(u8, rest), "0212ff"],
    [many(octets(2)), "12ff"],
    [optional(u8), "12"],
  ];
  for (const [codec, hex] of all) {
    const noted = codec.with({ label: "Other" });
    const value = codec.decode(Uint8Array.fromHex(hex));
    expect(noted.decode(Uint8Array.fromHex(hex))).toEqual(value);
    expect(noted.encode(value).toHex()).toBe(hex);
    expect(lines(dissect(noted, hex))).toEqual(lines(dissect(codec, hex)));
    expect(labelOf(dissect(noted, hex))).toBe("Other");
  }
});
