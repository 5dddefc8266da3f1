// Each word of the language: what it refuses to read, what it refuses to write, and where it says so.
import { describe, expect, test } from "bun:test";
import {
  aligned,
  bits,
  type Codec,
  cases,
  constant,
  counted,
  countOf,
  given,
  i8,
  i16,
  i32,
  i64,
  leaf,
  lengthOf,
  Malformed,
  many,
  mapped,
  nothing,
  octets,
  options,
  prefixed,
  Reader,
  rest,
  sized,
  struct,
  Truncated,
  text,
  textIn,
  times,
  Unwritable,
  u8,
  u16,
  u24,
  u32,
  u64,
  utf8,
  variants,
  Writer,
} from "./index.ts";

const of = (hex: string) => Uint8Array.fromHex(hex);
const inside = (codec: Codec<any, any>) => struct({ first: u8, inner: struct({ it: codec }) });

function refused<T>(kind: new (...args: any[]) => T, act: () => unknown): T {
  try {
    act();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a value that does not fit is Unwritable, with its path", () => {
  const list = options({ 1: u16 });
  const tooBig: [string, Codec<any, any>, unknown, string, string?][] = [
    ["u8", u8, 256, "256 is not a whole number from 0 to 255"],
    ["u8 of a fraction", u8, 1.5, "1.5 is not a whole number from 0 to 255"],
    ["u8 of nothing", u8, undefined, "undefined is not a whole number from 0 to 255"],
    ["u8 of no number", u8, Number.NaN, "NaN is not a whole number from 0 to 255"],
    ["i8", i8, 128, "128 is not a whole number from -128 to 127"],
    ["u16", u16, -1, "-1 is not a whole number from 0 to 65535"],
    ["i16", i16, -32769, "-32769 is not a whole number from -32768 to 32767"],
    ["u24", u24, 2 ** 24, "16777216 is not a whole number from 0 to 16777215"],
    ["u32", u32, 2 ** 32, "4294967296 is not a whole number from 0 to 4294967295"],
    ["i32", i32, 2 ** 31, "2147483648 is not a whole number from -2147483648 to 2147483647"],
    ["u64", u64, 2n ** 64n, "18446744073709551616 does not fit 64 bits"],
    ["i64", i64, 2n ** 63n, "9223372036854775808 does not fit 64 bits, signed"],
    ["octets", octets(2), of("010203"), "3 octets where 2 belong"],
    ["text", text, "€", 'the character "€" is not Latin-1'],
    ["utf8", utf8, "\ud800", "a lone surrogate has no UTF-8"],
    ["textIn, too long", textIn(2), "abc", "3 characters where 2 fit"],
    ["textIn, ended inside", textIn(9), "a\0b", "a zero octet would end the text"],
    [
      "mapped",
      mapped(u8, Number, (value: number) => value * 2),
      128,
      "256 is not a whole number from 0 to 255",
    ],
    ["bits", bits({ a: 3, b: 5 }), { b: 32 }, "32 is not a whole number from 0 to 31", "b"],
    ["times", times(2, u8), [1], "1 items where 2 belong"],
    ["many", many(u8), [1, 2, 256], "256 is not a whole number from 0 to 255", "2"],
    ["prefixed", prefixed(u8, rest), new Uint8Array(256), "256 is not a whole number from 0 to 255"],
    ["variants, no such tag", variants("k", u8, { 1: struct({}) }), { k: 2 }, "2 is none of 1", "k"],
    [
      "variants",
      variants("k", u8, { 1: struct({ a: u8 }) }),
      { k: 1, a: -1 },
      "-1 is not a whole number from 0 to 255",
      "a",
    ],
    [
      "options, value",
      list,
      [
        { code: 3, value: of("") },
        { code: 1, value: -1 },
      ],
      "-1 is not a whole number from 0 to 65535",
      "1",
    ],
    [
      "options, too long",
      list,
      [{ code: 3, value: new Uint8Array(256) }],
      "256 is not a whole number from 0 to 255",
      "0",
    ],
    [
      "options, the end",
      list,
      [{ code: 255, value: of("") }],
      "255 is no option but padding or the end",
      "0",
    ],
    ["given", given(() => u8), 256, "256 is not a whole number from 0 to 255"],
  ];
  for (const [name, codec, value, reason, inner] of tooBig)
    test(name, () => {
      const error = refused(Unwritable, () => inside(codec).encode({ first: 1, inner: { it: value } }));
      expect(error.path).toBe(["inner.it", inner].filter(Boolean).join("."));
      expect(error.reason).toBe(reason);
      expect(error.message).toBe(`${error.path}: ${reason}`);
    });

  test("a list longer than its count can say", () => {
    const format = struct({ count: countOf("all", u8), all: counted("count", u8) });
    const error = refused(Unwritable, () => format.encode({ all: Array(256).fill(0) }));
    expect(error.path).toBe("count");
  });

  test("a part that is not as long as the field it goes by says", () => {
    const format = struct({ size: u8, body: sized("size", (size: number) => size, rest) });
    const error = refused(Unwritable, () => format.encode({ size: 3, body: of("0102") }));
    expect(String(error)).toBe('Unwritable: body: 2 octets where "size" says 3');
  });

  test("what can't be measured is told where it lies, not where its length lies", () => {
    const body = struct({ names: many(u8) });
    const format = struct({ size: lengthOf("body", body, u8), body });
    const error = refused(Unwritable, () => format.encode({ body: { names: [0, 256] } }));
    expect(error.path).toBe("body.names.1");
  });
});

describe("octets that do not follow the description are Malformed, with place and path", () => {
  const bad: [string, Codec<any, any>, string, string][] = [
    ["too few octets", u32, "010203", "inner.it: 4 octets wanted, 3 left (at octet 1)"],
    ["octets left over", u8, "0102", "1 octet left over (at octet 2)"],
    ["another constant", constant(u16, 0xcafe), "beef", "inner.it: 0xbeef where 0xcafe belongs (at octet 1)"],
    ["invalid UTF-8", utf8, "c328", "inner.it: not valid UTF-8 (at octet 1)"],
    [
      "a part longer than the rest",
      prefixed(u8, rest),
      "0501",
      "inner.it: 5 octets wanted, 1 left (at octet 2)",
    ],
    [
      "a part longer than its contents",
      prefixed(u8, u8),
      "020102",
      "inner.it: 1 octet left over (at octet 3)",
    ],
    ["items of no octets", many(nothing), "01", "inner.it: an item of no octets (at octet 1)"],
    ["a negative length", prefixed(i8, rest), "ff", "inner.it: a size of -1 octets (at octet 2)"],
    [
      "an unknown tag",
      variants("kind", u8, { 1: struct({}) }),
      "02",
      "inner.it: kind 2 is none of 1 (at octet 1)",
    ],
    ["an option cut short", options({}), "0105ff", "inner.it.1.value: 5 octets wanted, 1 left (at octet 3)"],
    [
      "an option of no size",
      options({}, { whole: true }),
      "0101",
      "inner.it.1: a length of 1 does not even cover code and length (at octet 2)",
    ],
    [
      "an option of the wrong size",
      options({ 1: u16 }),
      "010101ff",
      "inner.it.1.value: 2 octets wanted, 1 left (at octet 3)",
    ],
    ["a list cut short", times(3, u8), "0102", "inner.it.2: 1 octet wanted, 0 left (at octet 3)"],
  ];
  for (const [name, codec, hex, says] of bad)
    test(name, () => {
      const error = refused(Malformed, () => inside(codec).decode(of(`00${hex}`)));
      expect(String(error)).toBe(says);
    });

  test("what goes by a field that leaves less than nothing", () => {
    const format = struct({ size: u8, body: sized("size", (size: number) => size - 4, rest) });
    const error = refused(Malformed, () => format.decode(of("03")));
    expect(String(error)).toBe('body: "size" leaves -1 octets (at octet 1)');
  });

  test("octets that end too early are Truncated, with how many were wanted", () => {
    const error = refused(Truncated, () => octets(9).decode(of("0102")));
    expect([error.at, error.wanted, error.left]).toEqual([0, 9, 2]);
  });
});

describe("what is read and written", () => {
  test("numbers in both octet orders", () => {
    const format = struct({ a: u16, b: u24, c: u32, d: i16, e: u64 });
    const value = { a: 0x0102, b: 0x030405, c: 0x06070809, d: -2, e: 0x0a0b0c0d0e0f1011n };
    for (const [little, hex] of [
      [false, "010203040506070809fffe0a0b0c0d0e0f1011"],
      [true, "020105040309080706feff11100f0e0d0c0b0a"],
    ] as const) {
      const to = new Writer();
      to.little = little;
      format.write(to, value);
      expect(to.written().toHex()).toBe(hex);
      const from = Reader.over(of(hex));
      from.little = little;
      expect(format.read(from)).toEqual(value);
    }
  });

  test("a message longer than the writer's first buffer, whatever stands at its edge", () => {
    for (const number of [u8, i8, u16, i16, u24, u32, i32])
      for (let before = 56; before < 66; before++) {
        const format = struct({ before: octets(before), it: number, after: u64 });
        const value = { before: new Uint8Array(before).fill(0xa5), it: 0x12, after: 1n };
        expect(format.decode(format.encode(value))).toEqual(value);
      }
  });

  test("bits of 32, and of one whole word", () => {
    expect(bits({ all: 32 }).decode(of("ffffffff"))).toEqual({ all: 0xffff_ffff });
    expect(bits({ top: 1, rest: 31 }).decode(of("ffffffff"))).toEqual({ top: 1, rest: 0x7fff_ffff });
    expect(bits({ top: 31, low: 1 }).encode({ top: 0x7fff_ffff }).toHex()).toBe("fffffffe");
  });

  test("bits that make no whole number of octets are a mistake of the description", () => {
    expect(() => bits({ a: 3 })).toThrow("bits make 3, not 8, 16, 24 or 32");
  });

  test("every octet of Latin-1, in texts of any size", () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect([...text.decode(all)].map(character => character.codePointAt(0)!)).toEqual([...all]);
    expect(text.encode(text.decode(all))).toEqual(all);
    expect(text.decode(new Uint8Array(1_000_000).fill(0x85)).length).toBe(1_000_000);
  });

  test("UTF-8 keeps a byte order mark and what lies outside the first plane", () => {
    for (const value of ["\ufeffa", "🜁", "", "[TEMA_PÚBLICO]"])
      expect(utf8.decode(utf8.encode(value))).toBe(value);
  });

  test("alignment counts from where the message began, also behind a length", () => {
    const format = struct({ a: u8, body: prefixed(u8, struct({ b: u8, pad: aligned(4), c: u8 })) });
    const octets = format.encode({ a: 1, body: { b: 2, c: 3 } });
    expect(octets.toHex()).toBe("0103020003");
    expect(format.decode(octets).body.c).toBe(3);
  });

  test("a length of variable width is written once the part stands", () => {
    const varying = leaf<number>(
      undefined,
      from => from.u8(),
      (to, value) => to.u8(value),
    );
    expect(prefixed(varying, text).encode("abc").toHex()).toBe("03616263");
  });

  test("the conversation decides, and an option list ends where it says", () => {
    const format = struct({
      kind: u8,
      body: cases("kind", { 1: given((state: { wide: boolean }) => (state.wide ? u32 : u8)) }, u16),
    });
    expect(format.decode(of("0100000007"), { wide: true }).body).toBe(7);
    expect(format.decode(of("0107"), { wide: false }).body).toBe(7);
    const list = options({ 1: u8 });
    expect(list.decode(of("0001010900ff0000"))).toEqual([{ code: 1, value: 9 }]);
    expect(
      options({ 2: u16 }, { pad: 1, end: 0, whole: true, align: 4 })
        .encode([
          { code: 2, value: 1460 },
          { code: 4, value: of("") },
        ])
        .toHex(),
    ).toBe("020405b404020000");
  });

  test("a dependent field outside a structure is a mistake that says so", () => {
    expect(() => counted("n", u8).decode(of("01"))).toThrow("use it inside a struct");
  });
});
