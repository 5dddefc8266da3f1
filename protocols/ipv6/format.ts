// The IPv6 header with its extension headers (RFC 8200 §3, §4).
import { Dscp, Ecn } from "../ipv4/format.ts";
import { IpProtocol } from "../ipv4/protocols.ts";
import { bits, by, type Draft, preset, struct, u8, u16, type Value } from "../wire/index.ts";
import { ipv6Address } from "./address.ts";
import { chainFrom } from "./extensions.ts";

/**
 * RFC 8200 §3, up to what the last extension header names. `payloadLength` counts the extension headers.
 * Canonical: extension headers as extensions.ts says.
 */
export const format = struct({
  start: preset(
    bits({
      version: 4,
      dscp: { width: 6, label: "Differentiated services codepoint", names: Dscp },
      ecn: { width: 2, label: "Explicit congestion notification", names: Ecn },
      flowLabel: 20,
    }),
    { version: 6 },
  ),
  payloadLength: u16.with({ unit: "octets" }),
  nextHeader: u8.with({ names: IpProtocol }),
  hopLimit: preset(u8, 64),
  source: ipv6Address.with({ label: "Source address" }),
  destination: ipv6Address.with({ label: "Destination address" }),
  extensions: by("nextHeader", chainFrom).with({ label: "Extension headers" }),
});
export type Header = Value<typeof format>;
export type HeaderDraft = Draft<typeof format>;
