// DNS without a network: the messages, what dissector and analysis make of them, and what each field says.
export * from "./analyzer.ts";
export * from "./codes.ts";
export * from "./decoder.ts";
export * from "./explain.ts";
export * from "./format.ts";
export * from "./name.ts";
export * from "./record.ts";
export * from "./rules.ts";
export { type DataDraftOf, type DataOf, Type, typeName, typeOf } from "./types.ts";
