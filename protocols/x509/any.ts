// Any element of ASN.1, opened without knowing what it is for.
import {
  type Codec,
  type Field,
  Malformed,
  many,
  type Reader,
  Unwritable,
  type Writer,
} from "../wire/index.ts";
import { Element } from "./der.ts";
import { constructed, enclose, noteHeader, readHeader, tagName } from "./tag.ts";

/** Any element, as far as its tags tell: its octets, or the elements it is made of. */
export type Any =
  | { readonly tag: number; readonly octets: Uint8Array }
  | { readonly tag: number; readonly elements: readonly Any[] };

/** What nobody describes may nest this deep; certificates that are in use need five. Deeper is an attack. */
const deepest = 16;

class AnyElement extends Element<Any> {
  override readonly composite = true;
  override readonly notes = {
    show: (value: Any) =>
      "octets" in value ? `${tagName(value.tag)} ${value.octets.toHex()}`.trimEnd() : tagName(value.tag),
  };
  readonly inner: Codec<Any[]> | undefined;
  constructor(readonly depth: number) {
    super();
    this.inner = depth > 0 ? many<Any>(new AnyElement(depth - 1)) : undefined;
  }
  begins(): boolean {
    return true;
  }
  read(from: Reader): Any {
    const at = from.at;
    const { tag, length } = readHeader(from);
    if (!(tag & constructed)) return { tag, octets: from.octets(length) };
    const outer = from.confine(length);
    const elements = this.nested(at).read(from);
    from.release(outer);
    return { tag, elements };
  }
  write(to: Writer, value: Any): void {
    if ("octets" in value === ((value.tag & constructed) !== 0))
      throw new Unwritable(`the tag 0x${value.tag.toString(16)} says otherwise`);
    if ("octets" in value) enclose(to, value.tag, () => to.octets(value.octets));
    else if (!this.inner) throw new Unwritable(`nested more than ${deepest} deep`);
    else enclose(to, value.tag, () => this.inner!.write(to, [...value.elements]));
  }
  override opens(from: Reader): boolean {
    return from.at < from.end && (from.view.getUint8(from.at) & constructed) !== 0;
  }
  override annotate(from: Reader, field: Field): Any {
    if (!this.opens(from)) return this.read(from);
    const at = from.at;
    const tag = from.view.getUint8(at);
    const outer = from.confine(noteHeader(from, field, "header"));
    const elements = this.nested(at).annotate(from, field);
    from.release(outer);
    return { tag, elements };
  }
  nested(at: number): Codec<Any[]> {
    if (!this.inner) throw new Malformed(at, `nested more than ${deepest} deep`);
    return this.inner;
  }
}

/** Any element at all, opened down to `deepest`. */
export const element: Element<Any> = new AnyElement(deepest);
