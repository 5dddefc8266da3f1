// What the analyzer makes of packets: sessions, topics, and the rules that were broken.
import { expect, test } from "bun:test";
import type { Packet as Captured, Finding } from "../packet/index.ts";
import { analyzer } from "./analyzer.ts";
import type { PacketDraft } from "./format.ts";
import { packet } from "./format.ts";
import { octetsOf } from "./testing/scripted.ts";
import { Type } from "./types.ts";

interface Step {
  readonly send: PacketDraft | string;
  readonly way?: 0 | 1;
  /** Seconds. */
  readonly at?: number;
  readonly tls?: boolean;
}

/** Packets of one conversation, as the dissector would hand them on. */
function observed(steps: readonly Step[], version = 5) {
  const one = analyzer();
  const findings: Finding[] = [];
  for (const [i, { send, way = 0, at = i, tls = false }] of steps.entries()) {
    const octets = typeof send === "string" ? Uint8Array.fromHex(send) : packet.encode(send, { version });
    const layer = { value: packet.decode(octets, { version }), state: { version }, way };
    const captured = {
      number: i + 1,
      time: BigInt(at) * 1_000_000_000n,
      layers: tls ? [{ protocol: { name: "tls" } }] : [],
      conversation: {
        transport: "tcp",
        index: 0,
        ends: [
          { address: "192.168.1.101", port: 57_102 },
          { address: "192.168.1.20", port: 1883 },
        ],
      },
      all: () => [layer],
    } as unknown as Captured;
    findings.push(...one.observe(captured));
  }
  findings.push(...one.conclude());
  return { report: one.report(), found: findings.map(({ rule, packets }) => `${rule.id} ${packets}`) };
}

const connect = (more: object = {}): PacketDraft =>
  ({
    type: Type.CONNECT,
    protocolName: "MQTT",
    protocolVersion: 5,
    flags: {},
    keepAlive: 60,
    clientIdentifier: "[JORGE]",
    ...more,
  }) as PacketDraft;
const ping: Step = { send: { type: Type.PINGREQ } };
const pong: Step = { send: { type: Type.PINGRESP }, way: 1 };
const publish: PacketDraft = { type: Type.PUBLISH, topic: "[TEMA_SECRETO]", payload: octetsOf("Hola XD") };

test("a session is reported with what CONNECT said, its topics with their octets", () => {
  const { report, found } = observed([{ send: connect() }, { send: publish }, { send: publish }, ping, pong]);
  expect(report.sessions).toEqual([
    {
      stream: 0,
      connect: 1,
      client: "192.168.1.101:57102",
      server: "192.168.1.20:1883",
      clientIdentifier: "[JORGE]",
      version: 5,
      cleanStart: false,
      keepAlive: 60,
      sessionExpiry: undefined,
      will: undefined,
      userName: undefined,
      accepted: undefined,
      ended: undefined,
      secured: false,
      security: "plain",
      packets: 5,
      pings: { sent: 1, answered: 1, roundTrips: [1_000_000_000n] },
      exposed: {
        ...{ clientIdentifier: true, userName: false, password: false },
        ...{ topics: ["[TEMA_SECRETO]"], messages: 2, octets: 14, certificates: [] },
      },
    },
  ]);
  expect(report.topics).toEqual([
    { topic: "[TEMA_SECRETO]", messages: 2, octets: 14, retained: 0, duplicates: 0 },
  ]);
  expect(found).toEqual(["mqtt.readable-secrets 2,3"]);
});

test("what a packet breaks by itself is found", () => {
  expect(observed([{ send: "3006000123006869" }, { send: "c100" }]).found).toEqual([
    "mqtt.topic-name 1",
    "mqtt.reserved-flags 2",
  ]);
});

test("a second CONNECT, and a packet that only the other side sends, are found", () => {
  const { found } = observed([{ send: connect() }, { send: connect() }, { send: { type: Type.PINGRESP } }]);
  expect(found).toEqual(["mqtt.connect-once 1,2", "mqtt.direction 3"]);
});

test("a user name is readable without TLS, and only then; the password is not repeated", () => {
  const credentials = { flags: { userName: 1, password: 1 }, userName: "joe", password: octetsOf("hush") };
  const plain = observed([{ send: connect(credentials) }]);
  expect(plain.found).toEqual(["mqtt.readable-credentials 1"]);
  expect(JSON.stringify(plain.report)).not.toContain("hush");
  const secured = observed([{ send: connect(credentials), tls: true }]);
  expect(secured.found).toEqual([]);
  expect(secured.report.sessions[0]).toMatchObject({ security: "tls", exposed: { clientIdentifier: false } });
});

const fresh: Step = { send: { type: Type.CONNACK, flags: {}, reasonCode: 0 }, way: 1 };
const flow = (qos: 1 | 2, more: object = {}): Step => ({
  send: {
    type: Type.PUBLISH,
    topic: "a",
    qos,
    packetIdentifier: 7,
    payload: octetsOf("x"),
    ...more,
  } as PacketDraft,
});
const step = (type: number, way: 0 | 1, reasonCode?: number): Step => ({
  send: { type, packetIdentifier: 7, ...(reasonCode && { reasonCode }) } as PacketDraft,
  way,
});

test("a message of QoS 2 is tied to its acknowledgements, a duplicate included", () => {
  const steps = [
    flow(2),
    flow(2, { dup: 1 }),
    step(Type.PUBREC, 1),
    step(Type.PUBREL, 0),
    step(Type.PUBCOMP, 1),
  ];
  const { report, found } = observed([{ send: connect() }, fresh, ...steps]);
  expect(found).toEqual([]);
  expect(report.flows).toMatchObject({ total: 1, complete: 1 });
  expect(report.flows.each[0]).toMatchObject({ way: 0, identifier: 7, qos: 2, topic: "a", isComplete: true });
  expect(report.flows.each[0]?.steps.map(({ type, packet }) => [type, packet])).toEqual([
    ...[
      [Type.PUBLISH, 3],
      [Type.PUBLISH, 4],
      [Type.PUBREC, 5],
      [Type.PUBREL, 6],
      [Type.PUBCOMP, 7],
    ],
  ]);
  expect(report.topics).toMatchObject([{ topic: "a", duplicates: 1 }]);
});

test.each<[string, Step[], string[]]>([
  [
    "PUBCOMP before PUBREL",
    [flow(2), step(Type.PUBREC, 1), step(Type.PUBCOMP, 1)],
    ["mqtt.flow-order 3,4,5"],
  ],
  ["PUBACK to QoS 2", [flow(2), step(Type.PUBACK, 1)], ["mqtt.flow-order 3,4"]],
  ["PUBACK to nothing", [step(Type.PUBACK, 1)], ["mqtt.flow-order 3"]],
  ["an identifier used again", [flow(1), flow(1)], ["mqtt.identifier-in-use 3,4"]],
  ["an identifier used again in time", [flow(1), step(Type.PUBACK, 1), flow(1)], []],
  ["PUBREC that refuses ends it", [flow(2), step(Type.PUBREC, 1, 0x87), flow(2)], []],
])("%s", (_what, steps, findings) => {
  expect(observed([{ send: connect() }, fresh, ...steps]).found).toEqual(findings);
});

test("refusals are counted by their reason", () => {
  const { report } = observed([{ send: connect() }, fresh, flow(1), step(Type.PUBACK, 1, 0x87)]);
  expect(report.reasons).toEqual([{ reason: "PUBACK: Not authorized (0x87)", count: 1 }]);
});

test("silence beyond one and a half times the keep alive is found", () => {
  const { found } = observed([
    { send: connect() },
    { ...ping, at: 90 },
    { ...pong, at: 90 },
    { ...ping, at: 181 },
  ]);
  expect(found).toEqual(["mqtt.keep-alive 4"]);
});

test("pings without answers are found, unless it is the last one, whose answer the capture may have missed", () => {
  expect(observed([{ send: connect() }, ping]).found).toEqual([]);
  expect(observed([{ send: connect() }, ping, ping]).found).toEqual(["mqtt.ping-unanswered 2,3"]);
});
