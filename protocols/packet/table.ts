// Found again by four numbers: open addressing in one typed array, and the least used forgotten beyond a limit.

/** Slots a table has at first; it doubles while more than half are taken. */
const leastSlots = 1024;
const words = 5;

class Generation<V> {
  count = 0;
  #slots = leastSlots;
  /** Four words of the key, and one more than the value's index; 0: the slot is free. */
  #keys = new Int32Array(leastSlots * words);
  /** `undefined` where it was taken. */
  readonly values: (V | undefined)[] = [];

  /** One more than the value's index; 0: it is not there. */
  #indexOf(a: number, b: number, c: number, d: number): number {
    const keys = this.#keys;
    const mask = this.#slots - 1;
    for (let slot = hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * words;
      const index = keys[at + 4]!;
      if (index === 0) return 0;
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) return index;
    }
  }

  find(a: number, b: number, c: number, d: number): V | undefined {
    const index = this.#indexOf(a, b, c, d);
    return index === 0 ? undefined : this.values[index - 1];
  }

  /** Finds it, and has it no more. */
  take(a: number, b: number, c: number, d: number): V | undefined {
    const index = this.#indexOf(a, b, c, d);
    if (index === 0) return undefined;
    const value = this.values[index - 1];
    this.values[index - 1] = undefined;
    return value;
  }

  /** In place of what was there by that key, if anything was. */
  set(a: number, b: number, c: number, d: number, value: V): void {
    const index = this.#indexOf(a, b, c, d);
    if (index === 0) this.add(a, b, c, d, value);
    else this.values[index - 1] = value;
  }

  add(a: number, b: number, c: number, d: number, value: V): void {
    if (2 * this.count >= this.#slots) this.#grow();
    this.values.push(value);
    this.count++;
    this.#put(a, b, c, d, this.values.length);
  }

  #put(a: number, b: number, c: number, d: number, index: number): void {
    const keys = this.#keys;
    const mask = this.#slots - 1;
    let slot = hash(a, b, c, d) & mask;
    while (keys[slot * words + 4] !== 0) slot = (slot + 1) & mask;
    keys[slot * words] = a;
    keys[slot * words + 1] = b;
    keys[slot * words + 2] = c;
    keys[slot * words + 3] = d;
    keys[slot * words + 4] = index;
  }

  #grow(): void {
    const before = this.#keys;
    this.#slots *= 2;
    this.#keys = new Int32Array(this.#slots * words);
    for (let at = 0; at < before.length; at += words)
      if (before[at + 4] !== 0)
        this.#put(before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!, before[at + 4]!);
  }
}

/**
 * Values by keys of four signed numbers of 32 bits. The `most` that were used last are kept, and up to as many more:
 * what was not asked for while so many others were is forgotten.
 */
export class Table<V> {
  #young = new Generation<V>();
  #old: Generation<V> | undefined;

  constructor(
    readonly most: number,
    /** Told of each value that is forgotten. */
    readonly forgotten?: (value: V) => void,
  ) {}

  find(a: number, b: number, c: number, d: number): V | undefined {
    const young = this.#young.find(a, b, c, d);
    if (young !== undefined || !this.#old) return young;
    const value = this.#old.take(a, b, c, d);
    if (value !== undefined) this.set(a, b, c, d, value);
    return value;
  }

  /** Another value by a key that was asked for takes the place of the one that was found. */
  set(a: number, b: number, c: number, d: number, value: V): void {
    if (this.#young.count >= this.most) this.#age();
    this.#young.set(a, b, c, d, value);
  }

  #age(): void {
    const { forgotten } = this;
    if (forgotten) for (const value of this.#old?.values ?? []) if (value !== undefined) forgotten(value);
    this.#old = this.#young;
    this.#young = new Generation();
  }
}

/** Odd numbers with well spread bits; keys differ in few. The low bits, which pick the slot, depend on all. */
function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ d;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
