// TLS 1.0 to 1.3 as it lies on the wire (RFC 2246, RFC 4346, RFC 5246, RFC 8446): records, and the messages in them.

export type { Negotiated } from "./exchange.ts";
export { bodyOf, type Handshake, handshake } from "./handshake.ts";
export { type ClientHello, chosenVersion, isRetry, type ServerHello, serverName } from "./hello.ts";
export * from "./numbers.ts";
export {
  type Alert,
  alert,
  changeCipherSpec,
  isEnciphered,
  type Protection,
  type RecordValue,
  record,
  recordHeader,
  recordSize,
} from "./records.ts";
export { type Suite, suiteOf } from "./suite.ts";
export { CipherSuite } from "./suites.ts";
