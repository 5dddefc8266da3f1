// Messages inside the broker: what is kept of a PUBLISH, and the PUBLISH made of it for each who subscribed. MQTT 5 §3.3.
import type { Clock } from "../../endpoint/index.ts";
import { type DraftOf, type PacketOf, packet } from "../format.ts";
import { Property } from "../properties.ts";
import { Type } from "../types.ts";
import { Version } from "../versions.ts";

/** In which form a receiver gets a message. */
export interface Form {
  readonly version: number;
  readonly qos: number;
  readonly retain: boolean;
  /** Those of the receiver's subscriptions that match. */
  readonly identifiers: readonly number[];
}

type Elapsed = Pick<Clock, "elapsed">;

const handedOn: readonly number[] = [
  Property.payloadFormatIndicator,
  Property.messageExpiryInterval,
  Property.contentType,
  Property.responseTopic,
  Property.correlationData,
  Property.userProperty,
];

/** The properties that are handed on unaltered (§3.3.2.3). */
export const forwarded = (list: readonly Property[] | undefined): readonly Property[] =>
  list && list.length > 0 ? list.filter(({ identifier }) => handedOn.includes(identifier)) : none;
const none: readonly Property[] = [];

interface Made {
  readonly key: number | string;
  readonly octets: Uint8Array;
}

/** The PUBLISH that a message came in, in what was read. */
interface Adopted {
  readonly key: number | string;
  readonly octets: Uint8Array;
  readonly at: number;
  readonly end: number;
}

export class Message {
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly properties: readonly Property[];
  /** When it came, in nanoseconds of the broker's elapsed time: message expiry counts from here. */
  readonly at: bigint;
  #payload: Uint8Array;
  #isKept = false;
  /** Most receivers get the same octets: each form is written once. */
  #made: Made[] = [];
  /** The form that it came in: of no use once what was read is done with. */
  #adopted: Adopted | undefined;
  readonly #expiry: number | undefined;

  constructor(of: {
    readonly topic: string;
    readonly payload: Uint8Array;
    readonly qos: number;
    readonly retain: boolean;
    readonly properties: readonly Property[];
    readonly at: bigint;
  }) {
    ({
      topic: this.topic,
      qos: this.qos,
      retain: this.retain,
      properties: this.properties,
      at: this.at,
    } = of);
    this.#payload = of.payload;
    this.#expiry = this.properties.find(({ identifier }) => identifier === Property.messageExpiryInterval)
      ?.value as number | undefined;
  }

  get payload(): Uint8Array {
    return this.#payload;
  }

  /** Roughly what it costs to keep, in octets. */
  get size(): number {
    const properties = this.properties.length === 0 ? 0 : JSON.stringify(this.properties).length;
    return this.topic.length * 2 + this.#payload.length + properties;
  }

  /** To be called before it is kept: what it was read from is much larger than itself, and would be kept with it. */
  keep(): this {
    if (!this.#isKept) this.#payload = this.#payload.slice();
    this.#isKept = true;
    return this;
  }

  /** Lets go of the forms that were made of it. */
  settle(): void {
    this.#made = [];
    this.#adopted = undefined;
  }

  /** Seconds that it still lives; `undefined` if it never expires; 0 or less if it has. §3.3.2.3.3 */
  remaining(clock: Elapsed): number | undefined {
    // Few messages expire, and a clock costs more to ask than all else here.
    return this.#expiry === undefined
      ? undefined
      : this.#expiry - Number((clock.elapsed() - this.at) / 1_000_000_000n);
  }

  hasExpired(clock: Elapsed): boolean {
    return this.#expiry !== undefined && this.remaining(clock)! <= 0;
  }

  /** The PUBLISH for a receiver; of QoS 1 and 2 with some packet identifier, in place of which `numbered` puts its own. */
  form({ version, qos, retain, identifiers }: Form, clock: Elapsed): Uint8Array {
    const since5 = version >= Version["MQTT 5"];
    const left = since5 ? this.remaining(clock) : undefined;
    const key = keyOf(since5, qos, retain, left, since5 ? identifiers : noIdentifiers);
    for (const made of this.#made) if (made.key === key) return made.octets;
    if (this.#adopted?.key === key) {
      const { octets: read, at, end } = this.#adopted;
      const octets = end - at === read.length ? read : read.slice(at, end);
      this.#made.push({ key, octets });
      return octets;
    }
    const properties = since5 ? this.#propertiesFor(identifiers, left) : undefined;
    const octets = packet.encode(this.#draft(qos, retain, properties), { version: since5 ? 5 : 4 });
    this.#made.push({ key, octets });
    return octets;
  }

  /** The PUBLISH that it came in is the form of those who want it just so: it need not be written again. */
  adopt(publish: PacketOf<"PUBLISH">, version: number, place: Omit<Adopted, "key">): void {
    const isPlain = publish.dup === 0 && publish.retain === 0 && !publish.properties?.length;
    if (!isPlain || publish.topic === "") return;
    const key = keyOf(version >= Version["MQTT 5"], publish.qos, false, undefined, noIdentifiers);
    const { octets, at, end } = place;
    this.#adopted = { key, octets, at, end };
  }

  /** As a store keeps it: a PUBLISH of MQTT 5. */
  record(): Uint8Array {
    return packet.encode(this.#draft(this.qos, this.retain, this.properties), { version: 5 });
  }

  static of(publish: PacketOf<"PUBLISH">, topic: string, at: bigint): Message {
    const { payload, qos, retain, properties } = publish;
    return new Message({ topic, payload, qos, retain: retain === 1, properties: forwarded(properties), at });
  }

  #propertiesFor(identifiers: readonly number[], left: number | undefined): Property[] {
    const list: Property[] = this.properties.map(property =>
      property.identifier === Property.messageExpiryInterval ? { ...property, value: left! } : property,
    );
    for (const value of identifiers) list.push({ identifier: Property.subscriptionIdentifier, value });
    return list;
  }

  #draft(qos: number, retain: boolean, properties: readonly Property[] | undefined): DraftOf<"PUBLISH"> {
    return {
      type: Type.PUBLISH,
      qos,
      retain: retain ? 1 : 0,
      topic: this.topic,
      packetIdentifier: qos > 0 ? 1 : undefined,
      properties: properties as Property[] | undefined,
      payload: this.#payload,
    };
  }
}

const noIdentifiers: readonly number[] = [];
/** Usually a number; what is rare makes it a text. */
function keyOf(
  since5: boolean,
  qos: number,
  retain: boolean,
  left: number | undefined,
  identifiers: readonly number[],
): number | string {
  const usual = (since5 ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return left === undefined && identifiers.length === 0 ? usual : `${usual} ${left} ${identifiers.join()}`;
}

/** The same PUBLISH of QoS 1 or 2 under a packet identifier, and with DUP where it is sent again (§3.3.1.1, §2.2.1). */
export function numbered(octets: Uint8Array, packetIdentifier: number, dup: boolean): Uint8Array {
  const copy = octets.slice();
  if (dup) copy[0]! |= 0b1000;
  let at = 1;
  while (copy[at]! >= 0x80) at++;
  at++;
  at += 2 + ((copy[at]! << 8) | copy[at + 1]!);
  copy[at] = packetIdentifier >>> 8;
  copy[at + 1] = packetIdentifier & 0xff;
  return copy;
}
