// What a capture says of MQTT: the sessions in it, who spoke of what, and which rules were broken.
import type { Analyzer, Packet as Captured, Finding, Layer } from "../packet/index.ts";
import { mqtt } from "./decoder.ts";
import type { Packet, PacketOf } from "./format.ts";
import { violations } from "./judge.ts";
import { type MqttRule, rules } from "./rules.ts";
import { maySend, Type, typeName } from "./types.ts";
import { announced, versionOf } from "./versions.ts";

/** One connection from CONNECT on, or from where the capture begins. */
export interface SessionReport {
  /** Index of the TCP stream, and the packet that CONNECT is in. */
  readonly stream: number;
  readonly connect: number | undefined;
  readonly client: string;
  readonly server: string;
  readonly clientIdentifier: string | undefined;
  readonly version: number;
  /** In seconds. */
  readonly keepAlive: number | undefined;
  readonly userName: string | undefined;
  /** Whether TLS carried it. */
  readonly secured: boolean;
  readonly packets: number;
  readonly pings: { readonly sent: number; readonly answered: number };
}

export interface TopicReport {
  readonly topic: string;
  readonly messages: number;
  /** Of payload. */
  readonly octets: number;
}

export interface Report {
  readonly sessions: readonly SessionReport[];
  readonly topics: readonly TopicReport[];
}

type Draft = { -readonly [K in keyof SessionReport]: SessionReport[K] } & {
  pings: { sent: number; answered: number };
  unanswered: number[];
  lastHeard: bigint | undefined;
};

export function analyzer(): Analyzer<Report> {
  const sessions: Draft[] = [];
  /** By stream: the session that is going on. */
  const open = new Map<number, Draft>();
  const topics = new Map<string, { messages: number; octets: number }>();

  function* observe(captured: Captured): Generator<Finding> {
    for (const layer of captured.all(mqtt)) {
      if (layer.malformed)
        yield { ...found(rules.malformed, captured, String(layer.malformed)), field: layer.malformed.path };
      if (layer.value) yield* follow(captured, layer, layer.value);
    }
  }

  function* follow(captured: Captured, layer: Layer, packet: Packet): Generator<Finding> {
    const version = versionOf(layer.state);
    for (const { rule, field, detail } of violations(packet, version))
      yield { ...found(rule, captured, detail), field };
    const who = layer.way === 0 ? "client" : "server";
    if (!maySend(who, packet.type, version))
      yield found(rules.direction, captured, `a ${who} sent ${typeName(packet.type)}`);

    const stream = captured.conversation?.index ?? -1;
    const before = open.get(stream);
    if (packet.type === Type.CONNECT && before?.connect !== undefined)
      yield {
        ...found(rules.connectOnce, captured, "a second CONNECT"),
        packets: [before.connect, captured.number],
      };
    const session = before ?? begin(captured, stream, version);
    session.packets++;
    if (packet.type === Type.CONNECT) yield* opened(session, captured, packet);
    if (layer.way === 0) yield* silence(session, captured);
    if (packet.type === Type.PINGREQ) {
      session.pings.sent++;
      session.unanswered.push(captured.number);
    } else if (packet.type === Type.PINGRESP) {
      session.pings.answered++;
      session.unanswered.shift();
    } else if (packet.type === Type.PUBLISH && packet.topic !== "") {
      const sum = topics.get(packet.topic) ?? { messages: 0, octets: 0 };
      topics.set(packet.topic, { messages: sum.messages + 1, octets: sum.octets + packet.payload.length });
    }
  }

  function begin(captured: Captured, stream: number, version: number): Draft {
    const ends = captured.conversation?.ends.map(({ address, port }) => `${address}:${port}`) ?? [];
    const session: Draft = {
      stream,
      connect: undefined,
      client: ends[0] ?? captured.source,
      server: ends[1] ?? captured.destination,
      clientIdentifier: undefined,
      version,
      keepAlive: undefined,
      userName: undefined,
      secured: captured.layers.some(({ protocol }) => protocol.name === "tls"),
      packets: 0,
      pings: { sent: 0, answered: 0 },
      unanswered: [],
      lastHeard: undefined,
    };
    sessions.push(session);
    open.set(stream, session);
    return session;
  }

  function* conclude(): Generator<Finding> {
    // The last answer may only have missed the end of the capture.
    for (const { unanswered, clientIdentifier } of sessions)
      if (unanswered.length > 1)
        yield {
          rule: rules.pingUnanswered,
          packets: unanswered,
          detail: `${unanswered.length} PINGREQ of ${clientIdentifier ?? "a client"} were not answered`,
        };
  }

  return {
    observe,
    conclude,
    report: () => ({
      sessions: sessions.map(({ unanswered: _, lastHeard: __, ...report }) => report),
      topics: [...topics].map(([topic, sum]) => ({ topic, ...sum })),
    }),
  };
}

function* opened(session: Draft, captured: Captured, connect: PacketOf<"CONNECT">): Generator<Finding> {
  session.connect ??= captured.number;
  session.clientIdentifier = connect.clientIdentifier;
  session.version = announced(connect.protocolVersion);
  session.keepAlive = connect.keepAlive;
  session.userName = connect.userName;
  if (connect.userName !== undefined && !session.secured)
    yield {
      // The password itself has no place in a report.
      ...found(
        rules.readableCredentials,
        captured,
        `the user name of ${connect.clientIdentifier}${connect.password ? " and its password" : ""}`,
      ),
      field: "userName",
    };
}

/** Whether the client was silent for more than one and a half times its keep alive. */
function* silence(session: Draft, captured: Captured): Generator<Finding> {
  const { lastHeard, keepAlive } = session;
  session.lastHeard = captured.time;
  if (lastHeard === undefined || !keepAlive) return;
  const seconds = Number(captured.time - lastHeard) / 1e9;
  if (seconds > keepAlive * 1.5)
    yield found(
      rules.keepAlive,
      captured,
      `${seconds.toFixed(1)} s of silence with a keep alive of ${keepAlive} s`,
    );
}

const found = (rule: MqttRule, captured: Captured, detail: string): Finding => ({
  rule,
  packets: [captured.number],
  detail,
});
