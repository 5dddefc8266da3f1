// IPv6 (RFC 8200).
export * from "./address.ts";
export { ipv6 } from "./decoder.ts";
export { enclose } from "./enclose.ts";
export { explain } from "./explain.ts";
export type { Extension, ExtensionDraft } from "./extensions.ts";
export { format, type Header, type HeaderDraft } from "./format.ts";
