// Fields that are there, or are something else, depending on another field or on the conversation so far.
import { Codec, type Draft, leaf, type Value } from "./codec.ts";
import type { Field } from "./field.ts";
import { writePrefixed } from "./lengths.ts";
import { Malformed, Unwritable, unwritable } from "./malformed.ts";
import type { Reader } from "./reader.ts";
import { Dependent } from "./siblings.ts";
import type { DraftOf, Of, Struct } from "./struct.ts";
import type { Writer } from "./writer.ts";

/** No octets, no value; a value that would be lost can't be written. */
export const nothing: Codec<undefined> = leaf<undefined>(
  0,
  () => undefined,
  (_to, value) => {
    if (value !== undefined) throw new Unwritable("has a value, where nothing is written");
  },
);

/** Whichever codec `pick` chooses by the value of the field `on`. */
export function by<const On extends string, Sibling, Picked extends Codec<any, any>>(
  on: On,
  pick: (sibling: Sibling) => Picked,
): Dependent<On, Sibling, Value<Picked>, Draft<Picked>> {
  return new (class extends Dependent<On, Sibling, Value<Picked>, Draft<Picked>> {
    readonly on = on;
    given(sibling: Sibling) {
      return pick(sibling) as Codec<Value<Picked>, Draft<Picked>>;
    }
  })();
}

/** The codec that `table` has for the value of the field `on`; `otherwise` for values it does not know. */
export const cases = <
  const On extends string,
  const Table extends Readonly<Record<number, Codec<any, any>>>,
  Other extends Codec<any, any>,
>(
  on: On,
  table: Table,
  otherwise: Other,
): Dependent<On, number, Value<Table[keyof Table] | Other>, Draft<Table[keyof Table] | Other>> =>
  by<On, number, Codec<any, any>>(on, value => table[value] ?? otherwise);

/** `inner`, if the field `on` says that it is there. */
export const when = <const On extends string, Sibling, V, D = V>(
  on: On,
  there: (sibling: Sibling) => unknown,
  inner: Codec<V, D>,
): Dependent<On, Sibling, V | undefined, D | undefined> =>
  by<On, Sibling, Codec<V | undefined, D | undefined>>(on, sibling =>
    there(sibling) ? (inner as Codec<V | undefined, D | undefined>) : (nothing as Codec<undefined, any>),
  );

/** Whichever codec `pick` chooses by the state of the conversation. */
export function given<State, Picked extends Codec<any, any>>(
  pick: (state: State) => Picked,
): Codec<Value<Picked>, Draft<Picked>> {
  return new (class extends Codec<Value<Picked>, Draft<Picked>> {
    readonly width = undefined;
    override readonly composite = true;
    read(from: Reader) {
      return pick(from.state as State).read(from);
    }
    write(to: Writer, draft: Draft<Picked>) {
      pick(to.state as State).write(to, draft);
    }
    override complete(draft: Draft<Picked>, to: Writer) {
      return pick(to.state as State).complete(draft, to);
    }
    override opens(from: Reader) {
      return pick(from.state as State).opens(from);
    }
    override annotate(from: Reader, field: Field) {
      const picked = pick(from.state as State);
      (field as { codec: Codec<any, any> }).codec = Object.keys(this.notes).length
        ? picked.with(this.notes)
        : picked;
      return picked.annotate(from, field);
    }
  })();
}

/** `inner`, if there are octets left for it. */
export function optional<V, D = V>(inner: Codec<V, D>): Codec<V | undefined, D | undefined> {
  return new (class extends Codec<V | undefined, D | undefined> {
    readonly width = undefined;
    override readonly composite = inner.composite;
    read(from: Reader) {
      return from.at < from.end ? inner.read(from) : undefined;
    }
    write(to: Writer, draft: D | undefined) {
      if (draft !== undefined) inner.write(to, draft);
    }
    override complete(draft: D | undefined, to: Writer) {
      return draft === undefined ? undefined : inner.complete(draft, to);
    }
    override opens(from: Reader) {
      return inner.opens(from);
    }
    override annotate(from: Reader, field: Field) {
      return from.at < from.end ? inner.annotate(from, field) : undefined;
    }
    override note(from: Reader, key: string, into: Field[]) {
      if (from.at === from.end) return undefined;
      return (Object.keys(this.notes).length ? inner.with(this.notes) : inner).note(from, key, into);
    }
  })();
}

/** `inner`, written as `value` where the draft says nothing. */
export function preset<V, D = V>(inner: Codec<V, D>, value: NoInfer<D>): Codec<V, D | undefined> {
  const filled: Codec<V, D | undefined> = Object.create(inner, {
    write: {
      value: (to: Writer, draft: D | undefined) => inner.write(to, draft === undefined ? value : draft),
    },
    complete: {
      value: (draft: D | undefined, to: Writer) => inner.complete(draft === undefined ? value : draft, to),
    },
  });
  return filled;
}

type Cases = Readonly<Record<number, Struct<any>>>;
type Variant<Key extends string, C extends Cases> = {
  [K in keyof C]: { [T in Key]: K } & (C[K] extends Struct<infer S> ? Of<S> : never);
}[keyof C];
type VariantDraft<Key extends string, C extends Cases> = {
  [K in keyof C]: { [T in Key]: K } & (C[K] extends Struct<infer S> ? DraftOf<S> : never);
}[keyof C];

/**
 * A tag, and then the structure that the tag calls for; with `length`, the size of that structure in between.
 * The value is a union told apart by `key`: `{ type: 1, … } | { type: 2, … }`. An unknown tag is malformed
 * unless the union has a case for it.
 */
export class Variants<Key extends string, C extends Cases> extends Codec<
  Variant<Key, C>,
  VariantDraft<Key, C>
> {
  readonly width = undefined;
  override readonly composite = true;

  constructor(
    readonly key: Key,
    readonly tag: Codec<number>,
    readonly table: C,
    readonly length?: Codec<number>,
  ) {
    super();
  }

  read(from: Reader): Variant<Key, C> {
    const at = from.at;
    const tag = this.tag.read(from);
    const struct = this.of(tag, at);
    if (!this.length) return { [this.key]: tag, ...struct.read(from) } as Variant<Key, C>;
    const outer = from.confine(this.length.read(from));
    const value = { [this.key]: tag, ...struct.read(from) };
    from.release(outer);
    return value as Variant<Key, C>;
  }

  write(to: Writer, draft: VariantDraft<Key, C>): void {
    const tag = (draft as Record<string, number>)[this.key]!;
    const struct = this.table[tag];
    if (!struct)
      throw new Unwritable(`${tag} is none of ${Object.keys(this.table).join(", ")}`).within(this.key);
    try {
      this.tag.write(to, tag);
    } catch (error) {
      unwritable(error, this.key);
    }
    if (this.length) writePrefixed(to, this.length, () => struct.write(to, draft));
    else struct.write(to, draft);
  }

  override annotate(from: Reader, field: Field): Variant<Key, C> {
    field.fields ??= [];
    const at = from.at;
    const tag = this.tag.note(from, this.key, field.fields);
    const struct = this.of(tag, at);
    if (!this.length) return { [this.key]: tag, ...struct.annotate(from, field) } as Variant<Key, C>;
    const outer = from.confine(this.length.note(from, "length", field.fields));
    const value = { [this.key]: tag, ...struct.annotate(from, field) };
    from.release(outer);
    return value as Variant<Key, C>;
  }

  private of(tag: number, at: number): Struct<any> {
    const struct = this.table[tag];
    if (!struct)
      throw new Malformed(at, `${this.key} ${tag} is none of ${Object.keys(this.table).join(", ")}`);
    return struct;
  }
}

export const variants = <const Key extends string, const C extends Cases>(
  key: Key,
  tag: Codec<number>,
  table: C,
  length?: Codec<number>,
): Variants<Key, C> => new Variants(key, tag, table, length);
