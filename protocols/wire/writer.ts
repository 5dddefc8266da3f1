// A growing buffer that is written front to back; lengths are patched once known.
import { Unwritable } from "./malformed.ts";

const fits = (value: number, low: number, high: number): void => {
  if (!(Number.isInteger(value) && value >= low && value <= high))
    throw new Unwritable(`${value} is not a whole number from ${low} to ${high}`);
};

export class Writer {
  /** The octet order of numbers: the network's unless the format says otherwise. */
  little = false;
  /** Where the message began; alignment counts from here. */
  origin = 0;
  at = 0;
  #octets: Uint8Array;
  #view: DataView;

  constructor(
    /** What the conversation so far decides; the format knows its shape. */
    readonly state: unknown = undefined,
    size = 64,
  ) {
    this.#octets = new Uint8Array(size);
    this.#view = new DataView(this.#octets.buffer);
  }

  /** Makes room for `size` octets, zeroed, and returns where they begin. The buffer and its view may be new ones afterwards. */
  put(size: number): number {
    const at = this.at;
    if (at + size > this.#octets.length) {
      const grown = new Uint8Array(Math.max(this.#octets.length * 2, at + size));
      grown.set(this.#octets);
      this.#octets = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.at = at + size;
    return at;
  }

  u8(value: number): void {
    fits(value, 0, 0xff);
    const at = this.put(1);
    this.#view.setUint8(at, value);
  }
  i8(value: number): void {
    fits(value, -0x80, 0x7f);
    const at = this.put(1);
    this.#view.setInt8(at, value);
  }
  u16(value: number): void {
    fits(value, 0, 0xffff);
    const at = this.put(2);
    this.#view.setUint16(at, value, this.little);
  }
  i16(value: number): void {
    fits(value, -0x8000, 0x7fff);
    const at = this.put(2);
    this.#view.setInt16(at, value, this.little);
  }
  u24(value: number): void {
    fits(value, 0, 0xffffff);
    const at = this.put(3);
    this.#view.setUint16(at + (this.little ? 0 : 1), value & 0xffff, this.little);
    this.#view.setUint8(at + (this.little ? 2 : 0), value >>> 16);
  }
  u32(value: number): void {
    fits(value, 0, 0xffff_ffff);
    const at = this.put(4);
    this.#view.setUint32(at, value, this.little);
  }
  i32(value: number): void {
    fits(value, -0x8000_0000, 0x7fff_ffff);
    const at = this.put(4);
    this.#view.setInt32(at, value, this.little);
  }
  u64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw new Unwritable(`${value} does not fit 64 bits`);
    const at = this.put(8);
    this.#view.setBigUint64(at, value, this.little);
  }
  i64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new Unwritable(`${value} does not fit 64 bits, signed`);
    const at = this.put(8);
    this.#view.setBigInt64(at, value, this.little);
  }

  octets(value: Uint8Array): void {
    const at = this.put(value.length);
    this.#octets.set(value, at);
  }

  /** Writes what comes before an already written part, once its size is known: moves the part and lets `write` fill the gap. */
  insert(at: number, write: () => void): void {
    const body = this.#octets.slice(at, this.at);
    this.at = at;
    write();
    this.octets(body);
  }

  /** What was written since `from`, as a view. */
  written(from = 0): Uint8Array {
    return this.#octets.subarray(from, this.at);
  }
}
