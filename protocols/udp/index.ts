// UDP (RFC 768).
export { udp } from "./decoder.ts";
export { enclose } from "./enclose.ts";
export { explain } from "./explain.ts";
export { format, type Header, type HeaderDraft } from "./format.ts";
