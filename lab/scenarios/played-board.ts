// A board as the lab sees it play: what it has told, and waiting for what it will tell.
import type { BoardMessage } from "../board/events.ts";
import type { RunningHost } from "../network/index.ts";
import { type CastBoard, isTesting } from "./scenario.ts";

export class PlayedBoard {
  readonly messages: BoardMessage[] = [];
  host: RunningHost | undefined;
  /** Resolves once it has an address. */
  readonly configured: Promise<void>;
  readonly lit = new Set<number>();
  isLinked = true;
  /** How far `until` has looked. */
  #seen = 0;
  #isOver = false;
  #news = Promise.withResolvers<void>();

  readonly #configured = Promise.withResolvers<void>();

  constructor(readonly board: CastBoard) {
    this.configured = this.#configured.promise;
  }

  /** Whether it listens to what is published to its secret topic. */
  get listens(): boolean {
    return !isTesting(this.board);
  }

  /** Whether it has ended, well or badly. */
  get isOver(): boolean {
    return this.#isOver;
  }

  heard(message: BoardMessage): void {
    if (message.event === "led") {
      if (message.on) this.lit.add(message.led);
      else this.lit.delete(message.led);
    }
    if (message.event === "configured") this.#configured.resolve();
    this.messages.push(message);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  /** It will tell nothing more. */
  ended(): void {
    this.#isOver = true;
    this.#news.resolve();
  }

  /** Waits for the next event that `happened` is true of, or for the board's end; none is passed over. */
  async until(happened: (event: BoardMessage) => boolean): Promise<void> {
    for (;;) {
      while (this.#seen < this.messages.length) if (happened(this.messages[this.#seen++]!)) return;
      if (this.#isOver) return;
      await this.#news.promise;
    }
  }
}
