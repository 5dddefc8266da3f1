// Wireshark's items straight from octets: for messages of which Wireshark shows more than our tree, which stops where one
// contradicts itself.
import { expert, type FieldValue, type Item } from "./wireshark.ts";

/** There are no more octets: what was read until then stays. */
export class Ended extends Error {}

export class Cursor {
  items: Item[] = [];

  constructor(
    readonly view: DataView,
    /** No octet from here on belongs to the message. */
    readonly end: number,
    public at: number,
  ) {}

  /** Another one, for octets of the same message that lie elsewhere. */
  part(start: number, end: number): Cursor {
    return new Cursor(this.view, end, start);
  }

  /** @throws Ended */
  take(size: number): number {
    const { at } = this;
    if (size < 0 || at + size > this.end) throw new Ended();
    this.at = at + size;
    return at;
  }

  /** @throws Ended unless so many octets are left */
  need(size: number): void {
    if (this.at + size > this.end) throw new Ended();
  }

  item(name: string, value: FieldValue | undefined, start: number, size: number, items?: Item[]): void {
    this.items.push({ name, value, start, size, items });
  }

  /** Octets from `start` on, without taking them. */
  octets(start: number, size: number): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + start, size);
  }

  peek(size: 1 | 2 | 4): number {
    this.need(size);
    const { at, view } = this;
    return size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at);
  }

  number(name: string, size: 1 | 2 | 4): number {
    const value = this.peek(size);
    this.item(name, value, this.take(size), size);
    return value;
  }

  bytes(name: string, size: number): void {
    const at = this.take(size);
    this.item(name, this.octets(at, size), at, size);
  }

  /** ASCII, up to the first zero; Wireshark objects to what comes after it. */
  text(name: string, size: number): string {
    const at = this.take(size);
    const { text, stray } = textOf(this.octets(at, size));
    this.item(name, text, at, size, stray ? [strayAt(at)] : undefined);
    return text;
  }

  /** A number whose bits are fields of their own. */
  bits(name: string, size: 1 | 2 | 4, bits: Bits): number {
    const value = this.peek(size);
    const start = this.take(size);
    this.item(name, value, start, size, bitsOf(value, start, size, bits));
    return value;
  }

  /** Everything that `read` makes, and makes before it fails, goes into one item. */
  within(item: Omit<Item, "items" | "start" | "size">, read: () => void): void {
    const outer = this.items;
    const start = this.at;
    const items: Item[] = [];
    this.items = items;
    try {
      read();
    } finally {
      this.items = outer;
      outer.push({ ...item, start, size: this.at - start, ...(items.length > 0 && { items }) });
    }
  }
}

export type Bits = readonly (readonly [name: string, mask: number])[];

/** Each of them at the same octets. */
export const bitsOf = (value: number, start: number, size: number, bits: Bits): Item[] =>
  bits.map(([name, mask]) => ({ name, value: ((value & mask) >>> 0) / (mask & -mask), start, size }));

/** ASCII up to the first zero, with U+FFFD for what is none. */
export function textOf(octets: Uint8Array): { text: string; stray: boolean } {
  let text = "";
  let zero = octets.indexOf(0);
  if (zero < 0) zero = octets.length;
  for (let i = 0; i < zero; i++) text += octets[i]! < 0x80 ? String.fromCharCode(octets[i]!) : "\ufffd";
  return { text, stray: octets.subarray(zero).some(octet => octet !== 0) };
}

const strayAt = (start: number): Item =>
  expert("_ws.string.trailing_stray_characters", "warning", "undecoded", "Trailing stray characters", start);
