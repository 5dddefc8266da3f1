// What is to be done at which moment: a heap, the next thing first, of equal moments the one that was added first.

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
}

export class Agenda {
  readonly #heap: Entry[] = [];
  #added = 0;

  /** At `at`, in the milliseconds of the caller's clock. */
  add(at: number, work: () => void): void {
    const heap = this.#heap;
    let place = heap.push({ at, order: this.#added++, work }) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(heap[place]!, heap[above]!)) break;
      [heap[place], heap[above]] = [heap[above]!, heap[place]!];
      place = above;
    }
  }

  /** Whole milliseconds until something is due, rounded up. */
  left(now: number): number {
    const next = this.#heap[0];
    return next ? Math.max(0, Math.ceil(next.at - now)) : Number.POSITIVE_INFINITY;
  }

  /** Does what is due. */
  run(now: number): void {
    for (let next = this.#heap[0]; next && next.at <= now; next = this.#heap[0]) {
      this.#removeFirst();
      next.work();
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let place = 0; ; ) {
      let least = place;
      for (const below of [2 * place + 1, 2 * place + 2])
        if (heap[below] && isBefore(heap[below], heap[least]!)) least = below;
      if (least === place) return;
      [heap[place], heap[least]] = [heap[least]!, heap[place]!];
      place = least;
    }
  }
}

const isBefore = (one: Entry, other: Entry): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
