// Captures as tables: one row a message, the columns of its protocol.
import type { Layer, Packet } from "../../protocols/packet/index.ts";

/** `time`: nanoseconds since the Unix epoch, as a bigint; `integer`: numbers without fraction. */
export type ColumnType = "time" | "integer" | "number" | "boolean" | "text";
export type Cell = bigint | number | boolean | string | null;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly says: string;
}

/** The columns of a protocol's messages, and what one message puts into them. */
export interface Layout<V> {
  readonly name: string;
  /** The layers that are its messages. */
  readonly layers: readonly string[];
  readonly columns: readonly Column[];
  /** Made anew for each capture: what it remembers is that capture's. */
  readonly rows: () => (
    layer: Layer<V> & { readonly value: V },
    packet: Packet,
  ) => readonly Cell[] | undefined;
}

const column = (name: string, type: ColumnType, says: string): Column => ({ name, type, says });
export const text = (name: string, says: string): Column => column(name, "text", says);
export const integer = (name: string, says: string): Column => column(name, "integer", says);
export const number = (name: string, says: string): Column => column(name, "number", says);
export const boolean = (name: string, says: string): Column => column(name, "boolean", says);

/** What every row begins with. */
export const common: readonly Column[] = [
  text("file", "the capture"),
  integer("packet", "the packet's number in it"),
  column("time", "time", "when it was recorded"),
  text("source", "the address it came from"),
  integer("source_port", "and the port"),
  text("destination", "the address it went to"),
  integer("destination_port", "and the port"),
  integer("stream", "the TCP or UDP conversation, counted from 0"),
  integer("octets", "how long the message is"),
];

/** One table being filled. */
export class Table {
  readonly columns: readonly Column[];
  readonly #layers: ReadonlySet<string>;
  readonly #row: (
    layer: Layer<never> & { readonly value: never },
    packet: Packet,
  ) => readonly Cell[] | undefined;

  constructor(
    readonly layout: Layout<never>,
    readonly file: string,
  ) {
    this.columns = [...common, ...layout.columns];
    this.#layers = new Set(layout.layers);
    this.#row = layout.rows();
  }

  get name(): string {
    return this.layout.name;
  }

  *rowsOf(packet: Packet): Generator<Cell[]> {
    for (const layer of packet.layers) {
      if (!this.#layers.has(layer.protocol.name) || layer.value === undefined) continue;
      const own = this.#row(layer as never, packet);
      if (!own) continue;
      const { conversation } = packet;
      const ports = conversation?.ends.map(({ port }) => port) ?? [null, null];
      if (packet.way === 1) ports.reverse();
      yield [
        this.file,
        packet.number,
        packet.time,
        packet.source,
        ports[0]!,
        packet.destination,
        ports[1]!,
        conversation?.index ?? null,
        layer.end - layer.start,
        ...own,
      ];
    }
  }
}
