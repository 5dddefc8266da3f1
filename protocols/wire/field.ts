// The annotated tree: which octets became which value.
import type { Codec } from "./codec.ts";
import type { Malformed } from "./malformed.ts";

/** One node: these octets, under this name, read as this value. Offsets are those of the source. */
export interface Field {
  readonly key: string;
  readonly codec: Codec<any, any>;
  readonly start: number;
  end: number;
  /** For a field narrower than its octets: first bit counted from the most significant of `start`, and width. */
  readonly bits?: { readonly first: number; readonly width: number };
  value?: unknown;
  fields?: Field[];
  /** Why the reading stopped here; what had been read until then is kept. */
  malformed?: Malformed;
}

/**
 * Ends the field that is still open, and those in it, at `end`, and marks the innermost with why.
 * Octets of it that no field has read become one more field, of `codec`.
 */
export function close(field: Field, why: Malformed, end: number, codec: Field["codec"]): void {
  field.end = end;
  const last = field.fields?.at(-1);
  if (last && last.end < 0) {
    close(last, why, end, codec);
    return;
  }
  field.malformed = why;
  const read = last ? last.end : field.start;
  if (field.fields && read < end) field.fields.push({ key: "undecoded", codec, start: read, end });
}

/** Tells each malformation the path of its field. */
export function locate(field: Field, path = ""): void {
  if (field.malformed && field.malformed.path === undefined) field.malformed.path = path;
  for (const inner of field.fields ?? []) locate(inner, path === "" ? inner.key : `${path}.${inner.key}`);
}

/** What is malformed in the tree, first octet first. */
export function malformations(field: Field, into: Malformed[] = []): Malformed[] {
  // What ended a field comes after what its fields kept to themselves.
  for (const inner of field.fields ?? []) malformations(inner, into);
  if (field.malformed && !into.includes(field.malformed)) into.push(field.malformed);
  return into;
}

/** The fields without fields, in the order of their octets. */
export function* leaves(field: Field): Generator<Field> {
  if (!field.fields) yield field;
  else for (const inner of field.fields) yield* leaves(inner);
}

/** `rootDelay` reads as "Root delay". */
export const wordsOf = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/ ([A-Z])(?![A-Z])/g, (_, initial: string) => ` ${initial.toLowerCase()}`)
    .replace(/^./, initial => initial.toUpperCase());

export const labelOf = (field: Pick<Field, "key" | "codec">): string =>
  field.codec.notes.label ?? wordsOf(field.key);

const namesByValue = new WeakMap<object, Map<number, string>>();

/** The name of a value, if it has one. */
export function nameOf(
  names: Readonly<Record<string, number>> | undefined,
  value: unknown,
): string | undefined {
  if (!names || typeof value !== "number") return undefined;
  let known = namesByValue.get(names);
  if (!known) {
    known = new Map(Object.entries(names).map(([name, number]) => [number, name]));
    namesByValue.set(names, known);
  }
  return known.get(value);
}

const hexOf = (octetsShown: Uint8Array): string => {
  const most = 32;
  const shown = octetsShown.subarray(0, most).toHex();
  return octetsShown.length > most ? `${shown}… (${octetsShown.length} octets)` : shown;
};

/** A field's value in words; empty where its fields say it all. */
export function show(field: Pick<Field, "codec" | "value" | "bits">): string {
  const { value } = field;
  const { notes, width } = field.codec;
  if (value === undefined) return "";
  if (notes.show) return notes.show(value);
  const name = nameOf(notes.names, value);
  const unit = notes.unit ? ` ${notes.unit}` : "";
  if (typeof value === "number" || typeof value === "bigint") {
    const bits = field.bits?.width ?? width;
    const digits =
      notes.hex && bits ? `0x${value.toString(16).padStart(Math.ceil(bits / 4), "0")}` : String(value);
    return name === undefined ? digits + unit : `${name} (${digits})`;
  }
  if (typeof value === "string") return JSON.stringify(value) + unit;
  if (value instanceof Uint8Array) return hexOf(value);
  return "";
}
