// Where a field of a description lies in every message alike: its offset, by the widths of all that stands before it.
import { type Codec, Struct } from "../wire/index.ts";

export interface Fixed {
  /** In octets from the beginning of the message. */
  readonly at: number;
  readonly codec: Codec<unknown, never>;
}

/** `undefined` where it depends on the message, or is no whole number of octets. */
export function placeOf(format: Codec<unknown, never>, path: readonly string[]): Fixed | undefined {
  let codec = format;
  let bits = 0;
  for (const key of path) {
    if (!(codec instanceof Struct)) return undefined;
    const shape: Readonly<Record<string, Codec<unknown, never>>> = codec.shape;
    if (!(key in shape)) return undefined;
    for (const [before, one] of Object.entries(shape)) {
      if (before === key) break;
      if (one.width === undefined) return undefined;
      bits += one.width;
    }
    codec = shape[key]!;
  }
  if (bits % 8 !== 0 || codec.width === undefined || codec.width % 8 !== 0) return undefined;
  return { at: bits / 8, codec };
}
