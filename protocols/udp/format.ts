// The UDP header (RFC 768).
import { type Draft, preset, struct, u16, type Value } from "../wire/index.ts";

/** RFC 768. `length` counts these eight octets too; a checksum of 0 was not worked out. Every header is canonical. */
export const format = struct({
  sourcePort: u16,
  destinationPort: u16,
  length: u16.with({ unit: "octets" }),
  checksum: preset(u16.with({ hex: true }), 0),
});
export type Header = Value<typeof format>;
export type HeaderDraft = Draft<typeof format>;
