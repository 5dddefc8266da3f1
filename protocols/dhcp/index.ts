// DHCP as far as it runs anywhere: format, decoder, analyzer, explanations. Client and server stand in their own files.
export * from "./analyzer.ts";
export * from "./decoder.ts";
export * from "./explain.ts";
export * from "./format.ts";
export * from "./rules.ts";
