// Wireshark's names for link layers without Ethernet.

import { longestLength } from "../ethernet/types.ts";
import { linkFields, linkItem } from "../ethernet/wireshark-link.ts";
import { trailing, trailingFields } from "../ethernet/wireshark-trailer.ts";
import type { Layer } from "../packet/index.ts";
import {
  bytes,
  ether,
  hex16,
  type Item,
  ipv4,
  type Place,
  uint16,
  uint32,
  type Wireshark,
} from "../packet/wireshark.ts";
import { type Cooked, type Cooked2, familyOf, Hardware } from "./format.ts";

export const wireshark: Wireshark = {
  protocols: ["sll"],
  span: ({ layer }) => ({ start: layer.start, size: Math.min(layer.headerEnd - layer.start, sizeOf(layer)) }),
  chain: ({ value }) => {
    if (!value) return "sll";
    const { type, hardware, logicalLink } = value as Cooked | Cooked2;
    if (logicalLink) return "sll:llc";
    return type > longestLength && !isTunnel(hardware) ? "sll:ethertype" : "sll";
  },
  fields: {
    "sll.pkttype": uint16,
    "sll.hatype": uint16,
    "sll.halen": uint16,
    "sll.ifindex": uint32,
    "sll.src.eth": ether,
    "sll.src.ipv4": ipv4,
    "sll.src.other": bytes,
    "sll.unused": bytes,
    "sll.etype": hex16,
    "sll.gretype": hex16,
    "sll.ltype": hex16,
    "sll.trailer": bytes,
    ...linkFields,
    ...trailingFields,
  },
  paths: {
    packetType: "sll.pkttype",
    hardware: "sll.hatype",
    addressLength: "sll.halen",
    address: place => address(place),
    unused: { name: "sll.unused", when: (octets: Uint8Array) => octets.length > 0 },
    type: place => type(place),
    interfaceIndex: "sll.ifindex",
  },
  generated: place => trailing(place, "sll.trailer"),
  *joined(layers, packet, one) {
    for (const layer of layers) {
      yield one(layer);
      const link = (layer.value as Cooked | Cooked2 | undefined)?.logicalLink;
      if (link) yield linkItem(link, layer, layer.start + sizeOf(layer), packet);
    }
  },
};

/** Without what logical link control takes. */
const sizeOf = ({ protocol }: Layer): number => (protocol.reference === "LINKTYPE_LINUX_SLL2" ? 20 : 16);

const isTunnel = (hardware: number): boolean =>
  hardware === Hardware.GRE || hardware === Hardware["GRE over IPv6"];

function* address({ field, layer: { value, source } }: Place): Generator<Item> {
  const { start, end } = field;
  const size = end - start;
  if (size === 0) return;
  const declared = (value as Cooked | undefined)?.addressLength ?? size;
  const at = { start, size };
  if (declared === 6) yield { ...at, name: "sll.src.eth", value: field.value as Uint8Array };
  else if (declared === 4) yield { ...at, name: "sll.src.ipv4", value: source.view.getUint32(start) };
  else yield { ...at, name: "sll.src.other", value: field.value as Uint8Array };
}

function* type({ field, layer }: Place): Generator<Item> {
  const value = field.value as number;
  const hardware = (layer.value as Cooked | undefined)?.hardware ?? 0;
  const kind = isTunnel(hardware) ? "gretype" : value > longestLength ? "etype" : "ltype";
  yield { name: `sll.${kind}`, value, start: field.start, size: 2 };
}

export const nullWireshark: Wireshark = {
  protocols: ["null"],
  fields: { "null.family": uint32, "null.type": hex16 },
  paths: {
    family: [
      { name: "null.family", value: familyOf, when: (octets: number) => familyOf(octets) <= longestLength },
      { name: "null.type", value: familyOf, when: (octets: number) => familyOf(octets) > longestLength },
    ],
  },
};

/** The packet itself is all there is. */
export const rawWireshark: Wireshark = {
  protocols: ["raw"],
  span: ({ layer: { start, end } }) => ({ start, size: end - start }),
  fields: {},
  paths: {},
};
