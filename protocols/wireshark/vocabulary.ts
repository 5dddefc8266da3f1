// All that is called by Wireshark's names: of every protocol the fields, and of a packet the items.
import type { Layer, Packet, Source } from "../packet/index.ts";
import {
  type Definition,
  type FieldType,
  type Item,
  malformedName,
  type Passes,
  type Place,
  type Wireshark,
} from "../packet/wireshark.ts";
import { FrameTimes, frameFields, frameItem } from "./frame.ts";
import { Walker } from "./walk.ts";

/** A protocol's names, ready for use. */
interface Described {
  readonly wireshark: Wireshark;
  readonly walker: Walker;
}

export class Vocabulary {
  readonly #definitions = new Map<string, Definition>(Object.entries({ ...frameFields, ...expertFields }));
  readonly #described = new Map<string, Described>();
  readonly #owners = new Map<string, Wireshark>();

  constructor(all: readonly Wireshark[]) {
    for (const wireshark of all) {
      const described = { wireshark, walker: new Walker(wireshark) };
      for (const name of wireshark.protocols) {
        this.#described.set(name, described);
        this.#definitions.set(name, { type: "protocol" });
      }
      for (const [name, definition] of Object.entries(wireshark.fields)) {
        this.#definitions.set(name, definition);
        this.#owners.set(name, wireshark);
      }
    }
  }

  definition(name: string): Definition | undefined {
    return this.#definitions.get(name);
  }
  typeOf(name: string): FieldType | undefined {
    return this.#definitions.get(name)?.type;
  }
  /** The protocol whose field it is. */
  owner(name: string): Wireshark | undefined {
    return this.#owners.get(name);
  }
  names(): Iterable<string> {
    return this.#definitions.keys();
  }
  of(protocol: string): Described | undefined {
    return this.#described.get(protocol);
  }
  /** Whether Wireshark shows this layer. */
  shows(layer: Layer, packet: Packet): boolean {
    return this.#described.get(layer.protocol.name)?.wireshark.shown?.(layer, packet) ?? true;
  }

  /** Reads one capture by these names. With two passes every packet is observed twice: `again()` begins the second. */
  reading(passes: 1 | 2 = 1): Reading {
    return new Reading(this, passes);
  }
}

/** The fields of Wireshark's experts. */
const expertFields: Readonly<Record<string, Definition>> = {
  "_ws.expert": { type: "protocol" },
  "_ws.expert.message": { type: "string" },
  "_ws.expert.severity": { type: "uint32" },
  "_ws.expert.group": { type: "uint32" },
  "_ws.malformed": { type: "protocol" },
  "_ws.malformed.expert": { type: "none" },
  data: { type: "protocol" },
  "data.data": { type: "bytes" },
  "data.len": { type: "uint32" },
};

/** What was noted of a packet when it came. */
export interface Observed {
  readonly packet: Packet;
  readonly facts: ReadonlyMap<Layer, unknown>;
  readonly times: FrameTimes["last"];
}

/** One capture, packet after packet. */
export class Reading {
  readonly #memories = new Map<Wireshark, unknown>();
  #times = new FrameTimes();
  #passes: Passes;

  constructor(
    readonly vocabulary: Vocabulary,
    passes: 1 | 2,
  ) {
    this.#passes = { pass: 1, passes };
  }

  /** The second pass: the packets come again, from the first. */
  again(): void {
    this.#passes = { pass: 2, passes: 2 };
    this.#times = new FrameTimes();
  }

  /** Takes note of a packet; every one has to be, in order, whether its items are wanted or not. */
  observe(packet: Packet): Observed {
    const facts = new Map<Layer, unknown>();
    for (const layer of packet.layers) {
      const wireshark = this.vocabulary.of(layer.protocol.name)?.wireshark;
      if (!wireshark?.observe) continue;
      facts.set(layer, wireshark.observe(layer, packet, this.#memoryOf(wireshark), this.#passes));
    }
    return { packet, facts, times: this.#times.of(packet) };
  }

  /** The items of a packet: the frame's own, then those of its protocols. */
  all(observed: Observed): Item[] {
    return [frameItem(observed.packet, observed.times, this.chain(observed)), ...this.items(observed)];
  }

  /** The items of a packet's protocols, lowest first: each a protocol's, with its fields in it; `only`: of that one's alone. */
  items(observed: Observed, only?: Wireshark): Item[] {
    const { packet } = observed;
    const layers = packet.layers.filter(layer => this.vocabulary.shows(layer, packet));
    const items: Item[] = [];
    for (let i = 0; i < layers.length; ) {
      const described = this.vocabulary.of(layers[i]!.protocol.name);
      let next = i + 1;
      const { source } = layers[i]!;
      if (!only && source !== layers[i - 1]?.source && source.pieces.length > 1 && this.vocabulary.of("tcp"))
        if (/^Reassembled TCP/.test(source.title)) items.push(segmentsOf(source));
      if (only && described?.wireshark !== only) {
        i = next;
        continue;
      }
      if (described?.wireshark.joined) {
        while (next < layers.length && this.vocabulary.of(layers[next]!.protocol.name) === described) next++;
        const one = (layer: Layer) => this.#item(described, layer, observed);
        const facts = (layer: Layer) => observed.facts.get(layer);
        items.push(...described.wireshark.joined(layers.slice(i, next), observed.packet, one, facts));
      } else if (described) {
        const item = this.#item(described, layers[i]!, observed);
        items.push(item);
        if (item.items.at(-1)?.name === malformedName) items.push(item.items.pop()!);
      } else if (layers[i]!.protocol.name === "data") items.push(dataOf(layers[i]!));
      i = next;
    }
    return items;
  }

  /** "eth:ethertype:ip:udp:ntp" */
  chain({ packet }: Observed): string {
    return packet.layers
      .flatMap(layer => {
        const { name } = layer.protocol;
        if (name === "padding" || !this.vocabulary.shows(layer, packet)) return [];
        const chain = this.vocabulary.of(name)?.wireshark.chain ?? name;
        return (typeof chain === "string" ? chain : chain(layer, packet)) || [];
      })
      .join(":");
  }

  #item({ wireshark, walker }: Described, layer: Layer, observed: Observed): Item & { items: Item[] } {
    const { packet, facts } = observed;
    const another = (other: Layer): Item | undefined => {
      const described = this.vocabulary.of(other.protocol.name);
      return described && this.#item(described, other, observed);
    };
    const place: Place = walker.place(layer, packet, facts.get(layer), another);
    const span = wireshark.span?.(place);
    const start = span?.start ?? layer.start;
    const items = place.inner();
    for (const item of wireshark.generated?.(place) ?? []) items.push(item);
    return {
      name: span?.name ?? layer.protocol.name,
      start,
      size: span?.size ?? layer.headerEnd - start,
      source: layer.source,
      items,
    };
  }

  #memoryOf(wireshark: Wireshark): unknown {
    if (!wireshark.memory) return undefined;
    let memory = this.#memories.get(wireshark);
    if (memory === undefined) {
      memory = wireshark.memory(this.#passes);
      this.#memories.set(wireshark, memory);
    }
    return memory;
  }
}

/** The segments that a message was put together from. */
function segmentsOf(source: Source): Item {
  const size = source.view.byteLength;
  let start = 0;
  const items: Item[] = source.pieces.map(piece => {
    const item = { name: "tcp.segment", value: piece.packet, start, size: piece.size };
    start += piece.size;
    return item;
  });
  const value = new Uint8Array(source.view.buffer, source.view.byteOffset, size);
  items.push(
    { name: "tcp.segment.count", value: source.pieces.length, start: 0, size: 0, generated: true },
    { name: "tcp.reassembled.length", value: size, start: 0, size: 0, generated: true },
    { name: "tcp.reassembled.data", value, start: 0, size, generated: true },
  );
  return { name: "tcp.segments", start: 0, size, source, items };
}

/** Octets that nobody takes. */
function dataOf({ source, start, end }: Layer): Item {
  const size = end - start;
  const value = new Uint8Array(source.view.buffer, source.view.byteOffset + start, size);
  return {
    name: "data",
    source,
    items: [
      { name: "data.data", value, start, size },
      { name: "data.len", value: size, start, size: 0, generated: true },
    ],
  };
}
