// Messages of QoS 1 and 2 in a capture, each tied to its acknowledgements: who waited for whom, and what went out of order.
import type { Packet as Captured, Finding } from "../packet/index.ts";
import type { Packet } from "./format.ts";
import { type MqttRule, rules } from "./rules.ts";
import { Type, typeName } from "./types.ts";

/** One packet of a flow. Time in nanoseconds since the Unix epoch. */
export interface FlowStep {
  readonly type: number;
  readonly packet: number;
  readonly time: bigint;
}

/** One message on its way from a client to the broker, or from the broker to a client. */
export interface FlowReport {
  readonly stream: number;
  /** 0: the client publishes; 1: the broker hands on. */
  readonly way: 0 | 1;
  readonly identifier: number;
  readonly qos: 1 | 2;
  readonly topic: string;
  /** PUBLISH first; one that was sent again stands again. */
  readonly steps: readonly FlowStep[];
  readonly isComplete: boolean;
}

type Draft = { -readonly [K in keyof FlowReport]: FlowReport[K] } & { steps: FlowStep[] };

/** So many flows are reported one by one; the rest are counted. */
const mostReported = 1000;

/** What must stand before each acknowledgement, and whether the receiver of the message sends it. */
const before: Readonly<
  Record<number, { readonly after: readonly number[]; readonly byReceiver: boolean; qos: 1 | 2 }>
> = {
  [Type.PUBACK]: { after: [Type.PUBLISH], byReceiver: true, qos: 1 },
  [Type.PUBREC]: { after: [Type.PUBLISH, Type.PUBREC, Type.PUBREL], byReceiver: true, qos: 2 },
  [Type.PUBREL]: { after: [Type.PUBREC, Type.PUBREL], byReceiver: false, qos: 2 },
  [Type.PUBCOMP]: { after: [Type.PUBREL], byReceiver: true, qos: 2 },
};

export class Flows {
  readonly reported: FlowReport[] = [];
  total = 0;
  complete = 0;
  duplicates = 0;
  /** By owner of the session, way and identifier: a session may go on over another connection. */
  readonly #open = new Map<string, Draft>();

  /** `owner`: what the session belongs to; `isWhole`: its beginning is in the capture, so nothing is under way unseen. */
  *observe(
    captured: Captured,
    packet: Packet,
    at: {
      readonly owner: string;
      readonly stream: number;
      readonly way: 0 | 1;
      readonly isWhole: boolean;
      readonly topic: string;
    },
  ): Generator<Finding> {
    if (packet.type === Type.PUBLISH) return yield* this.#published(captured, packet, at);
    const rule = before[packet.type];
    if (!rule || !("packetIdentifier" in packet)) return;
    const identifier = packet.packetIdentifier!;
    const way = rule.byReceiver ? (at.way === 0 ? 1 : 0) : at.way;
    const key = `${at.owner}/${way}/${identifier}`;
    const flow = this.#open.get(key);
    const said = `${typeName(packet.type)} ${identifier}`;
    if (!flow) {
      // PUBREL and PUBCOMP may say that they know of nothing.
      const knowsNothing = "reasonCode" in packet && packet.reasonCode === 0x92;
      if (at.isWhole && !knowsNothing)
        yield found(rules.flowOrder, [captured.number], `${said} belongs to no message under way`);
      return;
    }
    const last = flow.steps.at(-1)!.type;
    flow.steps.push({ type: packet.type, packet: captured.number, time: captured.time });
    if (flow.qos !== rule.qos || !rule.after.includes(last))
      yield found(
        rules.flowOrder,
        flow.steps.map(step => step.packet),
        `${said} after ${typeName(last)} of a message of QoS ${flow.qos}`,
      );
    const isRefused = "reasonCode" in packet && (packet.reasonCode ?? 0) >= 0x80;
    if (
      packet.type !== Type.PUBACK &&
      packet.type !== Type.PUBCOMP &&
      !(packet.type === Type.PUBREC && isRefused)
    )
      return;
    flow.isComplete = true;
    this.complete++;
    this.#open.delete(key);
  }

  /** The session begins anew: what was under way will never end. */
  drop(owner: string): void {
    for (const key of this.#open.keys()) if (key.startsWith(`${owner}/`)) this.#open.delete(key);
  }

  *#published(
    captured: Captured,
    packet: Extract<Packet, { type: typeof Type.PUBLISH }>,
    { owner, stream, way, topic }: { owner: string; stream: number; way: 0 | 1; topic: string },
  ): Generator<Finding> {
    if (packet.dup) this.duplicates++;
    const { qos, packetIdentifier: identifier } = packet;
    if ((qos !== 1 && qos !== 2) || identifier === undefined) return;
    const key = `${owner}/${way}/${identifier}`;
    const step = { type: packet.type, packet: captured.number, time: captured.time };
    const known = this.#open.get(key);
    if (known && packet.dup) return void known.steps.push(step);
    if (known)
      yield found(
        rules.identifierInUse,
        [known.steps[0]!.packet, captured.number],
        `packet identifier ${identifier} for a second message while the first is under way`,
      );
    const flow: Draft = { stream, way, identifier, qos, topic, steps: [step], isComplete: false };
    this.#open.set(key, flow);
    this.total++;
    if (this.reported.length < mostReported) this.reported.push(flow);
  }
}

const found = (rule: MqttRule, packets: readonly number[], detail: string): Finding => ({
  rule,
  packets,
  detail,
});
