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
  | "LAST-ACK"
  | "TIME-WAIT";

/** What a capture shows of each connection: where both ends are after every segment, provided that none is lost. */
export class Connections {
  readonly #states = new Map<number, readonly [opener: State, other: State]>();

  /** The steps that a segment makes its sender and its receiver take. */
  steps(segment: Segment, { index }: Conversation, way: Way, { from, to }: Parties): Step[] {
    const opens = segment.syn && !segment.ack;
    const states = opens ? (["CLOSED", "LISTEN"] as const) : this.#states.get(index);
    if (!states) return [];
    const [sender, receiver] = [states[way], states[1 - way]!];
    const [own, peer] = next(segment, sender, receiver);
    this.#states.set(index, way === 0 ? [own, peer] : [peer, own]);
    return [
      ...(own === sender ? [] : [step(from, sender, own)]),
      ...(peer === receiver ? [] : [step(to, receiver, peer)]),
    ];
  }
}

/** Where a segment takes its sender and its receiver. */
function next({ syn, ack, fin, rst }: Segment, sender: State, receiver: State): [State, State] {
  if (rst) return ["CLOSED", "CLOSED"];
  if (syn) return ack ? ["SYN-RECEIVED", "ESTABLISHED"] : ["SYN-SENT", receiver];
  let [own, peer] = [sender, receiver];
  if (own === "SYN-RECEIVED") own = "ESTABLISHED";
  if (ack) {
    if (peer === "SYN-RECEIVED") peer = "ESTABLISHED";
    else if (peer === "FIN-WAIT-1" && !fin) peer = "FIN-WAIT-2";
    else if (peer === "LAST-ACK") peer = "CLOSED";
  }
  if (!fin) return [own, peer];
  own = own === "CLOSE-WAIT" ? "LAST-ACK" : "FIN-WAIT-1";
  peer = peer === "FIN-WAIT-1" || peer === "FIN-WAIT-2" ? "TIME-WAIT" : "CLOSE-WAIT";
  return [own, peer];
}
