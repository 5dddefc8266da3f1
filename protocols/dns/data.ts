// The data of a record: a length, and then what the record's type calls for (RFC 1035 §4.1.3).
import {
  Codec,
  Dependent,
  type Field,
  type Notes,
  type Reader,
  rest,
  Unwritable,
  u16,
  type Writer,
  writePrefixed,
} from "../wire/index.ts";
import { dataOfType, Type } from "./types.ts";

/** Octets for types that are not described, and for a length of zero, as dynamic updates have it (RFC 2136 §2.4). */
class RecordData extends Codec<unknown> {
  readonly width = undefined;
  override readonly composite = true;
  override readonly notes: Notes;

  constructor(
    readonly inner: Codec<unknown>,
    /** The OPT record without options is no record without data. */
    readonly mayBeEmpty: boolean,
  ) {
    super();
    const { show } = inner.notes;
    this.notes = show ? { show: data => (isNone(data) ? "none" : show(data)) } : {};
  }

  read(from: Reader): unknown {
    const size = from.u16();
    if (size === 0 && !this.mayBeEmpty) return none;
    const outer = from.confine(size);
    const value = this.inner.read(from);
    from.release(outer);
    return value;
  }

  write(to: Writer, data: unknown): void {
    if (isNone(data)) return length.write(to, 0);
    writePrefixed(to, length, () => {
      const at = to.at;
      this.inner.write(to, data);
      if (to.at === at && !this.mayBeEmpty) throw new Unwritable("no data: for none, write no octets");
    });
  }

  /** Bad data spoil their own record only: where it ends is known. */
  override annotate(from: Reader, field: Field): unknown {
    const fields: Field[] = [];
    field.fields = fields;
    const size = length.note(from, "length", fields);
    if (size === 0 && !this.mayBeEmpty) return none;
    if (this.inner.composite) return this.inner.contain(from, field, size);
    const value: Field = { key: "value", codec: this.inner, start: from.at, end: -1 };
    fields.push(value);
    const read = this.inner.contain(from, value, size);
    value.end = from.at;
    return read;
  }
}

const length = u16.with({ unit: "octets" });
const none = new Uint8Array(0);
const isNone = (data: unknown) => data instanceof Uint8Array && data.length === 0;
const raw = new RecordData(rest, true);
const described = new Map(
  [...dataOfType].map(([type, inner]) => [type, new RecordData(inner, type === Type.OPT)]),
);

/** The data that the field `type` calls for. */
export const recordData: Dependent<"type", number, unknown> = new (class extends Dependent<
  "type",
  number,
  unknown
> {
  readonly on = "type";
  given(type: number): Codec<unknown> {
    return described.get(type) ?? raw;
  }
})();
