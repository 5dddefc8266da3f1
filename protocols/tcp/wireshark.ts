// Wireshark's names for TCP.
import type { Conversation, Layer, Packet } from "../packet/index.ts";
import {
  boolean,
  bytes,
  expert,
  framenum,
  hex16,
  type Item,
  int32,
  label,
  none,
  type Place,
  relativeTime,
  string,
  uint8,
  uint16,
  uint32,
  type Wireshark,
} from "../packet/wireshark.ts";
import { type Analysis, Connections } from "./analysis.ts";
import type { Header } from "./format.ts";
import { analysisOf, signs } from "./wireshark-analysis.ts";
import { octetsOf, option, selective, single } from "./wireshark-options.ts";

export const wireshark: Wireshark<Connections, Analysis | undefined> = {
  protocols: ["tcp"],
  fields: {
    "tcp.srcport": uint16,
    "tcp.dstport": uint16,
    "tcp.port": uint16,
    "tcp.stream": uint32,
    "tcp.completeness": uint8,
    "tcp.len": uint32,
    "tcp.seq": uint32,
    "tcp.seq_raw": uint32,
    "tcp.nxtseq": uint32,
    "tcp.ack": uint32,
    "tcp.ack_raw": uint32,
    "tcp.hdr_len": uint8,
    "tcp.flags": hex16,
    "tcp.flags.res": boolean,
    "tcp.flags.ae": boolean,
    "tcp.flags.cwr": boolean,
    "tcp.flags.ece": boolean,
    "tcp.flags.urg": boolean,
    "tcp.flags.ack": boolean,
    "tcp.flags.push": boolean,
    "tcp.flags.reset": boolean,
    "tcp.flags.syn": boolean,
    "tcp.flags.fin": boolean,
    "tcp.flags.str": string,
    "tcp.connection.syn": none,
    "tcp.connection.synack": none,
    "tcp.connection.fin": none,
    "tcp.connection.fin_active": none,
    "tcp.connection.fin_passive": none,
    "tcp.connection.rst": none,
    "tcp.window_size_value": uint16,
    "tcp.window_size": uint32,
    "tcp.window_size_scalefactor": int32,
    "tcp.checksum": hex16,
    "tcp.checksum.status": uint8,
    "tcp.urgent_pointer": uint16,
    "tcp.options": bytes,
    "tcp.option_kind": uint8,
    "tcp.option_len": uint8,
    "tcp.options.nop": bytes,
    "tcp.options.eol": bytes,
    "tcp.options.mss": bytes,
    "tcp.options.mss_val": uint16,
    "tcp.options.wscale": bytes,
    "tcp.options.wscale.shift": uint8,
    "tcp.options.wscale.multiplier": uint16,
    "tcp.options.sack_perm": bytes,
    "tcp.options.sack": bytes,
    "tcp.options.sack.count": uint8,
    "tcp.options.sack_le": uint32,
    "tcp.options.sack_re": uint32,
    "tcp.options.sack.dsack": none,
    "tcp.options.sack.dsack_le": uint32,
    "tcp.options.sack.dsack_re": uint32,
    "tcp.options.timestamp": bytes,
    "tcp.options.timestamp.tsval": uint32,
    "tcp.options.timestamp.tsecr": uint32,
    "tcp.options.tfo": bytes,
    "tcp.options.tfo.cookie": bytes,
    "tcp.time_relative": relativeTime,
    "tcp.time_delta": relativeTime,
    "tcp.analysis": none,
    "tcp.analysis.flags": none,
    "tcp.analysis.acks_frame": framenum,
    "tcp.analysis.ack_rtt": relativeTime,
    "tcp.analysis.initial_rtt": relativeTime,
    "tcp.analysis.bytes_in_flight": uint32,
    "tcp.analysis.push_bytes_sent": uint32,
    "tcp.analysis.duplicate_ack_num": uint32,
    "tcp.analysis.duplicate_ack_frame": framenum,
    "tcp.analysis.rto": relativeTime,
    "tcp.analysis.rto_frame": framenum,
    ...Object.fromEntries(signs.map(sign => [`tcp.analysis.${sign}`, none])),
    "tcp.payload": bytes,
    "tcp.segment_data": bytes,
    "tcp.pdu.size": uint32,
    "tcp.segments": none,
    "tcp.segment": framenum,
    "tcp.segment.count": uint32,
    "tcp.reassembled.length": uint32,
    "tcp.reassembled.data": bytes,
  },
  paths: {
    sourcePort: "tcp.srcport",
    destinationPort: { name: "tcp.dstport", after: place => stream(place) },
    sequence: [
      { name: "tcp.seq", value: (raw, { facts }) => facts?.sequence ?? raw },
      {
        name: "tcp.seq_raw",
        when: (_, { facts }) => facts !== undefined,
        after: place => nextSequence(place),
      },
    ],
    acknowledgment: [
      { name: "tcp.ack", value: (raw, { facts }) => facts?.acknowledgment ?? raw },
      "tcp.ack_raw",
    ],
    control: place => flags(place),
    window: [
      "tcp.window_size_value",
      { name: "tcp.window_size", value: (raw, { facts }) => facts?.window ?? raw },
      {
        name: "tcp.window_size_scalefactor",
        value: (_, { facts }) => factorOf(facts),
        when: (_, { facts, layer }) => facts !== undefined && !headerOf(layer)?.control.syn,
      },
    ],
    checksum: ["tcp.checksum", { name: "tcp.checksum.status", value: () => 2, size: 0, generated: true }],
    urgent: "tcp.urgent_pointer",
    options: { name: "tcp.options", when: (_, { field }) => field.end > field.start },
    "options.padding": place => single(place),
    "options.end": place => single(place),
    "options.2": option("tcp.options.mss", { name: "tcp.options.mss_val" }),
    "options.3": option("tcp.options.wscale", { name: "tcp.options.wscale.shift", scale: true }),
    "options.4": option("tcp.options.sack_perm"),
    "options.5": place => selective(place),
    "options.8": "tcp.options.timestamp",
    "options.8.code": "tcp.option_kind",
    "options.8.length": "tcp.option_len",
    "options.8.value": "tcp.options.timestamp.tsval",
    "options.8.echo": "tcp.options.timestamp.tsecr",
    "options.34": "tcp.options.tfo",
    "options.34.code": "tcp.option_kind",
    "options.34.length": "tcp.option_len",
    "options.34.value": "tcp.options.tfo.cookie",
  },
  copies: { "tcp.port": ["sourcePort", "destinationPort"] },
  byConversation: true,
  memory: () => new Connections(),
  observe(layer, packet, connections) {
    const header = headerOf(layer);
    const { conversation, way, number, time } = packet;
    if (!header || conversation?.transport !== "tcp") return undefined;
    return connections.observe(header, lengthOf(layer, packet), { number, time, conversation, way });
  },
  *generated(place) {
    const { layer, facts } = place;
    const { start, headerEnd, source } = layer;
    const payload = octetsOf(source.view, headerEnd, layer.end);
    const carried = { name: "tcp.payload", value: payload, start: headerEnd, size: payload.length };
    if (!facts) {
      if (layer.value && payload.length > 0) yield carried;
      return;
    }
    const at = { start, size: 0, generated: true };
    yield label("Timestamps", start, 0, [
      { ...at, name: "tcp.time_relative", value: facts.sinceFirst },
      { ...at, name: "tcp.time_delta", value: facts.sinceBefore },
    ]);
    const analysis = [...analysisOf(facts, start)];
    if (analysis.length > 0) yield { ...at, name: "tcp.analysis", items: analysis };
    if (payload.length === 0) return;
    yield carried;
    yield* partsOfMessages(place);
  },
};

/** Octets of messages that do not stand in this segment alone: those before the first that does, and after the last. */
function* partsOfMessages({ layer, packet }: Place): Generator<Item> {
  const { headerEnd, end, source } = layer;
  const after = packet.layers.slice(packet.layers.indexOf(layer) + 1);
  const whole = after.filter(
    one => one.source === source && one.depth === layer.depth + 1 && one.protocol.name !== "data",
  );
  const isPart = packet.notes.some(note => note.startsWith("part of a message"));
  const joined = after.some(({ source: { pieces } }) => pieces.at(-1)?.packet === packet.number);
  for (const one of whole) {
    const size = one.end - one.start;
    if (announced.has(one.protocol.name))
      yield { name: "tcp.pdu.size", value: size, start: one.start, size, generated: true };
  }
  if (!isPart && !joined && whole.length === 0) return;
  const completed = joined ? Math.min(end, headerEnd + completing(after, packet.number)) : headerEnd;
  const first = whole[0]?.start ?? completed;
  const last = whole.at(-1)?.end ?? first;
  for (const [from, to] of [
    [headerEnd, first],
    [last, end],
  ] as const) {
    if (to <= from) continue;
    const value = octetsOf(source.view, from, to);
    yield { name: "tcp.segment_data", value, start: from, size: to - from };
  }
}

/** Protocols whose messages Wireshark's TCP measures before it hands them on. */
const announced: ReadonlySet<string> = new Set(["dns", "mqtt"]);

/** How many octets of this packet the message has that it completes. */
const completing = (layers: readonly Layer[], packet: number): number =>
  layers.map(({ source }) => source.pieces.at(-1)).find(piece => piece?.packet === packet)?.size ?? 0;

const headerOf = (layer: Layer): Header | undefined => layer.value as Header | undefined;

/** Octets of data, those included that were not captured: as the packet that carries it says. */
export function lengthOf(layer: Layer, packet: Packet): number {
  const below = packet.layers[packet.layers.indexOf(layer) - 1];
  const captured = layer.end - layer.headerEnd;
  const carrier = below?.value as
    | { totalLength?: number; payloadLength?: number; extensions?: readonly unknown[] }
    | undefined;
  if (!below || !carrier) return captured;
  const header = layer.headerEnd - layer.start;
  if (carrier.totalLength) return carrier.totalLength - (below.headerEnd - below.start) - header;
  if (carrier.payloadLength) return carrier.payloadLength - (below.headerEnd - below.start - 40) - header;
  return captured;
}

function* stream({ field, layer, packet, facts }: Place<Analysis | undefined>): Generator<Item> {
  const { start, source } = layer;
  const port = { size: 2, hidden: true, name: "tcp.port" };
  yield { ...port, value: source.view.getUint16(start), start };
  yield { ...port, value: field.value as number, start: field.start };
  if (!facts) return;
  const at = { start, size: 0, generated: true };
  yield { ...at, name: "tcp.stream", value: (packet.conversation as Conversation).index };
  yield { ...at, name: "tcp.completeness", value: facts.completeness };
  yield { ...at, name: "tcp.len", value: facts.length };
}

function* nextSequence({ layer, facts }: Place<Analysis | undefined>): Generator<Item> {
  if (facts) yield { name: "tcp.nxtseq", value: facts.next, start: layer.start, size: 0, generated: true };
}

const factorOf = (facts: Analysis | undefined): number =>
  facts === undefined || facts.scale < 0 ? (facts?.scale ?? -1) : 2 ** facts.scale;

/** From the first bit to the last, after the three that are reserved: as `tcp.flags.str` spells them. */
const letters = [
  ["ae", "A"],
  ["cwr", "C"],
  ["ece", "E"],
  ["urg", "U"],
  ["ack", "A"],
  ["push", "P"],
  ["reset", "R"],
  ["syn", "S"],
  ["fin", "F"],
] as const;

function* flags({ field, layer, facts }: Place<Analysis | undefined>): Generator<Item> {
  const { start, value } = field;
  const control = value as Header["control"];
  yield { name: "tcp.hdr_len", value: control.dataOffset * 4, start, size: 1 };
  const all = layer.source.view.getUint16(start) & 0xfff;
  const items: Item[] = [{ name: "tcp.flags.res", value: control.reserved ? 1 : 0, start, size: 1 }];
  let text = control.reserved ? "RRR" : "···";
  for (const [i, [name, letter]] of letters.entries()) {
    const bit = (all >> (letters.length - 1 - i)) & 1;
    const at = name === "ae" ? start : start + 1;
    const said = bit ? [...told(name, control, layer, at)] : [];
    items.push({
      name: `tcp.flags.${name}`,
      value: bit,
      start: at,
      size: 1,
      items: said.length ? said : undefined,
    });
    text += bit ? letter : "·";
  }
  if (control.fin && facts)
    items.push(
      facts.endsFirst
        ? expert(
            "tcp.connection.fin_active",
            "note",
            "sequence",
            "This frame initiates the connection closing",
            start,
          )
        : expert(
            "tcp.connection.fin_passive",
            "note",
            "sequence",
            "This frame undergoes the connection closing",
            start,
          ),
    );
  items.push({ name: "tcp.flags.str", value: text, start, size: 2 });
  yield { name: "tcp.flags", value: all, start, size: 2, items };
}

/** What Wireshark's experts say of a flag. */
function* told(
  name: string,
  { ack }: Header["control"],
  { source, start }: Layer,
  at: number,
): Generator<Item> {
  const port = (offset: number) => source.view.getUint16(start + offset);
  if (name === "syn" && ack)
    yield expert(
      "tcp.connection.synack",
      "chat",
      "sequence",
      `Connection establish acknowledge (SYN+ACK): server port ${port(0)}`,
      at,
    );
  else if (name === "syn")
    yield expert(
      "tcp.connection.syn",
      "chat",
      "sequence",
      `Connection establish request (SYN): server port ${port(2)}`,
      at,
    );
  else if (name === "fin")
    yield expert("tcp.connection.fin", "chat", "sequence", "Connection finish (FIN)", at);
  else if (name === "reset")
    yield expert("tcp.connection.rst", "warning", "sequence", "Connection reset (RST)", at);
}
