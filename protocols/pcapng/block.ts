// The frame around every block of a pcapng file: type, total length, body, total length (draft-ietf-opsawg-pcapng §3.1).
import {
  Codec,
  type Draft,
  type Field,
  Malformed,
  type Reader,
  rest,
  type Struct,
  struct,
  Truncated,
  Unwritable,
  u32,
  type Value,
  type Variants,
  type Writer,
} from "../wire/index.ts";

/** The type of the block that begins a section: the same in either octet order. */
export const sectionType = 0x0a0d0d0a;

/** How it lies in the file tells the order of the section's numbers. */
const byteOrderMagic = 0x1a2b3c4d;

/**
 * The most octets of a block that is read or written. No packet comes near it (tshark 4 refuses those of more than
 * 256 KiB); secrets are the largest blocks, and as many octets hold those of some 80 000 TLS 1.3 connections.
 */
export const mostBlockOctets = 64 * 1024 * 1024;

/** Octets of type and both lengths: what a block has at least. */
export const leastBlockOctets = 12;

/** Octets that a block takes in the file, for some writers don't count the padding in its length. */
export const spanOf = (length: number): number => length + (-length & 3);

/** Whether the numbers of the section that begins at `at` are little-endian. @throws Malformed, Truncated */
export function isLittle(view: DataView, at: number, end: number): boolean {
  const magicAt = at + 8;
  if (magicAt + 4 > end) throw new Truncated(magicAt, 4, Math.max(end - magicAt, 0));
  if (view.getUint32(magicAt) === byteOrderMagic) return false;
  if (view.getUint32(magicAt, true) === byteOrderMagic) return true;
  const found = view.getUint32(magicAt).toString(16).padStart(8, "0");
  throw new Malformed(magicAt, `the byte-order magic is ${found}, neither 1a2b3c4d nor 4d3c2b1a`);
}

/** A block whose type the table does not know: its body as it is. */
export interface UnknownBlock {
  readonly type: number & { readonly unknown?: never };
  readonly octets: Uint8Array;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds structures of every shape
type Table = Readonly<Record<number, Struct<any>>>;
type BlockOf<T extends Table> = Value<Variants<"type", T>> | UnknownBlock;
type BlockDraft<T extends Table> = Draft<Variants<"type", T>> | UnknownBlock;

const unknown = struct({ octets: rest });

/**
 * Any block. A section's first block sets the octet order of the reader and the writer, for itself and for what
 * follows. Canonical: the length is a multiple of 4 and the same both times.
 */
class Block<T extends Table> extends Codec<BlockOf<T>, BlockDraft<T>> {
  readonly width = undefined;
  override readonly composite = true;

  constructor(
    readonly table: T,
    readonly type: Codec<number>,
  ) {
    super();
  }

  read(from: Reader): BlockOf<T> {
    const { at: start, origin } = from;
    from.origin = start;
    const type = this.type.read(from);
    if (type === sectionType) from.little = isLittle(from.view, start, from.end);
    const length = from.u32();
    const outer = from.confine(bodyOf(length, from.at - 4));
    const body = this.#of(type).read(from);
    from.release(outer);
    lengthAgain(length).read(from);
    from.origin = origin;
    return { type, ...body } as BlockOf<T>;
  }

  write(to: Writer, draft: BlockDraft<T>): void {
    const { at: start, origin } = to;
    const type = draft.type as number;
    if (type === sectionType) to.little = (draft as { order?: string }).order !== "big-endian";
    this.type.write(to, type);
    to.origin = to.at;
    this.#of(type).write(to, draft as Record<string, unknown>);
    // What nobody knows to pad can't be told from its padding.
    if ((to.at - start) % 4 !== 0) throw new Unwritable("a body that is not a multiple of 4 octets");
    const length = to.at - start + 8;
    to.insert(start + 4, () => to.u32(length));
    to.u32(length);
    to.origin = origin;
  }

  override annotate(from: Reader, field: Field): BlockOf<T> {
    field.fields ??= [];
    const { at: start, origin } = from;
    from.origin = start;
    const type = this.type.note(from, "type", field.fields);
    if (type === sectionType) from.little = isLittle(from.view, start, from.end);
    const at = from.at;
    const length = totalLength.note(from, "length", field.fields);
    const outer = from.confine(bodyOf(length, at));
    const body = this.#of(type).annotate(from, field);
    from.release(outer);
    lengthAgain(length).note(from, "lengthAgain", field.fields);
    from.origin = origin;
    return { type, ...body } as BlockOf<T>;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the table's structures are of every shape
  #of(type: number): Struct<any> {
    return this.table[type] ?? unknown;
  }
}

export const blocks = <const T extends Table>(table: T, type: Codec<number>): Block<T> =>
  new Block(table, type);

const totalLength = u32.with({ label: "Total length" });

/** Octets between the two lengths. */
function bodyOf(length: number, at: number): number {
  if (length < leastBlockOctets)
    throw new Malformed(at, `a block of ${length} octets, less than the ${leastBlockOctets} of any block`);
  return spanOf(length) - leastBlockOctets;
}

/** The length at a block's end, for those who read backwards. */
const lengthAgain = (length: number): Codec<number> =>
  Object.create(totalLength, {
    read: {
      value(from: Reader): number {
        const at = from.at;
        const again = from.u32();
        if (again !== length)
          throw new Malformed(at, `a length of ${again} at the block's end, ${length} at its beginning`);
        return again;
      },
    },
  });
