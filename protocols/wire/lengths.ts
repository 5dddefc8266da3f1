// Parts that take as many octets as a length says: one right before them, or one that stands elsewhere.
import { Codec } from "./codec.ts";
import type { Field } from "./field.ts";
import { Malformed, Unwritable } from "./malformed.ts";
import { u16 } from "./numbers.ts";
import type { Reader } from "./reader.ts";
import { Dependent, Derived } from "./siblings.ts";
import type { Writer } from "./writer.ts";

class Prefixed<V, D> extends Codec<V, D> {
  readonly width = undefined;
  override readonly composite = true;
  constructor(
    readonly length: Codec<number>,
    readonly inner: Codec<V, D>,
  ) {
    super();
    (this as { notes: Codec<V, D>["notes"] }).notes = inner.notes;
  }

  read(from: Reader): V {
    const outer = from.confine(this.length.read(from));
    const value = this.inner.read(from);
    from.release(outer);
    return value;
  }

  write(to: Writer, draft: D): void {
    writePrefixed(to, this.length, () => this.inner.write(to, draft));
  }

  override annotate(from: Reader, field: Field): V {
    field.fields ??= [];
    const outer = from.confine(this.length.note(from, "length", field.fields));
    const value = annotatePart(this.inner, from, field, field.fields);
    from.release(outer);
    return value;
  }
}

const DependentPrefixed = class<On extends string, S, V, D> extends Dependent<On, S, V, D> {
  readonly on: On;
  // Weak, for codecs of long lists are made anew each time.
  private readonly known = new WeakMap<Codec<V, D>, Codec<V, D>>();
  constructor(
    readonly length: Codec<number>,
    readonly inner: Dependent<On, S, V, D>,
  ) {
    super();
    this.on = inner.on;
  }
  given(sibling: S): Codec<V, D> {
    const picked = this.inner.given(sibling);
    let codec = this.known.get(picked);
    if (!codec) {
      codec = new Prefixed(this.length, picked);
      this.known.set(picked, codec);
    }
    return codec;
  }
};

/** A length in octets, and then `inner` in exactly that many. */
export function prefixed<On extends string, S, V, D>(
  length: Codec<number>,
  inner: Dependent<On, S, V, D>,
): Dependent<On, S, V, D>;
export function prefixed<V, D = V>(length: Codec<number>, inner: Codec<V, D>): Codec<V, D>;
export function prefixed(length: Codec<number>, inner: Codec<any, any>): Codec<any, any> {
  return inner instanceof Dependent ? new DependentPrefixed(length, inner) : new Prefixed(length, inner);
}

/**
 * `inner` in as many octets as the field `on` says: `octets(its value)`. The writer refuses any other size,
 * or, with `fill`, fills up the room that is left with octets that `inner` reads as padding.
 */
export function sized<const On extends string, Sibling, V, D = V>(
  on: On,
  octets: (sibling: Sibling) => number,
  inner: Codec<V, D>,
  fill?: number,
): Dependent<On, Sibling, V, D> {
  class Sized extends Codec<V, D> {
    readonly width = undefined;
    override readonly composite = inner.composite;
    override readonly notes = inner.notes;
    constructor(readonly size: number) {
      super();
    }
    override opens(from: Reader): boolean {
      return inner.opens(from);
    }
    read(from: Reader): V {
      this.possible(from);
      const outer = from.confine(this.size);
      const value = inner.read(from);
      from.release(outer);
      return value;
    }
    write(to: Writer, draft: D): void {
      const at = to.at;
      inner.write(to, draft);
      if (fill !== undefined) while (to.at - at < this.size) to.u8(fill);
      if (to.at - at !== this.size)
        throw new Unwritable(`${to.at - at} octets where "${on}" says ${this.size}`);
    }
    override annotate(from: Reader, field: Field): V {
      this.possible(from);
      const outer = from.confine(this.size);
      const value = inner.annotate(from, field);
      from.release(outer);
      return value;
    }
    private possible(from: Reader): void {
      if (this.size < 0) throw new Malformed(from.at, `"${on}" leaves ${this.size} octets`);
    }
  }
  const known = new Map<number, Sized>();
  return new (class extends Dependent<On, Sibling, V, D> {
    readonly on = on;
    given(sibling: Sibling): Codec<V, D> {
      const size = octets(sibling);
      let codec = known.get(size);
      if (!codec) {
        codec = new Sized(size);
        if (size >= 0 && size < 256) known.set(size, codec);
      }
      return codec;
    }
  })();
}

/** How many octets the field `key` takes once written, plus `more`; for a length that does not stand right before it. */
export const lengthOf = <D>(
  key: string,
  codec: Codec<any, D>,
  inner: Codec<number> = u16,
  more = 0,
): Derived<number> =>
  new Derived(inner, (whole, to) => {
    try {
      return codec.encode(whole[key] as D, to.state).length + more;
    } catch (error) {
      throw error instanceof Unwritable ? error.beside(key) : error;
    }
  });

/**
 * Writes how many octets `body` takes, plus `more`, and then the body. A length of constant width has its room
 * kept, so places in the body are final while it is written; any other is put in front afterwards.
 */
export function writePrefixed(to: Writer, length: Codec<number>, body: () => void, more = 0): void {
  const { width } = length;
  const at = width === undefined ? to.at : to.put(width / 8);
  const start = to.at;
  body();
  const end = to.at;
  const write = () => length.write(to, end - start + more);
  if (width === undefined) {
    to.insert(at, write);
    return;
  }
  to.at = at;
  write();
  to.at = end;
}

/** The fields of a part whose length stands in front of it: its own, or `value` for one that has none. */
function annotatePart<V, D>(inner: Codec<V, D>, from: Reader, field: Field, fields: Field[]): V {
  if (!inner.opens(from)) return inner.note(from, "value", fields);
  return inner.annotate(from, field);
}
