// Ethernet and its VLAN tags for the dissector.
import type { Payload, Protocol } from "../packet/index.ts";
import { nameOf } from "../wire/index.ts";
import { colons } from "./address.ts";
import { type Frame, format, type LogicalLink, Sap, type Tag, tag } from "./format.ts";
import { EtherType, longestLength } from "./types.ts";

export const ethernet: Protocol<Frame> = {
  name: "eth",
  title: "Ethernet",
  reference: "IEEE 802.3",
  format,
  over: [{ table: "link", key: 1 }],
  summary: ({ type, logicalLink, source, destination }) =>
    `${colons(source)} → ${colons(destination)} ${logicalLink ? "802.3" : typeName(type)}`,
  column: value => (value?.type === EtherType.LLDP ? "LLDP" : "Ethernet"),
  ends: ({ source, destination }) => [colons(source), colons(destination)],
  payload: ({ type, logicalLink }) =>
    type > longestLength || type === 0 ? carried(type) : withLength(type, logicalLink),
};

/** What customer tags and service tags have in common. */
const tagged = {
  format: tag,
  summary: ({ control, type }: Tag) => `VLAN ${control.id}, priority ${control.priority}, ${typeName(type)}`,
  payload: ({ type }: Tag): Payload => (type > longestLength ? carried(type) : { bindings: [], size: type }),
};

export const vlan: Protocol<Tag> = {
  ...tagged,
  name: "vlan",
  title: "802.1Q Virtual LAN",
  reference: "IEEE 802.1Q",
  over: [
    { table: "ethertype", key: EtherType.VLAN },
    // Service tags before 802.1ad.
    { table: "ethertype", key: 0x9100 },
  ],
};

export const serviceVlan: Protocol<Tag> = {
  ...tagged,
  name: "ieee8021ad",
  title: "802.1ad Service VLAN",
  reference: "IEEE 802.1ad",
  over: [{ table: "ethertype", key: EtherType.QinQ }],
};

const typeName = (type: number): string =>
  nameOf(EtherType, type) ?? `type 0x${type.toString(16).padStart(4, "0")}`;

const carried = (type: number): Payload => ({ bindings: [{ table: "ethertype", key: type }] });

/** What a frame with a length carries; the octets after it are the trailer. */
function withLength(length: number, link: LogicalLink | undefined): Payload {
  if (!link) return { bindings: [], size: length };
  return { ...linked(link), size: Math.max(0, length - sizeOf(link)) };
}

const sizeOf = ({ snap, sequence }: LogicalLink): number =>
  3 + (sequence === undefined ? 0 : 1) + (snap ? 5 : 0);

/** What follows logical link control: SNAP gives the type, if it is one; IP has a service access point of its own. */
export function linked({ control, snap }: LogicalLink): Payload {
  if (snap?.organization.every(octet => octet === 0)) return carried(snap.type);
  return control.destination === Sap.IP && control.control === 3 ? carried(EtherType.IPv4) : { bindings: [] };
}
