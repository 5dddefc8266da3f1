// Wireshark's names for IPv6 and its extension headers.
import { IpProtocol } from "../ipv4/protocols.ts";
import { fragmentFields, fragments } from "../ipv4/wireshark-fragments.ts";
import {
  boolean,
  bytes,
  type Entry,
  ether,
  hex8,
  hex24,
  hex32,
  hidden,
  type Item,
  ipv4,
  ipv6,
  none,
  type Place,
  protocol,
  string,
  uint8,
  uint16,
  uint32,
  type Wireshark,
} from "../packet/wireshark.ts";
import type { Field } from "../wire/index.ts";
import { colonHex } from "./address.ts";

/** An address, its hidden twins, and the link-layer address that it was made from (RFC 4291, appendix A). */
const address = (side: "src" | "dst"): (string | Entry)[] => [
  `ipv6.${side}`,
  hidden("ipv6.addr"),
  hidden(`ipv6.${side}_host`, { value: colonHex }),
  hidden("ipv6.host", {
    value: colonHex,
    after: place => [...embedded(place, side), ...autoconfigured(place, side)],
  }),
];

export const wireshark: Wireshark = {
  protocols: ["ipv6"],
  chain: layer =>
    ["ipv6", ...headersOf(layer.value).map(header => names[header] ?? "")].filter(Boolean).join(":"),
  fields: {
    "ipv6.version": uint8,
    "ip.version": uint8,
    "ipv6.tclass": hex32,
    "ipv6.tclass.dscp": uint32,
    "ipv6.tclass.ecn": uint32,
    "ipv6.flow": hex24,
    "ipv6.plen": uint16,
    "ipv6.nxt": uint8,
    "ipv6.hlim": uint8,
    "ipv6.src": ipv6,
    "ipv6.dst": ipv6,
    "ipv6.addr": ipv6,
    "ipv6.src_host": string,
    "ipv6.dst_host": string,
    "ipv6.host": string,
    "ipv6.src_slaac_mac": ether,
    "ipv6.dst_slaac_mac": ether,
    "ipv6.slaac_mac": ether,
    "ipv6.src_embed_ipv4": ipv4,
    "ipv6.dst_embed_ipv4": ipv4,
    "ipv6.embed_ipv4": ipv4,
    "ipv6.embed_ipv4_prefix": bytes,
    "ipv6.hopopts": protocol,
    "ipv6.hopopts.nxt": uint8,
    "ipv6.hopopts.len": uint8,
    "ipv6.hopopts.len_oct": uint16,
    "ipv6.dstopts": protocol,
    "ipv6.dstopts.nxt": uint8,
    "ipv6.dstopts.len": uint8,
    "ipv6.dstopts.len_oct": uint16,
    "ipv6.routing": protocol,
    "ipv6.routing.nxt": uint8,
    "ipv6.routing.len": uint8,
    "ipv6.routing.len_oct": uint16,
    "ipv6.routing.type": uint8,
    "ipv6.routing.segleft": uint8,
    "ipv6.routing.unknown.data": bytes,
    "ipv6.fraghdr": protocol,
    "ipv6.fraghdr.nxt": uint8,
    "ipv6.fraghdr.reserved_octet": hex8,
    "ipv6.fraghdr.offset": uint16,
    "ipv6.fraghdr.reserved_bits": uint16,
    "ipv6.fraghdr.more": boolean,
    "ipv6.fraghdr.ident": hex32,
    "ipv6.opt": none,
    "ipv6.opt.type": hex8,
    "ipv6.opt.type.action": uint8,
    "ipv6.opt.type.change": boolean,
    "ipv6.opt.type.rest": hex8,
    "ipv6.opt.length": uint8,
    "ipv6.opt.pad1": none,
    "ipv6.opt.padn": bytes,
    "ipv6.opt.router_alert": uint16,
    "ipv6.opt.jumbo": uint32,
    "ipv6.opt.tel": uint8,
    "ipv6.opt.unknown": bytes,
    ...fragmentFields("ipv6"),
  },
  paths: {
    "start.version": ["ipv6.version", hidden("ip.version", { size: 1 })].map(entry =>
      typeof entry === "string" ? { name: entry, size: 1 } : entry,
    ),
    "start.dscp": place => trafficClass(place),
    "start.flowLabel": { name: "ipv6.flow", at: 1, size: 3 },
    payloadLength: "ipv6.plen",
    nextHeader: "ipv6.nxt",
    hopLimit: "ipv6.hlim",
    source: address("src"),
    destination: address("dst"),
    "extensions.*": place => extension(place),
  },
  generated: place => fragments(place, "ipv6"),
};

const names: Readonly<Record<number, string>> = {
  [IpProtocol["hop-by-hop options"]]: "ipv6.hopopts",
  [IpProtocol["destination options"]]: "ipv6.dstopts",
  [IpProtocol["routing header"]]: "ipv6.routing",
  [IpProtocol["fragment header"]]: "ipv6.fraghdr",
};

const headersOf = (value: unknown): number[] =>
  ((value as { extensions?: readonly { header: number }[] } | undefined)?.extensions ?? []).map(
    ({ header }) => header,
  );

function* trafficClass({ field: { start }, layer: { source } }: Place): Generator<Item> {
  const octet = (source.view.getUint16(start) >> 4) & 0xff;
  const at = { start, size: 4 };
  yield {
    ...at,
    name: "ipv6.tclass",
    value: octet,
    items: [
      { ...at, name: "ipv6.tclass.dscp", value: octet >> 2 },
      { ...at, name: "ipv6.tclass.ecn", value: octet & 3 },
    ],
  };
}

/** RFC 6052 §2.1: an IPv4 address behind the prefix that is known to all. */
function* embedded({ field: { start, value } }: Place, side: string): Generator<Item> {
  const octets = value as Uint8Array;
  if (octets[0] !== 0 || octets[1] !== 0x64 || octets[2] !== 0xff || octets[3] !== 0x9b) return;
  if (octets.subarray(4, 12).some(octet => octet !== 0)) return;
  const address = octets.subarray(12).reduce((sum, octet) => sum * 256 + octet, 0);
  const at = { value: address, start: start + 12, size: 4, generated: true };
  yield { ...at, name: `ipv6.${side}_embed_ipv4` };
  yield { ...at, name: "ipv6.embed_ipv4" };
  yield { name: "ipv6.embed_ipv4_prefix", value: octets.subarray(0, 12), start, size: 12, generated: true };
}

/** An interface identifier with ff:fe in its middle holds a MAC address, with one bit turned. */
function* autoconfigured({ field: { start, value } }: Place, side: string): Generator<Item> {
  const octets = value as Uint8Array;
  if (octets[11] !== 0xff || octets[12] !== 0xfe || octets[0] === 0xff || (octets[8]! & 2) === 0) return;
  const mac = Uint8Array.of(octets[8]! ^ 2, octets[9]!, octets[10]!, octets[13]!, octets[14]!, octets[15]!);
  const at = { value: mac, start: start + 8, size: 8, generated: true };
  yield { ...at, name: `ipv6.${side}_slaac_mac` };
  yield { ...at, name: "ipv6.slaac_mac", hidden: true };
}

/** One extension header. */
function* extension({ field, layer: { source } }: Place): Generator<Item> {
  const { view } = source;
  const { start, end } = field;
  const { header } = (field.value ?? {}) as { header?: number };
  const name = header === undefined ? undefined : names[header];
  if (!name) return;
  const u8 = (offset: number) => view.getUint8(start + offset);
  const octet = (part: string, offset: number, value = u8(offset)): Item => ({
    name: `${name}.${part}`,
    value,
    start: start + offset,
    size: 1,
  });
  const items: Item[] = [octet("nxt", 0)];
  if (name === "ipv6.fraghdr") {
    const bits = view.getUint16(start + 2);
    const two = { start: start + 2, size: 2 };
    items.push(
      octet("reserved_octet", 1),
      { ...two, name: `${name}.offset`, value: bits >> 3 },
      { ...two, name: `${name}.reserved_bits`, value: (bits >> 1) & 3 },
      { ...two, name: `${name}.more`, value: bits & 1 },
      { name: `${name}.ident`, value: view.getUint32(start + 4), start: start + 4, size: 4 },
    );
  } else {
    items.push(octet("len", 1), { ...octet("len_oct", 1, (u8(1) + 1) * 8), generated: true });
    if (name === "ipv6.routing") {
      items.push(octet("type", 2), octet("segleft", 3));
      const value = new Uint8Array(view.buffer, view.byteOffset + start + 4, end - start - 4);
      items.push({ name: "ipv6.routing.unknown.data", value, start: start + 4, size: value.length });
    } else for (const one of optionsIn(field)) items.push(...optionItems(one, view));
  }
  yield { name, start, size: end - start, show: "", items };
}

const optionsIn = (field: Field): readonly Field[] =>
  field.fields?.find(({ key }) => key === "options")?.fields ?? [];

const parts: Readonly<Record<number, string>> = {
  1: "ipv6.opt.padn",
  4: "ipv6.opt.tel",
  5: "ipv6.opt.router_alert",
  194: "ipv6.opt.jumbo",
};

function* optionItems({ start, end }: Field, view: DataView): Generator<Item> {
  const code = view.getUint8(start);
  const first = { start, size: 1 };
  const type: Item = { ...first, name: "ipv6.opt.type", value: code };
  const what: Item[] = [
    { ...first, name: "ipv6.opt.type.action", value: code >> 6 },
    { ...first, name: "ipv6.opt.type.change", value: (code >> 5) & 1 },
    { ...first, name: "ipv6.opt.type.rest", value: code & 0x1f },
  ];
  if (code === 0) {
    const items = [type, { ...first, name: "ipv6.opt.pad1" }];
    yield { name: "ipv6.opt", start, size: end - start, items };
    return;
  }
  const name = parts[code] ?? "ipv6.opt.unknown";
  const octets = new Uint8Array(view.buffer, view.byteOffset + start + 2, end - start - 2);
  const isNumber = name !== "ipv6.opt.padn" && name !== "ipv6.opt.unknown";
  const value = isNumber ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : octets;
  yield {
    name: "ipv6.opt",
    start,
    size: end - start,
    items: [
      { ...type, items: what },
      { name: "ipv6.opt.length", value: octets.length, start: start + 1, size: 1 },
      { name, value, start: start + 2, size: octets.length },
    ],
  };
}
