// Many of one kind: until the octets end, exactly so many, or as many as a count says.
import { Codec } from "./codec.ts";
import type { Field } from "./field.ts";
import { Malformed, Unwritable, unwritable } from "./malformed.ts";
import { u16 } from "./numbers.ts";
import type { Reader } from "./reader.ts";
import { Dependent, Derived } from "./siblings.ts";
import type { Writer } from "./writer.ts";

abstract class List<V, D> extends Codec<V[], D[]> {
  readonly width: number | undefined = undefined;
  override readonly composite = true;
  constructor(readonly inner: Codec<V, D>) {
    super();
  }

  write(to: Writer, draft: D[]): void {
    for (let i = 0; i < draft.length; i++) {
      try {
        this.inner.write(to, draft[i]!);
      } catch (error) {
        unwritable(error, i);
      }
    }
  }

  /** Items of no octets would never end. */
  protected moved(from: Reader, at: number): void {
    if (from.at === at) throw new Malformed(at, "an item of no octets");
  }
}

class Many<V, D> extends List<V, D> {
  read(from: Reader): V[] {
    const all: V[] = [];
    while (from.at < from.end) {
      const at = from.at;
      all.push(this.inner.read(from));
      this.moved(from, at);
    }
    return all;
  }

  override annotate(from: Reader, field: Field): V[] {
    field.fields ??= [];
    const all: V[] = [];
    field.value = all;
    while (from.at < from.end) {
      const at = from.at;
      all.push(this.inner.note(from, String(all.length), field.fields));
      this.moved(from, at);
    }
    return all;
  }
}

/** `inner`, again and again until the octets end. */
export const many = <V, D = V>(inner: Codec<V, D>): Codec<V[], D[]> => new Many(inner);

class Times<V, D> extends List<V, D> {
  override readonly width: number | undefined;
  constructor(
    inner: Codec<V, D>,
    readonly count: number,
  ) {
    super(inner);
    this.width = inner.width === undefined ? undefined : inner.width * count;
  }

  read(from: Reader): V[] {
    const all: V[] = [];
    for (let i = 0; i < this.count; i++) {
      const at = from.at;
      all.push(this.inner.read(from));
      this.moved(from, at);
    }
    return all;
  }

  override write(to: Writer, draft: D[]): void {
    if (draft.length !== this.count) throw new Unwritable(`${draft.length} items where ${this.count} belong`);
    super.write(to, draft);
  }

  override annotate(from: Reader, field: Field): V[] {
    field.fields ??= [];
    const all: V[] = [];
    field.value = all;
    for (let i = 0; i < this.count; i++) {
      const at = from.at;
      all.push(this.inner.note(from, String(i), field.fields));
      this.moved(from, at);
    }
    return all;
  }
}

/** Exactly `count` of `inner`. */
export const times = <V, D = V>(count: number, inner: Codec<V, D>): Codec<V[], D[]> =>
  new Times(inner, count);

/** As many of `inner` as the field `on` says. */
export function counted<const On extends string, V, D = V>(
  on: On,
  inner: Codec<V, D>,
): Dependent<On, number, V[], D[]> {
  const known = new Map<number, Codec<V[], D[]>>();
  return new (class extends Dependent<On, number, V[], D[]> {
    readonly on = on;
    given(count: number): Codec<V[], D[]> {
      let list = known.get(count);
      if (!list) {
        list = new Times(inner, count);
        if (count < 256) known.set(count, list);
      }
      return list;
    }
  })();
}

/** How many items the list `key` has. */
export const countOf = (key: string, inner: Codec<number> = u16): Derived<number> =>
  new Derived(inner, whole => whole[key].length);
