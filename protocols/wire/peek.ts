// One number of a structure that always stands at the same place, read without the rest of it.
import { Bits } from "./bits.ts";
import type { Codec } from "./codec.ts";
import { stitch } from "./stitch.ts";
import { Struct } from "./struct.ts";

/** Reads the number from the structure that begins at `at`. The octets must be there. */
export type Peek = (view: DataView, at: number) => number;

/**
 * Reads the field at `path`, keys joined by dots: "start.headerLength". It is an unsigned number of up to 32 bits, in
 * the network's octet order, and all before it has a constant width. @throws TypeError if the format has none there
 */
export function peek(format: Codec<any, any>, path: string): Peek {
  const { at, width, shift, mask } = placeOf(format, path);
  const read = {
    8: `view.getUint8(at + ${at})`,
    16: `view.getUint16(at + ${at})`,
    24: `((view.getUint16(at + ${at}) << 8) | view.getUint8(at + ${at + 2}))`,
    32: `view.getUint32(at + ${at})`,
  }[width];
  if (!read) throw new TypeError(`${path} has ${width} bits`);
  const part = mask === undefined ? read : `((${read} >>> ${shift}) & ${mask})`;
  return stitch<Peek>([], [], `(view, at) => ${part}`) ?? slowly(at, width, shift, mask);
}

/** Octets from the structure's first to the field's. */
export const offsetOf = (format: Codec<any, any>, path: string): number => placeOf(format, path).at;

interface Place {
  /** In octets. */
  readonly at: number;
  /** Of the number that is read, in bits. */
  readonly width: number;
  readonly shift: number;
  /** Of a part of that number. */
  readonly mask?: number;
}

function placeOf(format: Codec<any, any>, path: string): Place {
  let codec = format;
  let at = 0;
  const keys = path.split(".");
  for (const [depth, key] of keys.entries()) {
    if (codec instanceof Bits) {
      const part = codec.parts.find(one => one.key === key);
      if (!part || depth < keys.length - 1) throw new TypeError(`there is no ${path}`);
      return { at, width: codec.width, shift: part.shift, mask: part.mask };
    }
    const shape: Readonly<Record<string, Codec<any, any>>> = codec instanceof Struct ? codec.shape : {};
    const found = shape[key];
    if (!found) throw new TypeError(`there is no ${path}`);
    for (const [before, { width }] of Object.entries(shape)) {
      if (before === key) break;
      if (width === undefined) throw new TypeError(`${path} has no constant place: ${before} varies`);
      at += width / 8;
    }
    codec = found;
  }
  return { at, width: codec.width ?? 0, shift: 0 };
}

/** Where functions may not be made of text. */
function slowly(offset: number, width: number, shift: number, mask: number | undefined): Peek {
  return (view, at) => {
    let all = 0;
    for (let i = 0; i < width / 8; i++) all = all * 256 + view.getUint8(at + offset + i);
    return mask === undefined ? all : (all >>> shift) & mask;
  };
}
