// The IPv4 header (RFC 791 §3.1), with the two parts of what was the type of service (RFC 2474, RFC 3168).
import {
  bits,
  type Draft,
  many,
  options,
  preset,
  sized,
  struct,
  u8,
  u16,
  type Value,
} from "../wire/index.ts";
import { ipv4Address } from "./address.ts";
import { IpProtocol } from "./protocols.ts";

/** Differentiated services (RFC 2474, RFC 2597, RFC 3246, RFC 5865, RFC 8622). */
export const Dscp = {
  default: 0,
  LE: 1,
  CS1: 8,
  AF11: 10,
  AF12: 12,
  AF13: 14,
  CS2: 16,
  AF21: 18,
  AF22: 20,
  AF23: 22,
  CS3: 24,
  AF31: 26,
  AF32: 28,
  AF33: 30,
  CS4: 32,
  AF41: 34,
  AF42: 36,
  AF43: 38,
  CS5: 40,
  "VOICE-ADMIT": 44,
  EF: 46,
  CS6: 48,
  CS7: 56,
} as const;

/** Explicit congestion notification (RFC 3168 §5). */
export const Ecn = {
  "not capable": 0,
  "capable (1)": 1,
  "capable (0)": 2,
  "congestion experienced": 3,
} as const;

const route = struct({
  pointer: u8,
  addresses: many(ipv4Address),
});

/** RFC 791 §3.1, RFC 1108, RFC 2113. */
const byKind = {
  7: route.with({ label: "Record route" }),
  131: route.with({ label: "Loose source route" }),
  137: route.with({ label: "Strict source route" }),
  136: u16.with({ label: "Stream identifier" }),
  148: u16.with({ label: "Router alert", names: { "every router examines the packet": 0 } }),
};

export const headerOptions = options(byKind, { pad: 1, end: 0, whole: true });

/**
 * RFC 791 §3.1, up to the payload. `totalLength` counts the header too. Canonical: options without
 * no-operations, and zeros after them up to what the header length says.
 */
export const format = struct({
  start: preset(
    bits({
      version: 4,
      headerLength: { width: 4, label: "Header length", show: words => `${words * 4} octets (${words})` },
    }),
    { version: 4, headerLength: 5 },
  ),
  service: preset(
    bits({
      dscp: { width: 6, label: "Differentiated services codepoint", names: Dscp },
      ecn: { width: 2, label: "Explicit congestion notification", names: Ecn },
    }),
    { dscp: 0, ecn: 0 },
  ).with({ label: "Differentiated services" }),
  totalLength: u16.with({ unit: "octets" }),
  identification: preset(u16.with({ hex: true }), 0),
  fragment: preset(
    bits({
      reserved: 1,
      dontFragment: { width: 1, label: "Don't fragment" },
      moreFragments: 1,
      offset: { width: 13, label: "Fragment offset", show: units => `${units * 8} octets` },
    }),
    { reserved: 0, dontFragment: 0, moreFragments: 0, offset: 0 },
  ).with({ label: "Flags and fragment offset" }),
  timeToLive: preset(u8, 64),
  protocol: u8.with({ names: IpProtocol }),
  checksum: preset(u16.with({ hex: true, label: "Header checksum" }), 0),
  source: ipv4Address.with({ label: "Source address" }),
  destination: ipv4Address.with({ label: "Destination address" }),
  options: sized(
    "start",
    ({ headerLength }: { headerLength: number }) => headerLength * 4 - 20,
    preset(headerOptions, []),
    0,
  ),
});
export type Header = Value<typeof format>;
export type HeaderDraft = Draft<typeof format>;
