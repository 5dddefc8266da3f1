// Wireshark's names for our fields: what a protocol's `wireshark.ts` says, and what the walker makes of it.
//
// How to write one is told in docs/decisions/0007-wireshark-names.md.
import type { Field } from "../wire/index.ts";
import type { Layer, Packet, Source } from "./packet.ts";

// biome-ignore lint/suspicious/noExplicitAny: one list holds protocols of every value, fact and memory
type Whatever = any;

/** Types of fields, as Wireshark tells them apart (FT_…, README.developer §1.5). */
export type FieldType =
  | "none"
  | "protocol"
  | "boolean"
  | "char"
  | `uint${8 | 16 | 24 | 32 | 40 | 48 | 56 | 64}`
  | `int${8 | 16 | 24 | 32 | 40 | 48 | 56 | 64}`
  | "framenum"
  | "float"
  | "double"
  | "ipv4"
  | "ipv6"
  | "ether"
  | "bytes"
  | "guid"
  | "string"
  | "oid"
  | "absolute time"
  | "relative time";

/**
 * Numbers, booleans (0, 1) and IPv4 addresses are numbers, or bigints from 64 bits on; both kinds of time are
 * bigint nanoseconds, absolute ones since the Unix epoch; texts and object identifiers are strings; all else is octets.
 */
export type FieldValue = number | bigint | string | Uint8Array;

export interface Definition {
  readonly type: FieldType;
  /** How integers are written, decimal by default; how the octets of `bytes` are parted, by colons by default. */
  readonly base?: "hex" | "octal" | "unparted" | "dots" | "dashes";
  /** Absolute times: "local" follows the zone (UTC here), as "utc" is; "ntp": zero is "NULL". */
  readonly clock?: "utc" | "ntp";
}

/** Wireshark's field in one packet. */
export interface Item {
  /** "ip.src"; "" is a label that only heads the items in it. */
  readonly name: string;
  /** `undefined`: it is there, and has no value. */
  readonly value?: FieldValue;
  /** Where its octets are in the layer's source, or in `source`, and how many. None: it stands for no octets. */
  readonly start?: number;
  readonly size?: number;
  readonly source?: Source;
  /** How it is written, where the type's way is not it. Of a label: its text. */
  readonly show?: string;
  /** Not shown by tshark, yet there for filters. */
  readonly hidden?: boolean;
  /** Worked out, not read. */
  readonly generated?: boolean;
  readonly items?: readonly Item[];
}

/** A field of our tree that becomes items: what an entry's functions are told. */
export interface Place<Facts = Whatever> {
  readonly field: Field;
  /** The place of the field around it; none at the root. */
  readonly up: Place<Facts> | undefined;
  readonly layer: Layer;
  readonly packet: Packet;
  /** What `observe` said of this layer. */
  readonly facts: Facts;
  /** The items that the fields in it become, by their own entries. */
  inner(): Item[];
  /** The item of another layer, such as one of a quoted packet; `undefined` if its protocol is not described. */
  item(layer: Layer): Item | undefined;
}

/** What a field of our tree becomes. */
export interface Entry<Facts = Whatever> {
  /** Wireshark's name of it. None: the items in it go to whatever stands around it. */
  readonly name?: string;
  /**
   * The value, from ours; `undefined` is none. By default ours, if it is of the type's kind; else the octets, as a number
   * (big-endian) where the type is one.
   */
  readonly value?: (value: Whatever, place: Place<Facts>) => FieldValue | undefined;
  readonly show?: string | ((value: Whatever, place: Place<Facts>) => string | undefined);
  /** Octets from our field's first to the item's, and how many it takes: those of our field by default. */
  readonly at?: number | ((place: Place<Facts>) => number);
  readonly size?: number | ((place: Place<Facts>) => number);
  readonly hidden?: boolean;
  readonly generated?: boolean;
  /** Whether it is there at all. Where not, neither is what is in it. */
  readonly when?: (value: Whatever, place: Place<Facts>) => boolean;
  /** More items, in it after those of its own fields, before it, or after it. */
  readonly within?: (place: Place<Facts>) => Iterable<Item>;
  readonly before?: (place: Place<Facts>) => Iterable<Item>;
  readonly after?: (place: Place<Facts>) => Iterable<Item>;
  /** The items of its fields stand after it, not in it. */
  readonly flat?: boolean;
}

/**
 * By path in our tree, keys joined by dots, `*` for any list index or code, as in explain.ts. A name alone is the
 * common case; several entries are several items of the same field, the fields in it go into the first; a function
 * makes all items itself.
 */
export type Paths<Facts = Whatever> = Readonly<
  Record<
    string,
    string | Entry<Facts> | readonly (string | Entry<Facts>)[] | ((place: Place<Facts>) => Iterable<Item>)
  >
>;

/** What is remembered over a capture is made anew for each; with two passes it meets every packet twice. */
export interface Passes {
  /** 2: every packet was observed before (`-2`). Always 1 where one pass is all there is. */
  readonly pass: 1 | 2;
  readonly passes: 1 | 2;
}

/** Octets without which a field is in no message: filters look for them before anything is dissected. */
export interface Sign {
  /** They stand in the payload of UDP or TCP; in a stream they may be split between segments. */
  readonly octets: Uint8Array;
  /** Or the payload begins so. */
  begins?(view: DataView, start: number, end: number): boolean;
  /**
   * In a stream: how many octets from the first of the sign, whole or begun, the message takes at most; 0: it is no sign
   * of the field after all. `end`: of the payload.
   */
  reach(view: DataView, at: number, end: number): number;
}

/** What a filter seeks of a field's value: that it `fits`, or that this text stands in it. */
export interface Sought {
  readonly fits?: (value: FieldValue) => boolean;
  readonly text?: string;
}

/** The longest part of a text that is written alike in every encoding but UTF-16; `undefined`: it has none. */
export function lettersIn(text: string): Uint8Array | undefined {
  const [longest] = (text.match(/[A-Za-z0-9_-]+/g) ?? []).sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : new TextEncoder().encode(longest);
}

/** Wireshark's names for one protocol, and its ways. */
export interface Wireshark<Memory = Whatever, Facts = Whatever> {
  /** The names of our protocols whose layers it describes: ["dns", "mdns", "llmnr"]. */
  readonly protocols: readonly string[];
  /** Every field that it may show, hidden ones included. */
  readonly fields: Readonly<Record<string, Definition>>;
  readonly paths: Paths<Facts>;
  /** Fields that a function of `paths` makes, and that repeat plain ones: the paths of those. Filters find them so. */
  readonly copies?: Readonly<Record<string, readonly string[]>>;
  /** What shows from outside that a field may be there, as long as no secrets are known. */
  sign?(name: string, sought: Sought): Sign | undefined;
  /** Whether `memory` keeps the conversations apart: what one of them says changes nothing in another. */
  readonly byConversation?: boolean;
  /** "eth:ethertype": how the layer is told in frame.protocols, by default its protocol's name. */
  readonly chain?: string | ((layer: Layer, packet: Packet) => string);
  /** Whether Wireshark shows this layer at all, where it dissects less than we do. */
  shown?(layer: Layer, packet: Packet): boolean;
  /** What it remembers of a capture. */
  memory?(passes: Passes): Memory;
  /** Takes note of each layer, in order, shown or not; what it returns is `facts` of the layer. Must be cheap. */
  observe?(layer: Layer, packet: Packet, memory: Memory, passes: Passes): Facts;
  /** The octets of the protocol's own item; by default the layer's header, or all of it if it carries nothing. */
  span?(place: Place<Facts>): { readonly start: number; readonly size: number; readonly name?: string };
  /** Items that no field stands for, after all others: times, links to other packets, expert messages. */
  generated?(place: Place<Facts>): Iterable<Item>;
  /**
   * In place of one item a layer: items for a run of layers of `protocols` that follow one another, where Wireshark
   * joins them. `one(layer)` gives what would have been: its protocol's item, undefined where there is none.
   * `facts(layer)` is what `observe` said of it.
   */
  joined?(
    layers: readonly Layer[],
    packet: Packet,
    one: (layer: Layer) => Item,
    facts: (layer: Layer) => Facts,
  ): Iterable<Item>;
}

const of = (type: FieldType, rest: Partial<Definition> = {}): Definition => ({ type, ...rest });

// The definitions that fields are most often of: `"ntp.stratum": uint8`.
export const none = of("none");
/** A part that Wireshark registers as a protocol of its own: an option, an expert message. */
export const protocol = of("protocol");
export const boolean = of("boolean");
export const uint8 = of("uint8");
export const uint16 = of("uint16");
export const uint24 = of("uint24");
export const uint32 = of("uint32");
export const uint40 = of("uint40");
export const uint48 = of("uint48");
export const uint64 = of("uint64");
export const hex8 = of("uint8", { base: "hex" });
export const hex16 = of("uint16", { base: "hex" });
export const hex24 = of("uint24", { base: "hex" });
export const hex32 = of("uint32", { base: "hex" });
export const hex48 = of("uint48", { base: "hex" });
export const hex64 = of("uint64", { base: "hex" });
export const int8 = of("int8");
export const int16 = of("int16");
export const int32 = of("int32");
export const int64 = of("int64");
export const float = of("float");
export const double = of("double");
export const framenum = of("framenum");
export const ipv4 = of("ipv4");
export const ipv6 = of("ipv6");
export const ether = of("ether");
export const bytes = of("bytes");
export const guid = of("guid");
export const string = of("string");
export const oid = of("oid");
export const absoluteTime = of("absolute time");
export const ntpTime = of("absolute time", { clock: "ntp" });
export const relativeTime = of("relative time");

/** A hidden twin of a field: `source: ["ip.src", hidden("ip.addr")]`. */
export const hidden = (name: string, rest: Omit<Entry, "name" | "hidden"> = {}): Entry => ({
  ...rest,
  name,
  hidden: true,
});

/** Expert messages, by severity and group: the numbers of Wireshark's epan/proto.h, which its filters compare. */
export const Severity = {
  comment: 0x0010_0000,
  chat: 0x0020_0000,
  note: 0x0040_0000,
  warning: 0x0060_0000,
  error: 0x0080_0000,
} as const;
export const Group = {
  checksum: 0x0100_0000,
  sequence: 0x0200_0000,
  response: 0x0300_0000,
  request: 0x0400_0000,
  undecoded: 0x0500_0000,
  reassembled: 0x0600_0000,
  malformed: 0x0700_0000,
  debug: 0x0800_0000,
  protocol: 0x0900_0000,
  security: 0x0a00_0000,
  comments: 0x0b00_0000,
  decryption: 0x0c00_0000,
  assumption: 0x0d00_0000,
  deprecated: 0x0e00_0000,
  receive: 0x0f00_0000,
  interface: 0x1000_0000,
  "dissector bug": 0x1100_0000,
} as const;

/**
 * What Wireshark's experts object to: it stands in the item that it is about, which begins at `start`. `name` is the
 * message's own field, such as "tcp.analysis.retransmission".
 */
export function expert(
  name: string,
  severity: keyof typeof Severity,
  group: keyof typeof Group,
  message: string,
  start: number,
): Item {
  const items: Item[] = [
    { name, generated: true },
    { name: "_ws.expert.message", value: message, hidden: true, generated: true },
    { name: "_ws.expert.severity", value: Severity[severity], generated: true },
    { name: "_ws.expert.group", value: Group[group], generated: true },
  ];
  return { name: "_ws.expert", start, size: 0, items, generated: true };
}

/** What Wireshark puts after a protocol that it could not read to its end; last of its items, it goes up beside it. */
export function malformed(
  protocol: string,
  { layer, packet: { layers } }: Pick<Place, "layer" | "packet">,
): Item {
  // Its exceptions are caught where the segment or the packet begins that the message lies in.
  const below = layers
    .slice(0, layers.indexOf(layer))
    .findLast(({ protocol: { name } }) => catching.has(name));
  const isSegment = below?.protocol.name === "tcp";
  const start = (isSegment ? below.headerEnd : below?.start) ?? layer.start;
  const said = "Malformed Packet (Exception occurred)";
  const objection = expert("_ws.malformed.expert", "error", "malformed", said, start);
  const twin = { name: malformedName, start, size: 0, hidden: true };
  const source = below?.source ?? layer.source;
  return {
    name: malformedName,
    show: `[Malformed Packet: ${protocol}]`,
    start,
    size: 0,
    source,
    items: [objection, twin],
  };
}
export const malformedName = "_ws.malformed";
const catching: ReadonlySet<string> = new Set(["ip", "ipv6", "tcp"]);

/** A label that heads items. */
export const label = (show: string, start: number, size: number, items?: readonly Item[]): Item => ({
  name: "",
  show,
  start,
  size,
  items,
});
