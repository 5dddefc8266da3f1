// Fields one after another, in the order they are written down.

import { nothing } from "./choices.ts";
import { Codec, type Draft, type Value } from "./codec.ts";
import type { Field } from "./field.ts";
import { Malformed, unwritable } from "./malformed.ts";
import type { Reader } from "./reader.ts";
import { Dependent, Derived } from "./siblings.ts";
import { stitch, stitches } from "./stitch.ts";
import type { Writer } from "./writer.ts";

export type Shape = Readonly<Record<string, Codec<any, any>>>;
type Simplify<T> = { [K in keyof T]: T[K] } & {};
type Optional<S extends Shape> = { [K in keyof S]: undefined extends Draft<S[K]> ? K : never }[keyof S];
type Asked<S extends Shape> = { [K in keyof S]: S[K] extends Derived<any> ? never : K }[keyof S];

export type Of<S extends Shape> = { -readonly [K in keyof S]: Value<S[K]> };
export type DraftOf<S extends Shape> = Simplify<
  { -readonly [K in Exclude<Asked<S>, Optional<S>>]: Draft<S[K]> } & {
    -readonly [K in Extract<Asked<S>, Optional<S>>]?: Draft<S[K]>;
  }
>;

/** Each field that depends on another must find it, and be able to read by what it is. */
type Checked<S extends Shape> = {
  [K in keyof S]: S[K] extends Dependent<infer On, infer Sibling, any, any>
    ? On extends keyof S
      ? Value<S[On]> extends Sibling
        ? S[K]
        : { readonly "reads by a field of another type": On }
      : { readonly "reads by a field that is not there": On }
    : S[K];
};

export class Struct<S extends Shape> extends Codec<Of<S>, DraftOf<S>> {
  readonly width: number | undefined;
  override readonly composite = true;
  override readonly read: (from: Reader) => Of<S>;
  override readonly write: (to: Writer, draft: DraftOf<S>) => void;

  constructor(readonly shape: S) {
    super();
    const widths = Object.values(shape).map(codec => codec.width);
    this.width = widths.includes(undefined)
      ? undefined
      : widths.reduce((sum: number, width) => sum + width!, 0);
    inOrder(shape);
    const may = stitches();
    // Stitched when first used: most of what is described is never met, and each function takes its time to build.
    this.read = from => {
      const read: Struct<S>["read"] = (may && stitched(shape, readerOf)) || (from => this.readEach(from));
      (this as { read: typeof read }).read = read;
      return read(from);
    };
    this.write = (to, draft) => {
      const write: Struct<S>["write"] =
        (may && stitched(shape, writerOf)) || ((to, draft) => this.writeEach(to, draft));
      (this as { write: typeof write }).write = write;
      write(to, draft);
    };
  }

  override complete(draft: DraftOf<S>, to: Writer): unknown {
    const known = { ...(draft as Record<string, unknown>) };
    for (const [key, codec] of Object.entries(this.shape))
      known[key] = codec instanceof Derived ? codec.from(draft, to) : codec.complete(known[key], to);
    return known;
  }

  override annotate(from: Reader, field: Field): Of<S> {
    field.fields ??= [];
    const fields = field.fields;
    const first = fields.length;
    const value: Record<string, unknown> = {};
    field.value = value;
    for (const [key, codec] of Object.entries(this.shape)) {
      const resolved =
        codec instanceof Dependent ? resolve(codec, value, fields.slice(first), from.at) : codec;
      if (resolved === nothing) value[key] = undefined;
      else value[key] = resolved.note(from, key, fields);
    }
    return value as Of<S>;
  }

  private readEach(from: Reader): Of<S> {
    const value: Record<string, unknown> = {};
    for (const [key, codec] of Object.entries(this.shape))
      value[key] = (codec instanceof Dependent ? codec.given(value[codec.on]) : codec).read(from);
    return value as Of<S>;
  }

  private writeEach(to: Writer, draft: DraftOf<S>): void {
    const known = { ...(draft as Record<string, unknown>) };
    for (const [key, codec] of Object.entries(this.shape)) {
      try {
        known[key] = codec instanceof Derived ? codec.from(draft, to) : codec.complete(known[key], to);
        (codec instanceof Dependent ? codec.given(known[codec.on]) : codec).write(to, known[key]);
      } catch (error) {
        unwritable(error, key);
      }
    }
  }
}

/** Fields in order: `struct({ type: u8, code: u8, checksum: u16 })`. */
export const struct = <const S extends Shape>(shape: S & Checked<S>): Struct<S> => new Struct<S>(shape);

function stitched<F>(shape: Shape, body: (shape: Shape) => string): F | undefined {
  const codecs = Object.values(shape);
  return stitch<F>([...codecs.map((_, i) => `c${i}`), "unwritable"], [...codecs, unwritable], body(shape));
}

/** What a field goes by must have been read before it. */
function inOrder(shape: Shape): void {
  const before = new Set<string>();
  for (const [key, codec] of Object.entries(shape)) {
    if (codec instanceof Dependent && !before.has(codec.on))
      throw new TypeError(`"${key}" goes by "${codec.on}", which does not stand before it`);
    before.add(key);
  }
}

/** The codec that a dependent field becomes, under the notes it was given itself. */
function resolve(
  codec: Dependent<string, any, any, any>,
  value: Record<string, unknown>,
  fields: Field[],
  at: number,
) {
  if (fields.find(field => field.key === codec.on)?.malformed)
    throw new Malformed(at, `can't be read, for ${codec.on} is malformed`);
  const resolved = codec.given(value[codec.on]);
  return resolved !== nothing && Object.keys(codec.notes).length > 0 ? resolved.with(codec.notes) : resolved;
}

function readerOf(shape: Shape): string {
  const keys = Object.keys(shape);
  const reads = Object.values(shape).map((codec, i) => {
    const by = codec instanceof Dependent ? `.given(v${keys.indexOf(codec.on)})` : "";
    return `const v${i} = c${i}${by}.read(from);`;
  });
  return `from => { ${reads.join(" ")} return { ${keys.map((key, i) => `${JSON.stringify(key)}: v${i}`).join(", ")} } }`;
}

function writerOf(shape: Shape): string {
  const keys = Object.keys(shape);
  const followed = new Set(
    Object.values(shape).flatMap(codec => (codec instanceof Dependent ? [codec.on] : [])),
  );
  const writes = Object.values(shape).map((codec, i) => {
    const asked = `draft[${JSON.stringify(keys[i])}]`;
    const value =
      codec instanceof Derived
        ? `c${i}.from(draft, to)`
        : followed.has(keys[i]!)
          ? `c${i}.complete(${asked}, to)`
          : asked;
    const by = codec instanceof Dependent ? `.given(v${keys.indexOf(codec.on)})` : "";
    return `at = ${i}; const v${i} = ${value}; c${i}${by}.write(to, v${i});`;
  });
  return `(to, draft) => { let at = 0; try { ${writes.join(" ")} } catch (error) { unwritable(error, ${JSON.stringify(keys)}[at]); } }`;
}
