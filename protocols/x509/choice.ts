// Elements that are there or not, and elements that are one of several: OPTIONAL, DEFAULT and CHOICE (X.680 §25, §29).
import {
  Codec,
  type Field,
  Malformed,
  type Reader,
  show,
  Unwritable,
  type Value,
  type Writer,
} from "../wire/index.ts";
import { Element } from "./der.ts";

/** OPTIONAL: there if the next element begins as `inner` does. */
export function maybe<V, D = V>(inner: Element<V, D>): Codec<V | undefined, D | undefined> {
  return new Absent<V, D, undefined>(inner, undefined);
}

/** DEFAULT: `value` where it is absent. Canonical: absent where it is `value` (X.690 §11.5); read leniently. */
export function defaulted<V>(inner: Element<V>, value: V): Codec<V, V | undefined> {
  return new Absent<V, V, V>(inner, value);
}

class Absent<V, D, Otherwise> extends Codec<V | Otherwise, D | undefined> {
  readonly width = undefined;
  override readonly composite: boolean;
  constructor(
    readonly inner: Element<V, D>,
    readonly otherwise: Otherwise,
  ) {
    super();
    this.composite = inner.composite;
    (this as { notes: Codec<V, D>["notes"] }).notes = inner.notes;
  }
  read(from: Reader): V | Otherwise {
    return this.present(from) ? this.inner.read(from) : this.otherwise;
  }
  write(to: Writer, draft: D | undefined): void {
    if (draft !== undefined && draft !== this.otherwise) this.inner.write(to, draft as D);
  }
  override complete(draft: D | undefined, to: Writer): unknown {
    return draft === undefined ? this.otherwise : this.inner.complete(draft, to);
  }
  override opens(from: Reader): boolean {
    return this.present(from) && this.inner.opens(from);
  }
  override annotate(from: Reader, field: Field): V | Otherwise {
    return this.present(from) ? this.inner.annotate(from, field) : this.otherwise;
  }
  override note(from: Reader, key: string, into: Field[]): V | Otherwise {
    return this.present(from) ? super.note(from, key, into) : this.otherwise;
  }
  present(from: Reader): boolean {
    return from.at < from.end && this.inner.begins(from.view.getUint8(from.at));
  }
}

type Alternatives = Readonly<Record<number, Element<unknown, never>>>;
/** What a CHOICE is: the tag says which alternative `value` is. */
export type Chosen<A extends Alternatives> = {
  [T in keyof A & number]: { readonly tag: T; readonly value: Value<A[T]> };
}[keyof A & number];

class Choice<A extends Alternatives> extends Element<Chosen<A>> {
  override readonly composite = true;
  override readonly notes = {
    show: ({ tag, value }: Chosen<A>) => {
      const codec = this.alternatives[tag]!;
      const shown = show({ codec, value });
      return codec.notes.label ? `${codec.notes.label}: ${shown}` : shown;
    },
  };
  constructor(readonly alternatives: A) {
    super();
  }
  begins(tag: number): boolean {
    return tag in this.alternatives;
  }
  read(from: Reader): Chosen<A> {
    const tag = this.tagOf(from);
    return { tag, value: this.alternatives[tag]!.read(from) } as unknown as Chosen<A>;
  }
  write(to: Writer, { tag, value }: Chosen<A>): void {
    const alternative = this.alternatives[tag];
    if (!alternative) throw new Unwritable(`no alternative has the tag 0x${(tag as number).toString(16)}`);
    alternative.write(to, value as never);
  }
  override opens(from: Reader): boolean {
    return this.alternatives[this.tagOf(from)]!.opens(from);
  }
  override annotate(from: Reader, field: Field): Chosen<A> {
    const tag = this.tagOf(from);
    return { tag, value: this.alternatives[tag]!.annotate(from, field) } as unknown as Chosen<A>;
  }
  tagOf(from: Reader): number {
    const at = from.at;
    const tag = from.u8();
    from.at = at;
    if (!this.begins(tag)) throw new Malformed(at, `the tag 0x${tag.toString(16)} is no alternative here`);
    return tag;
  }
}

/** CHOICE: whichever alternative the tag, an identifier octet, calls for. */
export const choice = <const A extends Alternatives>(alternatives: A): Element<Chosen<A>> =>
  new Choice(alternatives);
