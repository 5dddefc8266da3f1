// What the broker does at a moment to come: keep alives, expiries, delayed wills. One sleep of the clock serves them all.
import type { Clock } from "../../endpoint/index.ts";

/** Something that will be done, unless it is called off. */
export interface Appointment {
  /** In milliseconds of the clock's elapsed time. */
  readonly due: number;
  act: (() => void) | undefined;
}

/** More than this a timer of JavaScript can't wait; it would end at once. */
const longestSleep = 2 ** 31 - 1;

export class Later {
  /** A heap: no entry is due before the one at half its place. */
  readonly #heap: Appointment[] = [];
  #calledOff = 0;
  #sleep: { readonly until: number; readonly end: AbortController } | undefined;
  #closed = false;

  constructor(readonly clock: Clock) {}

  /** Milliseconds of the clock's elapsed time. */
  get now(): number {
    return Number(this.clock.elapsed()) / 1e6;
  }

  after(milliseconds: number, act: () => void): Appointment {
    const appointment: Appointment = { due: this.now + milliseconds, act };
    if (this.#closed || milliseconds === Number.POSITIVE_INFINITY) return appointment;
    this.#heap.push(appointment);
    this.#rise(this.#heap.length - 1);
    this.#wait();
    return appointment;
  }

  callOff(appointment: Appointment | undefined): void {
    if (!appointment?.act) return;
    appointment.act = undefined;
    this.#calledOff++;
    if (this.#calledOff > 64 && this.#calledOff > this.#heap.length / 2) this.#tidy();
    this.#wait();
  }

  /** Nothing is done any more. */
  close(): void {
    this.#closed = true;
    this.#heap.length = 0;
    this.#wait();
  }

  /** Sleeps until the first that is left is due. */
  #wait(): void {
    while (this.#heap[0] && !this.#heap[0].act) this.#take();
    const first = this.#heap[0];
    if (this.#sleep && (!first || first.due < this.#sleep.until)) {
      this.#sleep.end.abort();
      this.#sleep = undefined;
    }
    if (!first || this.#sleep) return;
    const sleep = { until: first.due, end: new AbortController() };
    this.#sleep = sleep;
    const milliseconds = Math.min(Math.max(0, first.due - this.now), longestSleep);
    void this.clock.sleep(milliseconds, sleep.end.signal).then(() => {
      if (this.#sleep !== sleep) return;
      this.#sleep = undefined;
      this.#act();
    });
  }

  #act(): void {
    // A timer may wake a little early, which would otherwise be slept away in tiny pieces.
    const now = this.now + 0.5;
    while (this.#heap[0] && (!this.#heap[0].act || this.#heap[0].due <= now)) {
      const { act } = this.#take();
      act?.();
    }
    this.#wait();
  }

  #take(): Appointment {
    const first = this.#heap[0]!;
    const last = this.#heap.pop()!;
    if (!first.act) this.#calledOff--;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #tidy(): void {
    const left = this.#heap.filter(({ act }) => act);
    this.#heap.length = 0;
    this.#calledOff = 0;
    for (const each of left.sort((one, other) => one.due - other.due)) this.#heap.push(each);
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#heap[above]!.due <= this.#heap[at]!.due) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      let least = at;
      for (const below of [2 * at + 1, 2 * at + 2])
        if (below < this.#heap.length && this.#heap[below]!.due < this.#heap[least]!.due) least = below;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(one: number, other: number): void {
    [this.#heap[one], this.#heap[other]] = [this.#heap[other]!, this.#heap[one]!];
  }
}
