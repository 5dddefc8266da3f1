// The authority of the lab's networks: keys, requests, certificates and revocation lists, in DER and PEM. What makes any of
// them is imported by its own name: issuance.ts, revoking.ts, broken.ts.
export {
  type Authority,
  type Chain,
  folderOf,
  internet,
  intranet,
  type Options,
  stateFolder,
} from "./authority.ts";
export type { KeyKind } from "./keys.ts";
export type { AuthorityName, HostName, InternetHost, Name, Use } from "./profiles.ts";
export { type Stored, Unusable } from "./store.ts";
