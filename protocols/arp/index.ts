// ARP (RFC 826).
export { arp } from "./decoder.ts";
export { explain } from "./explain.ts";
export { format, type Message, Operation } from "./format.ts";
