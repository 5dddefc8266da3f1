// The authority of the lab's networks: keys, requests, certificates and revocation lists, in DER and PEM.
export { type Authority, type Chain, intranet, type Options } from "./authority.ts";
export type { KeyKind } from "./keys.ts";
export type { AuthorityName, HostName, Name } from "./profiles.ts";
export { type Stored, Unusable } from "./store.ts";
