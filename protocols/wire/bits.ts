// Fields narrower than an octet, packed into one unsigned number of 8, 16, 24 or 32 bits, most significant first.
import { Codec, type Notes } from "./codec.ts";
import type { Field } from "./field.ts";
import { Unwritable } from "./malformed.ts";
import { u8, u16, u24, u32 } from "./numbers.ts";
import type { Reader } from "./reader.ts";
import { stitch, stitches } from "./stitch.ts";
import type { Writer } from "./writer.ts";

type Part = number | ({ readonly width: number } & Notes);
type Parts = Readonly<Record<string, Part>>;
type Flags<P extends Parts> = { -readonly [K in keyof P]: number };

const wholes: Readonly<Record<number, Codec<number>>> = { 8: u8, 16: u16, 24: u24, 32: u32 };

class PartCodec extends Codec<number> {
  constructor(
    readonly width: number,
    override readonly notes: Notes,
  ) {
    super();
  }
  read(): number {
    throw new TypeError("a part of bits is read with the whole");
  }
  write(): void {
    this.read();
  }
}

export class Bits<const P extends Parts> extends Codec<Flags<P>, Partial<Flags<P>>> {
  readonly width: number;
  override readonly composite = true;
  override readonly read: (from: Reader) => Flags<P>;
  readonly parts: readonly {
    key: string;
    codec: Codec<number>;
    width: number;
    shift: number;
    mask: number;
  }[];
  private readonly whole: Codec<number>;

  constructor(shape: P) {
    super();
    const widths = Object.values(shape).map(part => (typeof part === "number" ? part : part.width));
    this.width = widths.reduce((sum, width) => sum + width, 0);
    const whole = wholes[this.width];
    if (!whole) throw new TypeError(`bits make ${this.width}, not 8, 16, 24 or 32`);
    this.whole = whole;
    let shift = this.width;
    this.parts = Object.entries(shape).map(([key, part], i) => {
      const width = widths[i]!;
      shift -= width;
      const notes = typeof part === "number" ? {} : part;
      return { key, codec: new PartCodec(width, notes), width, shift, mask: 2 ** width - 1 };
    });
    const may = stitches();
    this.read = from => {
      const read: Bits<P>["read"] = (may && this.stitched()) || (from => this.open(whole.read(from)));
      (this as { read: typeof read }).read = read;
      return read(from);
    };
  }

  /** When first used, as a structure's. */
  private stitched(): ((from: Reader) => Flags<P>) | undefined {
    const parts = this.parts.map(
      part => `${JSON.stringify(part.key)}: ((all >>> ${part.shift}) & ${part.mask}) >>> 0`,
    );
    return stitch(
      ["whole"],
      [this.whole],
      `from => { const all = whole.read(from); return { ${parts.join(", ")} } }`,
    );
  }

  write(to: Writer, draft: Partial<Flags<P>>): void {
    let all = 0;
    for (const { key, shift, mask } of this.parts) {
      const value = draft[key] ?? 0;
      if (!(Number.isInteger(value) && value >= 0 && value <= mask))
        throw new Unwritable(`${value} is not a whole number from 0 to ${mask}`).within(key);
      all |= value << shift;
    }
    this.whole.write(to, all >>> 0);
  }

  override complete(draft: Partial<Flags<P>>): Flags<P> {
    return Object.fromEntries(this.parts.map(({ key }) => [key, draft[key] ?? 0])) as Flags<P>;
  }

  override annotate(from: Reader, field: Field): Flags<P> {
    field.fields ??= [];
    const start = from.at;
    const value = this.open(this.whole.read(from));
    for (const { key, codec, width, shift } of this.parts)
      field.fields.push({
        key,
        codec,
        start,
        end: from.at,
        bits: { first: this.width - shift - width, width },
        value: value[key],
      });
    return value;
  }

  private open(all: number): Flags<P> {
    return Object.fromEntries(
      this.parts.map(part => [part.key, ((all >>> part.shift) & part.mask) >>> 0]),
    ) as Flags<P>;
  }
}

/** `bits({ leap: 2, version: 3, mode: { width: 3, names: Mode } })`. Parts a draft leaves out are written as 0. */
export const bits = <const P extends Parts>(shape: P): Bits<P> => new Bits(shape);
