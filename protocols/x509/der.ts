// ASN.1 in its Distinguished Encoding Rules (X.690 §10): elements with parts and without, one in another.
import { Codec, type Field, leaf, Malformed, many, type Reader, u8, type Writer } from "../wire/index.ts";
import { constructed, context, enclose, expect, noteHeader, Tag } from "./tag.ts";

/** An element of ASN.1. Its tag says what it is, which is how OPTIONAL, DEFAULT and CHOICE are read. */
export abstract class Element<V, D = V> extends Codec<V, D> {
  readonly width = undefined;
  /** Whether an element that begins with this identifier octet is one of these. */
  abstract begins(tag: number): boolean;
}

/** An element without parts: `content` reads its contents to their end. One leaf in the tree, tag and length included. */
export class Primitive<V> extends Element<V> {
  constructor(
    readonly tag: number,
    readonly content: Codec<V>,
  ) {
    super();
    (this as { notes: Codec<V>["notes"] }).notes = content.notes;
  }
  begins(tag: number): boolean {
    return tag === this.tag;
  }
  read(from: Reader): V {
    const outer = from.confine(expect(from, this.tag));
    const value = this.content.read(from);
    from.release(outer);
    return value;
  }
  write(to: Writer, value: V): void {
    enclose(to, this.tag, () => this.content.write(to, value));
  }
}

/** An element made of others. In the tree, tag and length are the field `key` in front of them. */
export class Constructed<V, D = V> extends Element<V, D> {
  override readonly composite = true;
  constructor(
    readonly tag: number,
    readonly inner: Codec<V, D>,
    readonly key = "header",
  ) {
    super();
    (this as { notes: Codec<V, D>["notes"] }).notes = inner.notes;
  }
  begins(tag: number): boolean {
    return tag === this.tag;
  }
  read(from: Reader): V {
    const outer = from.confine(expect(from, this.tag));
    const value = this.inner.read(from);
    from.release(outer);
    return value;
  }
  write(to: Writer, draft: D): void {
    enclose(to, this.tag, () => this.inner.write(to, draft));
  }
  override complete(draft: D, to: Writer): unknown {
    return this.inner.complete(draft, to);
  }
  override annotate(from: Reader, field: Field): V {
    const size = noteHeader(from, field, this.key, this.tag);
    const outer = from.confine(size);
    const value = this.inner.opens(from)
      ? this.inner.annotate(from, field)
      : this.inner.note(from, "value", field.fields!);
    from.release(outer);
    return value;
  }
}

export const sequence = <V, D = V>(inner: Codec<V, D>): Element<V, D> => new Constructed(Tag.sequence, inner);
export const sequenceOf = <V, D = V>(inner: Codec<V, D>): Element<V[], D[]> =>
  new Constructed(Tag.sequence, many(inner));
export const setOf = <V, D = V>(inner: Codec<V, D>): Element<V[], D[]> =>
  new Constructed(Tag.set, many(inner));

/** `[n] EXPLICIT`: an element around an element. */
export const explicit = <V, D = V>(n: number, inner: Codec<V, D>): Element<V, D> =>
  new Constructed(context | constructed | n, inner, "explicit");

/** `[n] IMPLICIT`: the same contents under another tag. */
export const implicit = <V, D = V>(n: number, inner: Element<V, D>): Element<V, D> => {
  if (inner instanceof Constructed) return new Constructed<V, D>(context | constructed | n, inner.inner);
  if (inner instanceof Primitive) return new Primitive(context | n, inner.content) as Element<V, D>;
  throw new TypeError("only an element of one tag can take another");
};

/** OCTET STRING whose contents are DER themselves. In the tree, bad contents spoil nothing else. */
export const octetStringOf = <V, D = V>(inner: Codec<V, D>): Element<V, D> =>
  new Constructed(Tag.octetString, contained(inner), "octetString");

/** `inner`, to the end of the part that the reader is confined to. In the tree, it spoils nothing outside. */
export const contained = <V, D = V>(inner: Codec<V, D>): Codec<V, D> => new Contained(inner);

class Contained<V, D> extends Codec<V, D> {
  readonly width = undefined;
  override readonly composite = true;
  constructor(readonly inner: Codec<V, D>) {
    super();
    (this as { notes: Codec<V, D>["notes"] }).notes = inner.notes;
  }
  read(from: Reader): V {
    return this.inner.read(from);
  }
  write(to: Writer, draft: D): void {
    this.inner.write(to, draft);
  }
  override complete(draft: D, to: Writer): unknown {
    return this.inner.complete(draft, to);
  }
  override annotate(from: Reader, field: Field): V {
    const size = from.end - from.at;
    if (this.inner.opens(from)) return this.inner.contain(from, field, size) as V;
    const part: Field = { key: "value", codec: this.inner, start: from.at, end: -1 };
    field.fields!.push(part);
    const value = this.inner.contain(from, part, size);
    part.end = from.at;
    return value as V;
  }
}

/** BIT STRING of whole octets whose contents are DER themselves, as the keys of RSA are. */
export const bitStringOf = <V, D = V>(inner: Codec<V, D>): Element<V, D> =>
  new Constructed(Tag.bitString, new WholeOctets(inner), "bitString");

class WholeOctets<V, D> extends Codec<V, D> {
  readonly width = undefined;
  override readonly composite = true;
  constructor(readonly inner: Codec<V, D>) {
    super();
  }
  read(from: Reader): V {
    unusedBits.read(from);
    return this.inner.read(from);
  }
  write(to: Writer, draft: D): void {
    unusedBits.write(to, 0);
    this.inner.write(to, draft);
  }
  override annotate(from: Reader, field: Field): V {
    unusedBits.note(from, "unusedBits", field.fields!);
    return this.inner.annotate(from, field);
  }
}

/** How many bits at the end of a BIT STRING do not count; none, where it holds whole octets. */
export const unusedBits: Codec<number> = leaf<number>(
  8,
  from => {
    const at = from.at;
    const unused = u8.read(from);
    if (unused !== 0) throw new Malformed(at, `${unused} unused bits where whole octets belong`);
    return unused;
  },
  (to, unused) => to.u8(unused),
);
