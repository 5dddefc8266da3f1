// An agenda that keeps itself: one timer for whatever is due next, so that equal moments stay in order.
import { Agenda } from "./agenda.ts";

export class Timetable {
  readonly #agenda = new Agenda();
  #timer: Timer | undefined;

  /** Does `work` at `at`, in the milliseconds of performance.now(). */
  add(at: number, work: () => void): void {
    this.#agenda.add(at, work);
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const left = this.#agenda.left(performance.now());
    if (left === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => {
      this.#agenda.run(performance.now());
      this.#wait();
    }, left);
  }
}
