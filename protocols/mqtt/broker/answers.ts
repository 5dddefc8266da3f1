// What the broker answers to the packets of a client that it has let in. MQTT 5 §3.3 to §3.12 and §4.3, MQTT 3.1.1 §3.3 to §3.12.
import type { Packet, PacketOf } from "../format.ts";
import { Property, propertyOf } from "../properties.ts";
import { Reason } from "../reasons.ts";
import { rules } from "../rules.ts";
import type { Broker } from "../server.ts";
import { levelsOf, sharedPart } from "../topics.ts";
import { Type, typeName } from "../types.ts";
import type { Connection } from "./connection.ts";
import { publishInWords } from "./log.ts";
import { Message } from "./messages.ts";
import { Offence } from "./opening.ts";
import type { Session } from "./session.ts";

export class Answers {
  #aliases: Map<number, string> | undefined;
  /** Packet identifiers of QoS 2 that came in this connection and are not released: no more than were allowed (§3.3.4). */
  #underway: Set<number> | undefined;

  constructor(
    readonly broker: Broker,
    readonly client: Connection,
    readonly session: Session,
  ) {}

  /** Answers a packet, which lies in `octets` from `at` to `end`. @throws Offence if it has no place here */
  to(packet: Packet, octets: Uint8Array, at: number, end: number): void {
    if (packet.type === Type.PUBLISH) this.#published(packet, octets, at, end);
    else if (packet.type === Type.PUBACK) this.#acknowledged(packet);
    else if (packet.type === Type.PUBREC) this.#received(packet);
    else if (packet.type === Type.PUBREL) this.#released(packet);
    else if (packet.type === Type.PUBCOMP) this.#completed(packet);
    else if (packet.type === Type.SUBSCRIBE) this.#subscribed(packet);
    else if (packet.type === Type.UNSUBSCRIBE) this.#unsubscribed(packet);
    else if (packet.type === Type.PINGREQ) this.#pinged();
    else throw new Offence(rules.unasked.reason, `${typeName(packet.type)} to nothing that was asked`);
  }

  #published(publish: PacketOf<"PUBLISH">, octets: Uint8Array, at: number, end: number): void {
    const { broker, client, session } = this;
    const { levels } = broker.limits;
    const { qos, packetIdentifier = 0 } = publish;
    const topic = this.#topicOf(publish);
    if (levelsOf(topic) > levels)
      throw new Offence(Reason["Topic Name invalid"], `a topic of more than ${levels} levels`);
    broker.counts.publishReceived++;
    if (qos === 2) this.#count(packetIdentifier);
    const isNew = qos !== 2 || !session.unreleased.has(packetIdentifier);
    const isDenied = isNew && !broker.mayWrite(session, topic);
    if (isDenied) broker.log?.(`Denied PUBLISH from ${client.id} ${publishInWords({ ...publish, topic })}`);
    let receivers = 1;
    if (isNew && !isDenied) {
      if (qos === 2) session.take(packetIdentifier);
      const message = Message.of(publish, topic, client.heard);
      message.adopt(publish, client.version, { octets, at, end });
      receivers = broker.publish(message, session);
    }
    if (qos === 0) return;
    const reason = isDenied
      ? Reason["Not authorized"]
      : receivers === 0
        ? Reason["No matching subscribers"]
        : Reason.Success;
    const type = qos === 1 ? Type.PUBACK : Type.PUBREC;
    // A message that was refused is not under way any more; before MQTT 5 that can't be said, and PUBREL will come.
    if (isDenied && client.version >= 5) this.#underway?.delete(packetIdentifier);
    const code = client.version >= 5 ? reason : 0;
    broker.log?.(`Sending ${typeName(type)} to ${client.id} (m${packetIdentifier}, rc${code})`);
    client.acknowledge(type, packetIdentifier, code);
  }

  /** The topic, or the one that the alias stands for (§3.3.2.3.4). */
  #topicOf({ topic, properties }: PacketOf<"PUBLISH">): string {
    const alias = propertyOf(properties, Property.topicAlias);
    if (alias === undefined) return topic;
    const { topicAliases } = this.broker.limits;
    if (alias > topicAliases)
      throw new Offence(rules.topicAlias.reason, `topic alias ${alias}, and ${topicAliases} is the largest`);
    this.#aliases ??= new Map();
    if (topic !== "") this.#aliases.set(alias, topic);
    const known = this.#aliases.get(alias);
    if (known === undefined)
      throw new Offence(rules.topicAlias.reason, `topic alias ${alias} stands for nothing`);
    return known;
  }

  #count(packetIdentifier: number): void {
    this.#underway ??= new Set();
    this.#underway.add(packetIdentifier);
    const { inflight } = this.broker.limits;
    if (this.client.version >= 5 && this.#underway.size > inflight)
      throw new Offence(rules.quota.reason, `more than ${inflight} messages are under way`);
  }

  #acknowledged({ packetIdentifier }: PacketOf<"PUBACK">): void {
    if (!this.session.outgoing.acknowledged(packetIdentifier)) this.#unknown("PUBACK");
  }

  #received({ packetIdentifier, reasonCode = 0 }: PacketOf<"PUBREC">): void {
    const { broker, client, session } = this;
    const isRefused = reasonCode >= Reason["Unspecified error"];
    if (session.outgoing.received(packetIdentifier, isRefused) || isRefused) return;
    this.#unknown("PUBREC");
    broker.log?.(`Sending PUBREL to ${client.id} (m${packetIdentifier})`);
    client.acknowledge(Type.PUBREL, packetIdentifier, Reason["Packet Identifier not found"]);
  }

  #released({ packetIdentifier }: PacketOf<"PUBREL">): void {
    const { broker, client, session } = this;
    this.#underway?.delete(packetIdentifier);
    const known = session.release(packetIdentifier);
    broker.log?.(`Sending PUBCOMP to ${client.id} (m${packetIdentifier})`);
    client.acknowledge(
      Type.PUBCOMP,
      packetIdentifier,
      known ? Reason.Success : Reason["Packet Identifier not found"],
    );
  }

  #completed({ packetIdentifier }: PacketOf<"PUBCOMP">): void {
    if (!this.session.outgoing.completed(packetIdentifier)) this.#unknown("PUBCOMP");
  }

  /** Not an error while two sides find together again (§3.6.2.1), and harmless at other times. */
  #unknown(answer: string): void {
    this.broker.log?.(`Warning: Received ${answer} from ${this.client.id} for an unknown packet identifier.`);
  }

  #subscribed({ packetIdentifier, subscriptions, properties }: PacketOf<"SUBSCRIBE">): void {
    const { broker, client, session } = this;
    const identifier = propertyOf(properties, Property.subscriptionIdentifier);
    const reminders: { filter: string; qos: number }[] = [];
    const reasonCodes = subscriptions.map(({ filter, options }) => {
      const { qos, noLocal, retainAsPublished, retainHandling } = options;
      broker.log?.(`\t${filter} (QoS ${qos})`);
      const refused = this.#refusalOf(filter);
      if (refused !== undefined) return client.version >= 5 ? refused : Reason["Unspecified error"];
      const isNew = !broker.subscriptions.has(filter, session);
      session.subscribe(filter, {
        qos,
        noLocal: noLocal === 1,
        retainAsPublished: retainAsPublished === 1,
        ...(identifier !== undefined && { identifier }),
      });
      broker.log?.(`${client.id} ${qos} ${filter}`);
      const isAsked = retainHandling === 0 || (retainHandling === 1 && isNew);
      if (isAsked && !sharedPart(filter)) reminders.push({ filter, qos });
      return qos;
    });
    broker.log?.(`Sending SUBACK to ${client.id}`);
    client.send({ type: Type.SUBACK, packetIdentifier, reasonCodes });
    for (const { filter, qos } of reminders) broker.remind(session, filter, qos, identifier);
  }

  #refusalOf(filter: string): number | undefined {
    const { limits, subscriptions, access } = this.broker;
    const shared = sharedPart(filter);
    const heard = shared && shared !== "malformed" ? shared.filter : filter;
    if (levelsOf(filter) > limits.levels) return Reason["Topic Filter invalid"];
    // What wildcards reach is decided message by message.
    if (access && !/[+#]/.test(heard) && !access.mayRead(this.session, heard))
      return Reason["Not authorized"];
    const isNew = !subscriptions.has(filter, this.session);
    if (isNew && subscriptions.countOf(this.session) >= limits.subscriptions) return Reason["Quota exceeded"];
    return undefined;
  }

  #unsubscribed({ packetIdentifier, filters }: PacketOf<"UNSUBSCRIBE">): void {
    const { broker, client, session } = this;
    const codes = filters.map(filter => {
      broker.log?.(`\t${filter}`);
      broker.log?.(`${client.id} ${filter}`);
      return session.unsubscribe(filter) ? Reason.Success : Reason["No subscription existed"];
    });
    broker.log?.(`Sending UNSUBACK to ${client.id}`);
    const reasonCodes = client.version >= 5 ? codes : undefined;
    client.send({ type: Type.UNSUBACK, packetIdentifier, reasonCodes });
  }

  #pinged(): void {
    this.broker.log?.(`Sending PINGRESP to ${this.client.id}`);
    this.client.send({ type: Type.PINGRESP });
  }
}
