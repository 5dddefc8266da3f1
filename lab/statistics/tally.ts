// Things counted by topic and item, and what was measured of each: the shape of most statistics.
import { table } from "../terminal.ts";

/** One topic: how often it was met, and, where something is measured of it, from the least to the most. */
export class Tally {
  count = 0;
  #sum = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  #measured = 0;
  readonly #items = new Map<string, Tally>();

  /** The item of that name below this one; a new one where there was none. */
  of(name: string): Tally {
    let item = this.#items.get(name);
    if (!item) {
      item = new Tally();
      this.#items.set(name, item);
    }
    return item;
  }

  /** Counts the item, and what it lies in. */
  add(...path: readonly string[]): void {
    this.count++;
    const [first, ...rest] = path;
    if (first !== undefined) this.of(first).add(...rest);
  }

  measure(value: number): void {
    this.count++;
    this.#measured++;
    this.#sum += value;
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
  }

  /** Items as rows, those met most often first; indented as they lie in one another. */
  *rows(depth = 0, whole = this.count): Generator<string[]> {
    const items = [...this.#items].sort(([, a], [, b]) => b.count - a.count);
    for (const [name, item] of items) {
      const measured = item.#measured > 0 ? [item.#sum / item.#measured, item.#least, item.#most] : [];
      yield [
        `${"  ".repeat(depth)}${name}`,
        item.count === 0 ? "" : String(item.count),
        ...(measured.length > 0 ? measured.map(value => short(value)) : ["", "", ""]),
        whole === 0 || item.count === 0 ? "" : `${((item.count / whole) * 100).toFixed(2)} %`,
      ];
      yield* item.rows(depth + 1, item.count);
    }
  }

  values(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#items].map(([name, item]) => [
        name,
        {
          count: item.count,
          ...(item.#measured > 0 && {
            average: item.#sum / item.#measured,
            least: item.#least,
            most: item.#most,
          }),
          ...(item.#items.size > 0 && { items: item.values() }),
        },
      ]),
    );
  }

  /** The rows under heads. */
  *lines(): Generator<string> {
    yield* table(["topic", "count", "average", "least", "most", "share"], [...this.rows()]).split("\n");
  }
}

const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(3));
