// A packet in one line: the protocol that it is about, and what it says.
import type { Layer, Packet } from "./packet.ts";

const family = (layer: Layer): string => layer.protocol.name.split(".")[0]!;
export const carriesNothing: ReadonlySet<string> = new Set(["data", "padding"]);

/** The highest protocol: its layers are what the packet is about. */
function top(packet: Packet): Layer | undefined {
  return packet.layers.findLast(layer => !carriesNothing.has(layer.protocol.name)) ?? packet.layers[0];
}

/** "MQTT", "TLS", "TCP": the protocol column of a packet list. */
export const protocolOf = (packet: Packet): string => {
  const layer = top(packet);
  return layer ? family(layer).toUpperCase() : "?";
};

/** What the packet says: the summary of each message that carries no other, malformed ones named. */
export const infoOf = (packet: Packet): string =>
  [...packet.notes.map(note => `[${note}]`), messagesIn(packet)].filter(Boolean).join(" ");

/** The same without the notes. */
export function messagesIn(packet: Packet): string {
  const messages = packet.layers.filter(
    (one, i) => !carriesNothing.has(one.protocol.name) && !opened(packet, i),
  );
  const said = (messages.length > 0 ? messages : packet.layers.slice(0, 1)).map(one =>
    one.malformed || one.value === undefined
      ? `[Malformed: ${one.malformed?.reason ?? "unreadable"}]`
      : one.protocol.summary(one.value as never),
  );
  return said.join(", ");
}

/** Whether a layer only wraps the next one, which says more. */
function opened(packet: Packet, index: number): boolean {
  const next = packet.layers[index + 1];
  const layer = packet.layers[index]!;
  return next !== undefined && next.depth > layer.depth && !carriesNothing.has(next.protocol.name);
}
