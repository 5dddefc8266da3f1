// What arrives before anyone asks for it: in order, and never more than a set amount.

export interface Bound<T> {
  /** How much may wait, in whatever `weigh` measures; by default items. */
  readonly limit: number;
  readonly weigh?: (item: T) => number;
  /** Which gives way when all is full: the newest (as in a socket's buffer), or what has waited longest. */
  readonly full?: "refuse newest" | "forget oldest";
}

/** A queue with one end to put in and one to take out; each item is taken once. */
export class Queue<T> implements AsyncIterable<T, undefined> {
  readonly #bound: Bound<T>;
  readonly #waiting: ((item: T | undefined) => void)[] = [];
  #items: T[] = [];
  #first = 0;
  #weight = 0;
  #closed = false;
  #lost = 0;

  constructor(bound: Bound<T>) {
    this.#bound = bound;
  }

  /** How many items gave way because the queue was full. */
  get lost(): number {
    return this.#lost;
  }

  put(item: T): void {
    if (this.#closed) return;
    const taker = this.#waiting.shift();
    if (taker) {
      taker(item);
      return;
    }
    const weight = this.#weigh(item);
    if (this.#bound.full === "forget oldest") {
      while (this.#weight + weight > this.#bound.limit && this.#next() !== undefined) this.#lost++;
    }
    if (this.#weight + weight > this.#bound.limit) {
      this.#lost++;
      return;
    }
    this.#items.push(item);
    this.#weight += weight;
  }

  /** The next item; `undefined` after `milliseconds` without one, or once the queue is closed and empty. */
  take(milliseconds?: number): Promise<T | undefined> {
    const item = this.#next();
    if (item !== undefined || this.#closed || milliseconds === 0) return Promise.resolve(item);
    return new Promise(resolve => {
      const taker = (next: T | undefined) => {
        clearTimeout(timer);
        resolve(next);
      };
      this.#waiting.push(taker);
      const timer =
        milliseconds === undefined ? undefined : setTimeout(() => this.#leave(taker), milliseconds);
    });
  }

  /** Nothing more comes in; what is there can still be taken. */
  close(): void {
    this.#closed = true;
    for (const taker of this.#waiting.splice(0)) taker(undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, undefined> {
    for (;;) {
      const item = await this.take();
      if (item === undefined) return;
      yield item;
    }
  }

  #next(): T | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#first++;
    this.#weight -= this.#weigh(item);
    // Taking from the front of a long array costs its length: the empty front is cut off now and then.
    if (this.#first > 1024 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  #leave(taker: (item: T | undefined) => void): void {
    this.#waiting.splice(this.#waiting.indexOf(taker), 1);
    taker(undefined);
  }

  #weigh(item: T): number {
    return this.#bound.weigh?.(item) ?? 1;
  }
}
