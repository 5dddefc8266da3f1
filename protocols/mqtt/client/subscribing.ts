// What a subscription can ask for, and the part of SUBSCRIBE that says so. MQTT 5 §3.8.
import type { ISubscribePacket } from "mqtt-packet";
import { Unwritable } from "../../wire/index.ts";
import { type UserProperties, userPropertiesOf } from "./message.ts";
import { filterSendable, whole } from "./sendable.ts";

export interface SubscribeOptions {
  /** The highest QoS that messages shall come with; 0 by default. */
  readonly qos?: 0 | 1 | 2;
  /** Not what this client itself publishes. MQTT 5, as are all that follow. */
  readonly noLocal?: boolean;
  /** Whether the retain flag comes as it was published. */
  readonly retainAsPublished?: boolean;
  /** Retained messages: 0 are sent, 1 only if the subscription is new, 2 are not sent. */
  readonly retainHandling?: 0 | 1 | 2;
  /** A number that comes back with each message: 1 to 268 435 455. */
  readonly identifier?: number;
  readonly userProperties?: UserProperties;
}

/** SUBSCRIBE without its identifier. @throws Unwritable */
export function subscribing(
  filters: readonly string[],
  options: SubscribeOptions,
  version: number,
): Pick<ISubscribePacket, "subscriptions" | "properties"> {
  const { qos = 0, noLocal, retainAsPublished, retainHandling, identifier, userProperties } = options;
  const since5 = { nl: noLocal, rap: retainAsPublished, rh: retainHandling };
  if (version < 5 && (Object.values(since5).some(Boolean) || identifier || userProperties))
    throw new Unwritable("there are only since MQTT 5").within("options");
  if (identifier !== undefined) whole(identifier, "identifier", 1, 0x0fff_ffff);
  const subscriptions = filters.map(topic => ({
    topic: filterSendable(topic),
    qos,
    ...(version >= 5 && since5),
  })) as ISubscribePacket["subscriptions"];
  const properties = {
    ...(identifier !== undefined && { subscriptionIdentifier: identifier }),
    ...(userProperties && { userProperties: userPropertiesOf(userProperties) }),
  };
  return { subscriptions, properties };
}
