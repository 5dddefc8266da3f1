// Wireshark's names for Ethernet frames and VLAN tags.
import {
  boolean,
  bytes,
  type Entry,
  ether,
  expert,
  hex16,
  type Item,
  none,
  type Place,
  string,
  uint16,
  uint24,
  type Wireshark,
} from "../packet/wireshark.ts";
import { colons } from "./address.ts";
import type { Frame } from "./format.ts";
import { longestLength } from "./types.ts";
import { linkFields, linkItem } from "./wireshark-link.ts";
import { trailing, trailingFields } from "./wireshark-trailer.ts";

/** An address, and what Wireshark tells of it beside: "eth.dst", "eth.dst.lg", "eth.addr". */
function address(name: "eth.dst" | "eth.src"): Entry {
  return {
    name,
    within: ({ field: { start, value } }) => {
      const octets = value as Uint8Array;
      const oui = (octets[0]! << 16) | (octets[1]! << 8) | octets[2]!;
      const local = (octets[0]! >> 1) & 1;
      const group = octets[0]! & 1;
      const whole = { start, size: 6 };
      const upper = { start, size: 3 };
      return [
        { ...whole, name: `${name}_resolved`, value: colons(octets), hidden: true },
        { ...upper, name: `${name}.oui`, value: oui, hidden: true },
        { ...whole, name: "eth.addr", value: octets },
        { ...whole, name: "eth.addr_resolved", value: colons(octets), hidden: true },
        { ...upper, name: "eth.addr.oui", value: oui, hidden: true },
        { ...upper, name: `${name}.lg`, value: local },
        { ...upper, name: "eth.lg", value: local, hidden: true },
        { ...upper, name: `${name}.ig`, value: group },
        { ...upper, name: "eth.ig", value: group, hidden: true },
        ...(name === "eth.src" && group === 1 ? [groupSource(start)] : []),
      ];
    },
  };
}

const groupSource = (start: number): Item =>
  expert(
    "eth.src_not_group",
    "warning",
    "protocol",
    "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)",
    start,
  );

export const wireshark: Wireshark = {
  protocols: ["eth"],
  span: ({ layer: { start, headerEnd } }) => ({ start, size: Math.min(14, headerEnd - start) }),
  chain: ({ value }) => {
    if (!value) return "eth";
    const { type, logicalLink } = value as Frame;
    if (logicalLink) return "eth:llc";
    return isType(type) ? "eth:ethertype" : "eth";
  },
  fields: {
    "eth.dst": ether,
    "eth.dst_resolved": string,
    "eth.dst.oui": uint24,
    "eth.dst.lg": boolean,
    "eth.dst.ig": boolean,
    "eth.src": ether,
    "eth.src_resolved": string,
    "eth.src.oui": uint24,
    "eth.src.lg": boolean,
    "eth.src.ig": boolean,
    "eth.addr": ether,
    "eth.addr_resolved": string,
    "eth.addr.oui": uint24,
    "eth.lg": boolean,
    "eth.ig": boolean,
    "eth.type": hex16,
    "eth.len": uint16,
    "eth.invalid_lentype": hex16,
    "eth.invalid_lentype.expert": none,
    ...linkFields,
    ...trailingFields,
    "eth.src_not_group": none,
  },
  paths: {
    destination: address("eth.dst"),
    source: address("eth.src"),
    type: [
      { name: "eth.type", when: isType },
      { name: "eth.len", when: (type: number) => type > 0 && type <= longestLength },
      {
        name: "eth.invalid_lentype",
        when: (type: number) => type > longestLength && type < leastType,
        within: ({ field: { start, value } }) => [neither(value as number, start)],
      },
    ],
  },
  generated: place => (isTagged(place) ? [] : trailing(place, "eth.trailer", true)),
  *joined(layers, packet, one) {
    for (const layer of layers) {
      yield one(layer);
      const link = (layer.value as Frame | undefined)?.logicalLink;
      if (link) yield linkItem(link, layer, layer.start + 14, packet);
    }
  },
};

/** Smaller numbers are no types, and larger ones than the longest length no lengths (IEEE 802.3 §3.2.6). */
const leastType = 1536;
function isType(type: number): boolean {
  return type === 0 || type >= leastType;
}

const neither = (type: number, start: number): Item =>
  expert(
    "eth.invalid_lentype.expert",
    "warning",
    "protocol",
    `Invalid length/type: 0x${type.toString(16).padStart(4, "0")} (${type})`,
    start,
  );

export const vlanWireshark: Wireshark = {
  protocols: ["vlan"],
  chain: "vlan:ethertype",
  fields: {
    "vlan.priority": uint16,
    "vlan.dei": boolean,
    "vlan.id": uint16,
    "vlan.etype": hex16,
    "vlan.trailer": bytes,
  },
  paths: {
    "control.priority": "vlan.priority",
    "control.dropEligible": "vlan.dei",
    "control.id": "vlan.id",
    type: "vlan.etype",
  },
  generated: place => (isTagged(place) ? [] : trailing(place, "vlan.trailer")),
};

/** Whether a tag follows: then what trails is shown with that one. */
const isTagged = ({ layer, packet: { layers } }: Place): boolean =>
  /^(vlan|ieee8021ad)$/.test(layers[layers.indexOf(layer) + 1]?.protocol.name ?? "");
