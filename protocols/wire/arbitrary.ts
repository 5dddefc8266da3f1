// Arbitrary descriptions with drafts that fit them, for the tests of the language: what holds for these holds for all.
import fc from "fast-check";
import {
  aligned,
  bits,
  by,
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
  lengthOf,
  many,
  mapped,
  octets,
  optional,
  options,
  prefixed,
  preset,
  rest,
  sized,
  struct,
  text,
  textIn,
  times,
  u8,
  u16,
  u24,
  u32,
  u64,
  utf8,
  variants,
  when,
} from "./index.ts";

/** A description that can be built more than once, drafts for it, and the value that each is read back as. */
export interface Described {
  readonly name: string;
  build(): Codec<any, any>;
  readonly drafts: fc.Arbitrary<any>;
  value(draft: any): unknown;
}

/** The state that `given` goes by in every description made here. */
export const state = { version: 5 };

const same = (draft: unknown) => draft;
const plain = (name: string, build: () => Codec<any, any>, drafts: fc.Arbitrary<any>): Described => ({
  name,
  build,
  drafts,
  value: same,
});

const whole = (low: number, high: number) => fc.integer({ min: low, max: high });
const octetsOf = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const latin1 = (low: number, maxLength: number) =>
  fc.string({ unit: whole(low, 0xff).map(code => String.fromCharCode(code)), maxLength });

const numbers: Described[] = [
  plain("u8", () => u8, whole(0, 0xff)),
  plain("i8", () => i8, whole(-0x80, 0x7f)),
  plain("u16", () => u16, whole(0, 0xffff)),
  plain("i16", () => i16, whole(-0x8000, 0x7fff)),
  plain("u24", () => u24, whole(0, 0xffffff)),
  plain("u32", () => u32, whole(0, 0xffff_ffff)),
  plain("i32", () => i32, whole(-0x8000_0000, 0x7fff_ffff)),
  plain("u64", () => u64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  plain("i64", () => i64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
];

const fixed: fc.Arbitrary<Described> = fc.oneof(
  fc.constantFrom(...numbers),
  whole(1, 9).map(size => plain(`octets(${size})`, () => octets(size), octetsOf(size, size))),
  whole(1, 9).map(size => plain(`textIn(${size})`, () => textIn(size), latin1(1, size))),
  fc.constant(
    plain(
      "mapped(u8)",
      () =>
        mapped(
          u8,
          wire => wire - 100,
          value => value + 100,
        ),
      whole(-100, 155),
    ),
  ),
  fc.constantFrom(8, 16, 24, 32).chain(packed),
);

/** Bits of odd widths that fill `width`; drafts may leave parts out. */
function packed(width: number): fc.Arbitrary<Described> {
  return fc.uniqueArray(whole(1, width - 1), { maxLength: 5 }).map((cuts): Described => {
    const edges = [0, ...cuts.sort((a, b) => a - b), width];
    const widths = edges.slice(1).map((edge, i) => edge - edges[i]!);
    const shape = Object.fromEntries(widths.map((part, i) => [`p${i}`, part]));
    const parts = Object.fromEntries(widths.map((part, i) => [`p${i}`, whole(0, 2 ** part - 1)]));
    return {
      name: `bits(${widths})`,
      build: () => bits(shape),
      drafts: fc.record(parts, { requiredKeys: [] }),
      value: draft => Object.fromEntries(widths.map((_, i) => [`p${i}`, draft[`p${i}`] ?? 0])),
    };
  });
}

/** Descriptions that take everything up to the end. */
const open = (depth: number): fc.Arbitrary<Described> => {
  const leaf = fc.constantFrom(
    plain("rest", () => rest, octetsOf(0, 12)),
    plain("text", () => text, latin1(0, 12)),
    plain("utf8", () => utf8, fc.string({ unit: "binary", maxLength: 12 })),
  );
  if (depth === 0) return leaf;
  return fc.oneof(
    leaf,
    closed(depth - 1).map(inner => listOf("many", inner, () => many(inner.build()), 0, 3)),
    closed(depth - 1).map(
      (inner): Described => ({
        name: `optional(${inner.name})`,
        build: () => optional(inner.build()),
        drafts: fc.option(inner.drafts, { nil: undefined }),
        value: draft => (draft === undefined ? undefined : inner.value(draft)),
      }),
    ),
    fc.tuple(open(depth - 1), closed(depth - 1)).map(([a, b]) => optionList(a, b)),
  );
};

/** Descriptions that know where they end, and take at least one octet. */
export const closed = (depth: number): fc.Arbitrary<Described> => {
  if (depth === 0) return fixed;
  const inner = closed(depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: fixed },
    { weight: 4, arbitrary: structure(depth) },
    fc.tuple(fc.constantFrom(u8, u16, u24), open(depth - 1)).map(([length, part]) => ({
      ...part,
      name: `prefixed(${length.width}, ${part.name})`,
      build: () => prefixed(length, part.build()),
    })),
    fc
      .tuple(whole(1, 3), inner)
      .map(([count, part]) =>
        listOf(`times(${count})`, part, () => times(count, part.build()), count, count),
      ),
    inner.map(part => ({
      ...part,
      name: `given(${part.name})`,
      build: () => {
        const [five, other] = [part.build(), u64];
        return given((now: typeof state) => (now.version === 5 ? five : other));
      },
    })),
    fc.tuple(inner, inner).map(([a, b]) => union(a, b)),
  );
};

function listOf(
  name: string,
  inner: Described,
  build: () => Codec<any, any>,
  minLength: number,
  maxLength: number,
): Described {
  return {
    name: `${name}(${inner.name})`,
    build,
    drafts: fc.array(inner.drafts, { minLength, maxLength }),
    value: draft => draft.map(inner.value),
  };
}

function optionList(a: Described, b: Described): Described {
  const of = (code: number) => (code === 1 ? a : b);
  return {
    name: `options(${a.name}, ${b.name})`,
    build: () => options({ 1: a.build(), 2: b.build() }),
    drafts: fc.array(
      fc.oneof(
        fc.record({ code: fc.constant(1), value: a.drafts }),
        fc.record({ code: fc.constant(2), value: b.drafts }),
        fc.record({ code: whole(3, 254), value: octetsOf(0, 5) }),
      ),
      { maxLength: 4 },
    ),
    value: draft =>
      draft.map(({ code, value }: any) => ({ code, value: code < 3 ? of(code).value(value) : value })),
  };
}

function union(a: Described, b: Described): Described {
  const of = (kind: number) => (kind === 1 ? a : b);
  return {
    name: `variants(${a.name}, ${b.name})`,
    build: () =>
      variants("kind", u8, { 1: struct({ a: a.build() }), 9: struct({ a: b.build(), end: u8 }) }, u16),
    drafts: fc.oneof(
      fc.record({ kind: fc.constant(1), a: a.drafts }),
      fc.record({ kind: fc.constant(9), a: b.drafts, end: whole(0, 255) }),
    ),
    value: draft => ({ ...draft, a: of(draft.kind).value(draft.a) }),
  };
}

/** Some of a structure's fields, which stand together because they depend on one another. */
interface Group {
  readonly name: string;
  /** The codecs by key; `n` keeps the keys of several groups apart. */
  shape(n: number): Record<string, Codec<any, any>>;
  drafts(n: number): Record<string, fc.Arbitrary<any>>;
  value(draft: any, n: number): Record<string, unknown>;
}

const groups = (depth: number): fc.Arbitrary<Group> => {
  const part = closed(depth - 1);
  return fc.oneof(
    part.map(
      (one): Group => ({
        name: one.name,
        shape: n => ({ [`f${n}`]: one.build() }),
        drafts: n => ({ [`f${n}`]: one.drafts }),
        value: (draft, n) => ({ [`f${n}`]: one.value(draft[`f${n}`]) }),
      }),
    ),
    fc.constant<Group>({
      name: "constant",
      shape: n => ({ [`magic${n}`]: constant(u16, 0xcafe), [`pad${n}`]: aligned(4) }),
      drafts: () => ({}),
      value: (_, n) => ({ [`magic${n}`]: 0xcafe }),
    }),
    part.map(
      (one): Group => ({
        name: `counted(${one.name})`,
        shape: n => ({
          [`count${n}`]: countOf(`items${n}`, u8),
          [`items${n}`]: counted(`count${n}`, one.build()),
        }),
        drafts: n => ({ [`items${n}`]: fc.array(one.drafts, { maxLength: 3 }) }),
        value: (draft, n) => ({
          [`count${n}`]: draft[`items${n}`].length,
          [`items${n}`]: draft[`items${n}`].map(one.value),
        }),
      }),
    ),
    fc.constant<Group>({
      name: "sized(rest)",
      shape: n => ({
        [`size${n}`]: lengthOf(`body${n}`, rest, u8, 2),
        [`body${n}`]: sized(`size${n}`, (size: number) => size - 2, rest),
      }),
      drafts: n => ({ [`body${n}`]: octetsOf(0, 9) }),
      value: (draft, n) => ({ [`size${n}`]: draft[`body${n}`].length + 2, [`body${n}`]: draft[`body${n}`] }),
    }),
    fc.tuple(part, part).map(
      ([a, b]): Group => ({
        name: `by(${a.name}, ${b.name})`,
        shape: n => {
          const [left, right] = [a.build(), b.build()];
          return {
            [`kind${n}`]: preset(u8, 1),
            [`one${n}`]: by(`kind${n}`, (kind: number) => (kind === 1 ? left : prefixed(u8, right))),
            [`two${n}`]: prefixed(u16, cases(`kind${n}`, { 1: u8 }, u16)),
          };
        },
        drafts: n => ({
          [`kind${n}`]: fc.constant(undefined),
          [`one${n}`]: a.drafts,
          [`two${n}`]: whole(0, 255),
        }),
        value: (draft, n) => ({
          [`kind${n}`]: 1,
          [`one${n}`]: a.value(draft[`one${n}`]),
          [`two${n}`]: draft[`two${n}`],
        }),
      }),
    ),
    fc.tuple(part, fc.boolean()).map(
      ([one, there]): Group => ({
        name: `when(${there}, ${one.name})`,
        shape: n => ({
          [`flags${n}`]: bits({ less: 1, unused: 7 }),
          [`more${n}`]: when(`flags${n}`, (flags: { less: number }) => flags.less === 0, one.build()),
        }),
        drafts: n => ({
          [`flags${n}`]: fc.constant(there ? {} : { less: 1 }),
          [`more${n}`]: there ? one.drafts : fc.constant(undefined),
        }),
        value: (draft, n) => ({
          [`flags${n}`]: { less: there ? 0 : 1, unused: 0 },
          [`more${n}`]: there ? one.value(draft[`more${n}`]) : undefined,
        }),
      }),
    ),
  );
};

/** A structure of arbitrary fields, the last of which, if there is a `tail`, goes on to the end. */
function structure(depth: number, tail?: fc.Arbitrary<Described>): fc.Arbitrary<Described> {
  return fc
    .tuple(fc.array(groups(depth), { minLength: 1, maxLength: 3 }), tail ?? fc.constant(undefined))
    .map(([members, last]) => ({
      name: `struct(${[...members, ...(last ? [last] : [])].map(member => member.name).join(", ")})`,
      build: () =>
        struct({
          ...Object.assign({}, ...members.map((member, n) => member.shape(n))),
          ...(last && { last: last.build() }),
        }) as Codec<any, any>,
      drafts: fc.record({
        ...Object.assign({}, ...members.map((member, n) => member.drafts(n))),
        ...(last && { last: last.drafts }),
      }),
      value: draft => ({
        ...Object.assign({}, ...members.map((member, n) => member.value(draft, n))),
        ...(last && { last: last.value(draft.last) }),
      }),
    }));
}

/** Any structure, and a draft for it. */
export const described: fc.Arbitrary<{ format: Described; draft: any }> = structure(2, open(2)).chain(
  format =>
    format.drafts.map(draft => ({
      format,
      draft,
      [fc.toStringMethod]: () => `${format.name} from ${fc.stringify(draft)}`,
    })),
);
