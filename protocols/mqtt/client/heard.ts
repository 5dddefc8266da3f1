// Packets that differ from one already read in their identifier and payload alone: mqtt-packet reads the first of a kind.
import type { IPublishPacket, Packet } from "mqtt-packet";
import { Type } from "../types.ts";
import { Version } from "../versions.ts";

/** Kinds that are remembered, before it begins anew, and the longest topic among them: a broker is not to fill our memory. */
const mostKinds = 1000;
const longestTopic = 256;

interface Kind {
  /** The first octet, and the topic with its length, of a PUBLISH. */
  readonly first: number;
  readonly topic: Uint8Array;
  readonly packet: IPublishPacket;
}

/**
 * A broker says much the same thing again and again, and mqtt-packet takes most of the time of reading it. Whatever is
 * known here was judged and read once, and what may differ from it breaks no rule: acknowledgements without
 * properties, and PUBLISH without properties in a packet of less than 16 kB.
 */
export class Heard {
  readonly #acknowledgements = new Map<number, Packet>();
  readonly #messages = new Map<number, Kind>();

  constructor(readonly version: number) {}

  /** The packet of `size` octets at `at`, if one of its kind was read before. */
  again(octets: Uint8Array, at: number, size: number): Packet | undefined {
    const type = octets[at]! >>> 4;
    if (type === Type.PUBLISH) return this.#message(octets, at, size);
    const isPlain = isAcknowledgement(type, size) && octets[at + 1] === size - 2;
    return isPlain ? this.#acknowledgement(octets, at, size) : undefined;
  }

  /** `packet` was read from these octets, and broke no rule. */
  remember(octets: Uint8Array, packet: Packet): void {
    const type = octets[0]! >>> 4;
    if (packet.cmd === "publish") this.#rememberMessage(octets, packet);
    else if (isAcknowledgement(type, octets.length))
      this.#acknowledgements.set(kindOf(octets, 0, octets.length), packet);
  }

  #acknowledgement(octets: Uint8Array, at: number, size: number): Packet | undefined {
    const packet = this.#acknowledgements.get(kindOf(octets, at, size));
    const messageId = octets[at + 2]! * 256 + octets[at + 3]!;
    return packet && messageId > 0 ? ({ ...packet, messageId } as Packet) : undefined;
  }

  #message(octets: Uint8Array, at: number, size: number): Packet | undefined {
    const first = octets[at]!;
    const topicAt = topicIn(octets, at);
    // A length in more octets than it needs ends in 0.
    if (octets[topicAt - 1] === 0) return undefined;
    const topicEnd = topicAt + 2 + octets[topicAt]! * 256 + octets[topicAt + 1]!;
    const identifierSize = first & 0b110 ? 2 : 0;
    const propertiesAt = topicEnd + identifierSize;
    const payloadAt = propertiesAt + (this.version >= Version["MQTT 5"] ? 1 : 0);
    const end = at + size;
    // Also where a length was not there, and is NaN.
    if (!(payloadAt <= end)) return undefined;
    const kind = this.#messages.get(hash(octets, topicAt, topicEnd, first));
    if (kind?.first !== first || !isSame(kind.topic, octets, topicAt, topicEnd)) return undefined;
    if (payloadAt > propertiesAt && octets[propertiesAt] !== 0) return undefined;
    // A copy costs less than a view, and all that is done to it is to copy it once more.
    const payload = octets.slice(payloadAt, end) as Buffer;
    const { packet } = kind;
    const length = end - topicAt;
    if (identifierSize === 0) return { ...packet, length, payload };
    const messageId = octets[topicEnd]! * 256 + octets[topicEnd + 1]!;
    return messageId > 0 ? { ...packet, length, payload, messageId } : undefined;
  }

  #rememberMessage(octets: Uint8Array, packet: IPublishPacket): void {
    const topicAt = topicIn(octets, 0);
    const topicEnd = topicAt + 2 + octets[topicAt]! * 256 + octets[topicAt + 1]!;
    if (packet.properties || topicEnd - topicAt > longestTopic) return;
    const first = octets[0]!;
    if (this.#messages.size >= mostKinds) this.#messages.clear();
    this.#messages.set(hash(octets, topicAt, topicEnd, first), {
      first,
      topic: octets.slice(topicAt, topicEnd),
      // What it was read from may be large, and is not to be kept with it.
      packet: { ...packet, payload: Buffer.alloc(0) },
    });
  }
}

const isAcknowledgement = (type: number, size: number): boolean =>
  type >= Type.PUBACK && type <= Type.PUBCOMP && (size === 4 || size === 5);

/** Of an acknowledgement: all that it says, less what it answers. */
const kindOf = (octets: Uint8Array, at: number, size: number): number =>
  (octets[at]! << 16) | (size << 8) | (size === 5 ? octets[at + 4]! : 0);

/** Behind the remaining length, which is of one or two octets. */
const topicIn = (octets: Uint8Array, at: number): number => at + (octets[at + 1]! < 0x80 ? 2 : 3);

/** FNV-1a, 32 bits. */
function hash(octets: Uint8Array, from: number, to: number, first: number): number {
  let sum = 0x811c9dc5 ^ first;
  for (let i = from; i < to; i++) sum = Math.imul(sum ^ octets[i]!, 0x01000193);
  return sum;
}

function isSame(one: Uint8Array, other: Uint8Array, from: number, to: number): boolean {
  if (one.length !== to - from) return false;
  for (let i = from; i < to; i++) if (one[i - from] !== other[i]) return false;
  return true;
}
