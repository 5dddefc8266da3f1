// Messages as an application has them, and as mqtt-packet has them. MQTT 5 §3.3.
import type { IPublishPacket } from "mqtt-packet";
import type { OwnAliases } from "./aliases.ts";
import { sendable, topicSendable, whole } from "./sendable.ts";

/** Names and values, in their order; a name may stand more than once. */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/** What goes with a message from its publisher to its subscribers. MQTT 5. */
export interface MessageProperties {
  /** Whether the payload is UTF-8. */
  readonly payloadFormatIndicator?: boolean;
  /** Seconds; a message that arrives says how many are left. */
  readonly messageExpiryInterval?: number;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  readonly userProperties?: UserProperties;
}

/** A message to publish. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** 0 by default. */
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  /** MQTT 5. */
  readonly properties?: MessageProperties;
}

/** A message that came. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** From QoS 1 up: as it came, for people. */
  readonly packetIdentifier?: number;
  readonly topicAlias?: number;
  /** Of the subscriptions that it matched, where they have some. */
  readonly subscriptionIdentifiers?: readonly number[];
  readonly properties?: MessageProperties;
}

type Properties = NonNullable<IPublishPacket["properties"]>;

/** @throws Unwritable */
export function propertiesOf(from: MessageProperties): Properties {
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic } = from;
  if (messageExpiryInterval !== undefined)
    whole(messageExpiryInterval, "messageExpiryInterval", 0, 0xffff_ffff);
  return {
    ...(payloadFormatIndicator !== undefined && { payloadFormatIndicator }),
    ...(messageExpiryInterval !== undefined && { messageExpiryInterval }),
    ...(contentType !== undefined && { contentType: sendable(contentType, "contentType") }),
    ...(responseTopic !== undefined && { responseTopic: topicSendable(responseTopic, "responseTopic") }),
    ...(from.correlationData && { correlationData: Buffer.from(from.correlationData) }),
    ...(from.userProperties && { userProperties: userPropertiesOf(from.userProperties) }),
  };
}

/** PUBLISH; with aliases, the topic may be one. @throws Unwritable */
export function publishPacket(
  message: Publication,
  aliases: OwnAliases,
  messageId?: number,
  dup = false,
): IPublishPacket {
  const { topic, payload, qos = 0, retain = false } = message;
  // mqtt-packet writes any octets, whatever its type says, and a Buffer over them costs more than writing them.
  const octets = payload as Buffer;
  const { topic: name, alias } = aliases.of(topic);
  if (!message.properties && alias === undefined)
    return { cmd: "publish", topic, payload: octets, qos, retain, dup, messageId };
  const properties = {
    ...(message.properties && propertiesOf(message.properties)),
    ...(alias !== undefined && { topicAlias: alias }),
  };
  return { cmd: "publish", topic: name, payload: octets, qos, retain, dup, messageId, properties };
}

/** mqtt-packet groups them by name: the order among different names is lost. */
export function userPropertiesOf(pairs: UserProperties): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    sendable(name, "userProperties");
    sendable(value, "userProperties");
    const before = all[name];
    all[name] = before === undefined ? value : [before, value].flat();
  }
  return all;
}

/** What came, with copies of its octets; `topic`: what its alias stands for. */
export function messageOf(packet: IPublishPacket, topic: string): Message {
  const { qos, retain, messageId, properties } = packet;
  const payload = ownOctets(packet.payload as Buffer);
  if (!properties && qos === 0) return { topic, payload, qos, retain };
  const { topicAlias, subscriptionIdentifier } = properties ?? {};
  return {
    topic,
    payload,
    qos,
    retain,
    ...(qos > 0 && { packetIdentifier: messageId }),
    ...(topicAlias !== undefined && { topicAlias }),
    ...(subscriptionIdentifier !== undefined && {
      subscriptionIdentifiers: [subscriptionIdentifier].flat() as number[],
    }),
    ...(properties && { properties: receivedProperties(properties) }),
  };
}

/** What mqtt-packet gives is a Buffer over what was read; what was known again (`Heard`) is the message's own. */
const ownOctets = (payload: Uint8Array): Uint8Array =>
  Buffer.isBuffer(payload) ? new Uint8Array(payload) : payload;

function receivedProperties(from: Properties): MessageProperties {
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData } = from;
  return {
    ...(payloadFormatIndicator !== undefined && { payloadFormatIndicator }),
    ...(messageExpiryInterval !== undefined && { messageExpiryInterval }),
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData && { correlationData: new Uint8Array(correlationData) }),
    ...(from.userProperties && {
      userProperties: Object.entries(from.userProperties).flatMap(([name, value]) =>
        [value].flat().map((each): [string, string] => [name, each]),
      ),
    }),
  };
}
