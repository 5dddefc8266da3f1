// Who holds a certificate in the intranet and in the internet, and what each says of its holder (RFC 5280 §4.2.1).

/** What a certificate is for: it decides basic constraints, key usage and extended key usage. */
export type Use = "authority" | "server" | "client";

export interface Profile {
  /** The common name, by which the holder is called here; no other of the hierarchy has it. */
  readonly name: string;
  /** The name of the issuer; a root's is its own. */
  readonly issuer: string;
  /** The whole subject, where it is more than the common name: "C=GB, O=Mosquitto, OU=CA, CN=mosquitto.org". */
  readonly subject?: string;
  readonly use: Use;
  /** How many intermediate authorities may stand below this one (basic constraints); authorities only. */
  readonly pathLength?: number;
  /** How long it is valid, unless its issuer ends earlier. */
  readonly years: number;
  /** Names and IP addresses that a client may have asked for (subject alternative name). Names compare without case. */
  readonly hosts?: readonly string[];
  /** Version 1 says nothing of all this: subject, validity and key are all it has. */
  readonly version?: 1;
}

/** The intranet's authorities, by common name. */
export type AuthorityName = "Root CA" | "MQTT CA";

/** Those who prove who they are in TLS. */
export type HostName = "JORGE-PC" | "NUCLEO-H723ZG" | "DISCO-F769NI";

export type Name = AuthorityName | HostName;

/** Those of the public broker. */
export type InternetHost = "test.mosquitto.org" | "NUCLEO-H723ZG";

/** The intranet's certificates; each issuer stands before what it issues. */
export const intranetProfiles: readonly ProfileOf<AuthorityName | HostName>[] = [
  { name: "Root CA", issuer: "Root CA", use: "authority", pathLength: 1, years: 10 },
  { name: "MQTT CA", issuer: "Root CA", use: "authority", pathLength: 0, years: 5 },
  {
    name: "JORGE-PC",
    issuer: "MQTT CA",
    use: "server",
    years: 2,
    hosts: ["JORGE-PC", "192.168.1.20"],
  },
  { name: "NUCLEO-H723ZG", issuer: "MQTT CA", use: "client", years: 2 },
  { name: "DISCO-F769NI", issuer: "MQTT CA", use: "client", years: 2 },
];

/** The internet's: one self-signed authority right above the public broker, whose certificate is of version 1, and a board. */
export const internetProfiles: readonly ProfileOf<"mosquitto.org" | InternetHost>[] = [
  {
    name: "mosquitto.org",
    issuer: "mosquitto.org",
    subject: "C=GB, O=Mosquitto, OU=CA, CN=mosquitto.org",
    use: "authority",
    years: 10,
  },
  { name: "test.mosquitto.org", issuer: "mosquitto.org", use: "server", years: 2, version: 1 },
  { name: "NUCLEO-H723ZG", issuer: "mosquitto.org", use: "client", years: 2 },
];

type ProfileOf<Name extends string> = Profile & { readonly name: Name; readonly issuer: Name };

export const isRoot = (profile: Profile) => profile.name === profile.issuer;

/** The certificates that a host sends: its own and those above it, without the root, leaf first. */
export function path<Name extends string>(profiles: readonly ProfileOf<Name>[], name: Name): Name[] {
  const profile = profiles.find(profile => profile.name === name)!;
  return isRoot(profile) ? [] : [name, ...path(profiles, profile.issuer)];
}
