// TLS: what runs in a browser. client.ts, server.ts and native.ts are imported by their own names.
export type { Ciphers } from "./ciphers.ts";
export { kinds, tls } from "./decoder.ts";
export * from "./format.ts";
export { KeyLog, type Unread } from "./keylog.ts";
export type { TlsState } from "./state.ts";
