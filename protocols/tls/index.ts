// TLS: what runs in a browser. client.ts, server.ts, native.ts and portable.ts are imported by their own names.

export { alertMeanings } from "./alerts.ts";
export * from "./analyzer.ts";
export type { Ciphers } from "./ciphers.ts";
export { kinds, tls } from "./decoder.ts";
export { explain } from "./explain.ts";
export { ja3, ja3sText, ja3Text, ja4 } from "./fingerprint.ts";
export * from "./format.ts";
export { KeyLog, type PremasterOf, type Unread } from "./keylog.ts";
export { rules } from "./rules.ts";
export type { TlsState } from "./state.ts";
export { type SealedRecord, type Share, type Walk, Walker } from "./walk.ts";
