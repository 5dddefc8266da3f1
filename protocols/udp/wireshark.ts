// Wireshark's names for UDP.

import type { Conversation } from "../packet/index.ts";
import {
  bytes,
  expert,
  hex16,
  type Item,
  label,
  none,
  type Place,
  relativeTime,
  uint8,
  uint16,
  uint32,
  type Wireshark,
} from "../packet/wireshark.ts";

/** When a conversation's first packet came, and its last one. */
type Memory = WeakMap<Conversation, { readonly first: bigint; last: bigint }>;
/** Nanoseconds since those. */
interface Facts {
  readonly relative: bigint;
  readonly delta: bigint;
}

export const wireshark: Wireshark<Memory, Facts | undefined> = {
  protocols: ["udp"],
  fields: {
    "udp.srcport": uint16,
    "udp.dstport": uint16,
    "udp.port": uint16,
    "udp.length": uint16,
    "udp.length.bad": none,
    "udp.checksum": hex16,
    "udp.checksum.status": uint8,
    "udp.stream": uint32,
    "udp.time_relative": relativeTime,
    "udp.time_delta": relativeTime,
    "udp.payload": bytes,
  },
  paths: {
    sourcePort: "udp.srcport",
    destinationPort: {
      name: "udp.dstport",
      after: ({ field, layer }) => {
        const { sourcePort } = { sourcePort: layer.source.view.getUint16(layer.start) };
        return [
          { name: "udp.port", value: sourcePort, start: layer.start, size: 2, hidden: true },
          { name: "udp.port", value: field.value as number, start: field.start, size: 2, hidden: true },
        ];
      },
    },
    length: { name: "udp.length", within: place => tooLong(place) },
    checksum: [
      "udp.checksum",
      {
        name: "udp.checksum.status",
        value: checksum => (checksum === 0 ? 3 : 2),
        size: ({ field }) => (field.value === 0 ? 2 : 0),
        generated: true,
      },
    ],
  },
  copies: { "udp.port": ["sourcePort", "destinationPort"] },
  byConversation: true,
  memory: () => new WeakMap(),
  observe(_, { conversation, time }, memory) {
    if (!conversation) return undefined;
    const known = memory.get(conversation);
    if (!known) memory.set(conversation, { first: time, last: time });
    const facts = { relative: time - (known?.first ?? time), delta: time - (known?.last ?? time) };
    if (known) known.last = time;
    return facts;
  },
  *generated({ layer, packet, facts }) {
    const { start, headerEnd, source } = layer;
    if (!layer.value) return;
    if (facts && packet.conversation)
      yield {
        name: "udp.stream",
        value: packet.conversation.index,
        start: headerEnd,
        size: 0,
        generated: true,
      };
    if (facts) {
      const at = { start, size: 0, generated: true };
      yield label("Timestamps", start, 0, [
        { ...at, name: "udp.time_relative", value: facts.relative },
        { ...at, name: "udp.time_delta", value: facts.delta },
      ]);
    }
    const length = (layer.value as { length: number }).length;
    const end = length === 0 ? layer.end : Math.min(layer.end, start + length);
    if (end <= headerEnd) return;
    const value = new Uint8Array(source.view.buffer, source.view.byteOffset + headerEnd, end - headerEnd);
    yield { name: "udp.payload", value, start: headerEnd, size: end - headerEnd };
  },
};

/** A datagram that says to be longer than the packet that it came in. */
function* tooLong({ field: { start, value }, layer, packet: { frame, layers } }: Place): Generator<Item> {
  const wasCut = frame.originalLength > frame.end - frame.start;
  if (wasCut || (value as number) <= layer.end - layer.start) return;
  // A quoted packet is cut on purpose.
  if (!layers.includes(layer)) return;
  const message = `Bad length value ${value} > IP payload length`;
  yield expert("udp.length.bad", "error", "malformed", message, start);
}
