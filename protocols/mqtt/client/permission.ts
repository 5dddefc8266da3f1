// What may be published: what every broker takes, less what this version has no word for and this broker has said no to.
import type { IConnackPacket } from "mqtt-packet";
import { Unwritable } from "../../wire/index.ts";
import { type Publication, propertiesOf } from "./message.ts";
import { topicSendable } from "./sendable.ts";

export class Permission {
  /** Topics that are known to be sendable: looking costs more than sending. */
  readonly #topics = new Set<string>();

  constructor(readonly version: number) {}

  /** `allowed`: what CONNACK said. @throws Unwritable */
  check({ topic, qos = 0, retain, properties }: Publication, allowed: IConnackPacket["properties"]): void {
    if (!this.#topics.has(topic)) {
      topicSendable(topic);
      if (this.#topics.size >= 1000) this.#topics.clear();
      this.#topics.add(topic);
    }
    if (properties) {
      if (this.version < 5) throw new Unwritable("are there since MQTT 5").within("properties");
      propertiesOf(properties);
    }
    if (!allowed) return;
    if (retain && allowed.retainAvailable === false)
      throw new Unwritable("the broker retains nothing").within("retain");
    if (allowed.maximumQoS !== undefined && qos > allowed.maximumQoS)
      throw new Unwritable(`the broker takes no more than ${allowed.maximumQoS}`).within("qos");
  }
}
