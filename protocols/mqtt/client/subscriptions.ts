// What a session is subscribed to: asked for, given up, and asked for once more of a broker that has forgotten it. MQTT 5 §3.8, §3.10.
import type { ISubackPacket, IUnsubackPacket, Packet } from "mqtt-packet";
import { Refused } from "../../endpoint/index.ts";
import { reasonInWords, SubackReturnCode } from "../reasons.ts";
import { visible } from "../values.ts";
import { codeInWords } from "./refusals.ts";
import { filterSendable } from "./sendable.ts";
import { type SubscribeOptions, subscribing } from "./subscribing.ts";

/** A packet, and what tells its answer from others, such as "suback 1". */
export interface Question {
  readonly packet: Packet;
  readonly key: string;
}

/** Asks the broker, and resolves to its answer. The question is made anew for each connection that it takes. */
export type Ask = (question: (identifier: number) => Question) => Promise<Packet>;

export class Subscriptions {
  /** No message comes with more; of a session that was resumed nobody knows. */
  mostGranted: 0 | 1 | 2 = 0;
  readonly #filters = new Map<string, SubscribeOptions>();

  constructor(
    readonly version: number,
    readonly ask: Ask,
  ) {}

  has(filter: string): boolean {
    return this.#filters.has(filter);
  }

  /** Returns the granted QoS. @throws Refused, Unanswered, Violated */
  async add(filter: string, options: SubscribeOptions): Promise<number> {
    const suback = await this.#subscribe([filter], options);
    const code = codesOf(suback)[0] ?? 0x80;
    if (code < 0x80) return code;
    const words = codeInWords(code, this.version, SubackReturnCode);
    throw new Refused(`the broker refused "${visible(filter)}": ${words}`, [suback]);
  }

  /** Returns the reason codes, refusals too. @throws Unanswered, Violated */
  async addAll(filters: readonly string[], options: SubscribeOptions): Promise<readonly number[]> {
    return codesOf(await this.#subscribe(filters, options));
  }

  /** Returns the reason code: 0, or 0x11 if there was no such subscription. @throws Refused, Unanswered, Violated */
  async remove(filter: string): Promise<number> {
    const unsubscriptions = [filterSendable(filter)];
    this.#filters.delete(filter);
    const unsuback = (await this.ask(messageId => ({
      packet: { cmd: "unsubscribe", messageId, unsubscriptions },
      key: `unsuback ${messageId}`,
    }))) as IUnsubackPacket;
    // Before MQTT 5 nothing is said of the filters.
    const code = this.version >= 5 ? (unsuback.granted[0] ?? 0x80) : 0;
    if (code < 0x80) return code;
    throw new Refused(`the broker refused to end "${visible(filter)}": ${reasonInWords(code)}`, [unsuback]);
  }

  /** The broker has kept no session. `failed` is told of each that can't be had again. */
  async renew(failed: (error: Error) => void): Promise<void> {
    for (const [filter, options] of this.#filters) await this.#subscribe([filter], options).catch(failed);
  }

  async #subscribe(filters: readonly string[], options: SubscribeOptions): Promise<ISubackPacket> {
    const asked = subscribing(filters, options, this.version);
    this.mostGranted = Math.max(this.mostGranted, options.qos ?? 0) as 0 | 1 | 2;
    const suback = (await this.ask(messageId => ({
      packet: { cmd: "subscribe", messageId, ...asked },
      key: `suback ${messageId}`,
    }))) as ISubackPacket;
    const codes = codesOf(suback);
    for (const [i, filter] of filters.entries())
      if ((codes[i] ?? 0x80) < 0x80) this.#filters.set(filter, options);
    return suback;
  }
}

const codesOf = ({ granted }: ISubackPacket) => granted as number[];
