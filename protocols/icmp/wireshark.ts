// Wireshark's names for ICMP of both families.

import { ipv4 as ipv4Protocol } from "../ipv4/decoder.ts";
import { IpProtocol } from "../ipv4/protocols.ts";
import { ipv6 as ipv6Protocol } from "../ipv6/decoder.ts";
import type { AnyProtocol, Layer, Packet } from "../packet/index.ts";
import { quoted } from "../packet/quoted.ts";
import {
  absoluteTime,
  boolean,
  bytes,
  double,
  type Entry,
  framenum,
  hex8,
  hex16,
  hex32,
  type Item,
  int32,
  ipv4,
  ipv6,
  none,
  type Place,
  relativeTime,
  uint8,
  uint16,
  uint32,
  type Wireshark,
} from "../packet/wireshark.ts";
import { tcp } from "../tcp/decoder.ts";
import { udp } from "../udp/decoder.ts";
import type { Field } from "../wire/index.ts";
import { icmp as icmpProtocol, icmpv6 as icmpv6Protocol } from "./decoder.ts";
import { discoveryOption, listenerReport } from "./wireshark-discovery.ts";

/** Echo requests that wait for their answers, by ends and numbers; so many at most. */
type Memory = Map<string, { readonly packet: number; readonly time: bigint }>;
const mostWaiting = 10_000;
interface Facts {
  /** 1: right, 0: wrong, 2: not checked. */
  readonly checksum: number;
  readonly answers?: { readonly packet: number; readonly after: bigint };
}

/** Pairs echo replies with their requests, and checks the message's checksum, which Wireshark does for ICMP. */
const observing = (request: number, reply: number) => ({
  memory: (): Memory => new Map(),
  observe(layer: Layer, packet: Packet, memory: Memory): Facts {
    const value = layer.value as
      | { type: number; body: { identifier?: number; sequence?: number } }
      | undefined;
    const checksum = checksumOf(layer, packet);
    if (!value || value.body.identifier === undefined || value.body.sequence === undefined)
      return { checksum };
    const { type } = value;
    const { identifier, sequence } = value.body;
    const key = (from: string, to: string) => `${from} ${to} ${identifier} ${sequence}`;
    if (type === request) {
      if (memory.size >= mostWaiting) memory.delete(memory.keys().next().value!);
      memory.set(key(packet.source, packet.destination), { packet: packet.number, time: packet.time });
    }
    if (type !== reply) return { checksum };
    const asked = key(packet.destination, packet.source);
    const waited = memory.get(asked);
    if (!waited) return { checksum };
    memory.delete(asked);
    return { checksum, answers: { packet: waited.packet, after: packet.time - waited.time } };
  },
});

function checksumOf({ protocol, source, start, end, value }: Layer, packet: Packet): number {
  const { frame } = packet;
  if (value === undefined || frame.originalLength > frame.end - frame.start) return 2;
  const octets = new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start);
  return protocol.checksum?.(value, octets, packet) ? 1 : 0;
}

const checksumEntries = (name: string): (string | Entry<Facts | undefined>)[] => [
  name,
  { name: `${name}.status`, value: (_, { facts }) => facts?.checksum ?? 2, size: 0, generated: true },
];

function* answered(name: string, { layer, facts }: Place<Facts | undefined>): Generator<Item> {
  if (!facts?.answers) return;
  const at = { start: layer.start, size: 0, generated: true };
  yield { ...at, name: `${name}.resp_to`, value: facts.answers.packet };
  yield { ...at, name: `${name}.resptime`, value: Number(facts.answers.after) / 1e6 };
}

/** Many a ping begins its data with the time of day: seconds and microseconds, either end first. */
function* echoed({ field, layer, packet }: Place): Generator<Item> {
  const { start, end } = field;
  const { view } = layer.source;
  const day = 86_400_000_000_000n;
  for (const little of end - start >= 8 ? [false, true] : []) {
    const [seconds, micro] = [view.getUint32(start, little), view.getUint32(start + 4, little)];
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(micro) * 1000n;
    const since = packet.time - time;
    if (micro >= 1_000_000 || since > day || since < -day) continue;
    const at = { start, size: 8 };
    yield { ...at, name: "icmp.data_time", value: time };
    yield { ...at, name: "icmp.data_time_relative", value: since, generated: true };
    yield* dataIn({ start: start + 8, end }, layer);
    return;
  }
  yield* dataIn(field, layer);
}

/** Octets that a message only carries. */
function dataIn(field: Pick<Field, "start" | "end">, { source: { view } }: Layer): Item[] {
  const size = field.end - field.start;
  if (size === 0) return [];
  const value = new Uint8Array(view.buffer, view.byteOffset + field.start, size);
  const items = [
    { name: "data.data", value, start: field.start, size },
    { name: "data.len", value: size, start: field.start, size: 0, generated: true },
  ];
  return [{ name: "data", items }];
}

const carried: Readonly<Record<number, AnyProtocol>> = {
  [IpProtocol.UDP]: udp,
  [IpProtocol.TCP]: tcp,
  [IpProtocol.ICMP]: icmpProtocol,
  [IpProtocol.ICMPv6]: icmpv6Protocol,
};

/** The packet that a message is about. */
function* quotation({ field, layer, packet, item }: Place, first: AnyProtocol): Generator<Item> {
  const next = (value: unknown): AnyProtocol | undefined => {
    const { protocol, nextHeader } = value as { protocol?: number; nextHeader?: number };
    return carried[protocol ?? nextHeader ?? -1];
  };
  let below: Layer | undefined;
  for (const one of quoted(first, layer.source, field.start, field.end, next)) {
    const made = item(one);
    const stream = below && streamOf(below, one, packet);
    if (made) yield stream ? { ...made, items: [...(made.items ?? []), stream] } : made;
    below = one;
  }
}

/** The conversation that a quoted packet belongs to, if its headers are there and it is known. */
function streamOf(
  internet: Layer,
  { protocol, value, start, headerEnd }: Layer,
  packet: Packet,
): Item | undefined {
  const transport = protocol.name;
  if (value === undefined || internet.value === undefined) return undefined;
  if (transport !== "udp" && transport !== "tcp") return undefined;
  const addresses = (internet.protocol.numbers ?? internet.protocol.ends)!(internet.value);
  const ports = protocol.ends!(value) as readonly [number, number];
  const conversation = packet.between?.(
    transport,
    { identity: addresses[0], port: ports[0] },
    { identity: addresses[1], port: ports[1] },
  );
  if (!conversation) return undefined;
  const at = { start: transport === "udp" ? headerEnd : start, size: 0, generated: true };
  return { ...at, name: `${transport}.stream`, value: conversation.index };
}

/** A number of 16 bits, and what it is where the octets are read the other way around. */
const bothWays = (name: string): (string | Entry)[] => [
  name,
  { name: `${name}_le`, value: (value: number) => ((value & 0xff) << 8) | (value >> 8) },
];

const codeOf = ({ layer: { source, start } }: Place): number => source.view.getUint8(start + 1);
const typeOf = ({ layer: { source, start } }: Place): number => source.view.getUint8(start);

export const wireshark: Wireshark<Memory, Facts | undefined> = {
  protocols: ["icmp"],
  fields: {
    "icmp.type": uint8,
    "icmp.code": uint8,
    "icmp.checksum": hex16,
    "icmp.checksum.status": uint8,
    "icmp.unused": bytes,
    "icmp.mtu": uint16,
    "icmp.redir_gw": ipv4,
    "icmp.pointer": uint8,
    "icmp.ident": uint16,
    "icmp.ident_le": uint16,
    "icmp.seq": uint16,
    "icmp.seq_le": uint16,
    "icmp.originate_timestamp": uint32,
    "icmp.receive_timestamp": uint32,
    "icmp.transmit_timestamp": uint32,
    "icmp.data_time": absoluteTime,
    "icmp.data_time_relative": relativeTime,
    "icmp.resp_to": framenum,
    "icmp.resptime": double,
    "icmp.num_addrs": uint8,
    "icmp.addr_entry_size": uint8,
    "icmp.lifetime": uint16,
    "icmp.router_address": ipv4,
    "icmp.pref_level": int32,
  },
  paths: {
    type: "icmp.type",
    code: "icmp.code",
    checksum: checksumEntries("icmp.checksum"),
    body: place => (typeOf(place) === 9 ? routers(place) : place.inner()),
    "body.unused": {
      name: "icmp.unused",
      size: place => (typeOf(place) === 3 && codeOf(place) === 4 ? 2 : 4),
      value: (_, place) => {
        const size = typeOf(place) === 3 && codeOf(place) === 4 ? 2 : 4;
        const { view } = place.layer.source;
        return new Uint8Array(view.buffer, view.byteOffset + place.field.start, size);
      },
    },
    "body.mtu": { name: "icmp.mtu", when: (_, place) => codeOf(place) === 4 },
    "body.gateway": "icmp.redir_gw",
    "body.pointer": "icmp.pointer",
    "body.identifier": bothWays("icmp.ident"),
    "body.sequence": { name: "icmp.seq", after: place => sequence(place) },
    "body.originate": "icmp.originate_timestamp",
    "body.receive": "icmp.receive_timestamp",
    "body.transmit": "icmp.transmit_timestamp",
    "body.data": place => echoed(place),
    "body.datagram": place => quotation(place, ipv4Protocol),
  },
  ...observing(8, 0),
};

/** RFC 1256 §3: a router advertisement's addresses, each with its preference. */
function* routers({ field: { start, end }, layer: { source } }: Place): Generator<Item> {
  const { view } = source;
  if (end - start < 4) return;
  yield { name: "icmp.num_addrs", value: view.getUint8(start), start, size: 1 };
  yield { name: "icmp.addr_entry_size", value: view.getUint8(start + 1), start: start + 1, size: 1 };
  yield { name: "icmp.lifetime", value: view.getUint16(start + 2), start: start + 2, size: 2 };
  for (let at = start + 4; at + 8 <= end; at += 8) {
    yield { name: "icmp.router_address", value: view.getUint32(at), start: at, size: 4 };
    yield { name: "icmp.pref_level", value: view.getInt32(at + 4), start: at + 4, size: 4 };
  }
}

function* sequence(place: Place<Facts | undefined>): Generator<Item> {
  const { start, value } = place.field;
  const number = value as number;
  yield { name: "icmp.seq_le", value: ((number & 0xff) << 8) | (number >> 8), start, size: 2 };
  yield* answered("icmp", place);
}

export const wireshark6: Wireshark<Memory, Facts | undefined> = {
  protocols: ["icmpv6"],
  fields: {
    "icmpv6.type": uint8,
    "icmpv6.code": uint8,
    "icmpv6.checksum": hex16,
    "icmpv6.checksum.status": uint8,
    "icmpv6.reserved": bytes,
    "icmpv6.mtu": uint32,
    "icmpv6.pointer": uint32,
    "icmpv6.echo.identifier": hex16,
    "icmpv6.echo.sequence_number": uint16,
    "icmpv6.resp_to": framenum,
    "icmpv6.resptime": double,
    "icmpv6.mldr.nb_mcast_records": uint16,
    "icmpv6.mldr.mar": none,
    "icmpv6.mldr.mar.record_type": uint8,
    "icmpv6.mldr.mar.aux_data_len": uint8,
    "icmpv6.mldr.mar.nb_sources": uint16,
    "icmpv6.mldr.mar.multicast_address": ipv6,
    "icmpv6.mldr.mar.source_address": ipv6,
    "icmpv6.nd.ns.target_address": ipv6,
    "icmpv6.nd.na.target_address": ipv6,
    "icmpv6.nd.na.flag": hex32,
    "icmpv6.nd.na.flag.r": boolean,
    "icmpv6.nd.na.flag.s": boolean,
    "icmpv6.nd.na.flag.o": boolean,
    "icmpv6.nd.na.flag.rsv": uint32,
    "icmpv6.nd.ra.cur_hop_limit": uint8,
    "icmpv6.nd.ra.flag": hex8,
    "icmpv6.nd.ra.flag.m": boolean,
    "icmpv6.nd.ra.flag.o": boolean,
    "icmpv6.nd.ra.flag.h": boolean,
    "icmpv6.nd.ra.flag.prf": uint8,
    "icmpv6.nd.ra.flag.p": boolean,
    "icmpv6.nd.ra.flag.rsv": uint8,
    "icmpv6.nd.ra.router_lifetime": uint16,
    "icmpv6.nd.ra.reachable_time": uint32,
    "icmpv6.nd.ra.retrans_timer": uint32,
    "icmpv6.rd.ta": ipv6,
    "icmpv6.rd.da": ipv6,
    "icmpv6.opt": none,
    "icmpv6.opt.type": uint8,
    "icmpv6.opt.length": uint8,
    "icmpv6.opt.linkaddr": bytes,
    "icmpv6.opt.src_linkaddr": bytes,
    "icmpv6.opt.target_linkaddr": bytes,
    "icmpv6.opt.prefix": ipv6,
    "icmpv6.opt.prefix.length": uint8,
    "icmpv6.opt.prefix.flag": hex8,
    "icmpv6.opt.prefix.flag.l": boolean,
    "icmpv6.opt.prefix.flag.a": boolean,
    "icmpv6.opt.prefix.flag.r": boolean,
    "icmpv6.opt.prefix.flag.reserved": uint8,
    "icmpv6.opt.prefix.valid_lifetime": uint32,
    "icmpv6.opt.prefix.preferred_lifetime": uint32,
    "icmpv6.opt.reserved": none,
    "icmpv6.opt.mtu": uint32,
    "icmpv6.opt.rdnss": ipv6,
    "icmpv6.opt.rdnss.lifetime": uint32,
    "icmpv6.opt.nonce": bytes,
    "icmpv6.opt.route_info.flag": hex8,
    "icmpv6.opt.route_info.flag.route_preference": uint8,
    "icmpv6.opt.route_info.flag.reserved": uint8,
    "icmpv6.opt.route_lifetime": uint32,
  },
  paths: {
    type: "icmpv6.type",
    code: "icmpv6.code",
    checksum: checksumEntries("icmpv6.checksum"),
    body: place => (typeOf(place) === 143 ? listenerReport(place) : place.inner()),
    "body.reserved": { name: "icmpv6.reserved", value: (_, place) => octetsOf(place) },
    "body.mtu": "icmpv6.mtu",
    "body.pointer": "icmpv6.pointer",
    "body.identifier": "icmpv6.echo.identifier",
    "body.sequence": { name: "icmpv6.echo.sequence_number", after: place => answered("icmpv6", place) },
    "body.data": place => dataIn(place.field, place.layer),
    "body.datagram": place => quotation(place, ipv6Protocol),
    "body.target": place => [
      {
        name:
          { 135: "icmpv6.nd.ns.target_address", 136: "icmpv6.nd.na.target_address" }[typeOf(place)] ??
          "icmpv6.rd.ta",
        value: place.field.value as Uint8Array,
        start: place.field.start,
        size: 16,
      },
    ],
    "body.destination": "icmpv6.rd.da",
    "body.hopLimit": "icmpv6.nd.ra.cur_hop_limit",
    "body.flags": place => flags(place),
    "body.routerLifetime": "icmpv6.nd.ra.router_lifetime",
    "body.reachableTime": "icmpv6.nd.ra.reachable_time",
    "body.retransmitTime": "icmpv6.nd.ra.retrans_timer",
    "body.options.*": place => discoveryOption(place),
  },
  ...observing(128, 129),
};

const octetsOf = ({ field: { start, end }, layer: { source } }: Place): Uint8Array =>
  new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start);

function* flags(place: Place): Generator<Item> {
  const { start, value } = place.field;
  const parts = value as Record<string, number>;
  const { view } = place.layer.source;
  if (typeOf(place) === 136) {
    const at = { start, size: 4 };
    const items: Item[] = [
      { ...at, name: "icmpv6.nd.na.flag.r", value: parts.router! },
      { ...at, name: "icmpv6.nd.na.flag.s", value: parts.solicited! },
      { ...at, name: "icmpv6.nd.na.flag.o", value: parts.override! },
      { ...at, name: "icmpv6.nd.na.flag.rsv", value: parts.reserved! },
    ];
    yield { ...at, name: "icmpv6.nd.na.flag", value: view.getUint32(start), items };
    return;
  }
  const at = { start, size: 1 };
  const items: Item[] = [
    { ...at, name: "icmpv6.nd.ra.flag.m", value: parts.managed! },
    { ...at, name: "icmpv6.nd.ra.flag.o", value: parts.other! },
    { ...at, name: "icmpv6.nd.ra.flag.h", value: parts.homeAgent! },
    { ...at, name: "icmpv6.nd.ra.flag.prf", value: parts.preference! },
    { ...at, name: "icmpv6.nd.ra.flag.p", value: parts.proxy! },
    { ...at, name: "icmpv6.nd.ra.flag.rsv", value: parts.reserved! },
  ];
  yield { ...at, name: "icmpv6.nd.ra.flag", value: view.getUint8(start), items };
}
