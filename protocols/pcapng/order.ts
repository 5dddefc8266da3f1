// The order of a recording's frames in time, kept as numbers: 16 octets a frame, whatever their size.

/** Times beyond the year 2262 don't fit, and sort as the last one that does. */
const latest = 2n ** 63n - 1n;

/** Where the frames of a file lie, sorted by time. */
export class TimeOrder {
  #times = new BigInt64Array(1024);
  #offsets = new Float64Array(1024);
  /** Frames so far. */
  size = 0;

  /** The next frame of the file: its time in nanoseconds, and the offset of its block. */
  add(time: bigint, offset: number): void {
    if (this.size === this.#times.length) {
      const times = new BigInt64Array(2 * this.size);
      const offsets = new Float64Array(2 * this.size);
      times.set(this.#times);
      offsets.set(this.#offsets);
      this.#times = times;
      this.#offsets = offsets;
    }
    this.#times[this.size] = time > latest ? latest : time;
    this.#offsets[this.size] = offset;
    this.size++;
  }

  /**
   * Time and offset of each frame, earliest first; of the same time, first in the file first. A recording is all but
   * sorted, so only those that come late are: they are merged with the others.
   */
  *sorted(): Generator<{ readonly time: bigint; readonly offset: number }> {
    const late = this.#late();
    let next = 0;
    let reached: bigint | undefined;
    for (let i = 0; i < this.size; i++) {
      const time = this.#times[i]!;
      if (reached !== undefined && time < reached) continue;
      reached = time;
      // One that comes late was behind some frame later than itself, so behind any of the same time that did not.
      while (next < late.length && this.#times[late[next]!]! < time) yield this.#frame(late[next++]!);
      yield this.#frame(i);
    }
    while (next < late.length) yield this.#frame(late[next++]!);
  }

  /** Those before which a later one stands in the file. */
  #late(): number[] {
    const late: number[] = [];
    let reached: bigint | undefined;
    for (let i = 0; i < this.size; i++) {
      const time = this.#times[i]!;
      if (reached !== undefined && time < reached) late.push(i);
      else reached = time;
    }
    const times = this.#times;
    return late.sort((a, b) => (times[a]! < times[b]! ? -1 : times[a]! > times[b]! ? 1 : a - b));
  }

  #frame(i: number): { readonly time: bigint; readonly offset: number } {
    return { time: this.#times[i]!, offset: this.#offsets[i]! };
  }
}
