// What is on its way to one client: written in order, many packets at a time, never more of it than a limit.
import type { Stream } from "../../endpoint/index.ts";
import { Budget } from "./limits.ts";
import { Turn } from "./turn.ts";

export interface Surroundings {
  readonly turn?: Turn;
  /** What all clients may hold together. */
  readonly budget?: Budget;
  /** Called when the layer below has taken what it was given. */
  readonly taken?: () => void;
}

export class Outbox {
  /** Put in this turn, which is not over yet. */
  #fresh: Uint8Array[] = [];
  /** Ready to be written. */
  #ready: Uint8Array[] = [];
  /** Octets handed over that the layer below has not taken yet. */
  #waiting = 0;
  #isWriting = false;
  /** Those who wait for what is being written. */
  #written: PromiseWithResolvers<void> | undefined;
  #failed = false;
  readonly #turn: Turn;
  readonly #budget: Budget;
  readonly #taken: (() => void) | undefined;

  /** `limit`: in octets. */
  constructor(
    readonly stream: Pick<Stream, "write">,
    readonly limit: number,
    { turn = new Turn(), budget = new Budget(Number.POSITIVE_INFINITY), taken }: Surroundings = {},
  ) {
    this.#turn = turn;
    this.#budget = budget;
    this.#taken = taken;
  }

  /** Takes a packet; false if the client reads so slowly that there is no room for it. */
  offer(octets: Uint8Array): boolean {
    // A packet that is larger than all the room there is has it for itself.
    if (this.#waiting > 0 && this.#waiting + octets.length > this.limit) return false;
    if (this.#budget.held + octets.length > this.#budget.limit) return false;
    this.put(octets);
    return true;
  }

  /** Takes an answer, for which `room` was waited for. */
  put(octets: Uint8Array): void {
    if (this.#failed) return;
    if (this.#fresh.length === 0) this.#turn.add(this);
    this.#fresh.push(octets);
    this.#waiting += octets.length;
    this.#budget.held += octets.length;
  }

  /** The turn is over. */
  flush(): void {
    if (this.#ready.length === 0) this.#ready = this.#fresh;
    else this.#ready.push(...this.#fresh);
    this.#fresh = [];
    this.#write();
  }

  get hasRoom(): boolean {
    return this.#waiting <= this.limit / 2;
  }

  /** Until there is room for answers: whoever does not read is not read from either. */
  async room(): Promise<void> {
    while (!this.hasRoom) await this.#progress();
  }

  /** Until everything is taken by the layer below. */
  async empty(): Promise<void> {
    while (this.#waiting > 0) await this.#progress();
  }

  /** Lets go of everything: nothing more is taken, or will be. */
  abandon(): void {
    this.#failed = true;
    this.#budget.give(this.#waiting);
    this.#waiting = 0;
    this.#fresh = [];
    this.#ready = [];
  }

  /** Until some of it has been written, or the turn is over. */
  #progress(): Promise<void> {
    if (!this.#isWriting) return this.#turn.over;
    this.#written ??= Promise.withResolvers();
    return this.#written.promise;
  }

  #write(): void {
    if (this.#isWriting || this.#ready.length === 0) return;
    const octets = joined(this.#ready);
    this.#ready = [];
    this.#isWriting = true;
    // The reading side sees the same failure, and ends the connection.
    this.stream.write(octets).then(() => this.#wrote(octets.length), this.#broke);
  }

  #wrote(size: number): void {
    this.#isWriting = false;
    if (!this.#failed) {
      this.#waiting -= size;
      this.#budget.give(size);
      this.#taken?.();
    }
    this.#write();
    this.#told();
  }

  readonly #broke = (): void => {
    this.#isWriting = false;
    if (!this.#failed) this.abandon();
    this.#told();
  };

  #told(): void {
    this.#written?.resolve();
    this.#written = undefined;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  let size = 0;
  for (const part of parts) size += part.length;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
