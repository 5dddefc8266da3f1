// Octets told field by field under Wireshark's names, one after another; lengths that lie are told, and cut.
import { expert, type FieldValue, type Item, label } from "../../packet/wireshark.ts";

/** There are fewer octets than a field takes: what was told before it stays. */
export class TooShort extends Error {}

export class Telling {
  constructor(
    readonly view: DataView,
    public at: number,
    readonly end: number,
    readonly items: Item[] = [],
  ) {}

  get left(): number {
    return this.end - this.at;
  }

  /** A number of that many octets. */
  number(name: string, size: number, rest: Partial<Item> = {}): number {
    const start = this.#take(size);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.view.getUint8(start + i);
    this.items.push({ name, value, start, size, ...rest });
    return value;
  }
  octets(name: string, size: number): Uint8Array {
    const start = this.#take(size);
    const value = new Uint8Array(this.view.buffer, this.view.byteOffset + start, size);
    this.items.push({ name, value, start, size });
    return value;
  }
  text(name: string, size: number): string {
    const start = this.#take(size);
    const octets = new Uint8Array(this.view.buffer, this.view.byteOffset + start, size);
    const value = new TextDecoder().decode(octets).replace(/\0.*$/s, "");
    this.items.push({ name, value, start, size });
    return value;
  }
  /** A field with no value of its own that others stand in; without a name, a heading. */
  group(
    name: string,
    size: number,
    tell?: (inner: Telling) => void,
    rest: { value?: FieldValue; show?: string } = {},
  ): void {
    const start = this.at;
    const items: Item[] = [];
    const last = Math.min(this.end, start + size);
    const place = { start, size: last - start, items };
    this.items.push(
      name === "" ? label(rest.show ?? "", start, place.size, items) : { name, ...place, ...rest },
    );
    this.at = last;
    tell?.(new Telling(this.view, start, last, items));
  }
  heading(show: string, size: number, tell: (inner: Telling) => void): void {
    this.group("", size, tell, { show });
  }

  /** Octets that are not told. */
  skip(size: number): void {
    this.at = Math.min(this.end, this.at + size);
  }

  /** The length of what follows, told and then held against what there is. @throws TooShort if that is less */
  length(name: string, size: number, least = 0): number {
    const start = this.at;
    if (this.left < size) {
      const message = `No more room for vector of length ${size}`;
      const missing = expert("tls.malformed.buffer_too_small", "error", "malformed", message, start);
      this.items.push(label(message, start, this.left, [missing]));
      throw new TooShort(message);
    }
    const items: Item[] = [];
    const length = this.number(name, size, { items });
    const there = this.left;
    if (length < least) {
      const message = `Vector length ${length} is smaller than minimum ${least}`;
      items.push(expert("tls.malformed.vector_length", "warning", "protocol", message, start));
    } else if (length > there) {
      const message = `Vector length ${length} is too large, truncating it to ${there}`;
      items.push(expert("tls.malformed.buffer_too_small", "error", "malformed", message, start));
      throw new TooShort(message);
    }
    return length;
  }

  /** What is left over where nothing should be. */
  trailing(): void {
    const { at, left } = this;
    if (left <= 0) return;
    const message = `${left} trailing byte${left === 1 ? " was" : "s were"} unprocessed`;
    const items = [expert("tls.malformed.trailing_data", "warning", "protocol", message, at)];
    this.items.push(label(message, at, left, items));
    this.at = this.end;
  }

  /** The same for each, until all octets are told. */
  each(tell: (inner: this) => void): void {
    while (this.left > 0) {
      const before = this.at;
      tell(this);
      if (this.at === before) return;
    }
  }

  /** As many numbers as there are. */
  numbers(name: string, size: number): void {
    while (this.left >= size) this.number(name, size);
    this.trailing();
  }

  #take(size: number): number {
    const start = this.at;
    if (size > this.left) throw new TooShort(`${size} octets where ${this.left} are left`);
    this.at += size;
    return start;
  }
}
