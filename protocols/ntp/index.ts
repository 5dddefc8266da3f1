// NTP without a network: the messages, what dissector and analysis make of them, and what each field says.
export * from "./analyzer.ts";
export * from "./decoder.ts";
export * from "./explain.ts";
export { type Authenticator, type Extension, ExtensionType } from "./extensions.ts";
export * from "./format.ts";
export { type Algorithm, type Key, parseKeys, sealed, sealedBy } from "./keys.ts";
export * from "./kisses.ts";
export * from "./rules.ts";
export * from "./selection.ts";
export * from "./timestamp.ts";
export * from "./wrong-clock.ts";
export * from "./zone.ts";
