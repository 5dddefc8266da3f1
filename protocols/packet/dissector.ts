// The dissector: makes packets of frames, by the protocols it was given, and remembers the conversations.
import { Malformed, Reader } from "../wire/index.ts";
import { Conversations, type End, type Talk } from "./conversations.ts";
import { data, padding } from "./data.ts";
import { Fragments } from "./fragments.ts";
import type { Cut } from "./messages.ts";
import type { Frame, Kind, Layer, Packet, Source } from "./packet.ts";
import type { AnyProtocol, Binding, Conversation, Payload, Segment, Way } from "./protocol.ts";
import { type DecodeAs, Registry } from "./registry.ts";
import type { Ordered } from "./streams.ts";

/** Layers within layers beyond this depth are data: no honest packet nests so deep. */
const deepest = 32;

export interface Dissector {
  /** Frames are to come in the order of the capture. */
  packet(frame: Frame): Packet;
}

/** What all packets of a capture share. */
interface Known {
  readonly registry: Registry;
  readonly conversations: Conversations;
  readonly fragments: Fragments;
}

/** `rules`: bindings that go before those the protocols name, as Wireshark's "Decode As". */
export function dissector(protocols: readonly AnyProtocol[], rules: readonly DecodeAs[] = []): Dissector {
  const known: Known = {
    registry: new Registry(protocols, rules),
    conversations: new Conversations(),
    fragments: new Fragments(),
  };
  return { packet: frame => new Dissection(frame, known) };
}

/** One frame being made a packet of. */
class Dissection implements Packet {
  readonly layers: Layer[] = [];
  readonly notes: string[] = [];
  way: Way = 0;
  #talk: Talk | undefined;
  /** The highest layer that has addresses, and those below it. */
  #addressed: { readonly protocol: AnyProtocol; readonly value: unknown } | undefined;

  constructor(
    readonly frame: Frame,
    readonly known: Known,
  ) {
    const link: Binding = { table: "link", key: frame.linkType };
    if (!known.registry.of([link])) this.notes.push(`link type ${frame.linkType} is not described here`);
    this.#carried([link], new WholeFrame(frame), frame.start, frame.end, 0);
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
  get source(): string {
    return this.#spelt()[0];
  }
  get destination(): string {
    return this.#spelt()[1];
  }

  layer<V>(protocol: Kind<V>): V | undefined {
    return this.layers.find(layer => layer.protocol.name === protocol.name)?.value as V | undefined;
  }
  between(transport: "udp" | "tcp", one: End, other: End): Conversation | undefined {
    return this.known.conversations.between(transport, one, other);
  }
  knows(protocol: AnyProtocol): unknown {
    return this.#talk?.states.get(protocol.stateOf ?? protocol.name);
  }
  all<V>(protocol: Kind<V>): Layer<V>[] {
    return this.layers.filter(layer => layer.protocol.name === protocol.name) as Layer<V>[];
  }

  /** Octets for whoever is bound to them. */
  #carried(bindings: readonly Binding[], source: Source, start: number, end: number, depth: number): void {
    if (start >= end) return;
    const protocol = (depth < deepest && this.#takes(bindings, source, start, end)) || data;
    this.#message(protocol, source, start, end, depth);
  }

  #takes(
    bindings: readonly Binding[],
    { view }: Source,
    start: number,
    end: number,
  ): AnyProtocol | undefined {
    const bound = this.known.registry.of(bindings);
    if (bound || bindings[0]?.table !== "udp.port") return bound;
    return this.known.registry.recognizedDatagram(view, start, end);
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
    if (protocol.hears && this.#talk) {
      const heard = protocol.hears(octetsOf(source, start, end), this.#stateOf(protocol), this.way);
      this.#talk.states.set(protocol.stateOf ?? protocol.name, heard);
    }
    const state = protocol.state || protocol.stateOf ? this.#stateOf(protocol) : undefined;
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

    const payload = protocol.payload?.(value, state, this.way);
    if (protocol.ends) this.#address(protocol, value);
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
      const whole = this.known.fragments.add(fragment, `Reassembled ${protocol.title}`, octets, this.frame);
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
    const other = (1 - this.way) as Way;
    if (segment.ack) {
      const behind = new InOrder(this, payload, other, depth);
      talk.directions[other].acknowledged(segment.acknowledgment, behind);
    }
    const ahead = new InOrder(this, payload, this.way, depth);
    const taken = talk.directions[this.way].add(segment, source, start, end, this.number, ahead);
    // Octets that were seen before, or came too early, are data of this packet.
    if (start < end && !taken) this.#message(data, source, start, end, depth);
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
    const talk = this.#talk;
    const bound = this.known.registry.of(payload.bindings);
    if (talk && !bound && !carrier)
      talk.recognized ??= this.known.registry.recognized(source.view, start, end);
    const protocol = bound ?? (carrier ? undefined : talk?.recognized);
    const messages = talk && protocol && talk.messages(protocol, this.way, carrier?.name ?? talk.transport);
    if (!messages) return this.#message(data, source, start, end, depth);
    const before = this.layers.length;
    messages.feed(source, start, end, packet, this.#cut(messages.protocol, depth));
    if (this.layers.length > before) return;
    this.notes.push(`part of a message of ${messages.protocol.name.split(".")[0]!.toUpperCase()}`);
    // Octets that came in another packet were shown there.
    if (packet === this.number) this.#message(data, source, start, end, depth);
  }

  /** Octets that TCP hands on in order; those that came early may have come in another packet. */
  inOrder(
    payload: Payload,
    way: Way,
    source: Source,
    start: number,
    end: number,
    packet: number,
    depth: number,
  ): void {
    const own = this.way;
    this.way = way;
    this.#stream(undefined, payload, source, start, end, packet, depth);
    this.way = own;
  }

  /** Octets are missing: what lies above the stream begins anew as well. */
  gap(missing: number, way: Way, depth: number): void {
    this.notes.push("octets of this stream were not captured");
    const own = this.way;
    this.way = way;
    const talk = this.#talk;
    for (const messages of talk?.allMessages(way) ?? [])
      messages.skip(
        this.#cut(messages.protocol, depth),
        // How many are missing of the streams above it nobody knows.
        messages.carrier === talk!.transport ? missing : undefined,
      );
    this.way = own;
  }

  #cut(protocol: AnyProtocol, depth: number): Cut {
    return {
      message: (source, start, end, why) => this.#message(protocol, source, start, end, depth, why),
      passedOver: (source, start, end) => {
        const [count, name] = [end - start, protocol.name.toUpperCase()];
        this.notes.push(`${count} octets of ${name} passed over: their beginning was not captured`);
        this.#message(data, source, start, end, depth);
      },
    };
  }

  #address(protocol: AnyProtocol, value: unknown): void {
    if (protocol.name !== "udp" && protocol.name !== "tcp") {
      this.#addressed = { protocol, value };
      return;
    }
    const [here, there] = this.#identities();
    const [from, to] = protocol.ends!(value) as readonly [number, number];
    const { talk, way } = this.known.conversations.of(
      protocol.name,
      { identity: here, port: from },
      { identity: there, port: to },
      protocol.segment?.(value),
      () => this.#spelt(),
    );
    this.#talk = talk;
    this.way = way;
  }

  #identities(): readonly [number | string, number | string] {
    const below = this.#addressed;
    return below?.protocol.numbers ? below.protocol.numbers(below.value) : this.#spelt();
  }

  #spelt(): readonly [string, string] {
    const below = this.#addressed;
    return below ? (below.protocol.ends!(below.value) as readonly [string, string]) : ["", ""];
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

/** Where one way of a TCP connection puts its octets. */
class InOrder implements Ordered {
  constructor(
    readonly packet: Dissection,
    readonly payload: Payload,
    readonly way: Way,
    readonly depth: number,
  ) {}
  take(source: Source, start: number, end: number, packet: number): void {
    this.packet.inOrder(this.payload, this.way, source, start, end, packet, this.depth);
  }
  gap(missing: number): void {
    this.packet.gap(missing, this.way, this.depth);
  }
  note(text: string): void {
    this.packet.notes.push(text);
  }
}

class WholeFrame implements Source {
  readonly pieces = [];
  constructor(readonly frame: Frame) {}
  get view(): DataView {
    return this.frame.view;
  }
  get title(): string {
    return `Frame (${this.frame.end - this.frame.start} octets)`;
  }
}

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
