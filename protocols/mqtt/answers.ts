// What the broker answers to the packets of a client that it has let in. MQTT 5 §3.3 to §3.12 and §4.3, MQTT 3.1.1 §3.3 to §3.12.
import type { Connection } from "./connection.ts";
import type { Packet, PacketOf } from "./format.ts";
import { forwarded } from "./messages.ts";
import { allowances, Offence } from "./opening.ts";
import { Property, propertyOf } from "./properties.ts";
import { Reason } from "./reasons.ts";
import { rules } from "./rules.ts";
import type { Broker } from "./server.ts";
import { levelsOf, sharedPart } from "./topics.ts";
import { Type, typeName } from "./types.ts";

export class Answers {
  readonly #aliases = new Map<number, string>();
  /** Messages of QoS 2 that were taken, and whose PUBREL has not come yet (§4.3.3). */
  readonly #unreleased = new Set<number>();

  constructor(
    readonly broker: Broker,
    readonly client: Connection,
  ) {}

  /** Answers a packet. @throws Offence if it has no place here */
  to(packet: Packet): void {
    if (packet.type === Type.PUBLISH) this.#published(packet);
    else if (packet.type === Type.PUBREL) this.#released(packet);
    else if (packet.type === Type.SUBSCRIBE) this.#subscribed(packet);
    else if (packet.type === Type.UNSUBSCRIBE) this.#unsubscribed(packet);
    else if (packet.type === Type.PINGREQ) this.#pinged();
    else throw new Offence(rules.unasked.reason, `${typeName(packet.type)} to nothing that was asked`);
  }

  #published(publish: PacketOf<"PUBLISH">): void {
    const { broker, client } = this;
    const { levels } = broker.limits;
    const { qos, packetIdentifier = 0, payload, properties } = publish;
    const topic = this.#topicOf(publish);
    if (levelsOf(topic) > levels)
      throw new Offence(Reason["Topic Name invalid"], `a topic of more than ${levels} levels`);
    const again = qos === 2 && this.#unreleased.has(packetIdentifier);
    if (qos === 2) this.#hold(packetIdentifier);
    const retain = publish.retain === 1;
    const message = { topic, payload, retain, properties: forwarded(properties), at: broker.clock.elapsed() };
    const receivers = again ? 1 : broker.publish(message, client);
    if (qos === 0) return;
    const none = client.version >= 5 && receivers === 0;
    const reasonCode = none ? Reason["No matching subscribers"] : Reason.Success;
    const type = qos === 1 ? Type.PUBACK : Type.PUBREC;
    broker.log(`Sending ${typeName(type)} to ${client.id} (m${packetIdentifier}, rc${reasonCode})`);
    client.send({ type, packetIdentifier, ...(none && { reasonCode }) });
  }

  /** The topic, or the one that the alias stands for (§3.3.2.3.4). */
  #topicOf({ topic, properties }: PacketOf<"PUBLISH">): string {
    const alias = propertyOf(properties, Property.topicAlias);
    if (alias === undefined) return topic;
    const { topicAliases } = allowances;
    if (alias > topicAliases)
      throw new Offence(rules.topicAlias.reason, `topic alias ${alias}, and ${topicAliases} is the largest`);
    if (topic !== "") this.#aliases.set(alias, topic);
    const known = this.#aliases.get(alias);
    if (known === undefined)
      throw new Offence(rules.topicAlias.reason, `topic alias ${alias} stands for nothing`);
    return known;
  }

  #hold(packetIdentifier: number): void {
    this.#unreleased.add(packetIdentifier);
    const { receiveMaximum } = allowances;
    if (this.client.version >= 5 && this.#unreleased.size > receiveMaximum)
      throw new Offence(rules.quota.reason, `more than ${receiveMaximum} messages are under way`);
  }

  #released({ packetIdentifier }: PacketOf<"PUBREL">): void {
    const { broker, client } = this;
    const known = this.#unreleased.delete(packetIdentifier);
    broker.log(`Sending PUBCOMP to ${client.id} (m${packetIdentifier})`);
    const reasonCode = known || client.version < 5 ? undefined : Reason["Packet Identifier not found"];
    client.send({ type: Type.PUBCOMP, packetIdentifier, reasonCode });
  }

  #subscribed({ packetIdentifier, subscriptions, properties }: PacketOf<"SUBSCRIBE">): void {
    const { broker, client } = this;
    const identifier = propertyOf(properties, Property.subscriptionIdentifier);
    const reminders: string[] = [];
    const reasonCodes = subscriptions.map(({ filter, options }) => {
      broker.log(`\t${filter} (QoS ${options.qos})`);
      const refused = this.#refusalOf(filter);
      if (refused !== undefined) return client.version >= 5 ? refused : Reason["Unspecified error"];
      const isNew = !broker.subscriptions.has(filter, client);
      const { noLocal, retainAsPublished, retainHandling } = options;
      broker.subscriptions.add(filter, client, {
        noLocal: noLocal === 1,
        retainAsPublished: retainAsPublished === 1,
        identifier,
      });
      broker.log(`${client.id} 0 ${filter}`);
      if (retainHandling === 0 || (retainHandling === 1 && isNew)) reminders.push(filter);
      return 0;
    });
    broker.log(`Sending SUBACK to ${client.id}`);
    client.send({ type: Type.SUBACK, packetIdentifier, reasonCodes });
    for (const filter of reminders) broker.remind(client, filter, identifier);
  }

  #refusalOf(filter: string): number | undefined {
    const { limits, subscriptions } = this.broker;
    if (sharedPart(filter)) return Reason["Shared Subscriptions not supported"];
    if (levelsOf(filter) > limits.levels) return Reason["Topic Filter invalid"];
    const isNew = !subscriptions.has(filter, this.client);
    if (isNew && subscriptions.countOf(this.client) >= limits.subscriptions) return Reason["Quota exceeded"];
    return undefined;
  }

  #unsubscribed({ packetIdentifier, filters }: PacketOf<"UNSUBSCRIBE">): void {
    const { broker, client } = this;
    const codes = filters.map(filter => {
      broker.log(`\t${filter}`);
      broker.log(`${client.id} ${filter}`);
      return broker.subscriptions.remove(filter, client) ? Reason.Success : Reason["No subscription existed"];
    });
    broker.log(`Sending UNSUBACK to ${client.id}`);
    const reasonCodes = client.version >= 5 ? codes : undefined;
    client.send({ type: Type.UNSUBACK, packetIdentifier, reasonCodes });
  }

  #pinged(): void {
    this.broker.log(`Sending PINGRESP to ${this.client.id}`);
    this.client.send({ type: Type.PINGRESP });
  }
}
