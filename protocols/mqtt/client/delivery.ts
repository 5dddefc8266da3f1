// Our messages of QoS 1 and 2 on their way to the broker: the sender's half of the state machines. MQTT 5 §4.3, §4.4, §4.9.
import type { Packet } from "mqtt-packet";
import { Refused, Violated } from "../../endpoint/index.ts";
import { identifierAfter } from "../identifiers.ts";
import { Reason, reasonInWords } from "../reasons.ts";
import { rules } from "../rules.ts";
import { visible } from "../values.ts";
import type { Publication } from "./message.ts";
import type { Outgoing, Store } from "./store.ts";

/** What carries the packets at present. */
export interface Carrier {
  /** @throws Unwritable */
  publish(message: Publication, identifier: number, duplicate: boolean): void;
  post(packet: Packet): void;
  await(messages: number): void;
}

type Acknowledgement = Extract<Packet, { cmd: "puback" | "pubrec" | "pubcomp" }>;

/** Messages that were accepted and not acknowledged take so many octets at the most; who publishes more waits. */
const roomLimit = 16 * 1024 * 1024;
/** Below the 65535 identifiers that there are: SUBSCRIBE needs some too. */
const mostOutgoing = 60_000;

/**
 * A message is in the store from when it is accepted until PUBACK, or PUBCOMP, has come. At most `window` of them are
 * under way; after a reconnection those that were are sent again in their order, as duplicates.
 */
export class Delivery {
  /** Accepted and not yet sent on this connection, in order. */
  #waiting: Outgoing[] = [];
  #next = 0;
  #underway = 0;
  #window = 0;
  #octets = 0;
  #last = 0;
  #carrier: Carrier | undefined;
  #ended: Error | undefined;
  readonly #wishing: (() => void)[] = [];
  readonly #drained: (() => void)[] = [];

  constructor(
    readonly store: Store,
    /** Whether a packet identifier is used for something else. */
    readonly isTaken: (identifier: number) => boolean,
  ) {
    for (const one of store.outgoing.values()) this.#octets += sizeOf(one.message);
    this.#last = store.outgoing.keys().at(-1) ?? 0;
  }

  /** Messages that the broker has not acknowledged. */
  get outstanding(): number {
    return this.store.outgoing.size + this.#wishing.length;
  }

  /** The broker's reason code, once it has taken the message. @throws Refused with a reason code of failure */
  publish(message: Publication): Promise<number> {
    // Who came earlier is served earlier.
    if (this.#isFull || this.#wishing.length > 0)
      return new Promise<void>(resolve => this.#wishing.push(resolve)).then(() => this.#publish(message));
    return this.#publish(message);
  }

  /** Resolves when nothing is outstanding. */
  async drained(): Promise<void> {
    if (this.outstanding > 0) await new Promise<void>(resolve => this.#drained.push(resolve));
  }

  /**
   * A connection is there. With the session kept, what was under way goes on where it was; else the broker has
   * forgotten it, and the messages of QoS 2 that it may or may not have are given up, so that none comes twice.
   * Returns how many those were.
   */
  resume(carrier: Carrier, window: number, isKept: boolean): number {
    this.#carrier = carrier;
    this.#window = window;
    this.#underway = 0;
    let uncertain = 0;
    if (!isKept)
      for (const one of this.store.outgoing.values()) {
        if (one.released) this.#complete(one, Reason.Success);
        else if (one.message.qos === 2 && one.sent) {
          this.#complete(
            one,
            new Refused("the broker lost the session: whether it delivered the message, nobody knows"),
          );
          uncertain++;
        } else one.sent = false;
      }
    this.#waiting = this.store.outgoing.values();
    this.#next = 0;
    this.#pump();
    return uncertain;
  }

  /** The connection is gone. */
  pause(): void {
    this.#carrier = undefined;
  }

  /** Nothing will come any more. */
  end(error: Error): void {
    this.#ended ??= error;
    this.#carrier = undefined;
    for (const { failed } of this.store.outgoing.values()) failed?.(error);
    for (const wake of this.#wishing.splice(0)) wake();
    for (const wake of this.#drained.splice(0)) wake();
  }

  /** PUBACK, PUBREC or PUBCOMP. @throws Violated */
  take(packet: Acknowledgement): void {
    const identifier = packet.messageId!;
    const code = packet.reasonCode ?? Reason.Success;
    const one = this.store.outgoing.get(identifier);
    const { cmd } = packet;
    if (cmd === "pubrec" && (!one || (one.released && code >= 0x80)))
      return this.#carrier?.post({
        cmd: "pubrel",
        messageId: identifier,
        reasonCode: Reason["Packet Identifier not found"],
      });
    const isRight =
      one && (cmd === "puback" ? one.message.qos === 1 : one.message.qos === 2) && (one.sent || one.released);
    if (!one || !isRight || (cmd === "pubcomp" && !one.released))
      throw new Violated(
        rules.unasked.id,
        `${cmd.toUpperCase()} ${identifier} to nothing that was asked`,
        packet,
      );
    if (cmd === "pubrec" && code < 0x80) {
      if (!one.released) this.store.release(one);
      this.#carrier?.await(this.#underway);
      this.#carrier?.post({ cmd: "pubrel", messageId: identifier });
      return;
    }
    this.#underway = Math.max(0, this.#underway - 1);
    this.#complete(one, code < 0x80 || cmd === "pubcomp" ? code : refusal(packet, one.message.topic));
    this.#pump();
  }

  get #isFull(): boolean {
    return this.store.outgoing.size >= mostOutgoing || this.#octets >= roomLimit;
  }

  #publish(message: Publication): Promise<number> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((taken, failed) => this.#accept(message, taken, failed));
  }

  #accept(message: Publication, taken: Outgoing["taken"], failed: Outgoing["failed"]): void {
    const { outgoing } = this.store;
    const identifier = identifierAfter(this.#last, id => !outgoing.has(id) && !this.isTaken(id))!;
    this.#last = identifier;
    const one: Outgoing = {
      identifier,
      message,
      at: this.store.now(),
      released: false,
      sent: false,
      taken,
      failed,
    };
    this.store.accept(one);
    this.#octets += sizeOf(message);
    this.#waiting.push(one);
    this.#pump();
  }

  /** Sends as many as the window lets. */
  #pump(): void {
    const carrier = this.#carrier;
    if (!carrier) return;
    while (this.#underway < this.#window && this.#next < this.#waiting.length) {
      const one = this.#waiting[this.#next++]!;
      if (this.#send(carrier, one)) this.#underway++;
    }
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    } else if (this.#next > 4096) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    carrier.await(this.#underway);
  }

  #send(carrier: Carrier, one: Outgoing): boolean {
    if (one.released) {
      carrier.post({ cmd: "pubrel", messageId: one.identifier });
      return true;
    }
    const left = this.#timeLeft(one);
    if (left !== undefined && left <= 0 && !one.sent) {
      this.#complete(
        one,
        new Refused(`the message to ${visible(one.message.topic)} expired before it was sent`),
      );
      return false;
    }
    try {
      const { message } = one;
      const current =
        left === undefined
          ? message
          : { ...message, properties: { ...message.properties, messageExpiryInterval: Math.max(1, left) } };
      carrier.publish(current, one.identifier, one.sent);
    } catch (error) {
      // This broker does not take it, and would not the next time.
      this.#complete(one, error as Error);
      return false;
    }
    one.sent = true;
    return true;
  }

  /** Whole seconds until the message expires. */
  #timeLeft({ message, at }: Outgoing): number | undefined {
    const interval = message.properties?.messageExpiryInterval;
    return interval === undefined ? undefined : interval - Math.floor((this.store.now() - at) / 1000);
  }

  #complete(one: Outgoing, outcome: number | Error): void {
    this.store.complete(one);
    this.#octets -= sizeOf(one.message);
    if (typeof outcome === "number") one.taken?.(outcome);
    else one.failed?.(outcome);
    // One by one: each of them may fill the room again.
    if (this.#wishing.length > 0 && !this.#isFull) this.#wishing.shift()!();
    if (this.outstanding === 0) for (const wake of this.#drained.splice(0)) wake();
  }
}

/** Octets that an outgoing message takes, roughly. */
const sizeOf = ({ topic, payload }: Publication): number => topic.length + payload.length + 128;

const refusal = (packet: Acknowledgement, topic: string): Refused => {
  const said = packet.properties?.reasonString;
  return new Refused(
    `the broker refused the message to ${visible(topic)}: ${reasonInWords(packet.reasonCode!)}${said ? `, "${visible(said)}"` : ""}`,
    [packet],
  );
};
