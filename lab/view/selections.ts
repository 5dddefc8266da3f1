// The display filters that the page asked for: what each selects, as far as it is known, and when one has to give up.
import { compile, FilterError } from "../../protocols/filter/index.ts";
import { Failure } from "../failure.ts";
import { type Selected, Wrong } from "../page/captured.ts";
import { vocabulary } from "../wireshark.ts";
import { meant } from "../words.ts";
import type { Capture } from "./capture.ts";
import type { Progress, Task } from "./selecting.ts";

/** Longer than any that a person writes. */
export const longestFilter = 2000;
/** Those asked for last; an older one is asked for anew. */
const mostKept = 8;
/** Milliseconds without a word from the thread: then a pattern of the filter goes round in circles. */
const mostSilent = 10_000;

export const words = vocabulary();

/** @throws Wrong with the place of what is wrong */
export function check(text: string): void {
  if (text.length > longestFilter)
    throw new Failure(`A filter has at most ${longestFilter} characters; this one has ${text.length}.`);
  try {
    compile(text, words);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const close = error.unknown === undefined ? undefined : meant(error.unknown, words.names());
    throw new Wrong(error.message, error.column, error.length, close);
  }
}

/** One filter over the capture, as far as it is. */
class Running {
  numbers = new Uint32Array(64);
  count = 0;
  share = 0;
  done = false;
  failed: string | undefined;
  #worker: Worker | undefined;
  #waiting: Timer | undefined;

  constructor(
    readonly id: number,
    task: Task,
    readonly patience: number,
  ) {
    this.#worker = new Worker(new URL("./selecting.ts", import.meta.url).href);
    this.#worker.onmessage = ({ data }: MessageEvent<Progress>) => this.#take(data);
    this.#worker.onerror = ({ message }) => this.stop(message);
    this.#wait(mostSilent);
    this.text = task.text;
    this.#worker.postMessage(task);
  }
  readonly text: string;

  told(): Selected {
    const { id: selection, text, count, done, share, failed } = this;
    return { selection, text, count, done, share, ...(failed !== undefined && { failed }) };
  }

  stop(why?: string): void {
    clearTimeout(this.#waiting);
    this.#worker?.terminate();
    this.#worker = undefined;
    if (this.done) return;
    this.done = true;
    this.failed = why;
  }

  #take({ numbers, share, done, failed }: Progress): void {
    if (this.done) return;
    if (this.count + numbers.length > this.numbers.length) {
      const more = new Uint32Array(Math.max(this.numbers.length * 2, this.count + numbers.length));
      more.set(this.numbers.subarray(0, this.count));
      this.numbers = more;
    }
    this.numbers.set(numbers, this.count);
    this.count += numbers.length;
    this.share = share;
    if (!done) return this.#wait();
    this.failed = failed;
    this.done = true;
    this.stop();
  }

  /** What it takes to start is not the filter's. */
  #wait(patience = this.patience): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(
      () => this.stop("This filter took too long over one packet and was stopped; make its pattern simpler."),
      patience,
    );
  }
}

export class Selections implements Disposable {
  readonly #kept = new Map<number, Running>();
  #next = 1;
  #generation = 0;

  constructor(
    readonly capture: Capture,
    readonly patience = mostSilent,
  ) {}

  /** Begins to look, unless it is known already. @throws Wrong */
  filter(text: string): Selected {
    check(text);
    this.#forget();
    const known = [...this.#kept.values()].find(one => one.text === text && one.failed === undefined);
    if (known) return known.told();
    // Whoever asks for another one waits for none of the others.
    for (const one of this.#kept.values()) one.stop("Another filter took its place.");
    const { path, secrets, rules } = this.capture;
    const running = new Running(this.#next++, { path, text, secrets, rules }, this.patience);
    this.#kept.set(running.id, running);
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value!);
    return running.told();
  }

  selected(id: number): Selected {
    return this.#of(id).told();
  }

  /** So many packet numbers from this place on. */
  numbers(id: number, from: number, count: number): readonly number[] {
    const { numbers, count: known } = this.#of(id);
    return [...numbers.subarray(from, Math.min(from + count, known))];
  }

  /** How many selected packets stand before this one. */
  place(id: number, number: number): number {
    const { numbers, count } = this.#of(id);
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  [Symbol.dispose](): void {
    for (const one of this.#kept.values()) one.stop();
    this.#kept.clear();
  }

  #of(id: number): Running {
    this.#forget();
    const running = this.#kept.get(id);
    if (!running) throw new Failure("This filter is no longer kept; apply it anew.");
    return running;
  }

  /** What was selected before the capture was read anew. */
  #forget(): void {
    const { generation } = this.capture.state();
    if (generation === this.#generation) return;
    this.#generation = generation;
    this[Symbol.dispose]();
  }
}
