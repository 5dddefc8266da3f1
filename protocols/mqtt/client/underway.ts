// What is kept by packet identifier, in the order in which it was put there. MQTT 5 §2.2.1.

/** Every packet identifier has a place of its own then. */
const most = 0x1_0000;

/**
 * A ring: identifiers are given in turn, so those in use lie close together, and a place is found without a search. It
 * grows when two of them would share one. A Map does the same at a fifth of a message's whole cost.
 */
export class Underway<T> {
  size = 0;
  #identifiers: number[] = new Array(64).fill(0);
  #values: (T | undefined)[] = new Array(64).fill(undefined);
  /** When each was put there. */
  #order: number[] = new Array(64).fill(0);
  #last = 0;

  get(identifier: number): T | undefined {
    const at = this.#at(identifier);
    return this.#identifiers[at] === identifier ? this.#values[at] : undefined;
  }

  has(identifier: number): boolean {
    return identifier !== 0 && this.#identifiers[this.#at(identifier)] === identifier;
  }

  set(identifier: number, value: T): void {
    while (this.#identifiers[this.#at(identifier)] !== 0 && !this.has(identifier)) this.#grow();
    const at = this.#at(identifier);
    if (this.#identifiers[at] === 0) {
      this.size++;
      this.#order[at] = ++this.#last;
    }
    this.#identifiers[at] = identifier;
    this.#values[at] = value;
  }

  delete(identifier: number): void {
    if (!this.has(identifier)) return;
    const at = this.#at(identifier);
    this.#identifiers[at] = 0;
    this.#values[at] = undefined;
    this.size--;
  }

  /** In the order in which they were put in; what happens to them meanwhile does not matter. */
  values(): T[] {
    return this.#places().map(at => this.#values[at]!);
  }

  keys(): number[] {
    return this.#places().map(at => this.#identifiers[at]!);
  }

  #at(identifier: number): number {
    return identifier & (this.#identifiers.length - 1);
  }

  #places(): number[] {
    const all: number[] = [];
    for (const [at, identifier] of this.#identifiers.entries()) if (identifier !== 0) all.push(at);
    return all.sort((one, other) => this.#order[one]! - this.#order[other]!);
  }

  #grow(): void {
    const [identifiers, values] = [this.keys(), this.values()];
    let size = this.#identifiers.length;
    do size *= 2;
    while (size < most && new Set(identifiers.map(each => each & (size - 1))).size < identifiers.length);
    this.#identifiers = new Array(size).fill(0);
    this.#values = new Array(size).fill(undefined);
    this.#order = new Array(size).fill(0);
    this.size = 0;
    for (const [i, identifier] of identifiers.entries()) this.set(identifier, values[i]!);
  }
}
