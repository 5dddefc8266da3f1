// The TCP header (RFC 9293 §3.1) and its options.
import {
  bits,
  type Draft,
  many,
  nothing,
  options,
  preset,
  rest,
  sized,
  struct,
  u8,
  u16,
  u32,
  type Value,
} from "../wire/index.ts";

export const TcpOption = {
  "maximum segment size": 2,
  "window scale": 3,
  "SACK permitted": 4,
  SACK: 5,
  timestamps: 8,
  "user timeout": 28,
  authentication: 29,
  "multipath TCP": 30,
  "fast open": 34,
} as const;

const block = struct({ left: u32, right: u32 });

/** By kind: RFC 9293 §3.2, RFC 7323, RFC 2018, RFC 5482, RFC 7413. */
const byKind = {
  2: u16.with({ label: "Maximum segment size", unit: "octets" }),
  3: u8.with({ label: "Window scale", show: shift => `× ${2 ** Math.min(shift, 14)} (${shift})` }),
  4: nothing.with({ label: "Selective acknowledgment permitted" }),
  5: many(block).with({ label: "Selective acknowledgments" }),
  8: struct({ value: u32, echo: u32 }).with({ label: "Timestamps" }),
  28: u16.with({ label: "User timeout", hex: true }),
  34: rest.with({ label: "Fast open cookie" }),
};

export const headerOptions = options(byKind, { pad: 1, end: 0, whole: true });

/**
 * RFC 9293 §3.1, up to the data. Canonical: options without no-operations, and zeros after them up to what
 * `dataOffset` says.
 */
export const format = struct({
  sourcePort: u16,
  destinationPort: u16,
  sequence: u32.with({ label: "Sequence number" }),
  acknowledgment: preset(u32.with({ label: "Acknowledgment number" }), 0),
  control: bits({
    dataOffset: { width: 4, show: words => `${words * 4} octets (${words})` },
    reserved: 3,
    ae: { width: 1, label: "AE" },
    cwr: { width: 1, label: "CWR" },
    ece: { width: 1, label: "ECE" },
    urg: { width: 1, label: "URG" },
    ack: { width: 1, label: "ACK" },
    psh: { width: 1, label: "PSH" },
    rst: { width: 1, label: "RST" },
    syn: { width: 1, label: "SYN" },
    fin: { width: 1, label: "FIN" },
  }).with({ label: "Data offset and control bits" }),
  window: u16,
  checksum: preset(u16.with({ hex: true }), 0),
  urgent: preset(u16.with({ label: "Urgent pointer" }), 0),
  options: sized(
    "control",
    ({ dataOffset }: { dataOffset: number }) => dataOffset * 4 - 20,
    preset(headerOptions, []),
    0,
  ),
});
export type Header = Value<typeof format>;
export type HeaderDraft = Draft<typeof format>;
export type Options = Header["options"];
