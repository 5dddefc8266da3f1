// ICMP for IPv4 (RFC 792).

import { ipv4Address } from "../ipv4/address.ts";
import { cases, type Draft, preset, rest, struct, u8, u16, u32, type Value } from "../wire/index.ts";

export const Type = {
  "echo reply": 0,
  "destination unreachable": 3,
  "source quench": 4,
  redirect: 5,
  "echo request": 8,
  "router advertisement": 9,
  "router solicitation": 10,
  "time exceeded": 11,
  "parameter problem": 12,
  "timestamp request": 13,
  "timestamp reply": 14,
  "extended echo request": 42,
  "extended echo reply": 43,
} as const;

/** The codes of "destination unreachable" (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1). */
export const Unreachable = {
  network: 0,
  host: 1,
  protocol: 2,
  port: 3,
  "fragmentation needed": 4,
  "source route failed": 5,
  "network unknown": 6,
  "host unknown": 7,
  "network prohibited": 9,
  "host prohibited": 10,
  "administratively prohibited": 13,
} as const;

/** The packet that the message is about: its header and at least eight octets of what it carried. */
const datagram = rest.with({ label: "Original datagram" });
const empty = (codec: typeof u8) => preset(codec, 0);

const echo = struct({
  identifier: u16.with({ hex: true }),
  sequence: u16.with({ label: "Sequence number" }),
  data: rest,
});

const timestamp = struct({
  identifier: u16.with({ hex: true }),
  sequence: u16.with({ label: "Sequence number" }),
  originate: u32.with({ unit: "ms" }),
  receive: u32.with({ unit: "ms" }),
  transmit: u32.with({ unit: "ms" }),
});

/** RFC 792, RFC 1191 §4; `length` in words of four octets where extensions follow (RFC 4884 §4.1). */
const unreachable = struct({ unused: empty(u8), length: empty(u8), mtu: empty(u16), datagram });
const redirect = struct({ gateway: ipv4Address, datagram });
const timeExceeded = struct({ unused: empty(u8), length: empty(u8), reserved: empty(u16), datagram });
const parameterProblem = struct({ pointer: u8, length: empty(u8), reserved: empty(u16), datagram });

const bodies = {
  0: echo,
  3: unreachable,
  5: redirect,
  8: echo,
  11: timeExceeded,
  12: parameterProblem,
  13: timestamp,
  14: timestamp,
};

/** RFC 792. Types without a case have their octets as body. Every message is canonical. */
export const format = struct({
  type: u8.with({ names: Type }),
  code: empty(u8),
  checksum: preset(u16.with({ hex: true }), 0),
  body: cases("type", bodies, rest),
});
export type Message = Value<typeof format>;
export type MessageDraft = Draft<typeof format>;
