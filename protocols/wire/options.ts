// Options: a code, a length and a value each, with padding and an end of the list (DHCP, TCP, IPv4).
import { Codec, type Draft, rest, type Value } from "./codec.ts";
import type { Field } from "./field.ts";
import { writePrefixed } from "./lengths.ts";
import { Malformed, Unwritable, unwritable } from "./malformed.ts";
import { u8 } from "./numbers.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

type Table = Readonly<Record<number, Codec<any, any>>>;
type Option<T extends Table> =
  | { [K in keyof T & number]: { readonly code: K; readonly value: Value<T[K]> } }[keyof T & number]
  | UnknownOption;
type OptionDraft<T extends Table> =
  | { [K in keyof T & number]: { readonly code: K; readonly value: Draft<T[K]> } }[keyof T & number]
  | UnknownOption;
/** An option that the table does not know: its octets as they are. */
export interface UnknownOption {
  readonly code: number & { readonly unknown?: never };
  readonly value: Uint8Array;
}

export interface OptionsLayout {
  /** Codes of one octet, with neither length nor value: padding, passed over. */
  readonly pad?: number;
  /** The code that ends the list; what follows it is padding. */
  readonly end?: number;
  /** Whether the length counts the octets of code and length too (TCP, IPv4). */
  readonly whole?: boolean;
  /** Whether the writer ends the list with `end` (DHCP) or leaves that to alignment (TCP). */
  readonly ended?: boolean;
  /** The list is padded to a multiple of so many octets (TCP, IPv4: 4). */
  readonly align?: number;
}

/** Options: a code, a length and a value each (DHCP, TCP, IPv4). A bad value spoils its own option only, in the tree. */
export class Options<T extends Table> extends Codec<Option<T>[], OptionDraft<T>[]> {
  readonly width = undefined;
  override readonly composite = true;
  constructor(
    readonly table: T,
    readonly layout: OptionsLayout,
    readonly code: Codec<number>,
    readonly length: Codec<number>,
  ) {
    super();
  }

  read(from: Reader): Option<T>[] {
    const { pad, end } = this.layout;
    const all: Option<T>[] = [];
    while (from.at < from.end) {
      const code = this.code.read(from);
      if (code === pad) continue;
      if (code === end) {
        from.take(from.end - from.at);
        break;
      }
      const outer = from.confine(this.size(this.length.read(from), from.at));
      all.push({ code, value: this.of(code).read(from) } as Option<T>);
      from.release(outer);
    }
    return all;
  }

  write(to: Writer, draft: OptionDraft<T>[]): void {
    const start = to.at;
    for (let i = 0; i < draft.length; i++) {
      const { code, value } = draft[i]!;
      try {
        if (code === this.layout.pad || code === this.layout.end)
          throw new Unwritable(`${code} is no option but padding or the end`);
        this.code.write(to, code);
        writePrefixed(to, this.length, () => this.of(code).write(to, value), this.layout.whole ? 2 : 0);
      } catch (error) {
        unwritable(error, i);
      }
    }
    const { end, ended, align } = this.layout;
    if (ended && end !== undefined) this.code.write(to, end);
    if (align) while ((to.at - start) % align) this.code.write(to, end ?? 0);
  }

  override annotate(from: Reader, field: Field): Option<T>[] {
    field.fields ??= [];
    const { pad, end } = this.layout;
    const all: Option<T>[] = [];
    field.value = all;
    while (from.at < from.end) {
      const start = from.at;
      const code = this.code.read(from);
      from.at = start;
      if (code === pad || code === end) {
        this.code
          .with({ label: code === end ? "End" : "Padding" })
          .note(from, code === end ? "end" : "padding", field.fields);
        if (code === end && from.at < from.end)
          rest.with({ label: "Padding" }).note(from, "padding", field.fields);
        continue;
      }
      const inner = this.of(code);
      const one: Field = { key: String(code), codec: inner, start, end: -1, fields: [] };
      field.fields.push(one);
      this.code.with({ label: "Code" }).note(from, "code", one.fields!);
      const size = this.size(this.length.note(from, "length", one.fields!), from.at);
      const part = inner.opens(from) ? one : valueIn(one, inner, from.at);
      const value = inner.contain(from, part, size);
      part.end = from.at;
      one.value = value;
      one.end = from.at;
      if (!part.malformed) all.push({ code, value } as Option<T>);
    }
    return all;
  }

  private of(code: number): Codec<any, any> {
    return this.table[code] ?? rest;
  }

  private size(length: number, at: number): number {
    const size = this.layout.whole ? length - 2 : length;
    if (size < 0) throw new Malformed(at - 1, `a length of ${length} does not even cover code and length`);
    return size;
  }
}

/** A leaf gets a field of its own beside code and length. */
function valueIn(option: Field, inner: Codec<any, any>, start: number): Field {
  const value: Field = { key: "value", codec: inner, start, end: -1 };
  option.fields!.push(value);
  return value;
}

export const options = <const T extends Table>(
  table: T,
  layout: OptionsLayout = { pad: 0, end: 255, ended: true },
  code: Codec<number> = u8,
  length: Codec<number> = u8,
): Options<T> => new Options(table, layout, code, length);

/** The value of the first option `code`, with its type; `undefined` if there is none. */
export function optionOf<
  const O extends { readonly code: number; readonly value: unknown },
  const C extends number,
>(options: readonly O[], code: C): Extract<O, { readonly code: C }>["value"] | undefined {
  return options.find(option => option.code === code)?.value as never;
}
