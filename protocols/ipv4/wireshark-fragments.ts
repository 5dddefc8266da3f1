// The fragments that a datagram was put together from, as Wireshark shows them with the last one, in either family.
import {
  bytes,
  type Definition,
  framenum,
  type Item,
  none,
  type Place,
  uint32,
} from "../packet/wireshark.ts";

export const fragmentFields = (name: "ip" | "ipv6"): Readonly<Record<string, Definition>> => ({
  [`${name}.fragments`]: name === "ip" ? bytes : none,
  [`${name}.fragment`]: framenum,
  [`${name}.fragment.count`]: uint32,
  [`${name}.reassembled.length`]: uint32,
  [`${name}.reassembled.data`]: bytes,
});

export function* fragments({ layer, packet: { layers } }: Place, name: "ip" | "ipv6"): Generator<Item> {
  const next = layers[layers.indexOf(layer) + 1];
  if (!next || next.source === layer.source || next.source.pieces.length === 0) return;
  if (next.source.title.startsWith("Reassembled TCP")) return;
  const { source } = next;
  const size = source.view.byteLength;
  const value = new Uint8Array(source.view.buffer, source.view.byteOffset, size);
  let start = 0;
  const items: Item[] = [];
  for (const piece of source.pieces) {
    const most = Math.min(piece.size, size - start);
    items.push({ name: `${name}.fragment`, value: piece.packet, start, size: most });
    start += most;
  }
  const at = { start: 0, size: 0, generated: true };
  items.push(
    { ...at, name: `${name}.fragment.count`, value: source.pieces.length },
    { ...at, name: `${name}.reassembled.length`, value: size },
    { ...at, name: `${name}.reassembled.data`, value, size },
  );
  yield {
    name: `${name}.fragments`,
    value: name === "ip" ? value : undefined,
    start: 0,
    size,
    source,
    items,
    generated: true,
  };
}
