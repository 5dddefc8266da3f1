// What a capture says of MQTT: the sessions in it, who spoke of what, how messages fared, and which rules were broken.
import type { Analyzer, Packet as Captured, Finding, Layer } from "../packet/index.ts";
import { mqtt } from "./decoder.ts";
import { type FlowReport, Flows } from "./flows.ts";
import type { Packet, PacketOf } from "./format.ts";
import { violations } from "./judge.ts";
import { Property, propertyOf } from "./properties.ts";
import { ReturnCode, reasonInWords } from "./reasons.ts";
import { type MqttRule, rules } from "./rules.ts";
import { maySend, Type, typeName } from "./types.ts";
import { payloadShown } from "./values.ts";
import { announced, versionOf } from "./versions.ts";

/** What carried a session: readable by everybody, or TLS, perhaps with a certificate of the client's. */
export type Security = "plain" | "tls" | "mutual";

/** One connection from CONNECT on, or from where the capture begins. */
export interface SessionReport {
  /** Index of the TCP stream, and the packet that CONNECT is in. */
  readonly stream: number;
  readonly connect: number | undefined;
  readonly client: string;
  readonly server: string;
  readonly clientIdentifier: string | undefined;
  readonly version: number;
  readonly cleanStart: boolean | undefined;
  /** In seconds. */
  readonly keepAlive: number | undefined;
  readonly sessionExpiry: number | undefined;
  readonly will: { readonly topic: string; readonly qos: number; readonly retain: boolean } | undefined;
  readonly userName: string | undefined;
  /** What the broker said to CONNECT, and how the session ended, in words. */
  readonly accepted: string | undefined;
  readonly ended: string | undefined;
  /** Whether TLS carried it. */
  readonly secured: boolean;
  readonly security: Security;
  readonly packets: number;
  /** Round trips in nanoseconds, of those that were answered. */
  readonly pings: {
    readonly sent: number;
    readonly answered: number;
    readonly roundTrips: readonly bigint[];
  };
  /** What anybody on the way could read of it without a key. */
  readonly exposed: Exposure;
}

export interface Exposure {
  readonly clientIdentifier: boolean;
  readonly userName: boolean;
  readonly password: boolean;
  readonly topics: readonly string[];
  /** PUBLISH packets, and octets of payload. */
  readonly messages: number;
  readonly octets: number;
  /** Whose certificates: in TLS 1.3 they are enciphered. */
  readonly certificates: readonly Who[];
}

type Who = "client" | "server";

export interface TopicReport {
  readonly topic: string;
  readonly messages: number;
  /** Of payload. */
  readonly octets: number;
  readonly retained: number;
  readonly duplicates: number;
}

export interface Report {
  readonly sessions: readonly SessionReport[];
  readonly topics: readonly TopicReport[];
  /** Of QoS 1 and 2; the first thousand one by one. */
  readonly flows: { readonly total: number; readonly complete: number; readonly each: readonly FlowReport[] };
  /** How often each reason code of failure came, in words. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Writable<Omit<SessionReport, "pings" | "exposed">> & {
  pings: { sent: number; answered: number; roundTrips: bigint[] };
  exposed: Writable<Omit<Exposure, "topics" | "certificates">> & { topics: string[]; certificates: Who[] };
  unanswered: { packet: number; time: bigint }[];
  lastHeard: bigint | undefined;
  /** Topic aliases by way. */
  aliases: [Map<number, string>, Map<number, string>];
  /** Packets with something that was meant to be secret. */
  secrets: { packet: number; detail: string }[];
  /** Whether what is under way is known: its session began in the capture. */
  isWhole: boolean;
};

/** Topics and round trips are listed up to these numbers: a capture may name millions. */
const mostTopics = 10_000;
const mostRoundTrips = 10_000;

export function analyzer(): Analyzer<Report> {
  const sessions: Draft[] = [];
  /** By stream: the session that is going on. */
  const open = new Map<number, Draft>();
  /** By stream: who showed a certificate, and who in the clear. */
  const certified = new Map<number, { readonly by: Set<Who>; readonly inClear: Set<Who> }>();
  const topics = new Map<
    string,
    { messages: number; octets: number; retained: number; duplicates: number }
  >();
  const reasons = new Map<string, number>();
  const flows = new Flows();

  function* observe(captured: Captured): Generator<Finding> {
    const certificate = certificateIn(captured);
    if (certificate) {
      const stream = captured.conversation?.index ?? -1;
      const shown = certified.get(stream) ?? { by: new Set(), inClear: new Set() };
      shown.by.add(certificate.by);
      if (!certificate.sealed) shown.inClear.add(certificate.by);
      certified.set(stream, shown);
    }
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
    count(session, captured, layer.way, packet, version);
    const owner = session.clientIdentifier || `#${stream}`;
    if (packet.type === Type.CONNACK && packet.flags.sessionPresent === 0) {
      session.isWhole = session.connect !== undefined;
      flows.drop(owner);
    }
    const topic = packet.type === Type.PUBLISH ? spoken(session, layer.way, packet) : "";
    yield* flows.observe(captured, packet, {
      owner,
      stream,
      way: layer.way,
      isWhole: session.isWhole,
      topic,
    });
  }

  function begin(captured: Captured, stream: number, version: number): Draft {
    const ends = captured.conversation?.ends.map(({ address, port }) => `${address}:${port}`) ?? [];
    const secured = captured.layers.some(({ protocol }) => protocol.name === "tls");
    const certificates = certified.get(stream);
    const session: Draft = {
      stream,
      connect: undefined,
      client: ends[0] ?? captured.source,
      server: ends[1] ?? captured.destination,
      clientIdentifier: undefined,
      version,
      cleanStart: undefined,
      keepAlive: undefined,
      sessionExpiry: undefined,
      will: undefined,
      userName: undefined,
      accepted: undefined,
      ended: undefined,
      secured,
      security: secured ? (certificates?.by.has("client") ? "mutual" : "tls") : "plain",
      packets: 0,
      pings: { sent: 0, answered: 0, roundTrips: [] },
      exposed: {
        clientIdentifier: false,
        userName: false,
        password: false,
        topics: [],
        messages: 0,
        octets: 0,
        certificates: [...(certificates?.inClear ?? [])].sort(),
      },
      unanswered: [],
      lastHeard: undefined,
      aliases: [new Map(), new Map()],
      secrets: [],
      isWhole: false,
    };
    sessions.push(session);
    open.set(stream, session);
    return session;
  }

  function count(session: Draft, captured: Captured, way: 0 | 1, packet: Packet, version: number): void {
    if (packet.type === Type.PINGREQ) {
      session.pings.sent++;
      session.unanswered.push({ packet: captured.number, time: captured.time });
    } else if (packet.type === Type.PINGRESP) {
      session.pings.answered++;
      const asked = session.unanswered.shift();
      if (asked && session.pings.roundTrips.length < mostRoundTrips)
        session.pings.roundTrips.push(captured.time - asked.time);
    } else if (packet.type === Type.CONNACK)
      session.accepted =
        version >= 5 ? reasonInWords(packet.reasonCode) : reasonInWords(packet.reasonCode, ReturnCode);
    else if (packet.type === Type.DISCONNECT)
      session.ended = `${way === 0 ? "client" : "server"}: ${reasonInWords(packet.reasonCode ?? 0)}`;
    else if (packet.type === Type.PUBLISH) heard(session, captured, way, packet);
    for (const code of codesOf(packet))
      if (code >= 0x80 || (version < 5 && packet.type === Type.CONNACK && code > 0)) {
        const words = version >= 5 ? reasonInWords(code) : reasonInWords(code, ReturnCode);
        const reason = `${typeName(packet.type)}: ${words}`;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
  }

  function heard(session: Draft, captured: Captured, way: 0 | 1, packet: PacketOf<"PUBLISH">): void {
    const topic = spoken(session, way, packet);
    if (topic === "") return;
    const known = topics.get(topic);
    const sum = known ?? { messages: 0, octets: 0, retained: 0, duplicates: 0 };
    sum.messages++;
    sum.octets += packet.payload.length;
    sum.retained += packet.retain;
    sum.duplicates += packet.dup;
    if (!known && topics.size < mostTopics) topics.set(topic, sum);
    if (session.secured) return;
    const { exposed } = session;
    exposed.messages++;
    exposed.octets += packet.payload.length;
    if (exposed.topics.length < mostTopics && !exposed.topics.includes(topic)) exposed.topics.push(topic);
    if (isSecret(topic, packet.payload) && session.secrets.length < mostTopics)
      session.secrets.push({ packet: captured.number, detail: `${topic}: ${payloadShown(packet.payload)}` });
  }

  function* conclude(): Generator<Finding> {
    for (const { unanswered, clientIdentifier, secrets } of sessions) {
      // The last answer may only have missed the end of the capture.
      if (unanswered.length > 1)
        yield {
          rule: rules.pingUnanswered,
          packets: unanswered.map(({ packet }) => packet),
          detail: `${unanswered.length} PINGREQ of ${clientIdentifier ?? "a client"} were not answered`,
        };
      const [first] = secrets;
      if (first)
        yield {
          rule: rules.readableSecrets,
          packets: secrets.map(({ packet }) => packet),
          field: "payload",
          detail: secrets.length === 1 ? first.detail : `${first.detail}, and ${secrets.length - 1} more`,
        };
    }
  }

  return {
    observe,
    conclude,
    report: () => ({
      sessions: sessions.map(
        ({ unanswered: _, lastHeard: __, aliases: ___, secrets: ____, isWhole: _____, ...report }) => report,
      ),
      topics: [...topics].map(([topic, sum]) => ({ topic, ...sum })),
      flows: { total: flows.total, complete: flows.complete, each: flows.reported },
      reasons: [...reasons].map(([reason, count]) => ({ reason, count })),
    }),
  };
}

function* opened(session: Draft, captured: Captured, connect: PacketOf<"CONNECT">): Generator<Finding> {
  const { flags, clientIdentifier, userName, password, willTopic } = connect;
  session.connect ??= captured.number;
  session.clientIdentifier = clientIdentifier;
  session.version = announced(connect.protocolVersion);
  session.cleanStart = flags.cleanStart === 1;
  session.keepAlive = connect.keepAlive;
  session.sessionExpiry = propertyOf(connect.properties, Property.sessionExpiryInterval);
  session.userName = userName;
  if (willTopic !== undefined)
    session.will = { topic: willTopic, qos: flags.willQoS, retain: flags.willRetain === 1 };
  if (session.secured) return;
  session.exposed.clientIdentifier = true;
  session.exposed.userName = userName !== undefined;
  session.exposed.password = password !== undefined;
  if (userName !== undefined)
    yield {
      // The password itself has no place in a report.
      ...found(
        rules.readableCredentials,
        captured,
        `the user name of ${clientIdentifier}${password ? " and its password" : ""}`,
      ),
      field: "userName",
    };
}

/** The topic of a message, which may be an alias for one named before; "" if it was named before the capture. */
function spoken(session: Draft, way: 0 | 1, { topic, properties }: PacketOf<"PUBLISH">): string {
  const alias = propertyOf(properties, Property.topicAlias);
  if (alias === undefined) return topic;
  if (topic !== "") session.aliases[way].set(alias, topic);
  return session.aliases[way].get(alias) ?? "";
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

function codesOf(packet: Packet): readonly number[] {
  if ("reasonCodes" in packet) return packet.reasonCodes ?? [];
  return "reasonCode" in packet && packet.reasonCode !== undefined ? [packet.reasonCode] : [];
}

/** A topic that calls itself secret, or a command of the boards'. */
const isSecret = (topic: string, payload: Uint8Array): boolean =>
  /secret|private|password|contraseñ/i.test(topic) ||
  (payload.length <= 6 && /^LD[123](ON|OFF)$/.test(new TextDecoder().decode(payload)));

/** Certificate (RFC 5246 §7.4.2, RFC 8446 §4.4.2) with something in it. */
function certificateIn({
  layers,
  way,
}: Captured): { readonly by: Who; readonly sealed: boolean } | undefined {
  const shown = layers.find(({ protocol, value }) => {
    if (protocol.name !== "tls.handshake") return false;
    const { type, body } = (value ?? {}) as { type?: number; body?: { certificates?: readonly unknown[] } };
    return type === 11 && (body?.certificates ?? []).length > 0;
  });
  if (!shown || way === undefined) return undefined;
  return { by: way === 0 ? "client" : "server", sealed: shown.source.title.startsWith("Decrypted") };
}

const found = (rule: MqttRule, captured: Captured, detail: string): Finding => ({
  rule,
  packets: [captured.number],
  detail,
});
