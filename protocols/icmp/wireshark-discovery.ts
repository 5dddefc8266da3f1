// Neighbour discovery's options and listener reports as Wireshark shows them.
import type { Item, Place } from "../packet/wireshark.ts";

/** RFC 3810 §5.2: which groups a host listens to. */
export function* listenerReport({ field: { start, end }, layer: { source } }: Place): Generator<Item> {
  const { view } = source;
  const octets = (at: number, size: number) => new Uint8Array(view.buffer, view.byteOffset + at, size);
  if (end - start < 4) return;
  yield { name: "icmpv6.reserved", value: octets(start, 2), start, size: 2 };
  yield { name: "icmpv6.mldr.nb_mcast_records", value: view.getUint16(start + 2), start: start + 2, size: 2 };
  for (let at = start + 4; at + 20 <= end; ) {
    const [auxiliary, sources] = [view.getUint8(at + 1), view.getUint16(at + 2)];
    const size = Math.min(20 + 16 * sources + 4 * auxiliary, end - at);
    const named = (name: string, value: Item["value"], offset: number, width: number): Item => ({
      name: `icmpv6.mldr.mar.${name}`,
      value,
      start: at + offset,
      size: width,
    });
    const items = [
      named("record_type", view.getUint8(at), 0, 1),
      named("aux_data_len", auxiliary, 1, 1),
      named("nb_sources", sources, 2, 2),
      named("multicast_address", octets(at + 4, 16), 4, 16),
    ];
    for (let i = 0; i < sources && 36 + 16 * i <= size; i++)
      items.push(named("source_address", octets(at + 20 + 16 * i, 16), 20 + 16 * i, 16));
    yield { name: "icmpv6.mldr.mar", start: at, size, items };
    at += size;
  }
}

/** RFC 4861 §4.6 and those after it. */
export function* discoveryOption({ field: { start, end }, layer: { source } }: Place): Generator<Item> {
  const { view } = source;
  const type = view.getUint8(start);
  const item = (name: string, at: number, size: number, value: Item["value"]): Item => ({
    name: `icmpv6.opt.${name}`,
    start: start + at,
    size,
    value,
  });
  const octets = (at: number, size = end - start - at) =>
    new Uint8Array(view.buffer, view.byteOffset + start + at, size);
  const items = [item("type", 0, 1, type), item("length", 1, 1, view.getUint8(start + 1))];
  const size = end - start;
  if ((type === 1 || type === 2) && size === 8) {
    items.push(item("linkaddr", 2, 6, octets(2)));
    items.push({
      ...item(type === 1 ? "src_linkaddr" : "target_linkaddr", 2, 6, octets(2)),
      hidden: true,
    });
  } else if (type === 3 && size === 32) {
    const bits = view.getUint8(start + 3);
    const at = (name: string, value: number) => item(`prefix.flag.${name}`, 3, 1, value);
    const inner = [
      at("l", bits >> 7),
      at("a", (bits >> 6) & 1),
      at("r", (bits >> 5) & 1),
      at("reserved", bits & 31),
    ];
    items.push(item("prefix.length", 2, 1, view.getUint8(start + 2)));
    items.push({ ...item("prefix.flag", 3, 1, bits), items: inner });
    items.push(item("prefix.valid_lifetime", 4, 4, view.getUint32(start + 4)));
    items.push(item("prefix.preferred_lifetime", 8, 4, view.getUint32(start + 8)));
    items.push(item("reserved", 12, 4, undefined), item("prefix", 16, 16, octets(16, 16)));
  } else if (type === 5 && size === 8) {
    items.push(item("reserved", 2, 2, undefined), item("mtu", 4, 4, view.getUint32(start + 4)));
  } else if (type === 14) items.push(item("nonce", 2, size - 2, octets(2)));
  else if (type === 24 && size >= 8) {
    const bits = view.getUint8(start + 3);
    const inner = [
      item("route_info.flag.route_preference", 3, 1, (bits >> 3) & 3),
      item("route_info.flag.reserved", 3, 1, ((bits >> 3) & 0x1c) | (bits & 7)),
    ];
    const prefix = new Uint8Array(16);
    prefix.set(octets(8).subarray(0, 16));
    items.push(item("prefix.length", 2, 1, view.getUint8(start + 2)));
    items.push({ ...item("route_info.flag", 3, 1, bits), items: inner });
    items.push(item("route_lifetime", 4, 4, view.getUint32(start + 4)));
    items.push(item("prefix", 8, size - 8, prefix));
  } else if (type === 25 && size >= 8) {
    items.push(item("reserved", 2, 2, undefined), item("rdnss.lifetime", 4, 4, view.getUint32(start + 4)));
    for (let at = 8; at + 16 <= size; at += 16) items.push(item("rdnss", at, 16, octets(at, 16)));
  }
  yield { name: "icmpv6.opt", start, size, items };
}
