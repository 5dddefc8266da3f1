// A packet as the page shows it: its tree as plain nodes, and the octets of each source that they lie in.
import type { Layer, Packet, Source } from "../../protocols/packet/index.ts";
import { type Field, type Malformed, show } from "../../protocols/wire/index.ts";
import { printable } from "../terminal.ts";
import type { Said } from "../words.ts";
import { explanationOf, wiresharkName } from "./explanations.ts";
import { literals } from "./literals.ts";
import { checksumOf, fieldLabel, piecesOf } from "./tree.ts";

/** What can be followed: of `-z follow`. */
export type Followed = "tcp" | "udp" | "tls" | "mqtt";

/** One packet as tree and octets. */
export interface Shown {
  readonly number: number;
  /** Seconds since the Unix epoch, nine digits after the point. */
  readonly time: string;
  readonly sources: readonly ShownSource[];
  readonly tree: readonly Node[];
  /** What can be followed of it. */
  readonly follow: readonly { readonly protocol: Followed; readonly stream: number }[];
}

/** Octets that fields lie in: the frame, a reassembled stream, deciphered octets. */
export interface ShownSource {
  readonly title: string;
  readonly kind: "frame" | "reassembled" | "deciphered";
  /** Hexadecimal. */
  readonly octets: string;
  /** So many more octets are left out. */
  readonly left?: number;
}

/** A field of the tree, or a layer, or a line about the frame. */
export interface Node {
  /** Unique in the packet: "5.options.53.length": the layer's place, and the path in it. */
  readonly path: string;
  readonly label: string;
  /** Its value in words; none where the fields in it say it all. */
  readonly shown?: string;
  /** Its octets: which of `sources`, from where, how many. None: it stands for no octets. */
  readonly source?: number;
  readonly start?: number;
  readonly size?: number;
  /** Of a field narrower than its octets: the first bit, from the most significant, and how many. */
  readonly bits?: readonly [first: number, width: number];
  readonly kind?: "layer" | "frame" | "note" | "comment" | "malformed" | "worked out";
  /** Of a layer: the first word of its protocol's name, by which it is coloured. */
  readonly protocol?: string;
  /** What it says, in a sentence, and the standard and section that define it. */
  readonly says?: Said;
  readonly reference?: string;
  /** A display filter for this value: `ip.ttl == 64`. */
  readonly filter?: string;
  /** Packets that it was put together from. */
  readonly packets?: readonly number[];
  readonly inner?: readonly Node[];
}
/** Beyond this a message is for a program: 16 MB of MQTT, or a list of ten thousand options. */
const mostOctets = 256 * 1024;
const mostNodes = 20_000;

/** `stream`: which conversation of the capture it is of; the packet itself may have been dissected without the others. */
export function shownOf(packet: Packet, stream: number | undefined): Shown {
  const sources = sourcesOf(packet);
  return {
    number: packet.number,
    time: epoch(packet.time),
    sources: sources.map(source => shownSource(source, packet)),
    tree: new Tree(packet, sources).nodes(),
    follow: stream === undefined ? [] : followable(packet).map(protocol => ({ protocol, stream })),
  };
}

/** The frame first, then whatever its layers were read from besides. */
const sourcesOf = ({ frame, layers }: Packet): readonly Source[] => {
  const whole = { title: `Frame (${frame.end - frame.start} octets)`, view: frame.view, pieces: [] };
  const others = layers.flatMap(({ source }) => (source.view === frame.view ? [] : source));
  return [whole, ...new Set(others)];
};

function shownSource({ title, view }: Source, { frame }: Packet): ShownSource {
  const isFrame = view === frame.view;
  const [start, end] = isFrame ? [frame.start, frame.end] : [0, view.byteLength];
  const size = Math.min(end - start, mostOctets);
  return {
    title,
    kind: isFrame ? "frame" : title.startsWith("Decrypted") ? "deciphered" : "reassembled",
    octets: new Uint8Array(view.buffer, view.byteOffset + start, size).toHex(),
    ...(end - start > size && { left: end - start - size }),
  };
}

function followable({ conversation, layers }: Packet): Followed[] {
  if (!conversation) return [];
  const { transport } = conversation;
  const has = (name: string) => layers.some(({ protocol }) => protocol.name.split(".")[0] === name);
  const above = (["tls", "mqtt"] as const).filter(name => transport === "tcp" && has(name));
  return [transport, ...above];
}

/** "1448238367.123456789" */
const epoch = (time: bigint): string =>
  `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, "0")}`;

/** One packet's tree in the making. */
class Tree {
  #count = 0;
  readonly #literals: ReturnType<typeof literals>;

  constructor(
    readonly packet: Packet,
    readonly sources: readonly Source[],
  ) {
    this.#literals = literals(packet);
  }

  nodes(): Node[] {
    const nodes: Node[] = [this.#frame()];
    let source: Source | undefined;
    for (const [at, layer] of this.packet.layers.entries()) {
      if (source && layer.source !== source && layer.source.view !== this.packet.frame.view)
        nodes.push(this.#source(layer.source, at));
      source = layer.source;
      nodes.push(this.#layer(layer, at));
    }
    return nodes;
  }

  #frame(): Node {
    const { frame, notes } = this.packet;
    const size = frame.end - frame.start;
    const cut = frame.originalLength > size ? `, ${size} of them captured` : "";
    const time = new Date(Number(frame.time / 1_000_000n)).toISOString();
    const said = (kind: "comment" | "note", texts: readonly string[]) =>
      texts.map((text, i): Node => ({ path: `frame.${kind}.${i}`, label: printable(text), kind }));
    return {
      path: "frame",
      label: `Frame ${this.packet.number}`,
      shown: `${frame.originalLength} octets on the wire${cut}`,
      kind: "frame",
      ...{ source: 0, start: 0, size },
      inner: [
        {
          path: "frame.time",
          label: "Arrival time",
          shown: `${time.slice(0, 10)} ${time.slice(11, 19)}.${epoch(frame.time).slice(-9)} UTC`,
          kind: "worked out",
        },
        ...said("note", notes),
        ...said(
          "comment",
          frame.comments.flatMap(comment => comment.split("\n")),
        ),
      ],
    };
  }

  /** Where a source came from, before what was read from it. */
  #source(source: Source, at: number): Node {
    const packets = [...new Set(source.pieces.map(({ packet }) => packet))];
    return {
      path: `${at}.source`,
      label: piecesOf(source),
      kind: "note",
      source: this.sources.indexOf(source),
      ...{ start: 0, size: source.view.byteLength },
      ...(packets.length > 0 && { packets }),
    };
  }

  #layer(layer: Layer, at: number): Node {
    const { protocol, value, malformed } = layer;
    const tree = layer.tree();
    const base = layer.source.view === this.packet.frame.view ? this.packet.frame.start : 0;
    const source = Math.max(
      this.sources.findIndex(({ view }) => view === layer.source.view),
      0,
    );
    const right = checksumOf(layer, this.packet);
    const whole = [tree.malformed, malformed].flatMap(one => (one?.path ? [] : (one?.reason ?? [])));
    const inner = [
      ...(tree.fields ?? [tree]).map(field => this.#field(field, layer, at, [], source, base)),
      ...[...new Set(whole)].map((reason, i) => wrong(`${at}.malformed.${i}`, reason)),
    ];
    if (right !== undefined)
      inner.push({
        path: `${at}.checksum-verdict`,
        label: right ? "Checksum right" : "Checksum wrong",
        kind: right ? "worked out" : "malformed",
      });
    return {
      path: String(at),
      label: protocol.title,
      ...(value !== undefined && { shown: printable(protocol.summary(value as never)) }),
      kind: "layer",
      protocol: protocol.name.split(".")[0]!,
      ...{ source, start: layer.start - base, size: layer.headerEnd - layer.start },
      ...(protocol.reference !== "" && { reference: protocol.reference }),
      ...(this.#literals.knows(protocol.name) && { filter: protocol.name }),
      inner,
    };
  }

  #field(
    field: Field,
    layer: Layer,
    at: number,
    above: readonly string[],
    source: number,
    base: number,
  ): Node {
    this.#count++;
    const path = field === undefined ? above : [...above, field.key];
    const explanation = explanationOf(layer.protocol.name, path);
    const shown = printable(show(field));
    const name = wiresharkName(layer.protocol.name, path);
    const filter = name && this.#literals.of(name, layer, field);
    const fields = this.#count > mostNodes ? [] : (field.fields ?? []);
    const inner = [
      ...this.#malformed(field.malformed, `${at}.${path.join(".")}`),
      ...fields.map(one => this.#field(one, layer, at, path, source, base)),
    ];
    return {
      path: `${at}.${path.join(".")}`,
      label: fieldLabel(field),
      ...(shown !== "" && { shown }),
      ...{ source, start: field.start - base, size: field.end - field.start },
      ...(field.bits && { bits: [field.bits.first, field.bits.width] as const }),
      ...(explanation && { says: { en: explanation.en, es: explanation.es } }),
      ...(explanation
        ? { reference: explanation.reference }
        : field.codec.notes.reference && { reference: field.codec.notes.reference }),
      ...(filter && { filter }),
      ...(inner.length > 0 && { inner }),
    };
  }

  #malformed(malformed: Malformed | undefined, path: string): Node[] {
    return malformed ? [wrong(`${path}.malformed`, malformed.reason)] : [];
  }
}

const wrong = (path: string, reason: string): Node => ({
  path,
  label: `Malformed: ${reason}`,
  kind: "malformed",
});
