// Who talks with whom: conversations found again by their two ends, and what is remembered of each.
import { Messages } from "./messages.ts";
import type { AnyProtocol, Conversation, Segment, Way } from "./protocol.ts";
import { Direction } from "./streams.ts";

/** What is remembered of one conversation. */
export class Talk implements Conversation {
  /** What each protocol knows of it, by the protocol's name. */
  readonly states = new Map<string, unknown>();
  /** Whose it is, where its octets said so and no port. */
  recognized: AnyProtocol | undefined;
  /** TCP's octets, each way. */
  readonly directions = [new Direction(), new Direction()] as const;
  readonly #messages = [new Map<AnyProtocol, Messages>(), new Map<AnyProtocol, Messages>()] as const;

  constructor(
    readonly transport: "udp" | "tcp",
    readonly index: number,
    readonly ends: Conversation["ends"],
    /** The end that opened it, as a number. */
    readonly opener: number,
  ) {}

  /** The messages of `protocol` that go this way; `carrier` names what its stream is made of. */
  messages(protocol: AnyProtocol, way: Way, carrier: string): Messages {
    const known = this.#messages[way];
    let messages = known.get(protocol);
    if (!messages) {
      messages = new Messages(protocol, carrier);
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

export class Conversations {
  /** By transport, then by the end with the lower port (there are fewer servers than clients), then by the other. */
  readonly #known = { udp: new Map<number, Map<number, Talk>>(), tcp: new Map<number, Map<number, Talk>>() };
  readonly #count = { udp: 0, tcp: 0 };
  /** Addresses that are no 32-bit numbers, numbered as they come. */
  readonly #numbered = new Map<string, number>();

  /** The conversation of these two ends, and the way from `source`; a new one on a new SYN. */
  of(
    transport: "udp" | "tcp",
    source: End,
    destination: End,
    segment: Segment | undefined,
    spell: () => readonly [source: string, destination: string],
  ): { talk: Talk; way: Way } {
    const [from, to] = [this.#number(source), this.#number(destination)];
    const ordered = source.port < destination.port || (source.port === destination.port && from < to);
    const [outer, inner] = ordered ? [from, to] : [to, from];
    let peers = this.#known[transport].get(outer);
    if (!peers) {
      peers = new Map();
      this.#known[transport].set(outer, peers);
    }
    const known = peers.get(inner);
    const opens = segment?.syn === true && !segment.ack;
    if (known) {
      const way = known.opener === from ? 0 : 1;
      if (!opens || (way === 0 && !known.directions[0].differs(segment))) return { talk: known, way };
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
      answers ? to : from,
    );
    peers.set(inner, talk);
    return { talk, way: answers ? 1 : 0 };
  }

  /** The conversation of these two ends, if there is one: none is made. */
  between(transport: "udp" | "tcp", one: End, other: End): Conversation | undefined {
    const isNew = ({ identity }: End) => typeof identity === "string" && !this.#numbered.has(identity);
    if (isNew(one) || isNew(other)) return undefined;
    const [from, to] = [this.#number(one), this.#number(other)];
    const ordered = one.port < other.port || (one.port === other.port && from < to);
    const [outer, inner] = ordered ? [from, to] : [to, from];
    return this.#known[transport].get(outer)?.get(inner);
  }

  #number({ identity, port }: End): number {
    if (typeof identity === "number") return identity * 0x1_0000 + port;
    let number = this.#numbered.get(identity);
    if (number === undefined) {
      number = 0x1_0000_0000 + this.#numbered.size;
      this.#numbered.set(identity, number);
    }
    return number * 0x1_0000 + port;
  }
}
