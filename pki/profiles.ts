// Who holds a certificate in the intranet, and what each certificate says of its holder (RFC 5280 §4.2.1).

/** What a certificate is for: it decides basic constraints, key usage and extended key usage. */
export type Use = "authority" | "server" | "client";

export interface Profile {
  /** The common name, which is the whole subject. */
  readonly name: string;
  /** The common name of the issuer; a root's is its own. */
  readonly issuer: string;
  readonly use: Use;
  /** How many intermediate authorities may stand below this one (basic constraints); authorities only. */
  readonly pathLength?: number;
  /** How long it is valid, unless its issuer ends earlier. */
  readonly years: number;
  /** Names and IP addresses that a client may have asked for (subject alternative name). Names compare without case. */
  readonly hosts?: { readonly names: readonly string[]; readonly addresses: readonly string[] };
}

/** The intranet's authorities, by common name. */
export type AuthorityName = "Root CA" | "MQTT CA";

/** Those who prove who they are in TLS. */
export type HostName = "JORGE-PC" | "NUCLEO-H723ZG" | "DISCO-F769NI";

export type Name = AuthorityName | HostName;

/** The intranet's certificates; each issuer stands before what it issues. */
export const profiles: readonly (Profile & { readonly name: Name; readonly issuer: AuthorityName })[] = [
  { name: "Root CA", issuer: "Root CA", use: "authority", pathLength: 1, years: 10 },
  { name: "MQTT CA", issuer: "Root CA", use: "authority", pathLength: 0, years: 5 },
  {
    name: "JORGE-PC",
    issuer: "MQTT CA",
    use: "server",
    years: 2,
    hosts: { names: ["JORGE-PC"], addresses: ["192.168.1.20"] },
  },
  { name: "NUCLEO-H723ZG", issuer: "MQTT CA", use: "client", years: 2 },
  { name: "DISCO-F769NI", issuer: "MQTT CA", use: "client", years: 2 },
];

export const isRoot = (profile: Profile) => profile.name === profile.issuer;

/** The certificates that a host sends: its own and those above it, without the root, leaf first. */
export function path(name: Name): Name[] {
  const profile = profiles.find(profile => profile.name === name)!;
  return isRoot(profile) ? [] : [name, ...path(profile.issuer)];
}
