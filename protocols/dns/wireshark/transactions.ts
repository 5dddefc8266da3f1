// Which answer belongs to which question, as Wireshark tells: by conversation and transaction ID alone.
import type { Conversation, Packet } from "../../packet/index.ts";
import type { Passes } from "../../packet/wireshark.ts";

/** What is known of a message when it comes. */
export interface Told {
  readonly response: boolean;
  /** The packet of the message that this one repeats. */
  readonly original?: number;
  /** What this response answers; none: nobody asked. */
  readonly request?: { readonly number: number; readonly time: bigint };
  /** The packet that answers this question, as far as it is known. */
  answeredIn?(): number | undefined;
}
export type Facts = Told | undefined;

interface Transaction {
  readonly number: number;
  readonly time: bigint;
  answered: number | undefined;
}

/** Nanoseconds after which the same question is asked anew, and not once more: Wireshark's preference. */
const mostPatience = 5_000_000_000n;

export class Transactions {
  readonly #conversations = new WeakMap<Conversation, Map<number, Transaction>>();
  /** With two passes: in which packet each question is answered. */
  readonly #answers = new Map<number, number>();
  readonly #looksAhead: boolean;

  constructor({ passes }: Passes) {
    this.#looksAhead = passes === 2;
  }

  observe({ conversation, number, time }: Packet, id: number, response: boolean): Told {
    const open = this.#openIn(conversation!);
    const known = open.get(id);
    if (!response) {
      if (known && known.answered === undefined && time - known.time < mostPatience)
        return { response, original: known.number };
      open.set(id, { number, time, answered: undefined });
      return this.#looksAhead ? { response, answeredIn: () => this.#answers.get(number) } : { response };
    }
    if (!known) return { response };
    if (known.answered !== undefined && known.answered !== number)
      return { response, original: known.answered };
    known.answered = number;
    if (this.#looksAhead) this.#answers.set(known.number, number);
    return { response, request: known };
  }

  #openIn(conversation: Conversation): Map<number, Transaction> {
    let open = this.#conversations.get(conversation);
    if (!open) {
      open = new Map();
      this.#conversations.set(conversation, open);
    }
    return open;
  }
}
