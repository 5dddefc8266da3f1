// The states of TCP connections, as their two ends go through them (RFC 9293 §3.3.2, figure 5).
import type { Conversation, Segment, Way } from "../../protocols/packet/index.ts";
import { type Parties, type Step, step } from "./telling.ts";

type State =
  | "LISTEN"
  | "CLOSED"
  | "SYN-SENT"
  | "SYN-RECEIVED"
  | "ESTABLISHED"
  | "FIN-WAIT-1"
  | "FIN-WAIT-2"
  | "CLOSE-WAIT"
  | "CLOSING"
  | "LAST-ACK"
  | "TIME-WAIT";

interface End {
  readonly state: State;
  /** The sequence number that acknowledges its FIN, once it has sent one. */
  readonly fin?: number;
}

/** What a capture shows of each connection: where both ends are after every segment, provided that none is lost. */
export class Connections {
  readonly #known = new Map<number, readonly [opener: End, other: End]>();

  /** The steps that a segment, with so many octets, makes its sender and its receiver take. */
  steps(segment: Segment, size: number, { index }: Conversation, way: Way, { from, to }: Parties): Step[] {
    const opens = segment.syn && !segment.ack;
    const ends = opens ? ([{ state: "CLOSED" }, { state: "LISTEN" }] as const) : this.#known.get(index);
    if (!ends) return [];
    const [sender, receiver] = [ends[way], ends[1 - way]!];
    const [own, peer] = next(segment, size, sender, receiver);
    this.#known.set(index, way === 0 ? [own, peer] : [peer, own]);
    return [
      ...(own.state === sender.state ? [] : [step(from, sender.state, own.state)]),
      ...(peer.state === receiver.state ? [] : [step(to, receiver.state, peer.state)]),
    ];
  }
}

/** Where a segment takes its sender and its receiver. */
function next(segment: Segment, size: number, sender: End, receiver: End): readonly [End, End] {
  const { syn, ack, fin, rst, sequence, acknowledgment } = segment;
  if (rst) return [{ state: "CLOSED" }, { state: "CLOSED" }];
  if (syn)
    return ack ? [{ state: "SYN-RECEIVED" }, { state: "ESTABLISHED" }] : [{ state: "SYN-SENT" }, receiver];
  let [own, peer] = [sender, receiver];
  if (ack && peer.state === "SYN-RECEIVED") peer = { state: "ESTABLISHED" };
  if (ack && peer.fin === acknowledgment) peer = { ...peer, state: acknowledged[peer.state] ?? peer.state };
  // A FIN that was sent before changes nothing.
  if (!fin || own.fin !== undefined) return [own, peer];
  own = { state: own.state === "CLOSE-WAIT" ? "LAST-ACK" : "FIN-WAIT-1", fin: (sequence + size + 1) >>> 0 };
  peer = { ...peer, state: finReceived[peer.state] ?? "CLOSE-WAIT" };
  return [own, peer];
}

/** Where the acknowledgment of its FIN takes an end. */
const acknowledged: Partial<Record<State, State>> = {
  "FIN-WAIT-1": "FIN-WAIT-2",
  CLOSING: "TIME-WAIT",
  "LAST-ACK": "CLOSED",
};
/** Where the FIN of its peer takes an end that has sent its own. */
const finReceived: Partial<Record<State, State>> = { "FIN-WAIT-1": "CLOSING", "FIN-WAIT-2": "TIME-WAIT" };
