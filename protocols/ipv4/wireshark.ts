// Wireshark's names for IPv4.
import {
  boolean,
  bytes,
  type Entry,
  expert,
  hex8,
  hex16,
  hidden,
  type Item,
  ipv4,
  none,
  type Place,
  string,
  uint8,
  uint16,
  type Wireshark,
} from "../packet/wireshark.ts";
import { dotted } from "./address.ts";
import { fragmentFields, fragments } from "./wireshark-fragments.ts";

const optionNames: Readonly<Record<number, string>> = {
  0: "ip.options.eol",
  1: "ip.options.nop",
  7: "ip.options.rr",
  68: "ip.options.ts",
  130: "ip.options.sec",
  131: "ip.options.lsr",
  136: "ip.options.sid",
  137: "ip.options.ssr",
  148: "ip.options.routeralert",
};

/** An address, and its hidden twins. */
const address = (side: "src" | "dst"): (string | Entry)[] => [
  `ip.${side}`,
  hidden("ip.addr"),
  hidden(`ip.${side}_host`, { value: dotted }),
  hidden("ip.host", { value: dotted }),
];

export const wireshark: Wireshark = {
  protocols: ["ip"],
  fields: {
    "ip.version": uint8,
    "ip.hdr_len": uint8,
    "ip.dsfield": hex8,
    "ip.dsfield.dscp": uint8,
    "ip.dsfield.ecn": uint8,
    "ip.len": uint16,
    "ip.id": hex16,
    "ip.flags": hex8,
    "ip.flags.rb": boolean,
    "ip.flags.df": boolean,
    "ip.flags.mf": boolean,
    "ip.frag_offset": uint16,
    "ip.ttl": uint8,
    "ip.proto": uint8,
    "ip.checksum": hex16,
    "ip.checksum.status": uint8,
    "ip.src": ipv4,
    "ip.dst": ipv4,
    "ip.addr": ipv4,
    "ip.src_host": string,
    "ip.dst_host": string,
    "ip.host": string,
    "ip.ttl.lncb": none,
    "ip.ttl.too_small": none,
    ...Object.fromEntries(Object.values(optionNames).map(name => [name, bytes])),
    "ip.opt.type": uint8,
    "ip.opt.type.copy": boolean,
    "ip.opt.type.class": uint8,
    "ip.opt.type.number": uint8,
    "ip.opt.len": uint8,
    "ip.opt.ra": uint16,
    "ip.bogus_ip_length": none,
    ...fragmentFields("ip"),
  },
  paths: {
    "start.version": "ip.version",
    "start.headerLength": { name: "ip.hdr_len", value: (words: number) => words * 4 },
    service: "ip.dsfield",
    "service.dscp": "ip.dsfield.dscp",
    "service.ecn": "ip.dsfield.ecn",
    totalLength: {
      name: "ip.len",
      // Zero: the network card cut the packet later than it was recorded.
      value: (length: number, { layer: { start, end } }) => (length === 0 ? end - start : length),
      within: place => tooLong(place),
    },
    identification: "ip.id",
    fragment: place => {
      const { start, value } = place.field;
      const { reserved, dontFragment, moreFragments, offset } = value as Record<string, number>;
      const flags = { start, size: 1 };
      return [
        {
          ...flags,
          name: "ip.flags",
          value: (reserved! << 2) | (dontFragment! << 1) | moreFragments!,
          items: [
            { ...flags, name: "ip.flags.rb", value: reserved! },
            { ...flags, name: "ip.flags.df", value: dontFragment! },
            { ...flags, name: "ip.flags.mf", value: moreFragments! },
          ],
        },
        { start, size: 2, name: "ip.frag_offset", value: offset! },
      ];
    },
    timeToLive: { name: "ip.ttl", within: place => doubts(place) },
    protocol: "ip.proto",
    checksum: ["ip.checksum", { name: "ip.checksum.status", value: () => 2, size: 0, generated: true }],
    source: address("src"),
    destination: address("dst"),
    "options.*": place => option(place),
    "options.end": place => single(place),
    "options.padding": place => single(place),
  },
  generated: place => fragments(place, "ip"),
};

/** A packet that says to be longer than what it came in. */
function* tooLong({ field: { start, value }, layer, packet: { frame, layers } }: Place): Generator<Item> {
  const wasCut = frame.originalLength > frame.end - frame.start;
  const there = layer.end - layer.start;
  if (wasCut || (value as number) <= there) return;
  // A quoted packet is cut on purpose.
  if (!layers.includes(layer)) return;
  const message = `IPv4 total length exceeds packet length (${there} bytes)`;
  yield expert("ip.bogus_ip_length", "error", "protocol", message, start);
}

/** What Wireshark's experts say of a time to live. */
function* doubts({ field: { start, value }, layer }: Place): Generator<Item> {
  const ttl = value as number;
  const destination = (layer.value as { destination: number } | undefined)?.destination ?? 0;
  const isMulticastDns = destination === 0xe000_00fb;
  if (isMulticastDns && ttl !== 255)
    yield expert(
      "ip.ttl.lncb",
      "note",
      "sequence",
      '"Time To Live" != 255 for a packet sent to the Local Network Control Block (see RFC 3171)',
      start,
    );
  else if (ttl < 5 && destination >>> 28 < 0xe)
    yield expert("ip.ttl.too_small", "note", "sequence", `"Time To Live" only ${ttl}`, start);
}

/** RFC 791 §3.1: whether it goes into fragments, its class, and its number. */
function typeOf(code: number, start: number): Item {
  const at = { start, size: 1 };
  const items: Item[] = [
    { ...at, name: "ip.opt.type.copy", value: code >> 7 },
    { ...at, name: "ip.opt.type.class", value: (code >> 5) & 3 },
    { ...at, name: "ip.opt.type.number", value: code & 31 },
  ];
  return { ...at, name: "ip.opt.type", value: code, items };
}

function* option({ field: { start, end }, layer: { source } }: Place): Generator<Item> {
  const { view } = source;
  const code = view.getUint8(start);
  const name = optionNames[code];
  if (!name) return;
  const size = end - start;
  const items = [
    typeOf(code, start),
    { name: "ip.opt.len", value: view.getUint8(start + 1), start: start + 1, size: 1 },
  ];
  if (code === 148 && size === 4)
    items.push({ name: "ip.opt.ra", value: view.getUint16(start + 2), start: start + 2, size: 2 });
  yield { name, value: new Uint8Array(view.buffer, view.byteOffset + start, size), start, size, items };
}

/** No-operations, and ends of the list. */
function* single({ field, layer: { source } }: Place): Generator<Item> {
  for (let at = field.start; at < field.end; at++) {
    const code = source.view.getUint8(at);
    const name = code === 1 ? "ip.options.nop" : "ip.options.eol";
    yield { name, value: Uint8Array.of(code), start: at, size: 1, items: [typeOf(code, at)] };
    if (code === 0) return;
  }
}
