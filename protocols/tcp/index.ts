// TCP (RFC 9293).
export { tcp } from "./decoder.ts";
export { enclose } from "./enclose.ts";
export { explain } from "./explain.ts";
export { format, type Header, type HeaderDraft, type Options, TcpOption } from "./format.ts";
