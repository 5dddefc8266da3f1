// ICMP for IPv4 (RFC 792) and IPv6 (RFC 4443), neighbour discovery included (RFC 4861).
export { icmp, icmpv6 } from "./decoder.ts";
export { enclose, enclose6 } from "./enclose.ts";
export { explain } from "./explain.ts";
export { format, type Message, type MessageDraft, Type, Unreachable } from "./format.ts";
export { format6, type Message6, type Message6Draft, Type6, Unreachable6 } from "./v6.ts";
