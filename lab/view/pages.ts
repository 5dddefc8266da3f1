// The packet list kept small: pages of rows, each compressed when it is full.
import type { Listed } from "../page/captured.ts";

/** Few, for a filter may want one row of each page; and enough of them to be compressed well. */
const rowsOfPage = 64;
/** So many pages stay open: what a person looks at, and what a filter scatters. */
const mostOpen = 600;

export class Pages {
  /** Full ones, as compressed JSON: a tenth of the text. */
  readonly #full: Uint8Array[] = [];
  #last: Listed[] = [];
  /** The most recently used ones last. */
  readonly #open = new Map<number, readonly Listed[]>();

  add(row: Listed): void {
    this.#last.push(row);
    if (this.#last.length < rowsOfPage) return;
    this.#full.push(Bun.zstdCompressSync(JSON.stringify(this.#last), { level: 1 }));
    this.#last = [];
  }

  /** The row of a packet that was added. */
  row(number: number): Listed {
    const page = Math.floor((number - 1) / rowsOfPage);
    const rows = page === this.#full.length ? this.#last : this.#opened(page);
    return rows[(number - 1) % rowsOfPage]!;
  }

  #opened(page: number): readonly Listed[] {
    const rows =
      this.#open.get(page) ?? JSON.parse(new TextDecoder().decode(Bun.zstdDecompressSync(this.#full[page]!)));
    this.#open.delete(page);
    this.#open.set(page, rows);
    if (this.#open.size > mostOpen) this.#open.delete(this.#open.keys().next().value!);
    return rows;
  }
}
