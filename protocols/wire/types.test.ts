// What the compiler infers of a description, and what it refuses: each refusal here is an error that tsc must see.
import { expect, test } from "bun:test";
import {
  aligned,
  bits,
  by,
  cases,
  constant,
  counted,
  countOf,
  type Draft,
  optional,
  optionOf,
  options,
  preset,
  struct,
  u8,
  u16,
  u64,
  utf8,
  type Value,
  variants,
  when,
} from "./index.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(_?: T) => expect(true).toBe(true);

const message = struct({
  flags: bits({ more: 1, kind: { width: 7, names: { data: 1 } } }),
  magic: constant(u16, 0x63),
  id: u64,
  ttl: preset(u8, 64),
  count: countOf("names", u8),
  names: counted("count", u16),
  extra: when("flags", (flags: { more: number }) => flags.more === 1, u16),
  pad: aligned(4),
  tail: optional(u8),
});

test("values have every field; drafts leave out what the writer works out, and may leave out what is preset", () => {
  holds<
    Same<
      Value<typeof message>,
      {
        flags: { more: number; kind: number };
        magic: number;
        id: bigint;
        ttl: number;
        count: number;
        names: number[];
        extra: number | undefined;
        pad: undefined;
        tail: number | undefined;
      }
    >
  >();
  const least: Draft<typeof message> = { flags: {}, id: 1n, names: [] };
  expect(message.encode(least).length).toBe(16);

  // @ts-expect-error: the identifier is missing
  const nameless: Draft<typeof message> = { flags: {}, names: [] };
  // @ts-expect-error: what the writer works out is not asked for
  const counting: Draft<typeof message> = { flags: {}, id: 1n, names: [], count: 0 };
  // @ts-expect-error: a bigint, for a double is too narrow
  const double: Draft<typeof message> = { flags: {}, id: 1, names: [] };
  // @ts-expect-error: no such flag
  const unknown: Draft<typeof message> = { flags: { less: 1 }, id: 1n, names: [] };
  expect([nameless, counting, double, unknown]).toHaveLength(4);
});

test("a field that goes by another needs it there, of the right type, and before it", () => {
  // @ts-expect-error: no field "kind"
  expect(() => struct({ type: u8, body: cases("kind", { 1: u8 }, u16) })).toThrow('goes by "kind"');
  // @ts-expect-error: "type" is a number, not flags
  struct({ type: u8, body: when("type", (flags: { more: number }) => flags.more, u8) });
  expect(() => struct({ body: by("type", () => u8), type: u8 })).toThrow('goes by "type"');
});

test("variants are told apart by their key", () => {
  const packet = variants("type", u8, { 1: struct({ topic: utf8 }), 2: struct({ id: u16 }) });
  const value = packet.decode(Uint8Array.of(2, 0, 7));
  if (value.type === 2) {
    holds<Same<typeof value.id, number>>();
    expect(value.id).toBe(7);
  }
  // @ts-expect-error: only type 1 has a topic
  expect(value.topic).toBeUndefined();
  // @ts-expect-error: type 1 needs its topic
  expect(() => packet.encode({ type: 1, id: 7 })).toThrow();
});

test("an option's value has the type that its code gives it", () => {
  const list = options({ 1: u16, 12: utf8 });
  const value = list.decode(Uint8Array.of(12, 1, 65, 1, 2, 0, 9, 99, 1, 0xff, 255));
  holds<Same<ReturnType<typeof width>, number | undefined>>();
  function width() {
    return optionOf(value, 1);
  }
  expect(width()).toBe(9);
  expect(optionOf(value, 12)).toBe("A");
  // @ts-expect-error: option 1 is a number
  expect(() => list.encode([{ code: 1, value: "9" }])).toThrow("0: 9 is not a whole number");
});
