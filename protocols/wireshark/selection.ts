// A display filter asked of packets: the values of its fields are found as cheaply as each allows.
import type { Filter, Range, Subject, Value } from "../filter/index.ts";
import type { Layer, Packet } from "../packet/index.ts";
import type { FieldValue, Item, Wireshark } from "../packet/wireshark.ts";
import { frameItem } from "./frame.ts";
import { type Quick, quickOf } from "./quick.ts";
import { shown } from "./show.ts";
import type { Observed, Reading, Vocabulary } from "./vocabulary.ts";

/** Where a name's values come from. */
export type Origin =
  | { readonly kind: "frame" }
  | { readonly kind: "protocol"; readonly layers: ReadonlySet<string> }
  | {
      readonly kind: "quick";
      readonly layers: ReadonlySet<string>;
      readonly quick: Quick;
      readonly wireshark: Wireshark;
    }
  /** Of one protocol's items, or of all. */
  | { readonly kind: "items"; readonly wireshark?: Wireshark };

/** One filter over one capture. */
export class Selection {
  /** Of each name that the filter asks for. */
  readonly origins = new Map<string, Origin>();
  /** Whether every packet has to be observed, in order. */
  readonly #remembers: boolean;

  constructor(
    readonly filter: Filter,
    readonly reading: Reading,
  ) {
    for (const name of filter.names) this.origins.set(name, originOf(name, reading.vocabulary));
    this.#remembers = [...this.origins.values()].some(
      origin =>
        origin.kind === "frame" ||
        (origin.kind === "items" && (!origin.wireshark || origin.wireshark.observe)),
    );
  }

  /** Every packet has to be asked, in order. `observed`: if somebody has observed it already. */
  selects(packet: Packet, observed?: Observed): boolean {
    const seen = observed ?? (this.#remembers ? this.reading.observe(packet) : undefined);
    return this.filter.selects(new Asked(packet, this.origins, this.reading, seen));
  }
}

function originOf(name: string, vocabulary: Vocabulary): Origin {
  if (name === "frame" || name.startsWith("frame.")) return { kind: "frame" };
  const wireshark = vocabulary.owner(name);
  if (!wireshark && vocabulary.of(name)) return { kind: "protocol", layers: new Set([name]) };
  const quick = wireshark && quickOf(wireshark, name);
  if (!quick) return { kind: "items", ...(wireshark && { wireshark }) };
  return { kind: "quick", layers: new Set(wireshark.protocols), quick, wireshark };
}

/** One packet being asked. */
class Asked implements Subject {
  #observed: Observed | undefined;
  readonly #items = new Map<Wireshark | undefined, readonly Item[]>();

  constructor(
    readonly packet: Packet,
    readonly origins: ReadonlyMap<string, Origin>,
    readonly reading: Reading,
    observed: Observed | undefined,
  ) {
    this.#observed = observed;
  }

  values(name: string, ranges?: readonly Range[]): readonly Value[] {
    const origin = this.origins.get(name)!;
    const found = origin.kind === "quick" ? this.#quickly(origin, ranges) : undefined;
    return found ?? this.#found(name, origin, ranges).map(({ value }) => value ?? "");
  }

  texts(name: string): readonly string[] {
    const definition = this.reading.vocabulary.definition(name)!;
    return this.#found(name, this.origins.get(name)!).map(
      ({ value, show }) => show ?? shown(definition, value),
    );
  }

  #quickly(
    { layers, quick }: Extract<Origin, { kind: "quick" }>,
    ranges?: readonly Range[],
  ): FieldValue[] | undefined {
    const values: FieldValue[] = [];
    let number = 0;
    for (const layer of this.packet.layers) {
      if (!this.#isOne(layer, layers)) continue;
      number++;
      if (ranges && !within(ranges, number, this.#count(layers))) continue;
      // What could be read of a layer that is malformed is in its tree alone.
      const own = layer.value === undefined ? undefined : quick(layer.value);
      if (!own) return undefined;
      values.push(...own);
    }
    return values;
  }

  #count(layers: ReadonlySet<string>): number {
    return this.packet.layers.filter(layer => this.#isOne(layer, layers)).length;
  }

  #isOne(layer: Layer, layers: ReadonlySet<string>): boolean {
    return layers.has(layer.protocol.name) && this.reading.vocabulary.shows(layer, this.packet);
  }

  #found(name: string, origin: Origin, ranges?: readonly Range[]): readonly Pick<Item, "value" | "show">[] {
    if (origin.kind === "frame") {
      const frame = frameItem(this.packet, this.#seen().times, this.reading.chain(this.#seen()));
      return name === "frame" ? [{ value: octetsOf(this.packet.frame) }] : named(frame.items ?? [], name);
    }
    if (origin.kind === "protocol") {
      const layers = this.packet.layers.filter(layer => this.#isOne(layer, origin.layers));
      return chosen(layers, ranges).map(layer => ({ value: layerOctets(layer) }));
    }
    const { wireshark } = origin;
    let items = this.#items.get(wireshark);
    if (!items) {
      items = this.reading.items(this.#seen(), wireshark);
      this.#items.set(wireshark, items);
    }
    return chosen(items, ranges).flatMap(item => named([item], name));
  }

  #seen(): Observed {
    this.#observed ??= { packet: this.packet, facts: new Map(), times: { delta: 0n, relative: 0n } };
    return this.#observed;
  }
}

/** Everything called so, in the order of the tree. */
function named(items: readonly Item[], name: string, into: Item[] = []): Item[] {
  for (const item of items) {
    if (item.name === name) into.push(item);
    if (item.items) named(item.items, name, into);
  }
  return into;
}

const octetsOf = ({ view, start, end }: Packet["frame"]): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + start, end - start);
const layerOctets = ({ source: { view }, start, end }: Layer): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + start, end - start);

/** Layers count from 1; negative: from the last. */
function within(ranges: readonly Range[], number: number, count: number): boolean {
  const from = (at: number) => (at < 0 ? count + at + 1 : at);
  return ranges.some(({ start, count: size, last }) => {
    const end = last !== undefined ? from(last) : size === undefined ? count : from(start) + size - 1;
    return number >= from(start) && number <= end;
  });
}

const chosen = <T>(all: readonly T[], ranges: readonly Range[] | undefined): readonly T[] =>
  ranges ? all.filter((_, i) => within(ranges, i + 1, all.length)) : all;
