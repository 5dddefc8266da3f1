// The Ethernet frame: DIX Ethernet II and IEEE 802.3 with 802.2 LLC and SNAP, up to its payload.
import { bits, type Draft, octets, struct, u8, u16, type Value, when } from "../wire/index.ts";
import { mac } from "./address.ts";
import { EtherType, longestLength } from "./types.ts";

/** Service access points (IEEE 802.2; RFC 1042). */
export const Sap = {
  IP: 0x06,
  "spanning tree": 0x42,
  SNAP: 0xaa,
  NetBIOS: 0xf0,
  "ISO network layer": 0xfe,
} as const;

const type = u16.with({ names: EtherType, hex: true });

/**
 * IEEE 802.2 §3.2: the logical link control that stands in a frame with a length, and the SNAP header of
 * RFC 1042 in it. The second octet of `control` is there unless its last two bits are set.
 */
export const logicalLink = struct({
  control: struct({
    destination: u8.with({ names: Sap, hex: true, label: "DSAP" }),
    source: u8.with({ names: Sap, hex: true, label: "SSAP" }),
    control: u8.with({ hex: true }),
  }).with({ label: "Logical link control" }),
  sequence: when("control", ({ control }: { control: number }) => (control & 3) !== 3, u8),
  snap: when(
    "control",
    ({ destination, source, control }: { destination: number; source: number; control: number }) =>
      destination === Sap.SNAP && source === Sap.SNAP && control === 3,
    struct({ organization: octets(3), type }).with({ label: "Subnetwork access protocol" }),
  ),
});

export type LogicalLink = Value<typeof logicalLink>;

/**
 * IEEE 802.3 §3.2. `type` is the EtherType, or up to 1500 the length of what follows, logical link control
 * included. Preamble and check sequence are not recorded. Every frame is canonical.
 */
export const format = struct({
  destination: mac,
  source: mac,
  type: type.with({
    label: "Type or length",
    show: value => (value <= longestLength ? `${value} octets` : typeShown(value)),
  }),
  logicalLink: when("type", (value: number) => value >= 3 && value <= longestLength, logicalLink),
});
export type Frame = Value<typeof format>;
export type FrameDraft = Draft<typeof format>;

/** IEEE 802.1Q §9.6: what stands after the EtherType 0x8100 (customer tag) or 0x88a8 (service tag). */
export const tag = struct({
  control: bits({
    priority: 3,
    dropEligible: { width: 1, label: "Drop eligible" },
    id: { width: 12, label: "VLAN identifier" },
  }).with({ label: "Tag control information" }),
  type,
});
export type Tag = Value<typeof tag>;

function typeShown(value: number): string {
  const name = Object.entries(EtherType).find(([, number]) => number === value)?.[0];
  const hex = `0x${value.toString(16).padStart(4, "0")}`;
  return name ? `${name} (${hex})` : hex;
}
