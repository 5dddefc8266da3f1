// The blocks of a pcapng file (draft-ietf-opsawg-pcapng), each described once.

import { colons } from "../ethernet/address.ts";
import { ipv6Address } from "../ipv6/address.ts";
import {
  aligned,
  bits,
  by,
  Derived,
  type Draft,
  i64,
  leaf,
  many,
  octets,
  preset,
  rest,
  sized,
  struct,
  Unwritable,
  u8,
  u16,
  u32,
  u64,
  type Value,
} from "../wire/index.ts";
import { blocks, sectionType } from "./block.ts";
import { options, records } from "./options.ts";
import { text, textToZero } from "./text.ts";

/** draft-ietf-opsawg-pcapng §10.1; in the order of their numbers. */
export const BlockType = {
  "interface description": 0x00000001,
  packet: 0x00000002,
  "simple packet": 0x00000003,
  "name resolution": 0x00000004,
  "interface statistics": 0x00000005,
  "enhanced packet": 0x00000006,
  "decryption secrets": 0x0000000a,
  custom: 0x00000bad,
  "section header": sectionType,
  "custom, not to be copied": 0x40000bad,
} as const;

const custom = struct({ enterprise: u32, octets: rest });
const customText = struct({ enterprise: u32, text });

/** What any block may say (§3.5, §3.5.1). Codes from 0x4000 on are not to be copied when a file is rewritten. */
const common = {
  1: text.with({ label: "Comment" }),
  2988: customText,
  2989: custom,
  19372: customText,
  19373: custom,
} as const;

/** Octets in the network's order, whatever the section's. */
const ipv4Address = octets(4).with({ show: (address: Uint8Array) => address.join(".") });
const eui = (size: number) => octets(size).with({ show: colons });

/** The first octet says what the others are. */
const tagged = (names: Readonly<Record<string, number>>) =>
  struct({ kind: u8.with({ names }), octets: rest });

/** The upper 32 bits, and then the lower, each in the section's octet order (§4.3). Units are the interface's. */
const ticks = leaf<bigint>(
  64,
  from => (BigInt(from.u32()) << 32n) | BigInt(from.u32()),
  (to, value) => {
    if (BigInt.asUintN(64, value) !== value) throw new Unwritable(`${value} does not fit 64 bits, unsigned`);
    to.u32(Number(value >> 32n));
    to.u32(Number(value & 0xffff_ffffn));
  },
);

/** The octet order of a section's numbers: 0x1a2b3c4d as they lie in the file. */
const order = leaf<"little-endian" | "big-endian">(
  32,
  from => {
    from.take(4);
    return from.little ? "little-endian" : "big-endian";
  },
  to => to.u32(0x1a2b3c4d),
).with({ label: "Byte-order magic", show: value => value });

/** §4.1. */
export const sectionHeader = struct({
  order: preset(order, "little-endian"),
  major: preset(u16, 1),
  minor: preset(u16, 0),
  /** -1: not known. */
  sectionLength: preset(i64, -1n),
  options: options({
    ...common,
    2: text.with({ label: "Hardware" }),
    3: text.with({ label: "Operating system" }),
    4: text.with({ label: "Application" }),
  }),
});

/** §4.2. */
export const interfaceDescription = struct({
  linkType: u16,
  reserved: preset(u16, 0),
  /** 0: no limit. */
  snapLength: u32.with({ unit: "octets" }),
  options: options({
    ...common,
    2: text.with({ label: "Name" }),
    3: text.with({ label: "Description" }),
    4: struct({ address: ipv4Address, mask: ipv4Address }).with({ label: "IPv4 address" }),
    5: struct({ address: ipv6Address, prefix: u8 }).with({ label: "IPv6 address" }),
    6: eui(6).with({ label: "MAC address" }),
    7: eui(8).with({ label: "EUI-64" }),
    8: u64.with({ label: "Speed", unit: "bit/s" }),
    9: u8.with({ label: "Time resolution", show: resolutionText }),
    10: octets(4).with({ label: "Time zone" }),
    11: tagged({ "libpcap expression": 0, "BPF program": 1 }).with({ label: "Filter" }),
    12: text.with({ label: "Operating system" }),
    13: u8.with({ label: "Frame check sequence", unit: "bits" }),
    14: i64.with({ label: "Time offset", unit: "s" }),
    15: text.with({ label: "Hardware" }),
    16: u64.with({ label: "Transmit speed", unit: "bit/s" }),
    17: u64.with({ label: "Receive speed", unit: "bit/s" }),
    18: text.with({ label: "IANA time zone" }),
  }),
});

/** §4.3.1, most significant bit first. */
const flags = bits({
  symbolError: 1,
  preambleError: 1,
  startOfFrameError: 1,
  unaligned: 1,
  wrongGap: 1,
  tooShort: 1,
  tooLong: 1,
  crcError: 1,
  otherErrors: 8,
  reserved: 4,
  segmentationOffloaded: 1,
  checksumValid: 1,
  checksumNotReady: 1,
  fcsLength: { width: 4, unit: "octets" },
  reception: { width: 3, names: { unknown: 0, unicast: 1, multicast: 2, broadcast: 3, promiscuous: 4 } },
  direction: { width: 2, names: { unknown: 0, inbound: 1, outbound: 2 } },
}).with({ label: "Flags" });

const hash = tagged({ "2s complement": 0, XOR: 1, "CRC-32": 2, "MD-5": 3, "SHA-1": 4, Toeplitz: 5 });

/** What both kinds of packet with a time end with: the octets and how many they are. */
const captured = {
  capturedLength: new Derived(u32.with({ unit: "octets" }), whole => whole.octets.length),
  originalLength: u32.with({ unit: "octets" }),
  octets: sized("capturedLength", (length: number) => length, rest),
  padding: aligned(4),
};

/** §4.3. */
export const enhancedPacket = struct({
  interface: u32,
  time: ticks,
  ...captured,
  options: options({
    ...common,
    2: flags,
    3: hash.with({ label: "Hash" }),
    4: u64.with({ label: "Dropped before", unit: "packets" }),
    5: u64.with({ label: "Packet ID" }),
    6: u32.with({ label: "Queue" }),
    7: tagged({ hardware: 0, "Linux eBPF TC": 1, "Linux eBPF XDP": 2 }).with({ label: "Verdict" }),
    8: struct({ process: u32, thread: u32 }).with({ label: "Process and thread" }),
  }),
});

/** Appendix A: what came before enhanced packets. */
export const obsoletePacket = struct({
  interface: u16,
  /** 0xffff: not known. */
  dropped: u16,
  time: ticks,
  ...captured,
  options: options({ ...common, 2: flags, 3: hash.with({ label: "Hash" }) }),
});

/** As many octets as the packet had, or as the block holds: then only the interface knows where padding begins. */
const shortened = (originalLength: number) =>
  leaf<Uint8Array>(
    undefined,
    from => from.octets(Math.min(originalLength, from.left)),
    (to, value) => {
      if (value.length > originalLength || (value.length < originalLength && value.length % 4 !== 0))
        throw new Unwritable(
          `${value.length} octets of a packet of ${originalLength}: all of them, or a multiple of 4`,
        );
      to.octets(value);
    },
  );

/** §4.4: a packet of the section's first interface, without a time. */
export const simplePacket = struct({
  originalLength: u32.with({ unit: "octets" }),
  octets: by("originalLength", shortened),
  padding: aligned(4),
});

const names = many(textToZero);

/** §4.5. */
export const nameResolution = struct({
  records: records({
    1: struct({ address: ipv4Address, names }),
    2: struct({ address: ipv6Address, names }),
    3: struct({ address: eui(6), names }),
    4: struct({ address: eui(8), names }),
  }),
  options: options({
    ...common,
    2: text.with({ label: "DNS server" }),
    3: ipv4Address.with({ label: "DNS server's IPv4 address" }),
    4: ipv6Address.with({ label: "DNS server's IPv6 address" }),
  }),
});

/** §4.6. */
export const interfaceStatistics = struct({
  interface: u32,
  time: ticks,
  options: options({
    ...common,
    2: ticks.with({ label: "Start of the capture" }),
    3: ticks.with({ label: "End of the capture" }),
    4: u64.with({ label: "Received", unit: "packets" }),
    5: u64.with({ label: "Dropped by the interface", unit: "packets" }),
    6: u64.with({ label: "Accepted by the filter", unit: "packets" }),
    7: u64.with({ label: "Dropped by the system", unit: "packets" }),
    8: u64.with({ label: "Delivered", unit: "packets" }),
  }),
});

/** §4.7. */
export const SecretsType = {
  "SSH key log": 0x5353484b,
  "TLS key log": 0x544c534b,
  "OPC UA key log": 0x55414b4c,
  "WireGuard key log": 0x57474b4c,
  "ZigBee APS key": 0x5a415053,
  "ZigBee network key": 0x5a4e574b,
} as const;

/** §4.7. The tree does not show what is secret. */
export const decryptionSecrets = struct({
  kind: u32.with({ names: SecretsType, hex: true }),
  length: new Derived(u32.with({ unit: "octets" }), whole => whole.octets.length),
  octets: sized(
    "length",
    (length: number) => length,
    rest.with({ label: "Secrets", show: (secrets: Uint8Array) => `${secrets.length} octets` }),
  ),
  padding: aligned(4),
  options: options(common),
});

/** Any block; one of a type that isn't known keeps its octets. */
export const block = blocks(
  {
    [BlockType["interface description"]]: interfaceDescription,
    [BlockType.packet]: obsoletePacket,
    [BlockType["simple packet"]]: simplePacket,
    [BlockType["name resolution"]]: nameResolution,
    [BlockType["interface statistics"]]: interfaceStatistics,
    [BlockType["enhanced packet"]]: enhancedPacket,
    [BlockType["decryption secrets"]]: decryptionSecrets,
    [BlockType.custom]: custom,
    [BlockType["section header"]]: sectionHeader,
    [BlockType["custom, not to be copied"]]: custom,
  },
  u32.with({ names: BlockType, hex: true }),
);
export type Block = Value<typeof block>;
export type BlockDraft = Draft<typeof block>;

/** Whether a block is of that type: a type that isn't known could be any number, so comparing does not tell. */
export const isOf = <T extends number>(one: Block, type: T): one is Extract<Block, { readonly type: T }> =>
  one.type === type;

/** A whole file: blocks, of which the first begins a section. */
export const captureFile = many(block);

/** if_tsresol: the most significant bit tells powers of 2 from powers of 10. */
export function resolutionText(code: number): string {
  return code & 0x80 ? `2^-${code & 0x7f} s` : `10^-${code} s`;
}
