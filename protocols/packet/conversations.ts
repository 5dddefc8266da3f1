// Who talks with whom: conversations found again by their two ends, and what is remembered of each.
import { Held } from "./held.ts";
import { Messages } from "./messages.ts";
import type { AnyProtocol, Conversation, Segment, Way } from "./protocol.ts";
import { Direction } from "./streams.ts";
import { Table } from "./table.ts";

/** What is remembered of one conversation. */
export class Talk implements Conversation {
  /** What each protocol knows of it, by the protocol's name. */
  readonly states = new Map<string, unknown>();
  /** Whose it is, where its octets said so and no port. */
  recognized: AnyProtocol | undefined;
  /** TCP's octets, each way. */
  readonly directions: readonly [Direction, Direction];
  readonly #messages = [new Map<AnyProtocol, Messages>(), new Map<AnyProtocol, Messages>()] as const;

  constructor(
    readonly transport: "udp" | "tcp",
    readonly index: number,
    readonly ends: Conversation["ends"],
    /** The end that opened it, as a number. */
    readonly opener: number,
    readonly again: boolean,
    readonly held = new Held(),
  ) {
    this.directions = [new Direction(held), new Direction(held)];
  }

  /** Lets go of what its streams hold: nobody will ask for it any more. */
  release(): void {
    for (const way of [0, 1] as const) {
      this.directions[way].release();
      for (const messages of this.#messages[way].values()) messages.release();
    }
  }

  /** The messages of `protocol` that go this way; `carrier` names what its stream is made of. */
  messages(protocol: AnyProtocol, way: Way, carrier: string): Messages {
    const known = this.#messages[way];
    let messages = known.get(protocol);
    if (!messages) {
      messages = new Messages(protocol, carrier, this.held);
      known.set(protocol, messages);
    }
    return messages;
  }

  /** All streams of messages that go this way. */
  allMessages(way: Way): Iterable<Messages> {
    return this.#messages[way].values();
  }
}

/** An address as a number if it is one, else as text; and how it is spelt when somebody asks. */
export interface End {
  readonly identity: number | string;
  readonly port: number;
}

/**
 * So many conversations are remembered, those met last, and up to as many more. What was silent while twice as many
 * spoke begins anew, as a conversation that was not seen before.
 */
export const mostConversations = 50_000;
const mostAddresses = 1 << 17;

const kinds = { udp: 0, tcp: 1 } as const;

export class Conversations {
  /** By both ends, the lower port first (or, of the same, the lower number); see `#find`. */
  readonly #known: Table<Talk>;
  readonly #count = { udp: 0, tcp: 0 };
  /** Addresses that are no 32-bit numbers, numbered as they come. */
  readonly #numbered = new Map<string, number>();
  #number = 0;
  readonly #held = new Held();

  constructor(most = mostConversations) {
    this.#known = new Table(most, talk => talk.release());
  }

  /** The conversation of these two ends, and the way from `source`; a new one on a new SYN. */
  of(
    transport: "udp" | "tcp",
    source: End,
    destination: End,
    segment: Segment | undefined,
    spell: () => readonly [source: string, destination: string],
  ): { talk: Talk; way: Way } {
    const key = this.#key(transport, source, destination);
    const known = this.#known.find(key.a, key.b, key.ports, key.kind);
    const opens = segment?.syn === true && !segment.ack;
    if (known) {
      const way = known.opener === key.source ? 0 : 1;
      if (!opens || (way === 0 && !known.directions[0].differs(segment))) return { talk: known, way };
      known.release();
    }
    // Whoever answers to a SYN did not open the conversation.
    const answers = segment?.syn === true && segment.ack;
    const [here, there] = spell();
    const ends: Conversation["ends"] = [
      { address: here, port: source.port },
      { address: there, port: destination.port },
    ];
    const talk = new Talk(
      transport,
      this.#count[transport]++,
      answers ? [ends[1], ends[0]] : ends,
      answers ? key.destination : key.source,
      known !== undefined,
      this.#held,
    );
    this.#known.set(key.a, key.b, key.ports, key.kind, talk);
    return { talk, way: answers ? 1 : 0 };
  }

  /** The conversation of these two ends, if there is one: none is made. */
  between(transport: "udp" | "tcp", one: End, other: End): Conversation | undefined {
    const isNew = ({ identity }: End) => typeof identity === "string" && !this.#numbered.has(identity);
    if (isNew(one) || isNew(other)) return undefined;
    const { a, b, ports, kind } = this.#key(transport, one, other);
    return this.#known.find(a, b, ports, kind);
  }

  #key(transport: "udp" | "tcp", source: End, destination: End) {
    const [from, to] = [this.#numberOf(source.identity), this.#numberOf(destination.identity)];
    const ordered = source.port < destination.port || (source.port === destination.port && from <= to);
    const [low, high] = ordered ? [source, destination] : [destination, source];
    return {
      a: ordered ? from : to,
      b: ordered ? to : from,
      ports: (low.port << 16) | high.port,
      kind: kinds[transport] + 2 * wide(low) + 4 * wide(high),
      source: end(from, source),
      destination: end(to, destination),
    };
  }

  #numberOf(identity: number | string): number {
    if (typeof identity === "number") return identity | 0;
    let number = this.#numbered.get(identity);
    if (number === undefined) {
      number = this.#number++;
      if (this.#numbered.size >= mostAddresses) this.#numbered.clear();
      this.#numbered.set(identity, number);
    }
    return number;
  }
}

const wide = ({ identity }: End): 0 | 1 => (typeof identity === "string" ? 1 : 0);
/** One end as a number: 16 bits of port, 32 of the address, and whether that is a number of our own. */
const end = (number: number, { identity, port }: End): number =>
  (number >>> 0) * 0x1_0000 + port + (typeof identity === "string" ? 0x1_0000_0000_0000 : 0);
