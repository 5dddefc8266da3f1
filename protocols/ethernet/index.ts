// Ethernet (IEEE 802.3) with VLAN tags (IEEE 802.1Q).
export * from "./address.ts";
export { ethernet, serviceVlan, vlan } from "./decoder.ts";
export { enclose, leastOctets } from "./enclose.ts";
export { explain } from "./explain.ts";
export { type Frame, format, type Tag, tag } from "./format.ts";
export { EtherType } from "./types.ts";
