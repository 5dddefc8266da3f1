// The options, one line each: RFC 2132, and those that later RFCs added.

import { ipv4Address as address } from "../ipv4/address.ts";
import {
  bits,
  by,
  type Draft,
  i32,
  many,
  type Options,
  octets,
  options,
  prefixed,
  rest,
  struct,
  text,
  u8,
  u16,
  u32,
  type Value,
} from "../wire/index.ts";
import { domainList } from "./names.ts";
import { route } from "./routes.ts";

/** RFC 2132 §9.6; from 9 on RFC 3203, 4388, 6926 and 7724. */
export const MessageType = {
  Discover: 1,
  Offer: 2,
  Request: 3,
  Decline: 4,
  ACK: 5,
  NAK: 6,
  Release: 7,
  Inform: 8,
  "Force Renew": 9,
  "Lease query": 10,
  "Lease Unassigned": 11,
  "Lease Unknown": 12,
  "Lease Active": 13,
  "Bulk Lease Query": 14,
  "Lease Query Done": 15,
  "Active LeaseQuery": 16,
  "Lease Query Status": 17,
  TLS: 18,
} as const;

/** Assigned hardware types that DHCP meets (IANA "Hardware Types"); 255 marks a DUID (RFC 4361 §6.1). */
export const HardwareType = {
  Ethernet: 1,
  "IEEE 802": 6,
  ARCNET: 7,
  "Frame Relay": 15,
  ATM: 16,
  "Fibre Channel": 18,
  "Serial line": 20,
  "IEEE 1394": 24,
  InfiniBand: 32,
} as const;

const flag = u8.with({ names: { Disabled: 0, Enabled: 1 } });
const seconds = u32.with({ unit: "s" });
const addresses = many(address);
const NodeType = { "B-node": 1, "P-node": 2, "M-node": 4, "H-node": 8 };
const Overload = { "boot file name": 1, "server host name": 2, both: 3 };
const IdentifierType = { "not a hardware address": 0, ...HardwareType, DUID: 255 };
const Architecture = {
  "x86 BIOS": 0,
  "x86 UEFI": 6,
  "x64 UEFI": 7,
  EBC: 9,
  "ARM 32 UEFI": 10,
  "ARM 64 UEFI": 11,
};
const Suboption = {
  circuitId: 1,
  remoteId: 2,
  linkSelection: 5,
  subscriberId: 6,
  serverOverride: 11,
} as const;

/** Names of the codes: the labels of the table below, once it stands. */
export const OptionName: Record<string, number> = {};

/** By option code. What the table lacks is data, shown as it is. */
export const byCode = {
  // RFC 2132 §3: vendor extensions of RFC 1497.
  1: address.with({ label: "Subnet mask" }),
  2: i32.with({ label: "Time offset", unit: "s" }),
  3: addresses.with({ label: "Router" }),
  4: addresses.with({ label: "Time server" }),
  5: addresses.with({ label: "Name server" }),
  6: addresses.with({ label: "Domain name server" }),
  7: addresses.with({ label: "Log server" }),
  8: addresses.with({ label: "Cookie server" }),
  9: addresses.with({ label: "LPR server" }),
  10: addresses.with({ label: "Impress server" }),
  11: addresses.with({ label: "Resource location server" }),
  12: text.with({ label: "Host name" }),
  13: u16.with({ label: "Boot file size", unit: "blocks of 512 octets" }),
  14: text.with({ label: "Merit dump file" }),
  15: text.with({ label: "Domain name" }),
  16: address.with({ label: "Swap server" }),
  17: text.with({ label: "Root path" }),
  18: text.with({ label: "Extensions path" }),
  // §4: IP layer, the whole host.
  19: flag.with({ label: "IP forwarding" }),
  20: flag.with({ label: "Non-local source routing" }),
  21: many(struct({ address, mask: address })).with({ label: "Policy filter" }),
  22: u16.with({ label: "Maximum datagram reassembly size", unit: "octets" }),
  23: u8.with({ label: "Default IP time to live" }),
  24: seconds.with({ label: "Path MTU aging timeout" }),
  25: many(u16).with({ label: "Path MTU plateau table" }),
  // §5: IP layer, one interface.
  26: u16.with({ label: "Interface MTU", unit: "octets" }),
  27: flag.with({ label: "All subnets are local" }),
  28: address.with({ label: "Broadcast address" }),
  29: flag.with({ label: "Perform mask discovery" }),
  30: flag.with({ label: "Mask supplier" }),
  31: flag.with({ label: "Perform router discovery" }),
  32: address.with({ label: "Router solicitation address" }),
  33: many(struct({ destination: address, router: address })).with({ label: "Static route" }),
  // §6: link layer, one interface.
  34: flag.with({ label: "Trailer encapsulation" }),
  35: seconds.with({ label: "ARP cache timeout" }),
  36: u8.with({ label: "Ethernet encapsulation", names: { "Ethernet II": 0, "IEEE 802.3": 1 } }),
  // §7: TCP.
  37: u8.with({ label: "TCP default time to live" }),
  38: seconds.with({ label: "TCP keepalive interval" }),
  39: flag.with({ label: "TCP keepalive garbage" }),
  // §8: applications and services.
  40: text.with({ label: "NIS domain" }),
  41: addresses.with({ label: "NIS server" }),
  42: addresses.with({ label: "NTP server" }),
  43: rest.with({ label: "Vendor-specific information" }),
  44: addresses.with({ label: "NetBIOS name server" }),
  45: addresses.with({ label: "NetBIOS datagram distribution server" }),
  46: u8.with({ label: "NetBIOS node type", names: NodeType }),
  47: text.with({ label: "NetBIOS scope" }),
  48: addresses.with({ label: "X font server" }),
  49: addresses.with({ label: "X display manager" }),
  // §9: DHCP itself.
  50: address.with({ label: "Requested IP address" }),
  51: seconds.with({ label: "IP address lease time" }),
  52: u8.with({ label: "Option overload", names: Overload }),
  53: u8.with({ label: "DHCP message type", names: MessageType }),
  54: address.with({ label: "DHCP server identifier" }),
  55: many(u8.with({ names: OptionName })).with({ label: "Parameter request list" }),
  56: text.with({ label: "Message" }),
  57: u16.with({ label: "Maximum DHCP message size", unit: "octets" }),
  58: seconds.with({ label: "Renewal time (T1)" }),
  59: seconds.with({ label: "Rebinding time (T2)" }),
  60: text.with({ label: "Vendor class identifier" }),
  61: struct({ type: u8.with({ names: IdentifierType }), identifier: rest }).with({
    label: "Client identifier",
  }),
  // §8 again.
  64: text.with({ label: "NIS+ domain" }),
  65: addresses.with({ label: "NIS+ server" }),
  66: text.with({ label: "TFTP server name" }),
  67: text.with({ label: "Boot file name" }),
  68: addresses.with({ label: "Mobile IP home agent" }),
  69: addresses.with({ label: "SMTP server" }),
  70: addresses.with({ label: "POP3 server" }),
  71: addresses.with({ label: "NNTP server" }),
  72: addresses.with({ label: "WWW server" }),
  73: addresses.with({ label: "Finger server" }),
  74: addresses.with({ label: "IRC server" }),
  75: addresses.with({ label: "StreetTalk server" }),
  76: addresses.with({ label: "StreetTalk directory assistance server" }),
  // Added since. Widespread clients send 77 as bare text, so it is not taken apart.
  77: rest.with({ label: "User class", reference: "RFC 3004 §4" }),
  80: octets(0).with({ label: "Rapid commit", reference: "RFC 4039 §4" }),
  81: struct({
    flags: bits({ reserved: 4, noUpdate: 1, encoded: 1, override: 1, serverUpdates: 1 }),
    rcode1: u8,
    rcode2: u8,
    // Partial names end without the empty label, so the labels stand one by one.
    name: by("flags", (flags: { encoded: number }) => (flags.encoded ? many(prefixed(u8, text)) : text)),
  }).with({ label: "Client fully qualified domain name", reference: "RFC 4702 §2" }),
  82: options(
    {
      [Suboption.circuitId]: rest.with({ label: "Agent circuit ID" }),
      [Suboption.remoteId]: rest.with({ label: "Agent remote ID" }),
      [Suboption.linkSelection]: address.with({ label: "Link selection", reference: "RFC 3527 §3" }),
      [Suboption.subscriberId]: text.with({ label: "Subscriber ID", reference: "RFC 3993 §2" }),
      [Suboption.serverOverride]: address.with({
        label: "Server identifier override",
        reference: "RFC 5107 §4",
      }),
    },
    {},
  ).with({ label: "Relay agent information", reference: "RFC 3046 §2.0" }),
  90: rest.with({ label: "Authentication", reference: "RFC 3118 §2" }),
  91: seconds.with({ label: "Client last transaction time", reference: "RFC 4388 §6.1" }),
  92: addresses.with({ label: "Associated IP address", reference: "RFC 4388 §6.1" }),
  93: many(u16.with({ names: Architecture })).with({
    label: "Client system architecture",
    reference: "RFC 4578 §2.1",
  }),
  94: struct({ type: u8, major: u8, minor: u8 }).with({
    label: "Client network interface",
    reference: "RFC 4578 §2.2",
  }),
  97: struct({ type: u8, identifier: rest }).with({
    label: "Client machine identifier",
    reference: "RFC 4578 §2.3",
  }),
  100: text.with({ label: "Time zone (POSIX)", reference: "RFC 4833 §2" }),
  101: text.with({ label: "Time zone (name)", reference: "RFC 4833 §2" }),
  108: seconds.with({ label: "IPv6-only preferred", reference: "RFC 8925 §3.1" }),
  114: text.with({ label: "Captive portal", reference: "RFC 8910 §2.1" }),
  116: flag.with({ label: "Auto-configuration", reference: "RFC 2563 §2" }),
  117: many(u16).with({ label: "Name service search", reference: "RFC 2937" }),
  118: address.with({ label: "Subnet selection", reference: "RFC 3011 §2" }),
  119: domainList.with({ label: "Domain search", reference: "RFC 3397 §2" }),
  121: many(route).with({ label: "Classless static route", reference: "RFC 3442" }),
  124: many(struct({ enterprise: u32, data: prefixed(u8, rest) })).with({
    label: "Vendor-identifying vendor class",
    reference: "RFC 3925 §3",
  }),
  125: many(struct({ enterprise: u32, data: prefixed(u8, rest) })).with({
    label: "Vendor-identifying vendor information",
    reference: "RFC 3925 §4",
  }),
  138: addresses.with({ label: "CAPWAP access controller", reference: "RFC 5417 §2" }),
  143: many(prefixed(u16, text)).with({ label: "SZTP redirect", reference: "RFC 8572 §8.1" }),
  145: many(u8).with({ label: "Forcerenew nonce capable", reference: "RFC 6704 §3.1.1" }),
  150: addresses.with({ label: "TFTP server address", reference: "RFC 5859 §3" }),
  161: text.with({ label: "Manufacturer usage description", reference: "RFC 8520 §10" }),
  249: many(route).with({ label: "Classless static route (Microsoft)" }),
  252: text.with({ label: "Web proxy auto-discovery" }),
};

for (const [code, { notes }] of Object.entries(byCode)) OptionName[notes.label!] = Number(code);

/** `{ code, value }`, the value typed by the code; an unknown code has its octets. */
export type Option = Value<Options<typeof byCode>>[number];
export type OptionDraft = Draft<Options<typeof byCode>>[number];

/** A list of this option, or of none where there is no value: drafts are put together of such lists. */
export const option = <const C extends keyof typeof byCode>(
  code: C,
  value: Draft<(typeof byCode)[C]> | undefined,
): OptionDraft[] => (value === undefined ? [] : [{ code, value } as OptionDraft]);
