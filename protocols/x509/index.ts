// X.509: certificates, requests and revocation lists, described down to their fields (RFC 5280). Runs in a browser.
export { explain } from "./explain.ts";
export * from "./extension.ts";
export * from "./facts.ts";
export * from "./format.ts";
export * from "./general-name.ts";
export * from "./inspect.ts";
export * from "./key.ts";
export * from "./name.ts";
export * from "./oid.ts";
export * from "./pem.ts";
export { flagNames, hexOf, timeText } from "./primitives.ts";
