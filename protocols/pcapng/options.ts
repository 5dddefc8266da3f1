// Options and records of pcapng: a code, a length and a value each, padded to 32 bits (draft-ietf-opsawg-pcapng §3.5).

import { close } from "../wire/field.ts";
import {
  Codec,
  type Draft,
  type Field,
  Malformed,
  type Options,
  type Reader,
  rest,
  Unwritable,
  u16,
  type Value,
  type Writer,
} from "../wire/index.ts";
import { unwritable } from "../wire/malformed.ts";

// biome-ignore lint/suspicious/noExplicitAny: a table holds codecs of every value
type Table = Readonly<Record<number, Codec<any, any>>>;

/** Ends a list; it has no value, and its length is not looked at. */
const endCode = 0;

/** The lists that pcapng has two of: what ends them differs. */
interface Ending {
  /** Whether the end stands even behind an empty list (records), or only where there are options. */
  readonly always: boolean;
  /** Whether what follows the end still belongs to the list, as padding. */
  readonly last: boolean;
}

/** A bad value spoils its own option only, in the tree; a bad length ends the list. */
class PaddedOptions<T extends Table> extends Codec<Value<Options<T>>, Draft<Options<T>>> {
  readonly width = undefined;
  override readonly composite = true;

  constructor(
    readonly table: T,
    readonly ending: Ending,
  ) {
    super();
  }

  read(from: Reader): Value<Options<T>> {
    const all: { code: number; value: unknown }[] = [];
    while (from.at < from.end) {
      const code = from.u16();
      const length = from.u16();
      if (code === endCode) {
        if (this.ending.last) from.take(from.left);
        break;
      }
      const outer = from.confine(length);
      all.push({ code, value: this.#of(code).read(from) });
      from.release(outer);
      from.take(paddingOf(length, from.left));
    }
    return all as Value<Options<T>>;
  }

  write(to: Writer, draft: Draft<Options<T>>): void {
    for (const [i, { code, value }] of (draft as { code: number; value: unknown }[]).entries()) {
      try {
        if (code === endCode) throw new Unwritable("0 is no option but the end of the list");
        to.u16(code);
        const at = to.at;
        this.#of(code).write(to, value);
        const length = to.at - at;
        if (length > 0xffff) throw new Unwritable(`${length} octets where 65535 fit`);
        to.insert(at, () => to.u16(length));
        to.put(paddingOf(length));
      } catch (error) {
        unwritable(error, i);
      }
    }
    if (draft.length > 0 || this.ending.always) to.u32(endCode);
  }

  override annotate(from: Reader, field: Field): Value<Options<T>> {
    field.fields ??= [];
    const all: { code: number; value: unknown }[] = [];
    field.value = all;
    let ended = false;
    while (from.at < from.end && !ended) {
      const option: Field = { key: "option", codec: rest, start: from.at, end: -1, fields: [] };
      field.fields.push(option);
      try {
        ended = this.#annotateOne(from, option, all);
        option.end = from.at;
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        close(option, error, from.end, rest);
        from.at = from.end;
      }
    }
    if (from.at < from.end && this.ending.last) padding.note(from, "padding", field.fields);
    return all as Value<Options<T>>;
  }

  /** Returns whether it was the end of the list. */
  #annotateOne(from: Reader, field: Field, all: { code: number; value: unknown }[]): boolean {
    const fields = field.fields!;
    const code = u16.with({ label: "Code" }).note(from, "code", fields);
    const inner = this.#of(code);
    Object.assign(field, { key: code === endCode ? "end" : String(code), codec: inner });
    const length = u16.with({ label: "Length" }).note(from, "length", fields);
    if (code === endCode) return true;
    const part: Field = inner.composite
      ? field
      : { key: "value", codec: inner, start: from.at, end: -1, value: undefined };
    if (part !== field) fields.push(part);
    const value = inner.contain(from, part, length);
    part.end = from.at;
    field.value = value;
    if (value !== undefined) all.push({ code, value });
    const pad = paddingOf(length, from.left);
    if (pad > 0) {
      const outer = from.confine(pad);
      padding.note(from, "padding", fields);
      from.release(outer);
    }
    return false;
  }

  #of(code: number): Table[number] {
    return this.table[code] ?? rest;
  }
}

const padding = rest.with({ label: "Padding" });

/** Octets up to the next 32 bits; fewer where the block ends before. */
const paddingOf = (length: number, left = 3): number => Math.min(-length & 3, left);

/** The options at the end of a block. Canonical: ended by code 0 if there are any, and nothing after it. */
export const options = <const T extends Table>(table: T): PaddedOptions<T> =>
  new PaddedOptions(table, { always: false, last: true });

/** Records before the options of a block. Canonical: ended by type 0, even if there are none. */
export const records = <const T extends Table>(table: T): PaddedOptions<T> =>
  new PaddedOptions(table, { always: true, last: false });
