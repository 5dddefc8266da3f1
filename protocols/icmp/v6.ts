// ICMP for IPv6 (RFC 4443) with neighbour discovery (RFC 4861).
import { mac } from "../ethernet/address.ts";
import { ipv6Address } from "../ipv6/address.ts";
import {
  bits,
  cases,
  type Draft,
  leaf,
  Malformed,
  many,
  options,
  preset,
  rest,
  struct,
  Unwritable,
  u8,
  u16,
  u32,
  type Value,
} from "../wire/index.ts";

export const Type6 = {
  "destination unreachable": 1,
  "packet too big": 2,
  "time exceeded": 3,
  "parameter problem": 4,
  "echo request": 128,
  "echo reply": 129,
  "listener query": 130,
  "listener report": 131,
  "listener done": 132,
  "router solicitation": 133,
  "router advertisement": 134,
  "neighbour solicitation": 135,
  "neighbour advertisement": 136,
  redirect: 137,
  "listener report v2": 143,
} as const;

/** The codes of "destination unreachable" (RFC 4443 §3.1). */
export const Unreachable6 = {
  "no route": 0,
  prohibited: 1,
  "beyond scope": 2,
  address: 3,
  port: 4,
  "source address failed": 5,
  "route rejected": 6,
} as const;

/** The length of an option, in units of eight octets, its code and length counted (RFC 4861 §4.6). */
const eights = leaf<number>(
  8,
  from => {
    const at = from.at;
    const units = from.u8();
    if (units === 0) throw new Malformed(at, "an option of no length");
    return units * 8 - 2;
  },
  (to, size) => {
    if ((size + 2) % 8 !== 0)
      throw new Unwritable(`${size} octets, with code and length, are no multiple of eight`);
    to.u8((size + 2) / 8);
  },
).with({ show: size => `${size + 2} octets (${(size + 2) / 8})` });

const lifetime = u32.with({ unit: "s" });

/** RFC 4861 §4.6, RFC 8106 §5.1. */
const discoveryOptions = options(
  {
    1: mac.with({ label: "Source link-layer address" }),
    2: mac.with({ label: "Target link-layer address" }),
    3: struct({
      prefixLength: u8,
      flags: bits({ onLink: 1, autonomous: 1, reserved: 6 }),
      validLifetime: lifetime,
      preferredLifetime: lifetime,
      reserved: preset(u32, 0),
      prefix: ipv6Address,
    }).with({ label: "Prefix information" }),
    5: struct({ reserved: preset(u16, 0), mtu: u32 }).with({ label: "MTU" }),
    25: struct({ reserved: preset(u16, 0), lifetime, servers: many(ipv6Address) }).with({
      label: "Recursive DNS servers",
    }),
  },
  {},
  u8,
  eights,
);

const datagram = rest.with({ label: "Original packet" });
const reserved = preset(u32, 0);
const echo = struct({ identifier: u16.with({ hex: true }), sequence: u16, data: rest });

const bodies = {
  1: struct({ reserved, datagram }),
  2: struct({ mtu: u32, datagram }),
  3: struct({ reserved, datagram }),
  4: struct({ pointer: u32, datagram }),
  128: echo,
  129: echo,
  133: struct({ reserved, options: discoveryOptions }),
  134: struct({
    hopLimit: u8,
    flags: bits({ managed: 1, other: 1, homeAgent: 1, preference: 2, proxy: 1, reserved: 2 }),
    routerLifetime: u16.with({ unit: "s" }),
    reachableTime: u32.with({ unit: "ms" }),
    retransmitTime: u32.with({ unit: "ms" }),
    options: discoveryOptions,
  }),
  135: struct({ reserved, target: ipv6Address, options: discoveryOptions }),
  136: struct({
    flags: bits({ router: 1, solicited: 1, override: 1, reserved: 29 }),
    target: ipv6Address,
    options: discoveryOptions,
  }),
  137: struct({ reserved, target: ipv6Address, destination: ipv6Address, options: discoveryOptions }),
};

/** RFC 4443 §2.1. Types without a case have their octets as body. Every message is canonical. */
export const format6 = struct({
  type: u8.with({ names: Type6 }),
  code: preset(u8, 0),
  checksum: preset(u16.with({ hex: true }), 0),
  body: cases("type", bodies, rest),
});
export type Message6 = Value<typeof format6>;
export type Message6Draft = Draft<typeof format6>;
