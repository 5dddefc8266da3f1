// What stands in front of IP where no Ethernet was recorded (LINKTYPE_NULL, _LOOP, _RAW, _LINUX_SLL, _LINUX_SLL2 of
// tcpdump.org/linktypes.html).
import { colons } from "../ethernet/address.ts";
import { logicalLink } from "../ethernet/format.ts";
import { EtherType, longestLength } from "../ethernet/types.ts";
import {
  type Draft,
  leaf,
  nameOf,
  preset,
  rest,
  sized,
  struct,
  u8,
  u16,
  u32,
  type Value,
  when,
} from "../wire/index.ts";

/** Address families; that of IPv6 has another number on almost every system. */
export const Family = {
  IPv4: 2,
  OSI: 7,
  IPX: 23,
  IPv6: 24,
  "IPv6 (FreeBSD)": 28,
  "IPv6 (Darwin)": 30,
} as const;
export const ipv6Families: ReadonlySet<number> = new Set([
  Family.IPv6,
  Family["IPv6 (FreeBSD)"],
  Family["IPv6 (Darwin)"],
]);

/**
 * The family that these four octets, read in the network's order, stand for. No family is as large as one whose octets
 * are turned around, so the order of the host that recorded them shows itself.
 */
export const familyOf = (octets: number): number =>
  octets <= 0xffff
    ? octets
    : (((octets & 0xff) << 24) | ((octets & 0xff00) << 8) | ((octets >>> 8) & 0xff00) | (octets >>> 24)) >>>
      0;

/**
 * LINKTYPE_NULL and LINKTYPE_LOOP. `family` is kept as it was recorded, read in the network's order: `familyOf` tells
 * which it is. Every header is canonical.
 */
export const loopback = struct({ family: u32.with({ show: familyShown }) });
export type Loopback = Value<typeof loopback>;

function familyShown(octets: number): string {
  const family = familyOf(octets);
  const name = nameOf(Family, family) ?? nameOf(EtherType, family);
  const order = family === octets ? "" : ", the host's octet order";
  return name ? `${name} (${family}${order})` : `${family}${order}`;
}

/**
 * LINKTYPE_RAW: nothing stands in front of the packet, and its own first four bits say which it is. They are looked at,
 * not taken: encoded, this is no octets.
 */
export const raw = struct({
  version: leaf<number>(
    0,
    from => {
      const version = from.u8() >>> 4;
      from.at--;
      return version;
    },
    () => {},
  ),
});
export type Raw = Value<typeof raw>;

export const PacketType = {
  "to us": 0,
  broadcast: 1,
  multicast: 2,
  "to somebody else": 3,
  "sent by us": 4,
} as const;

/** Kinds of devices: Linux's ARPHRD_… (if_arp.h). */
export const Hardware = {
  Ethernet: 1,
  InfiniBand: 32,
  CAN: 280,
  PPP: 512,
  "IP in IP": 768,
  "frame relay": 770,
  loopback: 772,
  "IPv6 in IPv4": 776,
  GRE: 778,
  "802.11": 801,
  "802.11 with radiotap": 803,
  "GRE over IPv6": 823,
  netlink: 824,
  none: 0xfffe,
} as const;

/** Values that are no EtherType. */
export const Kind = { "Novell 802.3": 1, "logical link control": 4, CAN: 12 } as const;

const room = 8;
const used = (length: number): number => Math.min(length, room);
const address = sized("addressLength", used, preset(rest, new Uint8Array()).with({ show: colons }));
const unused = sized(
  "addressLength",
  (length: number) => room - used(length),
  preset(rest, new Uint8Array()),
  0,
);
const hardware = u16.with({ names: Hardware, label: "Device type" });
const type = u16.with({ hex: true, label: "Protocol type", show: typeShown });

/**
 * LINKTYPE_LINUX_SLL. The address is the sender's: there is room for eight octets of it, and what it leaves is `unused`,
 * as it happened to be in memory. `type` is an EtherType, or of `Kind`. Every header is canonical.
 */
export const cooked = struct({
  packetType: u16.with({ names: PacketType }),
  hardware,
  addressLength: u16.with({ unit: "octets" }),
  address,
  unused,
  type,
  logicalLink: when("type", (value: number) => value === Kind["logical link control"], logicalLink),
});
export type Cooked = Value<typeof cooked>;
export type CookedDraft = Draft<typeof cooked>;

/** LINKTYPE_LINUX_SLL2: the same in another order, with the interface's number on the host that recorded. */
export const cooked2 = struct({
  type,
  reserved: preset(u16, 0),
  interfaceIndex: u32,
  hardware,
  packetType: u8.with({ names: PacketType }),
  addressLength: u8.with({ unit: "octets" }),
  address,
  unused,
  logicalLink: when("type", (value: number) => value === Kind["logical link control"], logicalLink),
});
export type Cooked2 = Value<typeof cooked2>;
export type Cooked2Draft = Draft<typeof cooked2>;

function typeShown(value: number): string {
  const name = value > longestLength ? nameOf(EtherType, value) : nameOf(Kind, value);
  const hex = `0x${value.toString(16).padStart(4, "0")}`;
  return name ? `${name} (${hex})` : hex;
}
