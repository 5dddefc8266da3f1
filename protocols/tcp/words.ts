// A segment in one line, as packet lists have it: what its track noticed, and its numbers.
import type { Line } from "../packet/line.ts";
import { Flag, mostShift, type Segment, type Sign, SignBit, type Track } from "./track.ts";

/** What a line shows of a header beyond what a track goes by. */
export interface Spoken extends Segment {
  /** Of the option of that name; -1 without it. */
  readonly segmentSize: number;
  /** Whether selective acknowledgment is permitted. */
  readonly permitted: boolean;
  readonly stamped: boolean;
  readonly stamp: number;
  readonly echo: number;
}

/** In Wireshark's words, and in its order. */
const said: readonly (readonly [Sign, string])[] = [
  ["reused_ports", "[TCP Port numbers reused] "],
  ["lost_segment", "[TCP Previous segment not captured] "],
  ["ack_lost_segment", "[TCP ACKed unseen segment] "],
  ["window_update", "[TCP Window Update] "],
  ["window_full", "[TCP Window Full] "],
  ["zero_window", "[TCP ZeroWindow] "],
  ["zero_window_probe", "[TCP ZeroWindowProbe] "],
  ["zero_window_probe_ack", "[TCP ZeroWindowProbeAck] "],
  ["keep_alive", "[TCP Keep-Alive] "],
  ["keep_alive_ack", "[TCP Keep-Alive ACK] "],
  ["fast_retransmission", "[TCP Fast Retransmission] "],
  ["spurious_retransmission", "[TCP Spurious Retransmission] "],
  ["out_of_order", "[TCP Out-Of-Order] "],
];

/** From the last bit to the first, as they are usually named: "SYN, ACK". */
const flagNames = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ae"] as const;
const flagWords = Array.from({ length: 512 }, (_, bits) => {
  const names = flagNames.filter(name => bits & Flag[name]).map(name => name.toUpperCase());
  return ` [${names.join(", ") || "<None>"}] Seq=`;
});

/** " [PSH, ACK] Seq=1 Ack=1 Win=64240 Len=5": what follows the ports. */
export function numbers(to: Line, segment: Spoken, track: Track): void {
  to.text(flagWords[segment.flags & 0x1ff]!);
  to.number(track.sequence);
  if (segment.flags & Flag.ack) {
    to.text(" Ack=");
    to.number(track.acknowledgment);
  }
  to.text(" Win=");
  to.number(track.window);
  to.text(" Len=");
  to.number(segment.length);
  if (segment.segmentSize >= 0) {
    to.text(" MSS=");
    to.number(segment.segmentSize);
  }
  if (segment.shift >= 0) {
    to.text(" WS=");
    to.number(2 ** Math.min(segment.shift, mostShift));
  }
  if (segment.permitted) to.text(" SACK_PERM");
  if (!segment.stamped) return;
  to.text(" TSval=");
  to.number(segment.stamp);
  to.text(" TSecr=");
  to.number(segment.echo);
}

/** "[TCP Retransmission] ", and nothing where there is nothing to notice. */
export function signs(to: Line, { signs, halves }: Track, way: 0 | 1): void {
  if (signs === 0) return;
  for (const [sign, words] of said) if (signs & SignBit[sign]) to.text(words);
  if (signs & SignBit.retransmission && !(signs & SignBit.spurious_retransmission))
    to.text("[TCP Retransmission] ");
  if (!(signs & SignBit.duplicate_ack)) return;
  const { lastNew, duplicates } = halves[way];
  to.text(`[TCP Dup ACK ${lastNew}#${duplicates}] `);
}
