// Codecs that need other fields of their structure: to know how to read themselves, or what to write.
import { Codec } from "./codec.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** Becomes another codec once the fields `on`, read before it in the same structure, are known. */
export abstract class Dependent<On extends string, Sibling, Value, Draft = Value> extends Codec<
  Value,
  Draft
> {
  readonly width = undefined;
  /** Only a type: what the fields `on` must be. */
  declare readonly sibling?: (given: Sibling) => On;
  abstract readonly on: On;
  abstract given(sibling: Sibling): Codec<Value, Draft>;

  read(_from: Reader): Value {
    throw new TypeError(`reads by the field "${this.on}": use it inside a struct`);
  }
  write(_to: Writer, _draft: Draft): void {
    throw new TypeError(`writes by the field "${this.on}": use it inside a struct`);
  }
}

/** A field that the writer works out from the whole draft, such as a count: drafts don't have it. */
export class Derived<Value> extends Codec<Value> {
  readonly width: number | undefined;
  constructor(
    readonly inner: Codec<Value>,
    readonly from: (whole: any, to: Writer) => Value,
  ) {
    super();
    this.width = inner.width;
    (this as { notes: Codec<Value>["notes"] }).notes = inner.notes;
  }
  read(from: Reader): Value {
    return this.inner.read(from);
  }
  write(to: Writer, value: Value): void {
    this.inner.write(to, value);
  }
}
