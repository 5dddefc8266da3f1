// Retained messages, one a topic: what a topic's new subscribers are told first. MQTT 5 §3.3.1.3.
import type { Clock } from "../../endpoint/index.ts";
import type { Message } from "./messages.ts";
import { TopicTree } from "./tree.ts";

/** A server may discard retained messages, so beyond the limits none is added. */
export class Retained {
  readonly #messages = new TopicTree<Message>();
  #count = 0;
  #octets = 0;

  constructor(readonly limits: { readonly retained: number; readonly retainedOctets: number }) {}

  get count(): number {
    return this.#count;
  }

  /** A message of no octets removes the one that was there. Returns whether it is kept now. */
  put(message: Message): boolean {
    const before = this.#messages.at(message.topic);
    if (before) {
      this.#messages.delete(message.topic);
      this.#count--;
      this.#octets -= before.size;
    }
    if (message.payload.length === 0) return false;
    if (this.#count >= this.limits.retained) return false;
    if (this.#octets + message.size > this.limits.retainedOctets) return false;
    this.#messages.set(message.topic, message.keep());
    this.#count++;
    this.#octets += message.size;
    return true;
  }

  /** Those that have not expired. */
  *matching(filter: string, clock: Pick<Clock, "elapsed">): Generator<Message> {
    for (const message of this.#messages.matchingFilter(filter))
      if (!message.hasExpired(clock)) yield message;
  }
}
