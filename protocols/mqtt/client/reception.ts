// Messages that come: kept until the application takes them, acknowledged when it does. The receiver's half of MQTT 5 §4.3.
import type { IPublishPacket, Packet } from "mqtt-packet";
import { Violated } from "../../endpoint/index.ts";
import { Reason } from "../reasons.ts";
import { rules } from "../rules.ts";
import type { BrokersAliases } from "./aliases.ts";
import { type Message, messageOf } from "./message.ts";
import type { Store } from "./store.ts";

/** Messages that nobody has taken yet take so many octets before reading stands still. */
const backlogLimit = 4 * 1024 * 1024;
/** While an answer is awaited, reading must go on: messages of QoS 0 are then lost; beyond this it stands still all the same. */
const utmost = 4 * backlogLimit;
/** What an empty message costs while it is kept, roughly. */
const messageOverhead = 256;

interface Held {
  readonly message: Message;
  readonly size: number;
  /** The identifier to acknowledge; none at QoS 0, or when the broker has forgotten it. */
  identifier?: number;
}

/**
 * A message of QoS 1 is acknowledged, and one of QoS 2 recorded and acknowledged, when the application takes it:
 * before that the broker answers for it. One that the broker sends again while it is held is not held twice.
 */
export class Reception {
  /** Messages of QoS 0 that were lost because nobody took those before them. */
  dropped = 0;
  #held: Held[] = [];
  #next = 0;
  readonly #byIdentifier = new Map<number, Held>();
  /** What came on this connection and is not acknowledged to its end. */
  readonly #underWay = new Set<number>();
  #backlog = 0;
  readonly #waiting: (() => void)[] = [];
  /** By topic: who takes messages before the queue does. */
  readonly #routes = new Map<string, (message: Message) => void>();

  constructor(
    readonly store: Store,
    readonly post: (packet: Packet) => void,
    /** Most messages of QoS 1 and 2 under way; what CONNECT announced. */
    readonly receiveMaximum: number,
  ) {}

  /** Another connection: the broker counts from the beginning, whatever is still under way (MQTT 5 §4.9). */
  begin(): void {
    this.#underWay.clear();
  }

  isFull(isAwaiting: boolean): boolean {
    return this.#backlog > (isAwaiting ? utmost : backlogLimit);
  }

  /** @throws Violated */
  takePublish(packet: IPublishPacket, aliases: BrokersAliases, isAwaiting: boolean): void {
    const topic = aliases.topicOf(packet);
    const { qos, messageId: identifier } = packet;
    if (qos > 0) this.#count(identifier!, packet);
    if (qos === 2 && this.store.received.has(identifier!)) return this.#received(identifier!);
    if (qos > 0 && this.#byIdentifier.has(identifier!)) return;
    const size = topic.length + packet.payload.length + messageOverhead;
    if (qos === 0 && isAwaiting && this.#backlog + size > backlogLimit) {
      this.dropped++;
      return;
    }
    const held: Held = {
      message: messageOf(packet, topic),
      size,
      identifier: qos > 0 ? identifier : undefined,
    };
    const route = this.#routes.get(topic);
    if (route) {
      this.#acknowledge(held);
      return route(held.message);
    }
    if (qos > 0) this.#byIdentifier.set(identifier!, held);
    this.#held.push(held);
    this.#backlog += size;
    this.#waiting.shift()?.();
  }

  takePubrel(identifier: number): void {
    const isKnown = this.store.received.has(identifier);
    if (isKnown) this.store.forget(identifier);
    this.#underWay.delete(identifier);
    this.post({
      cmd: "pubcomp",
      messageId: identifier,
      ...(!isKnown && { reasonCode: Reason["Packet Identifier not found"] }),
    });
  }

  /** The message that came first of those that are held. */
  next(): Message | undefined {
    const held = this.#held[this.#next];
    if (!held) return undefined;
    if (++this.#next === this.#held.length || this.#next > 4096) {
      this.#held = this.#held.slice(this.#next);
      this.#next = 0;
    }
    this.#backlog -= held.size;
    this.#acknowledge(held);
    return held.message;
  }

  /** Calls `wake` once: when a message is there to be taken, or with `wakeAll`, or with what this returns. */
  arrival(wake: () => void): () => void {
    this.#waiting.push(wake);
    return () => {
      const at = this.#waiting.indexOf(wake);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      wake();
    };
  }

  wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Messages of that topic go to `take`, and not into the queue. */
  route(topic: string, take: (message: Message) => void): void {
    this.#routes.set(topic, take);
  }

  /** The broker keeps no session: it will not ask for what was received, nor send anything again. */
  forgetAll(): void {
    if (this.store.received.size > 0) this.store.forgetAll();
    for (const held of this.#byIdentifier.values()) held.identifier = undefined;
    this.#byIdentifier.clear();
  }

  /** @throws Violated */
  #count(identifier: number, packet: IPublishPacket): void {
    this.#underWay.add(identifier);
    if (this.#underWay.size > this.receiveMaximum)
      throw new Violated(
        rules.quota.id,
        `more than ${this.receiveMaximum} messages of QoS 1 and 2 are under way`,
        packet,
      );
  }

  #acknowledge({ identifier, message }: Held): void {
    if (identifier === undefined) return;
    this.#byIdentifier.delete(identifier);
    if (message.qos === 1) {
      this.#underWay.delete(identifier);
      return this.post({ cmd: "puback", messageId: identifier });
    }
    this.store.receive(identifier);
    this.#received(identifier);
  }

  #received(identifier: number): void {
    this.post({ cmd: "pubrec", messageId: identifier });
  }
}
