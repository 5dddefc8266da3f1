// IPv4 (RFC 791).
export * from "./address.ts";
export { ipv4 } from "./decoder.ts";
export { enclose } from "./enclose.ts";
export { explain } from "./explain.ts";
export { format, type Header, type HeaderDraft } from "./format.ts";
export { IpProtocol } from "./protocols.ts";
