// TLS: what runs in a browser. client.ts, server.ts, native.ts and portable.ts are imported by their own names.
export * from "./analyzer.ts";
export type { Ciphers } from "./ciphers.ts";
export { kinds, tls } from "./decoder.ts";
export { explain } from "./explain.ts";
export * from "./format.ts";
export { KeyLog, type Unread } from "./keylog.ts";
export { rules } from "./rules.ts";
export type { TlsState } from "./state.ts";
