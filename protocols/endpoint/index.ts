// What clients and servers stand on, and how their dialogues fail.
export type * from "./contract.ts";
export * from "./errors.ts";
