// Topic aliases: numbers that stand for topic names in one direction of one connection. MQTT 5 §3.3.2.3.4.
import type { IPublishPacket } from "mqtt-packet";
import { Violated } from "../../endpoint/index.ts";
import { rules } from "../rules.ts";

/** Those that we use: the first topics get them, and keep them. */
export class OwnAliases {
  readonly #numbers = new Map<string, number>();

  constructor(readonly most: number) {}

  /** What to send in place of a topic: the alias alone once the broker knows it. */
  of(topic: string): { readonly topic: string; readonly alias?: number } {
    const known = this.#numbers.get(topic);
    if (known !== undefined) return { topic: "", alias: known };
    if (this.#numbers.size >= this.most) return { topic };
    this.#numbers.set(topic, this.#numbers.size + 1);
    return { topic, alias: this.#numbers.size };
  }

  /** The packet that would have told the broker was not sent after all. */
  forget(topic: string): void {
    if (this.#numbers.get(topic) === this.#numbers.size) this.#numbers.delete(topic);
  }
}

/** Those that the broker uses. */
export class BrokersAliases {
  readonly #topics = new Map<number, string>();

  constructor(readonly most: number) {}

  /** The topic of a packet. @throws Violated */
  topicOf(packet: IPublishPacket): string {
    const alias = packet.properties?.topicAlias;
    if (alias === undefined) return packet.topic;
    if (alias > this.most)
      throw new Violated(rules.topicAlias.id, `topic alias ${alias}, and ${this.most} were allowed`, packet);
    if (packet.topic !== "") this.#topics.set(alias, packet.topic);
    const topic = this.#topics.get(alias);
    if (topic === undefined)
      throw new Violated(rules.topicAlias.id, `topic alias ${alias} stands for nothing`, packet);
    return topic;
  }
}
