// Packets: what protocols tell the dissector, what it makes of frames, and what analysis says of them.
export type * from "./analysis.ts";
export { columnOf, familyOf } from "./column.ts";
export { data, padding } from "./data.ts";
export { type Dissector, dissector } from "./dissector.ts";
export { infoOf, messagesIn, protocolOf } from "./info.ts";
export type * from "./packet.ts";
export type * from "./protocol.ts";
export type { DecodeAs } from "./registry.ts";
