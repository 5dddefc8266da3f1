// How MQTT lays values out: variable byte integers, UTF-8 strings, binary data. MQTT 5 §1.5, MQTT 3.1.1 §1.5 and §2.2.3.
import {
  Codec,
  type Field,
  leaf,
  Malformed,
  type Reader,
  rest,
  struct,
  Unwritable,
  u16,
  utf8,
  type Writer,
} from "../wire/index.ts";

/** The largest number that four octets of seven bits hold: 256 MiB less one octet. */
export const largestVariable = 0x0fff_ffff;

/**
 * Seven bits an octet, the least significant first, the high bit set on all but the last; four octets at the most.
 * More octets than needed are malformed [MQTT-1.5.5-1]. MQTT 3.1.1 does not say so, but no sender does it, and
 * so every number has one form only.
 */
export const variableByteInteger = leaf<number>(
  undefined,
  from => {
    const at = from.at;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const octet = from.u8();
      value |= (octet & 0x7f) << shift;
      if (octet >= 0x80) continue;
      if (octet === 0 && shift > 0) throw new Malformed(at, `${value} takes fewer octets than these`);
      return value;
    }
    throw new Malformed(at, "a variable byte integer has four octets at the most");
  },
  (to, value) => {
    if (!(Number.isInteger(value) && value >= 0 && value <= largestVariable))
      throw new Unwritable(`${value} is not a whole number from 0 to ${largestVariable}`);
    let left = value;
    do {
      const low = left & 0x7f;
      left >>>= 7;
      to.u8(left > 0 ? low | 0x80 : low);
    } while (left > 0);
  },
);

/** A length, and then `inner` in exactly that many octets. In the tree, bad octets spoil this part only. */
class Delimited<V, D> extends Codec<V, D> {
  readonly width = undefined;
  override readonly composite = true;

  constructor(
    readonly length: Codec<number>,
    readonly inner: Codec<V, D>,
  ) {
    super();
  }

  read(from: Reader): V {
    const outer = from.confine(this.length.read(from));
    const value = this.inner.read(from);
    from.release(outer);
    return value;
  }

  write(to: Writer, draft: D): void {
    const at = to.at;
    this.inner.write(to, draft);
    const size = to.at - at;
    to.insert(at, () => this.length.write(to, size));
  }

  override annotate(from: Reader, field: Field): V {
    field.fields = [];
    const size = this.length.with({ label: "Length", unit: "octets" }).note(from, "length", field.fields);
    if (this.inner.composite) return this.inner.contain(from, field, size) as V;
    const value: Field = { key: "value", codec: this.inner, start: from.at, end: -1 };
    field.fields.push(value);
    const read = this.inner.contain(from, value, size);
    value.end = from.at;
    return read as V;
  }
}

export const delimited = <V, D = V>(length: Codec<number>, inner: Codec<V, D>): Codec<V, D> =>
  new Delimited(length, inner);

/** UTF-8, which must be valid [MQTT-1.5.4-1] and without U+0000 [MQTT-1.5.4-2]; U+FEFF is a character like any other [MQTT-1.5.4-3]. */
const characters = leaf<string>(
  undefined,
  from => {
    const at = from.at;
    const value = utf8.read(from);
    if (value.includes("\0")) throw new Malformed(at, "U+0000 must not be in a string");
    return value;
  },
  (to, value) => {
    if (typeof value !== "string") throw new Unwritable("the text is missing");
    if (value.includes("\0")) throw new Unwritable("U+0000 must not be in a string");
    const at = to.at;
    utf8.write(to, value);
    if (to.at - at > 0xffff) throw new Unwritable(`${to.at - at} octets of UTF-8 where 65535 fit`);
  },
);

const data = leaf<Uint8Array>(undefined, rest.read, (to, value) => {
  if (!(value instanceof Uint8Array)) throw new Unwritable("the octets are missing");
  if (value.length > 0xffff) throw new Unwritable(`${value.length} octets where 65535 fit`);
  to.octets(value);
}).with({ show: payloadShown });

/** UTF-8 Encoded String, §1.5.4: up to 65535 octets behind their number. */
export const text: Codec<string> = delimited(u16, characters);

/** Binary Data, §1.5.6. */
export const binary: Codec<Uint8Array> = delimited(u16, data);

/** UTF-8 String Pair, §1.5.7. */
export const pair = struct({ name: text, value: text });

/** Octets of an application, as a person reads them best: text where they are printable text, else hexadecimal. */
export function payloadShown(octets: Uint8Array): string {
  const most = 64;
  const cut = octets.length > most;
  const head = octets.subarray(0, most);
  const more = cut ? `… (${octets.length} octets)` : "";
  try {
    // A character that the cut goes through is no fault of the text.
    const words = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: cut });
    if (!/\p{Cc}/u.test(words)) return `${JSON.stringify(words)}${more}`;
  } catch {
    // Not text.
  }
  return `${head.toHex()}${more}`;
}

/** Text that a peer chose, as it may be printed: nothing in it moves a cursor. */
export const visible = (words: string): string =>
  words.replace(/\p{Cc}/gu, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
