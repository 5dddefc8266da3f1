// The fields of a message at their fixed places, without a tree: of most headers all but the last are such.
import type { Layer } from "../packet/index.ts";
import { type Codec, Dependent, type Field, Malformed, Reader, Struct } from "../wire/index.ts";

/** One field of a format. Offsets in octets from the beginning of the message. */
interface Step {
  readonly key: string;
  readonly codec: Codec<unknown, never>;
  readonly at: number;
  /** `undefined`: up to the message's end. */
  readonly end: number | undefined;
}

/**
 * A format's fields in order, those aside that are not `wanted`; `undefined` where a wanted one stands behind one whose
 * size depends on the message.
 */
export function planOf(
  format: Codec<unknown, never>,
  wanted: (key: string) => boolean,
): readonly Step[] | undefined {
  if (!(format instanceof Struct)) return undefined;
  const shape: Readonly<Record<string, Codec<unknown, never>>> = format.shape;
  const steps: Step[] = [];
  let bits: number | undefined = 0;
  const last = Object.keys(shape).at(-1);
  for (const [key, codec] of Object.entries(shape)) {
    const isWanted = wanted(key);
    if (bits === undefined && isWanted) return undefined;
    const at: number = (bits ?? 0) / 8;
    bits = bits === undefined || codec.width === undefined ? undefined : bits + codec.width;
    if (!isWanted) continue;
    if (bits === undefined && key !== last) return undefined;
    if (!Number.isInteger(at)) return undefined;
    steps.push({ key, codec, at, end: bits === undefined ? undefined : bits / 8 });
  }
  return steps;
}

/** The fields of a layer that could be read. */
export function* fieldsOf(steps: readonly Step[], layer: Layer): Generator<Field> {
  const value = layer.value as Readonly<Record<string, unknown>>;
  for (const { key, codec, at, end } of steps) {
    const own = value[key];
    // A field that is not there has no value, and stands in no tree.
    if (own === undefined) continue;
    const actual = codec instanceof Dependent ? codec.given(value[codec.on] as never) : codec;
    const last = end === undefined ? layer.headerEnd : layer.start + end;
    yield new Late(key, actual, layer.start + at, last, own, layer);
  }
}

/** A field whose parts are read when somebody asks for them. */
class Late implements Field {
  #fields: Field[] | undefined | null = null;

  constructor(
    readonly key: string,
    readonly codec: Field["codec"],
    readonly start: number,
    readonly end: number,
    readonly value: unknown,
    readonly layer: Layer,
  ) {}

  get fields(): Field[] | undefined {
    if (this.#fields === null) this.#fields = this.codec.composite ? this.#parts() : undefined;
    return this.#fields;
  }

  #parts(): Field[] | undefined {
    const { key, codec, start, end, layer } = this;
    const from = new Reader(layer.source.view, start, end, layer.start, layer.state);
    const field: Field = { key, codec, start, end };
    try {
      codec.annotate(from, field);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
    return field.fields;
  }
}
