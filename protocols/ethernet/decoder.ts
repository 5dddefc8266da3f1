// Ethernet and its VLAN tags for the dissector.
import type { Payload, Protocol } from "../packet/index.ts";
import { nameOf } from "../wire/index.ts";
import { colons } from "./address.ts";
import { type Frame, format, type Tag, tag } from "./format.ts";
import { EtherType, longestLength } from "./types.ts";

export const ethernet: Protocol<Frame> = {
  name: "eth",
  title: "Ethernet",
  reference: "IEEE 802.3",
  format,
  over: [{ table: "link", key: 1 }],
  summary: ({ type, logicalLink, source, destination }) =>
    `${colons(source)} → ${colons(destination)} ${logicalLink ? "802.3" : typeName(type)}`,
  ends: ({ source, destination }) => [colons(source), colons(destination)],
  payload: ({ type, logicalLink }) => (type > longestLength ? carried(type) : withLength(type, logicalLink)),
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

/** What a frame with a length carries; the octets after it are the trailer. SNAP gives the type, if it is one. */
function withLength(length: number, link: Frame["logicalLink"]): Payload {
  if (!link) return { bindings: [], size: length };
  const { snap, sequence } = link;
  const size = Math.max(0, length - 3 - (sequence === undefined ? 0 : 1) - (snap ? 5 : 0));
  const ethernetType = snap?.organization.every(octet => octet === 0);
  return { bindings: ethernetType ? [{ table: "ethertype", key: snap!.type }] : [], size };
}
