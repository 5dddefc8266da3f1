// Packets that differ from one already read in their identifier and payload alone: the first of a kind is read, the others known again.
import { Type } from "./types.ts";
import { Version } from "./versions.ts";

/** Kinds that are remembered, before it begins anew, and the longest topic among them: a peer is not to fill our memory. */
const mostKinds = 1000;
const longestTopic = 256;

/** How packets of a kind are made of the one that was read: of a PUBLISH, and of an acknowledgement. */
export interface Making<P, A> {
  /** `identifier`: 0 at QoS 0. `length`: the remaining length. */
  message(known: P, payload: Uint8Array, identifier: number, length: number): P;
  acknowledgement(known: A, identifier: number): A;
}

interface Kind<P> {
  /** The first octet, and the topic with its length, of a PUBLISH. */
  readonly first: number;
  readonly topic: Uint8Array;
  readonly packet: P;
}

/**
 * A peer says much the same thing again and again, and a description, or mqtt-packet, takes most of the time of reading
 * it. Whatever is known here was judged and read once, and what may differ from it breaks no rule: acknowledgements
 * without properties, and PUBLISH without properties in a packet of less than 16 kB.
 */
export class Heard<P extends object, A extends object> {
  readonly #acknowledgements = new Map<number, A>();
  readonly #messages = new Map<number, Kind<P>>();

  constructor(
    readonly version: number,
    readonly making: Making<P, A>,
  ) {}

  /** The packet of `size` octets at `at`, which has a length of one or two octets, if one of its kind was read before. */
  again(octets: Uint8Array, at: number, size: number): P | A | undefined {
    const type = octets[at]! >>> 4;
    if (type === Type.PUBLISH) return this.#message(octets, at, size);
    const isPlain = isAcknowledgement(type, size) && octets[at + 1] === size - 2;
    return isPlain ? this.#acknowledgement(octets, at, size) : undefined;
  }

  /** An acknowledgement that was read from these octets, without properties, and broke no rule. */
  rememberAcknowledgement(octets: Uint8Array, packet: A): void {
    if (isAcknowledgement(octets[0]! >>> 4, octets.length))
      this.#acknowledgements.set(kindOf(octets, 0, octets.length), packet);
  }

  /** A PUBLISH that was read from these octets, without properties, and broke no rule. Its payload is kept with it. */
  rememberMessage(octets: Uint8Array, packet: P): void {
    const topicAt = topicIn(octets, 0);
    const topicEnd = topicAt + 2 + octets[topicAt]! * 256 + octets[topicAt + 1]!;
    if (topicEnd - topicAt > longestTopic) return;
    const first = octets[0]!;
    if (this.#messages.size >= mostKinds) this.#messages.clear();
    this.#messages.set(hash(octets, topicAt, topicEnd, first), {
      first,
      topic: octets.slice(topicAt, topicEnd),
      packet,
    });
  }

  #acknowledgement(octets: Uint8Array, at: number, size: number): A | undefined {
    const packet = this.#acknowledgements.get(kindOf(octets, at, size));
    const identifier = octets[at + 2]! * 256 + octets[at + 3]!;
    return packet && identifier > 0 ? this.making.acknowledgement(packet, identifier) : undefined;
  }

  #message(octets: Uint8Array, at: number, size: number): P | undefined {
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
    const identifier = identifierSize === 0 ? 0 : octets[topicEnd]! * 256 + octets[topicEnd + 1]!;
    if (identifierSize > 0 && identifier === 0) return undefined;
    // A copy costs less than a view, and what it was read from is not kept with it.
    const payload = octets.slice(payloadAt, end);
    return this.making.message(kind.packet, payload, identifier, end - topicAt);
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
