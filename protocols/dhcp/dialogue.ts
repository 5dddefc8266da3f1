// One client's exchange with servers: it asks, asks again when nobody answers, and keeps to the time it has. RFC 2131 §4.1.
import { type Clock, type Datagrams, type Endpoint, Unanswered } from "../endpoint/index.ts";
import { optionOf } from "../wire/index.ts";
import { type Message, message } from "./format.ts";
import { type Objection, weigh } from "./replies.ts";
import type { Client, Question } from "./requests.ts";

/** The client's states, by their names in RFC 2131 §4.4, figure 5. */
export type State =
  | "INIT"
  | "SELECTING"
  | "REQUESTING"
  | "INIT-REBOOT"
  | "REBOOTING"
  | "BOUND"
  | "RENEWING"
  | "REBINDING";

/** A reply that was not taken, and why. */
export interface RefusedReply extends Objection {
  readonly from: Endpoint;
  readonly octets: Uint8Array;
}

export interface DialogueOptions extends Client {
  /** How long to wait for an answer, in milliseconds: 4000 at first, twice as long each time up to 64000, each ± 1000. */
  readonly backoff?: { readonly first: number; readonly last: number; readonly jitter: number };
  /** How long the whole may take, in milliseconds; by default as long as its attempts. */
  readonly deadline?: number;
  /** A number from 0 up to 1; a seeded one makes a run repeatable. */
  readonly random?: () => number;
  /** Ends the dialogue with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onState?: (state: State) => void;
  readonly onMessage?: (message: Message, way: "sent" | "received") => void;
  readonly onRefused?: (reply: RefusedReply) => void;
}

/** RFC 2131 §4.1. */
const usualBackoff = { first: 4000, last: 64_000, jitter: 1000 };

export class Dialogue {
  /** Replies that were not taken. */
  refused = 0;
  /** `elapsed()` when the latest question was first asked. */
  askedAt = 0n;
  readonly xid: number;
  readonly random: () => number;
  readonly #began: bigint;
  #secs = 0;

  constructor(
    readonly datagrams: Datagrams,
    readonly clock: Clock,
    readonly options: DialogueOptions,
  ) {
    this.random = options.random ?? unpredictable;
    this.xid = Math.floor(this.random() * 2 ** 32);
    this.#began = clock.elapsed();
  }

  enter(state: State): void {
    this.options.onState?.(state);
  }

  /**
   * Asks, and asks again after each of `waits` (milliseconds), until a reply comes that `takes` is true of; one
   * that it objects to is refused, and the waiting goes on. `again`: it keeps the seconds of the question before.
   * @throws Unanswered
   */
  async ask(
    what: string,
    question: Question,
    to: Endpoint,
    waits: Iterable<number>,
    takes: (reply: Message) => boolean | Objection,
    again = false,
  ): Promise<Message> {
    const began = this.clock.elapsed();
    this.askedAt = began;
    let attempts = 0;
    for (const wait of waits) {
      if (this.left() <= 0) break;
      if (!again) this.#secs = Math.min(0xffff, Math.floor(this.#since(this.#began) / 1000));
      await this.tell(question, to);
      attempts++;
      const reply = await this.hear(wait, takes);
      if (reply) return reply;
    }
    const refused = this.refused === 0 ? "" : ` (replies refused: ${this.refused})`;
    throw new Unanswered(`${what}${refused}`, attempts, Math.round(this.#since(began)));
  }

  /** Says something that nobody answers. */
  async tell(question: Question, to: Endpoint): Promise<void> {
    const octets = message.encode({ ...question, xid: this.xid, secs: this.#secs });
    this.options.onMessage?.(message.decode(octets), "sent");
    await this.datagrams.send(octets, to);
  }

  /** The next reply that `takes` is true of, within so many milliseconds. */
  async hear(
    milliseconds: number,
    takes: (reply: Message) => boolean | Objection,
  ): Promise<Message | undefined> {
    const began = this.clock.elapsed();
    const patience = Math.min(milliseconds, this.left());
    for (let left = patience; left > 0; left = patience - this.#since(began)) {
      const datagram = await this.#receive(Math.min(left, day));
      if (!datagram) {
        // Nothing came and no time has passed: the socket is closed.
        if (this.#since(began) === patience - left) return undefined;
        continue;
      }
      const { reply, objection } = weigh(datagram.octets, { xid: this.xid, mac: this.options.mac });
      const verdict = objection ?? (reply !== undefined && takes(reply));
      if (verdict === true) {
        this.options.onMessage?.(reply!, "received");
        return reply;
      }
      if (verdict === false) continue;
      this.refused++;
      this.options.onRefused?.({ ...verdict, from: datagram.from, octets: datagram.octets });
    }
    return undefined;
  }

  /** The waits of a question that is asked `attempts` times. */
  *backoff(attempts: number): Generator<number> {
    const { first, last, jitter } = this.options.backoff ?? usualBackoff;
    for (let i = 0; i < attempts; i++)
      yield Math.max(0, Math.min(first * 2 ** i, last) + (this.random() * 2 - 1) * jitter);
  }

  /** Milliseconds until the deadline. */
  left(): number {
    return (this.options.deadline ?? Number.POSITIVE_INFINITY) - this.#since(this.#began);
  }

  #since(moment: bigint): number {
    return Number(this.clock.elapsed() - moment) / 1e6;
  }

  async #receive(milliseconds: number) {
    const { signal } = this.options;
    if (!signal) return this.datagrams.receive(milliseconds);
    signal.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    try {
      return await Promise.race([this.datagrams.receive(milliseconds), promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

/** Timers hold no more than 24 days; a lease may be longer. */
const day = 86_400_000;

const unpredictable = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;

/** The type of a reply: `MessageType`. */
export const typeOf = (reply: Message): number | undefined => optionOf(reply.options, 53);
