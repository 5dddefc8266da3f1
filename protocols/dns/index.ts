// DNS without a network: the messages, what dissector and analysis make of them, and what each field says.
export * from "./analyzer.ts";
export * from "./codes.ts";
export * from "./decoder.ts";
export { BadEntry } from "./entries.ts";
export * from "./explain.ts";
export * from "./format.ts";
export { type MasterFile, masterText, readMaster } from "./master.ts";
export * from "./name.ts";
export { OptionCode } from "./options.ts";
export { dataText } from "./presentation.ts";
export * from "./record.ts";
export * from "./rules.ts";
export { type DataDraftOf, type DataOf, Type, typeName, typeOf } from "./types.ts";
