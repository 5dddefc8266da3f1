// A cursor over octets that are read. Offsets are absolute, so no layer copies, slices or wraps.
import { Malformed, Truncated } from "./malformed.ts";

export class Reader {
  /** The octet order of numbers: the network's (most significant first) unless the format says otherwise. */
  little = false;

  constructor(
    readonly view: DataView,
    /** Where the next octet is read. */
    public at = 0,
    /** Where this reader must stop: the end of the source, or of the part it is confined to. */
    public end = view.byteLength,
    /** Where the message began: DNS compression pointers and alignment count from here. */
    public origin = at,
    /** What the conversation so far decides, such as the MQTT version; the format knows its shape. */
    readonly state: unknown = undefined,
  ) {}

  static over(octets: Uint8Array, state?: unknown): Reader {
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    return new Reader(view, 0, view.byteLength, 0, state);
  }

  /** Octets not yet read. */
  get left(): number {
    return this.end - this.at;
  }

  /** Steps over `size` octets and returns where they began. */
  take(size: number): number {
    const at = this.at;
    if (at + size > this.end) throw new Truncated(at, size, this.end - at);
    this.at = at + size;
    return at;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }
  i8(): number {
    return this.view.getInt8(this.take(1));
  }
  u16(): number {
    return this.view.getUint16(this.take(2), this.little);
  }
  i16(): number {
    return this.view.getInt16(this.take(2), this.little);
  }
  u24(): number {
    const at = this.take(3);
    const view = this.view;
    return this.little
      ? view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
      : (view.getUint16(at) << 8) | view.getUint8(at + 2);
  }
  u32(): number {
    return this.view.getUint32(this.take(4), this.little);
  }
  i32(): number {
    return this.view.getInt32(this.take(4), this.little);
  }
  u64(): bigint {
    return this.view.getBigUint64(this.take(8), this.little);
  }
  i64(): bigint {
    return this.view.getBigInt64(this.take(8), this.little);
  }

  /** The next `size` octets, as a view of the source. */
  octets(size: number): Uint8Array {
    const at = this.take(size);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + at, size);
  }

  /** Confines the reader to the next `size` octets; returns the end to give to `release`. */
  confine(size: number): number {
    const outer = this.end;
    if (size < 0) throw new Malformed(this.at, `a size of ${size} octets`);
    if (this.at + size > outer) throw new Truncated(this.at, size, outer - this.at);
    this.end = this.at + size;
    return outer;
  }

  /** Ends the confinement; octets that nothing has read are an error, for they would be lost. */
  release(outer: number): void {
    if (this.at !== this.end) this.refuseLeftover();
    this.end = outer;
  }

  /** Everything up to the end must have been read. */
  refuseLeftover(): void {
    const left = this.end - this.at;
    if (left > 0) throw new Malformed(this.at, `${left} ${left === 1 ? "octet" : "octets"} left over`);
  }
}
