// Teredo: IPv6 through UDP, for hosts behind a NAT (RFC 4380).
export { teredo } from "./decoder.ts";
export { explain } from "./explain.ts";
export { format, type Header, type HeaderDraft } from "./format.ts";
