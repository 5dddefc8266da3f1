// The types of resource records and what their data are, one line a type (RFC 1035 §3.3 and what each line names).

import { ipv4Address } from "../ipv4/address.ts";
import { ipv6Address } from "../ipv6/address.ts";
import {
  bits,
  type Codec,
  type Draft,
  many,
  prefixed,
  rest,
  struct,
  text,
  u8,
  u16,
  u32,
  type Value,
} from "../wire/index.ts";
import { name, plainName } from "./name.ts";
import { ednsOptions, serviceParameters } from "./options.ts";
import { algorithm, digestType, keyTag, moment, short, typeBitMaps } from "./security.ts";

const of = <const N extends number, V, D>(type: N, data: Codec<V, D>) => ({ type, data });

const seconds = u32.with({ unit: "s" });
const characters = prefixed(u8, text);
const coveredType = u16.with({ show: type => typeName(type) });
const types = typeBitMaps(() => Type);

const startOfAuthority = struct({
  primary: name.with({ label: "Primary name server" }),
  mailbox: name.with({ label: "Responsible mailbox" }),
  serial: u32,
  refresh: seconds,
  retry: seconds,
  expire: seconds,
  minimum: seconds.with({ label: "Minimum TTL", reference: "RFC 2308 §4" }),
});
const delegationSigner = struct({ keyTag, algorithm, digestType, digest: rest });
export const keyFlags = bits({ reserved: 7, zoneKey: 1, revoked: 1, unassigned: 6, secureEntryPoint: 1 });
const key = struct({
  flags: keyFlags,
  protocol: u8,
  algorithm,
  key: rest,
});
const signature = struct({
  typeCovered: coveredType,
  algorithm,
  labels: u8,
  originalTtl: seconds.with({ label: "Original TTL" }),
  expiration: moment,
  inception: moment,
  keyTag,
  signer: plainName,
  signature: rest,
});
export const hashFlags = bits({ reserved: 7, optOut: 1 });
const hashing = {
  hashAlgorithm: u8.with({ names: { "SHA-1": 1 } }),
  flags: hashFlags,
  iterations: u16,
  salt: short,
};
const hashedDenial = struct({ ...hashing, nextHashedOwner: short, types });
const hashParameters = struct(hashing);
export const authorityFlags = bits({ critical: 1, reserved: 7 });
const service = struct({ priority: u16, target: plainName, parameters: serviceParameters });

const layouts = {
  A: of(1, ipv4Address.with({ label: "Address" })),
  NS: of(2, name.with({ label: "Name server" })),
  CNAME: of(5, name.with({ label: "Canonical name" })),
  SOA: of(6, startOfAuthority),
  PTR: of(12, name.with({ label: "Domain name" })),
  HINFO: of(13, struct({ cpu: characters.with({ label: "CPU" }), os: characters.with({ label: "OS" }) })),
  MX: of(15, struct({ preference: u16, exchange: name })),
  TXT: of(16, many(characters)),
  RP: of(17, struct({ mailbox: plainName, text: plainName })), // RFC 1183 §2.2
  AAAA: of(28, ipv6Address.with({ label: "Address" })), // RFC 3596 §2.2
  SRV: of(33, struct({ priority: u16, weight: u16, port: u16, target: plainName })), // RFC 2782
  NAPTR: of(
    35, // RFC 3403 §4.1
    struct({
      order: u16,
      preference: u16,
      flags: characters,
      services: characters,
      regexp: characters,
      replacement: plainName,
    }),
  ),
  DNAME: of(39, plainName.with({ label: "Target" })), // RFC 6672 §2.1
  OPT: of(41, ednsOptions), // RFC 6891 §6.1.2
  DS: of(43, delegationSigner), // RFC 4034 §5.1
  SSHFP: of(44, struct({ algorithm: u8, fingerprintType: u8, fingerprint: rest })), // RFC 4255 §3.1
  RRSIG: of(46, signature), // RFC 4034 §3.1
  NSEC: of(47, struct({ next: plainName.with({ label: "Next domain name" }), types })), // RFC 4034 §4.1
  DNSKEY: of(48, key), // RFC 4034 §2.1
  NSEC3: of(50, hashedDenial), // RFC 5155 §3.2
  NSEC3PARAM: of(51, hashParameters), // RFC 5155 §4.2
  TLSA: of(52, struct({ usage: u8, selector: u8, matchingType: u8, data: rest })), // RFC 6698 §2.1
  CDS: of(59, delegationSigner), // RFC 7344 §3.1
  CDNSKEY: of(60, key), // RFC 7344 §3.2
  SVCB: of(64, service), // RFC 9460 §2.2
  HTTPS: of(65, service), // RFC 9460 §9
  URI: of(256, struct({ priority: u16, weight: u16, target: text })), // RFC 7553 §4.5
  CAA: of(257, struct({ flags: authorityFlags, tag: characters, value: text })), // RFC 8659 §4.1
} as const;

/** Types that have a name here, and no data of their own: they are read as octets, or only asked for. */
const others = {
  NULL: 10,
  KEY: 25,
  LOC: 29,
  CERT: 37,
  OPENPGPKEY: 61,
  SPF: 99,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const;

type Layouts = typeof layouts;
export type TypeNames = { readonly [K in keyof Layouts]: Layouts[K]["type"] } & typeof others;

/** The numbers of the types: `Type.A` is 1. */
export const Type = Object.fromEntries([
  ...Object.entries(layouts).map(([mnemonic, { type }]) => [mnemonic, type]),
  ...Object.entries(others),
]) as TypeNames;

/** The codec of each type's data, for types that are described. */
export const dataOfType: ReadonlyMap<number, Codec<unknown, unknown>> = new Map(
  Object.values(layouts).map(({ type, data }) => [type, data as Codec<unknown, unknown>]),
);

/** What the data of each described type are, by its number. */
export type DataOf = { [K in keyof Layouts as Layouts[K]["type"]]: Value<Layouts[K]["data"]> };
/** The same, as asked for when writing. */
export type DataDraftOf = { [K in keyof Layouts as Layouts[K]["type"]]: Draft<Layouts[K]["data"]> };

/** "A", or "TYPE1234" for a type without a name here (RFC 3597 §5). */
export const typeName = (type: number): string => mnemonics.get(type) ?? `TYPE${type}`;

/** The number of "A", "a" or "TYPE1234"; `undefined` for what names no type. */
export function typeOf(mnemonic: string): number | undefined {
  const number = (Type as Record<string, number>)[mnemonic.toUpperCase()];
  if (number !== undefined) return number;
  const [, digits] = /^TYPE(\d{1,5})$/i.exec(mnemonic) ?? [];
  return digits !== undefined && Number(digits) <= 0xffff ? Number(digits) : undefined;
}

const mnemonics = new Map(Object.entries(Type).map(([mnemonic, type]) => [type as number, mnemonic]));
