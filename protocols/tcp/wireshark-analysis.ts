// What Wireshark says of a segment beyond its header: "tcp.analysis.…", and its experts' messages.
import { expert, type Group, type Item, type Severity } from "../packet/wireshark.ts";
import type { Analysis, Sign } from "./analysis.ts";

type Said = readonly [keyof typeof Severity, keyof typeof Group, string];
const said: Readonly<Record<Sign, Said>> = {
  retransmission: ["note", "sequence", "This frame is a (suspected) retransmission"],
  fast_retransmission: ["note", "sequence", "This frame is a (suspected) fast retransmission"],
  spurious_retransmission: ["note", "sequence", "This frame is a (suspected) spurious retransmission"],
  out_of_order: ["warning", "sequence", "This frame is a (suspected) out-of-order segment"],
  lost_segment: ["warning", "sequence", "Previous segment(s) not captured (common at capture start)"],
  ack_lost_segment: ["warning", "sequence", "ACKed segment that wasn't captured (common at capture start)"],
  keep_alive: ["note", "sequence", "TCP keep-alive segment"],
  keep_alive_ack: ["note", "sequence", "ACK to a TCP keep-alive segment"],
  duplicate_ack: ["note", "sequence", "Duplicate ACK"],
  zero_window: ["warning", "sequence", "TCP Zero Window segment"],
  zero_window_probe: ["note", "sequence", "TCP Zero Window Probe"],
  zero_window_probe_ack: ["note", "sequence", "ACK to a TCP Zero Window Probe"],
  window_update: ["chat", "sequence", "TCP window update"],
  window_full: ["warning", "sequence", "TCP window specified by the receiver is now completely full"],
  reused_ports: [
    "note",
    "sequence",
    "A new tcp session is started with the same ports as an earlier session in this trace",
  ],
};

export const signs = Object.keys(said) as Sign[];

/** The items of Wireshark's "SEQ/ACK analysis". */
export function* analysisOf(facts: Analysis, start: number): Generator<Item> {
  const at = { start, size: 0, generated: true };
  const { acknowledged, handshake, inFlight, sincePush, duplicate, timeout } = facts;
  if (acknowledged) {
    yield { ...at, name: "tcp.analysis.acks_frame", value: acknowledged.packet };
    if (acknowledged.after !== 0n) yield { ...at, name: "tcp.analysis.ack_rtt", value: acknowledged.after };
  }
  // Wireshark shows it only beside others.
  if (handshake !== undefined && (acknowledged || inFlight !== undefined || facts.signs.length > 0))
    yield { ...at, name: "tcp.analysis.initial_rtt", value: handshake };
  if (inFlight !== undefined) yield { ...at, name: "tcp.analysis.bytes_in_flight", value: inFlight };
  if (sincePush !== undefined) yield { ...at, name: "tcp.analysis.push_bytes_sent", value: sincePush };
  if (facts.signs.length > 0) {
    const items = facts.signs.flatMap(sign =>
      sign === "duplicate_ack" ? [] : [expert(`tcp.analysis.${sign}`, ...said[sign], start)],
    );
    if (duplicate) items.unshift({ ...at, name: "tcp.analysis.duplicate_ack" });
    yield { ...at, name: "tcp.analysis.flags", items };
  }
  if (timeout) {
    yield { ...at, name: "tcp.analysis.rto", value: timeout.after };
    yield { ...at, name: "tcp.analysis.rto_frame", value: timeout.packet };
  }
  if (!duplicate) return;
  yield { ...at, name: "tcp.analysis.duplicate_ack_num", value: duplicate.count };
  const message = `Duplicate ACK (#${duplicate.count})`;
  yield {
    ...at,
    name: "tcp.analysis.duplicate_ack_frame",
    value: duplicate.packet,
    items: [expert("tcp.analysis.duplicate_ack", "note", "sequence", message, start)],
  };
}
