// What is on its way to one client: written in order, many packets at a time, never more of it than a limit.
import type { Stream } from "../endpoint/index.ts";

export class Outbox {
  #queue: Uint8Array[] = [];
  /** Octets handed over that the layer below has not taken yet. */
  #waiting = 0;
  #writing: Promise<void> | undefined;
  #failed = false;

  /** `limit`: in octets. */
  constructor(
    readonly stream: Stream,
    readonly limit: number,
  ) {}

  /** Takes a packet; false if the client reads so slowly that there is no room for it. */
  offer(octets: Uint8Array): boolean {
    if (this.#waiting + octets.length > this.limit) return false;
    this.put(octets);
    return true;
  }

  /** Takes an answer, for which `room` was waited for. */
  put(octets: Uint8Array): void {
    if (this.#failed) return;
    this.#queue.push(octets);
    this.#waiting += octets.length;
    this.#writing ??= this.#write();
  }

  /** Until there is room for answers: whoever does not read is not read from either. */
  async room(): Promise<void> {
    while (this.#waiting > this.limit / 2 && this.#writing) await this.#writing;
  }

  /** Until everything is taken by the layer below. */
  async empty(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    // What else is sent in this turn goes into the same write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      const octets = joined(queue);
      try {
        await this.stream.write(octets);
      } catch {
        // The reading side sees the same failure, and ends the connection.
        this.#failed = true;
        this.#queue = [];
      }
      this.#waiting = this.#failed ? 0 : this.#waiting - octets.length;
    }
    // At once, in the same turn as the last look at the queue: what is put after it must be written again.
    this.#writing = undefined;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
