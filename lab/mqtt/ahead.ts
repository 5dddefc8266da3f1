// Work that goes on at a time, never more of it than a limit: what is read ahead of what has been done is bounded.

/** The first that fails fails it all. */
export class Ahead {
  #count = 0;
  #failure: { readonly error: unknown } | undefined;
  /** Those who wait for one of them to end. */
  #moved: PromiseWithResolvers<void> | undefined;

  constructor(readonly most: number) {}

  get isFull(): boolean {
    return this.#count >= this.most || this.#failure !== undefined;
  }

  add(work: Promise<unknown>): void {
    this.#count++;
    work.then(this.#done, this.#failed);
  }

  /** Until there is room for more. @throws what one of them failed by */
  room(): Promise<void> {
    return this.#fallsTo(this.most - 1);
  }

  /** Until all have ended. @throws what one of them failed by */
  over(): Promise<void> {
    return this.#fallsTo(0);
  }

  async #fallsTo(count: number): Promise<void> {
    while (this.#count > count && !this.#failure) {
      this.#moved ??= Promise.withResolvers();
      await this.#moved.promise;
    }
    if (this.#failure) throw this.#failure.error;
  }

  readonly #done = (): void => {
    this.#count--;
    this.#moved?.resolve();
    this.#moved = undefined;
  };

  readonly #failed = (error: unknown): void => {
    this.#failure ??= { error };
    this.#done();
  };
}
