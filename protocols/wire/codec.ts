// A codec says how one kind of value lies on the wire: it reads it, writes it and accounts for its octets.
import { close, type Field, locate, malformations } from "./field.ts";
import { Malformed } from "./malformed.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** Everything about a value that is not its octets: how it is called and shown. */
export interface Notes {
  /** How the field is called, where its key in words does not do: "Transaction ID". */
  readonly label?: string;
  /** Names of the values that have one. An unknown value is data, not an error. */
  readonly names?: Readonly<Record<string, number>>;
  /** Shown after the value: "s", "octets". */
  readonly unit?: string;
  /** Numbers in hexadecimal, padded to the width. */
  readonly hex?: boolean;
  readonly show?: (value: any) => string;
  /** Where it is defined: "RFC 2131 §2". */
  readonly reference?: string;
}

/** `Value` is what is read; `Draft` what is asked for when writing: the same, less what the writer works out. */
export abstract class Codec<Value, Draft = Value> {
  readonly notes: Notes = {};
  /** In bits, when it does not depend on the value. */
  abstract readonly width: number | undefined;
  /** Whether its field has fields of its own. */
  readonly composite: boolean = false;

  abstract read(from: Reader): Value;
  abstract write(to: Writer, draft: Draft): void;

  /** What a draft stands for: what it leaves out, and the writer fills in, filled in. Other fields go by this. */
  complete(draft: Draft, _to: Writer): unknown {
    return draft;
  }

  /** Whether its field, read here, has fields of its own: what the conversation decides may or may not. */
  opens(_from: Reader): boolean {
    return this.composite;
  }

  /** Reads as `read` does, keeping account in `field` of which octets became what. */
  annotate(from: Reader, _field: Field): Value {
    return this.read(from);
  }

  /** Annotates one more field of `into`; the field is there even if the reading fails. */
  note(from: Reader, key: string, into: Field[]): Value {
    const field: Field = { key, codec: this, start: from.at, end: -1 };
    into.push(field);
    const value = this.annotate(from, field);
    field.value = value;
    field.end = from.at;
    return value;
  }

  /**
   * The annotated tree. Its leaves partition the octets from the reader's place to its end. Octets that do
   * not follow the description end the part they are in, and are marked; they do not undo what was read.
   */
  dissect(from: Reader, key: string): Field {
    const root: Field[] = [];
    const end = from.end;
    try {
      this.note(from, key, root);
      from.refuseLeftover();
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      close(root[0]!, error, end, rest);
    }
    locate(root[0]!);
    return root[0]!;
  }

  /**
   * Annotates the next `size` octets and keeps bad ones to themselves: they are marked, and the reading goes
   * on after them, for where they end is known.
   */
  contain(from: Reader, field: Field, size: number): Value | undefined {
    const outer = from.confine(size);
    const end = from.end;
    try {
      const value = this.annotate(from, field);
      field.value = value;
      from.refuseLeftover();
      return value;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      close(field, error, end, rest);
      from.at = from.end = end;
      return undefined;
    } finally {
      from.end = outer;
    }
  }

  /** The same codec under other notes. */
  with(notes: Notes): this {
    return Object.create(this, { notes: { value: { ...this.notes, ...notes }, enumerable: true } });
  }

  /** Reads a whole message. @throws Malformed, with the path of the field; octets left over are an error. */
  decode(octets: Uint8Array, state?: unknown): Value {
    const from = Reader.over(octets, state);
    try {
      const value = this.read(from);
      from.refuseLeftover();
      return value;
    } catch (error) {
      // The plain reading keeps no account of where it is; the annotated one does.
      if (error instanceof Malformed) {
        const [first] = malformations(this.dissect(Reader.over(octets, state), ""));
        error.path = first?.path ?? "";
      }
      throw error;
    }
  }

  /** Writes a whole message. @throws Unwritable, with the path of the field. */
  encode(draft: Draft, state?: unknown): Uint8Array {
    const to = new Writer(state);
    this.write(to, draft);
    return to.written();
  }
}

/** What a codec reads. */
export type Value<C> = C extends Codec<infer V, any> ? V : never;
/** What it asks for when writing. */
export type Draft<C> = C extends Codec<any, infer D> ? D : never;

class Leaf<Value> extends Codec<Value> {
  constructor(
    readonly width: number | undefined,
    override readonly read: (from: Reader) => Value,
    override readonly write: (to: Writer, value: Value) => void,
  ) {
    super();
  }
}

/** A codec without parts. `width` in bits. */
export const leaf = <Value>(
  width: number | undefined,
  read: (from: Reader) => Value,
  write: (to: Writer, value: Value) => void,
): Codec<Value> => new Leaf(width, read, write);

/** A leaf under another type: `read` turns what is on the wire into the value, `write` back. */
export const mapped = <Wire, Value>(
  inner: Codec<Wire>,
  read: (wire: Wire) => Value,
  write: (value: Value) => Wire,
): Codec<Value> =>
  leaf(
    inner.width,
    from => read(inner.read(from)),
    (to, value) => inner.write(to, write(value)),
  ).with(inner.notes);

/** Every octet up to the end. */
export const rest = leaf<Uint8Array>(
  undefined,
  from => from.octets(from.end - from.at),
  (to, value) => to.octets(value),
);
