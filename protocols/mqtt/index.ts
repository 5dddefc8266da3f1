// MQTT as it runs anywhere, a browser included: packets, decoder, rules, analyzer and explanations.
export * from "./analyzer.ts";
export * from "./decoder.ts";
export * from "./explain.ts";
export * from "./flows.ts";
export * from "./format.ts";
export * from "./judge.ts";
export * from "./properties.ts";
export * from "./reasons.ts";
export * from "./rules.ts";
export * from "./topics.ts";
export * from "./types.ts";
export * from "./versions.ts";
