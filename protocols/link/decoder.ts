// Link layers without Ethernet for the dissector.
import { colons } from "../ethernet/address.ts";
import { linked } from "../ethernet/decoder.ts";
import { EtherType, longestLength } from "../ethernet/types.ts";
import type { Payload, Protocol } from "../packet/index.ts";
import { nameOf } from "../wire/index.ts";
import {
  type Cooked,
  type Cooked2,
  cooked,
  cooked2,
  Family,
  familyOf,
  Hardware,
  ipv6Families,
  Kind,
  type Loopback,
  loopback,
  PacketType,
  type Raw,
  raw as rawFormat,
} from "./format.ts";

export const nullLoopback: Protocol<Loopback> = {
  name: "null",
  title: "Null/Loopback",
  reference: "LINKTYPE_NULL",
  format: loopback,
  over: [
    { table: "link", key: 0 },
    { table: "link", key: 108 },
  ],
  summary: ({ family }) => `Loopback, ${nameOf(Family, familyOf(family)) ?? `family ${familyOf(family)}`}`,
  payload: ({ family }) => typed(etherTypeOf(familyOf(family))),
};

export const raw: Protocol<Raw> = {
  name: "raw",
  title: "Raw IP",
  reference: "LINKTYPE_RAW",
  format: rawFormat,
  over: [12, 14, 101].map(key => ({ table: "link", key })),
  summary: ({ version }) => `IP version ${version}`,
  payload: ({ version }) => typed({ 4: EtherType.IPv4, 6: EtherType.IPv6 }[version]),
};

/** What both versions of Linux cooked captures have in common. */
const shared = {
  name: "sll",
  title: "Linux cooked capture",
  summary: ({ packetType, address, type }: Cooked | Cooked2): string =>
    [
      nameOf(PacketType, packetType) ?? `packet type ${packetType}`,
      ...(address.length > 0 ? [`from ${colons(address)}`] : []),
      nameOf(EtherType, type) ?? nameOf(Kind, type) ?? `type 0x${type.toString(16).padStart(4, "0")}`,
    ].join(", "),
  ends: ({ address }: Cooked | Cooked2): readonly [string, string] => [colons(address), ""],
  payload: ({ hardware, type, logicalLink }: Cooked | Cooked2): Payload => {
    if (ignoresType.has(hardware)) return typed(undefined);
    return logicalLink ? linked(logicalLink) : typed(type > longestLength ? type : undefined);
  },
};

/** Devices whose packets say themselves what they are, or are of families of their own. */
const ignoresType: ReadonlySet<number> = new Set([
  Hardware["frame relay"],
  Hardware["802.11 with radiotap"],
  Hardware.netlink,
]);

export const linuxCooked: Protocol<Cooked> = {
  ...shared,
  reference: "LINKTYPE_LINUX_SLL",
  format: cooked,
  over: [{ table: "link", key: 113 }],
};

export const linuxCooked2: Protocol<Cooked2> = {
  ...shared,
  reference: "LINKTYPE_LINUX_SLL2",
  format: cooked2,
  over: [{ table: "link", key: 276 }],
};

const typed = (type: number | undefined): Payload => ({
  bindings: type === undefined ? [] : [{ table: "ethertype", key: type }],
});

function etherTypeOf(family: number): number | undefined {
  if (family === Family.IPv4) return EtherType.IPv4;
  if (ipv6Families.has(family)) return EtherType.IPv6;
  return family > longestLength && family <= 0xffff ? family : undefined;
}
