// Where each packet of a capture lies in its file, and which conversation it belongs to: 36 octets a packet.
import type { Severity } from "../../protocols/packet/index.ts";

/** Gravest last, as they are kept in an octet; 0: nothing is found of it. */
const severities: readonly Severity[] = ["chat", "note", "warning", "error"];

export interface Place {
  /** Where its octets begin in the file, and how many were captured. */
  readonly offset: number;
  readonly size: number;
  readonly originalLength: number;
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly linkType: number;
  readonly interface: number;
  /** As `conversationNumber` counts them, or as `fragmentsNumber` does; -1: none. */
  readonly conversation: number;
}

/** One number for UDP's and TCP's conversations, which are counted apart. */
export const conversationNumber = (transport: "udp" | "tcp", index: number): number =>
  index * 2 + (transport === "tcp" ? 1 : 0);

/** What fragments belong to that make a whole of no conversation, by the last of them. */
export const fragmentsNumber = (last: number): number => -1 - last;

/** Packets are counted from 1, as everywhere. */
export class Places {
  count = 0;
  #offsets = new Float64Array(first);
  #sizes = new Uint32Array(first);
  #originals = new Uint32Array(first);
  #times = new BigInt64Array(first);
  #links = new Uint16Array(first);
  #interfaces = new Uint16Array(first);
  #conversations = new Int32Array(first);
  #severities = new Uint8Array(first);

  add(place: Place): void {
    const at = this.count++;
    if (at === this.#sizes.length) this.#grow();
    this.#offsets[at] = place.offset;
    this.#sizes[at] = place.size;
    this.#originals[at] = place.originalLength;
    this.#times[at] = place.time;
    this.#links[at] = place.linkType;
    this.#interfaces[at] = place.interface;
    this.#conversations[at] = place.conversation;
  }

  of(number: number): Place {
    const at = number - 1;
    return {
      offset: this.#offsets[at]!,
      size: this.#sizes[at]!,
      originalLength: this.#originals[at]!,
      time: this.#times[at]!,
      linkType: this.#links[at]!,
      interface: this.#interfaces[at]!,
      conversation: this.#conversations[at]!,
    };
  }

  /** Something was found of this packet; the gravest stays. */
  mark(number: number, severity: Severity): void {
    const rank = severities.indexOf(severity) + 1;
    if (number <= this.count && rank > this.#severities[number - 1]!) this.#severities[number - 1] = rank;
  }
  severity(number: number): Severity | undefined {
    return severities[this.#severities[number - 1]! - 1];
  }

  /** What a fragment belongs to shows when the whole is there. */
  assign(number: number, conversation: number): void {
    this.#conversations[number - 1] = conversation;
  }

  /** The packets of a conversation after `after`, up to `last`. */
  *members(conversation: number, after: number, last: number): Generator<number> {
    for (let at = after; at < last; at++) if (this.#conversations[at] === conversation) yield at + 1;
  }

  /** The next packet of the same conversation, or the one before. */
  neighbour(number: number, by: 1 | -1): number | undefined {
    const conversation = this.#conversations[number - 1]!;
    if (number > this.count || conversation < 0) return undefined;
    for (let at = number - 1 + by; at >= 0 && at < this.count; at += by)
      if (this.#conversations[at] === conversation) return at + 1;
    return undefined;
  }

  #grow(): void {
    this.#offsets = doubled(this.#offsets);
    this.#sizes = doubled(this.#sizes);
    this.#originals = doubled(this.#originals);
    this.#times = doubled(this.#times);
    this.#links = doubled(this.#links);
    this.#interfaces = doubled(this.#interfaces);
    this.#conversations = doubled(this.#conversations);
    this.#severities = doubled(this.#severities);
  }
}

const first = 4096;

type Numbers = Float64Array | Uint32Array | BigInt64Array | Uint16Array | Int32Array | Uint8Array;
function doubled<Array extends Numbers>(numbers: Array): Array {
  const Made = numbers.constructor as new (length: number) => Array;
  const more = new Made(numbers.length * 2);
  more.set(numbers as never);
  return more;
}
