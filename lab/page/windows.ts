// The packet list as the page holds it: blocks of rows, asked for when they come into sight.
import type { Captured, Listed } from "./captured.ts";

/** Rows of a block: what the server keeps together. */
export const rowsOfBlock = 256;
/** Blocks that stay; beyond them the one that was out of sight longest goes. */
const mostBlocks = 64;

export class Windows {
  readonly #blocks = new Map<number, readonly Listed[]>();
  readonly #asked = new Set<number>();
  #wanted: readonly number[] = [];

  constructor(
    readonly captured: Captured,
    /** Of those that a filter selected; 0: of all packets. */
    readonly selection: number,
    /** Told when rows have come. */
    readonly changed: () => void,
  ) {}

  /** The row at this place, counted from 0, if it is here. */
  row(at: number): Listed | undefined {
    return this.#blocks.get(Math.floor(at / rowsOfBlock))?.[at % rowsOfBlock];
  }

  /** These rows are in sight: `first` up to, not with, `end`, of `total`. Those that are missing are asked for. */
  see(first: number, end: number, total: number): void {
    const blocks: number[] = [];
    for (let block = Math.floor(first / rowsOfBlock); block * rowsOfBlock < Math.min(end, total); block++) {
      this.#touch(block);
      const whole = Math.min(rowsOfBlock, total - block * rowsOfBlock);
      // The last block of a list that grows was asked for when it was shorter.
      if ((this.#blocks.get(block)?.length ?? -1) < Math.min(whole, end - block * rowsOfBlock))
        blocks.push(block);
    }
    this.#wanted = blocks;
    this.#ask();
  }

  /** One at a time: while a scroll runs past, only what is then in sight is asked for. */
  #ask(): void {
    if (this.#asked.size > 0) return;
    const block = this.#wanted.find(one => !this.#asked.has(one));
    if (block === undefined) return;
    this.#asked.add(block);
    this.captured
      .window(block * rowsOfBlock, rowsOfBlock, this.selection)
      .then(rows => {
        this.#blocks.set(block, rows);
        if (this.#blocks.size > mostBlocks) this.#blocks.delete(this.#blocks.keys().next().value!);
        this.#wanted = this.#wanted.filter(one => one !== block);
        this.#asked.delete(block);
        this.changed();
        this.#ask();
      })
      .catch(() => {
        this.#wanted = [];
        this.#asked.delete(block);
      });
  }

  #touch(block: number): void {
    const rows = this.#blocks.get(block);
    if (!rows) return;
    this.#blocks.delete(block);
    this.#blocks.set(block, rows);
  }
}
