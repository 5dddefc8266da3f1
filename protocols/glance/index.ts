// Packet lists without packets: one line a frame, from as few octets as it takes.
export { Glance, type GlanceOptions, lengthWidth, protocolWidth } from "./glance.ts";
export { Header } from "./header.ts";
export { endWidth } from "./sides.ts";
