// Options of the OPT record, EDNS (RFC 6891 §6.1.2), and parameters of SVCB and HTTPS (RFC 9460 §2.2).

import { ipv4Address } from "../ipv4/address.ts";
import { ipv6Address } from "../ipv6/address.ts";
import { many, octets, options, prefixed, rest, struct, text, u8, u16 } from "../wire/index.ts";

export const OptionCode = {
  NSID: 3,
  "Client Subnet": 8,
  Expire: 9,
  Cookie: 10,
  "TCP Keepalive": 11,
  Padding: 12,
  "Extended Error": 15,
} as const;

const clientSubnet = struct({
  family: u16.with({ names: { IPv4: 1, IPv6: 2 } }),
  sourcePrefix: u8,
  scopePrefix: u8,
  /** As many octets as the source prefix needs. */
  address: rest,
}).with({ reference: "RFC 7871 §6" });

const cookie = struct({ client: octets(8), server: rest }).with({ reference: "RFC 7873 §4" });

export const ExtendedError = {
  "Stale Answer": 3,
  "Forged Answer": 4,
  "DNSSEC Bogus": 6,
  "Signature Expired": 7,
  Blocked: 15,
  Censored: 16,
  Filtered: 17,
  Prohibited: 18,
  "No Reachable Authority": 22,
  "Network Error": 23,
} as const;

const extendedError = struct({ infoCode: u16.with({ names: ExtendedError }), extraText: text }).with({
  reference: "RFC 8914 §2",
});

const code = u16.with({ names: OptionCode });

/** One line an option; others keep their octets. */
export const ednsOptions = options(
  {
    [OptionCode.NSID]: rest.with({ label: "Name server identifier", reference: "RFC 5001 §2.3" }),
    [OptionCode["Client Subnet"]]: clientSubnet,
    [OptionCode.Cookie]: cookie,
    [OptionCode.Padding]: rest.with({ label: "Padding", reference: "RFC 7830 §3" }),
    [OptionCode["Extended Error"]]: extendedError,
  },
  {},
  code,
  u16,
);

export const ServiceParameter = {
  mandatory: 0,
  alpn: 1,
  "no-default-alpn": 2,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
  dohpath: 7,
} as const;

/** One line a parameter. Canonical for the standard, though not demanded here: keys ascending. */
export const serviceParameters = options(
  {
    [ServiceParameter.mandatory]: many(u16.with({ names: ServiceParameter })),
    [ServiceParameter.alpn]: many(prefixed(u8, text)),
    [ServiceParameter.port]: u16,
    [ServiceParameter.ipv4hint]: many(ipv4Address),
    [ServiceParameter.ipv6hint]: many(ipv6Address),
    [ServiceParameter.dohpath]: text,
  },
  {},
  u16.with({ names: ServiceParameter }),
  u16,
);
