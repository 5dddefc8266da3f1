// Messages inside the broker: what is kept of a PUBLISH, and the PUBLISH made of it for each who subscribed. MQTT 5 §3.3.
import { type DraftOf, packet } from "./format.ts";
import { Property } from "./properties.ts";
import { TopicTree } from "./tree.ts";
import { Type } from "./types.ts";

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  /** Those that are handed on unaltered (§3.3.2.3). */
  readonly properties: readonly Property[];
  /** When it came, in nanoseconds of the broker's elapsed time: message expiry counts from here. */
  readonly at: bigint;
}

const handedOn: readonly number[] = [
  Property.payloadFormatIndicator,
  Property.messageExpiryInterval,
  Property.contentType,
  Property.responseTopic,
  Property.correlationData,
  Property.userProperty,
];

export const forwarded = (list: readonly Property[] | undefined): readonly Property[] =>
  list?.filter(({ identifier }) => handedOn.includes(identifier)) ?? [];

/** Seconds that a message still lives; `undefined` if it never expires; 0 or less if it has. §3.3.2.3.3 */
function remaining({ properties, at }: Message, now: bigint): number | undefined {
  const expiry = properties.find(({ identifier }) => identifier === Property.messageExpiryInterval);
  return expiry && (expiry.value as number) - Number((now - at) / 1_000_000_000n);
}

const expired = (message: Message, now: bigint): boolean => (remaining(message, now) ?? 1) <= 0;

/** The PUBLISH, at QoS 0, for a receiver who speaks `version`. `identifiers`: those of its subscriptions. */
export function delivery(
  message: Message,
  {
    version,
    retain,
    identifiers,
    now,
  }: { version: number; retain: boolean; identifiers: readonly number[]; now: bigint },
): Uint8Array {
  const left = remaining(message, now);
  const properties: Property[] = message.properties.map(property =>
    property.identifier === Property.messageExpiryInterval ? { ...property, value: left! } : property,
  );
  for (const value of identifiers) properties.push({ identifier: Property.subscriptionIdentifier, value });
  const draft: DraftOf<"PUBLISH"> = {
    type: Type.PUBLISH,
    retain: retain ? 1 : 0,
    topic: message.topic,
    properties: version >= 5 ? properties : undefined,
    payload: message.payload,
  };
  return packet.encode(draft, { version });
}

/** Retained messages, one a topic (§3.3.1.3). At QoS 0 a server may discard them, so beyond the limits none is added. */
export class Retained {
  readonly #messages = new TopicTree<Message>();
  #count = 0;
  #octets = 0;

  constructor(readonly limits: { readonly retained: number; readonly retainedOctets: number }) {}

  /** A message of no octets removes the one that was there. */
  put(message: Message): void {
    const before = this.#messages.at(message.topic);
    if (before) {
      this.#messages.delete(message.topic);
      this.#count--;
      this.#octets -= sizeOf(before);
    }
    if (message.payload.length === 0) return;
    if (this.#count >= this.limits.retained) return;
    if (this.#octets + sizeOf(message) > this.limits.retainedOctets) return;
    // What it was read from is much larger than itself, and would be kept with it.
    this.#messages.set(message.topic, { ...message, payload: message.payload.slice() });
    this.#count++;
    this.#octets += sizeOf(message);
  }

  *matching(filter: string, now: bigint): Generator<Message> {
    for (const message of this.#messages.matchingFilter(filter)) if (!expired(message, now)) yield message;
  }
}

const sizeOf = ({ topic, payload, properties }: Message): number =>
  topic.length * 2 + payload.length + JSON.stringify(properties).length;
