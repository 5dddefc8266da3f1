// The Address Resolution Protocol: who has this IP address (RFC 826)?

import { colons } from "../ethernet/address.ts";
import { EtherType } from "../ethernet/types.ts";
import { ipv4Address } from "../ipv4/address.ts";
import { by, type Codec, octets, preset, rest, sized, struct, u8, u16, type Value } from "../wire/index.ts";

/** RFC 826, RFC 903, RFC 2390. */
export const Operation = {
  request: 1,
  reply: 2,
  "RARP request": 3,
  "RARP reply": 4,
  "InARP request": 8,
  "InARP reply": 9,
} as const;

const HardwareType = { Ethernet: 1, "IEEE 802": 6, "Frame relay": 15 } as const;

const hardware = sized("hardwareLength", (size: number) => size, rest.with({ show: colons }));
/** IPv4 addresses are numbers, those of other protocols octets. */
const protocolAddress = by(
  "protocolLength",
  (size: number): Codec<number | Uint8Array> =>
    (size === 4 ? ipv4Address : ofSize[size]!) as Codec<number | Uint8Array>,
);
const ofSize = Array.from({ length: 256 }, (_, size) => octets(size));

/**
 * RFC 826, "Packet format". The presets are Ethernet and IPv4. Every message is canonical; what follows it in
 * a frame is padding.
 */
export const format = struct({
  hardwareType: preset(u16.with({ names: HardwareType }), HardwareType.Ethernet),
  protocolType: preset(u16.with({ names: EtherType, hex: true }), EtherType.IPv4),
  hardwareLength: preset(u8.with({ unit: "octets" }), 6),
  protocolLength: preset(u8.with({ unit: "octets" }), 4),
  operation: u16.with({ names: Operation }),
  senderHardware: hardware.with({ label: "Sender hardware address" }),
  senderProtocol: protocolAddress.with({ label: "Sender protocol address" }),
  targetHardware: hardware.with({ label: "Target hardware address" }),
  targetProtocol: protocolAddress.with({ label: "Target protocol address" }),
});
export type Message = Value<typeof format>;
