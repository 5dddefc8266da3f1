// Long work in short turns: whoever asks meanwhile is answered between them.

/** Milliseconds of work between two turns; a scroll that waits for one does not show it. */
const longest = 8;

export class Turns {
  #since = performance.now();

  /** Whether others should have their turn. */
  get over(): boolean {
    return performance.now() - this.#since > longest;
  }

  async next(): Promise<void> {
    await new Promise<void>(resolve => setImmediate(resolve));
    this.#since = performance.now();
  }
}
