// The dissector: makes packets of frames, by the protocols it was given, and remembers the conversations.
import { Malformed, Reader } from "../wire/index.ts";
import { data, padding } from "./data.ts";
import { Fragments } from "./fragments.ts";
import { Messages } from "./messages.ts";
import type { Frame, Kind, Layer, Packet, Source } from "./packet.ts";
import type { AnyProtocol, Binding, Conversation, Payload, Segment, Way } from "./protocol.ts";
import { Direction } from "./streams.ts";

/** Layers within layers beyond this depth are data: no honest packet nests so deep. */
const deepest = 32;

export interface Dissector {
  /** Frames are to come in the order of the capture. */
  packet(frame: Frame): Packet;
}

/** `decodeAs`: bindings that go before those the protocols name, as Wireshark's "Decode As". */
export function dissector(
  protocols: readonly AnyProtocol[],
  decodeAs: readonly { readonly binding: Binding; readonly protocol: string }[] = [],
): Dissector {
  const registry = new Registry(protocols, decodeAs);
  const conversations = new Conversations();
  const fragments = new Fragments();
  return { packet: frame => new Dissection(frame, registry, conversations, fragments) };
}

class Registry {
  readonly #tables = new Map<Binding["table"], Map<number, AnyProtocol>>();

  constructor(
    protocols: readonly AnyProtocol[],
    decodeAs: readonly { binding: Binding; protocol: string }[],
  ) {
    for (const protocol of protocols) for (const binding of protocol.over) this.#bind(binding, protocol);
    for (const { binding, protocol: name } of decodeAs) {
      const protocol = protocols.find(known => known.name === name);
      if (!protocol)
        throw new RangeError(
          `no protocol "${name}"; there are ${protocols.map(known => known.name).join(", ")}`,
        );
      this.#bind(binding, protocol);
    }
  }

  /** The protocol of the first binding that is known. */
  of(bindings: readonly Binding[]): AnyProtocol | undefined {
    for (const { table, key } of bindings) {
      const protocol = this.#tables.get(table)?.get(key);
      if (protocol) return protocol;
    }
    return undefined;
  }

  #bind({ table, key }: Binding, protocol: AnyProtocol): void {
    let keys = this.#tables.get(table);
    if (!keys) {
      keys = new Map();
      this.#tables.set(table, keys);
    }
    keys.set(key, protocol);
  }
}

/** What is remembered of one conversation. */
interface Talk extends Conversation {
  readonly directions: readonly [Direction, Direction];
  /** By protocol name. */
  readonly states: Map<string, unknown>;
  /** By way and binding. */
  readonly messages: Map<string, Messages>;
}

class Conversations {
  readonly #known = new Map<string, Talk>();
  readonly #count = { udp: 0, tcp: 0 };

  of(
    transport: "udp" | "tcp",
    source: { address: string; port: number },
    destination: { address: string; port: number },
    segment: Segment | undefined,
  ): { talk: Talk; way: Way } {
    const forth = `${transport} ${source.address} ${source.port} ${destination.address} ${destination.port}`;
    const back = `${transport} ${destination.address} ${destination.port} ${source.address} ${source.port}`;
    const opens = segment?.syn && !segment.ack;
    const there = this.#known.get(forth);
    if (there && !(opens && there.directions[0].differs(segment))) return { talk: there, way: 0 };
    const other = this.#known.get(back);
    if (other && !opens) return { talk: other, way: 1 };
    // Whoever answers to a SYN did not open the conversation.
    const answers = segment?.syn && segment.ack;
    const talk: Talk = {
      transport,
      index: this.#count[transport]++,
      ends: answers ? [destination, source] : [source, destination],
      directions: [new Direction(), new Direction()],
      states: new Map(),
      messages: new Map(),
    };
    this.#known.delete(answers ? forth : back);
    this.#known.set(answers ? back : forth, talk);
    return { talk, way: answers ? 1 : 0 };
  }
}

class Dissection implements Packet {
  readonly layers: Layer[] = [];
  readonly notes: string[] = [];
  way: Way = 0;
  source = "";
  destination = "";
  #talk: Talk | undefined;
  readonly #registry: Registry;
  readonly #conversations: Conversations;
  readonly #fragments: Fragments;

  constructor(
    readonly frame: Frame,
    registry: Registry,
    conversations: Conversations,
    fragments: Fragments,
  ) {
    this.#registry = registry;
    this.#conversations = conversations;
    this.#fragments = fragments;
    const source: Source = {
      title: `Frame (${frame.end - frame.start} octets)`,
      view: frame.view,
      pieces: [],
    };
    const link: Binding = { table: "link", key: frame.linkType };
    this.#carried([link], source, frame.start, frame.end, 0);
  }

  get number(): number {
    return this.frame.number;
  }
  get time(): bigint {
    return this.frame.time;
  }
  get conversation(): Conversation | undefined {
    return this.#talk;
  }

  layer<V>(protocol: Kind<V>): V | undefined {
    return this.layers.find(layer => layer.protocol.name === protocol.name)?.value as V | undefined;
  }
  all<V>(protocol: Kind<V>): Layer<V>[] {
    return this.layers.filter(layer => layer.protocol.name === protocol.name) as Layer<V>[];
  }

  /** Octets for whoever is bound to them. */
  #carried(bindings: readonly Binding[], source: Source, start: number, end: number, depth: number): void {
    if (start >= end) return;
    const protocol = (depth < deepest && this.#registry.of(bindings)) || data;
    this.#message(protocol, source, start, end, depth);
  }

  /** One message, and what it carries. */
  #message(
    protocol: AnyProtocol,
    source: Source,
    start: number,
    end: number,
    depth: number,
    why?: Malformed,
  ): void {
    const state = this.#stateOf(protocol);
    const reads = protocol.reads ? protocol.reads(state, this.way) : state;
    const from = new Reader(source.view, start, end, start, reads);
    let value: unknown;
    let malformed = why;
    if (!malformed) {
      try {
        value = protocol.format.read(from);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        malformed = error;
      }
    }
    const headerEnd = malformed ? end : from.at;
    this.layers.push(
      new Read(protocol, source, start, headerEnd, end, value, malformed, reads, this.way, depth),
    );
    if (malformed) return;

    const payload = protocol.payload?.(value, octetsOf(source, headerEnd, end), state, this.way);
    if (protocol.ends) this.#addressed(protocol, value);
    if (protocol.after && this.#talk)
      this.#talk.states.set(protocol.stateOf ?? protocol.name, protocol.after(value, state, this.way));

    const payloadEnd = payload?.size === undefined ? end : Math.min(end, headerEnd + payload.size);
    if (payload) this.#payload(protocol, value, payload, source, headerEnd, payloadEnd, depth + 1);
    const left = payload ? payloadEnd : headerEnd;
    if (left < end) this.#message(payload ? padding : data, source, left, end, depth + 1);
  }

  #payload(
    protocol: AnyProtocol,
    value: unknown,
    payload: Payload,
    source: Source,
    start: number,
    end: number,
    depth: number,
  ): void {
    const fragment = protocol.fragment?.(value);
    if (fragment) {
      const octets = octetsOf(source, start, end);
      const whole = this.#fragments.add(fragment, `Reassembled ${protocol.title}`, octets, this.number);
      if (whole) this.#carried(payload.bindings, whole, 0, whole.view.byteLength, depth);
      else this.#message(data, source, start, end, depth);
      return;
    }
    if (protocol.segment) return this.#segment(protocol.segment(value), payload, source, start, end, depth);
    if (payload.opened) {
      const { title, octets } = payload.opened;
      const opened = {
        title,
        view: new DataView(octets.buffer, octets.byteOffset, octets.length),
        pieces: [],
      };
      if (payload.stream) this.#stream(protocol, payload, opened, 0, octets.length, this.number, depth);
      else this.#carried(payload.bindings, opened, 0, octets.length, depth);
      return;
    }
    if (payload.stream) return this.#stream(protocol, payload, source, start, end, this.number, depth);
    this.#carried(payload.bindings, source, start, end, depth);
  }

  #segment(
    segment: Segment,
    payload: Payload,
    source: Source,
    start: number,
    end: number,
    depth: number,
  ): void {
    const talk = this.#talk;
    if (!talk) return this.#message(data, source, start, end, depth);
    const ordered = (way: Way) => ({
      take: (from: Source, first: number, last: number, packet: number) =>
        this.#along(way, () => this.#stream(undefined, payload, from, first, last, packet, depth)),
      gap: () => this.#along(way, () => this.#gap(talk, depth)),
      note: (text: string) => this.notes.push(text),
    });
    const other = (1 - this.way) as Way;
    if (segment.ack) talk.directions[other].acknowledged(segment.acknowledgment, ordered(other));
    const before = this.layers.length;
    talk.directions[this.way].add(segment, source, start, end, this.number, ordered(this.way));
    // Octets that were seen before, or came too early, are data of this packet.
    if (start < end && this.layers.length === before && this.notes.length > 0)
      this.#message(data, source, start, end, depth);
  }

  /** Messages may begin and end anywhere in what a stream carries. */
  #stream(
    carrier: AnyProtocol | undefined,
    payload: Payload,
    source: Source,
    start: number,
    end: number,
    packet: number,
    depth: number,
  ): void {
    if (start >= end) return;
    const messages = this.#messagesOf(carrier, payload);
    if (!messages) return this.#message(data, source, start, end, depth);
    const before = this.layers.length;
    messages.feed(source, start, end, packet, (from, first, last, why) =>
      this.#message(messages.protocol, from, first, last, depth, why),
    );
    if (this.layers.length === before) this.notes.push(`part of a message of ${messages.protocol.name}`);
  }

  #gap(talk: Talk, depth: number): void {
    this.notes.push("octets of this stream were not captured");
    // What lay above the stream begins anew as well.
    for (const [key, messages] of talk.messages) {
      if (!key.startsWith(`${this.way} `)) continue;
      messages.skip((source, start, end, why) =>
        this.#message(messages.protocol, source, start, end, depth, why),
      );
    }
  }

  #messagesOf(carrier: AnyProtocol | undefined, payload: Payload): Messages | undefined {
    const talk = this.#talk;
    const protocol = this.#registry.of(payload.bindings);
    if (!talk || !protocol) return undefined;
    const key = `${this.way} ${carrier?.name ?? talk.transport} ${protocol.name}`;
    let messages = talk.messages.get(key);
    if (!messages) {
      messages = new Messages(protocol, `Reassembled ${(carrier?.name ?? talk.transport).toUpperCase()}`);
      talk.messages.set(key, messages);
    }
    return messages;
  }

  #along(way: Way, run: () => void): void {
    const own = this.way;
    this.way = way;
    run();
    this.way = own;
  }

  #addressed(protocol: AnyProtocol, value: unknown): void {
    const [source, destination] = protocol.ends!(value);
    if (typeof source === "string") {
      this.source = source;
      this.destination = String(destination);
      return;
    }
    if (protocol.name !== "udp" && protocol.name !== "tcp") return;
    const { talk, way } = this.#conversations.of(
      protocol.name,
      { address: this.source, port: source },
      { address: this.destination, port: destination as number },
      protocol.segment?.(value),
    );
    this.#talk = talk;
    this.way = way;
  }

  #stateOf(protocol: AnyProtocol): unknown {
    const talk = this.#talk;
    if (!talk) return undefined;
    const name = protocol.stateOf ?? protocol.name;
    if (!talk.states.has(name) && protocol.state) talk.states.set(name, protocol.state(talk));
    return talk.states.get(name);
  }
}

const octetsOf = ({ view }: Source, start: number, end: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + start, end - start);

class Read implements Layer {
  constructor(
    readonly protocol: AnyProtocol,
    readonly source: Source,
    readonly start: number,
    readonly headerEnd: number,
    readonly end: number,
    readonly value: unknown,
    readonly malformed: Malformed | undefined,
    readonly state: unknown,
    readonly way: Way,
    readonly depth: number,
  ) {}

  tree() {
    const from = new Reader(this.source.view, this.start, this.headerEnd, this.start, this.state);
    return this.protocol.format.dissect(from, this.protocol.name);
  }
}
