// TCP connections: MQTT 5, and TLS 1.3 whose records nobody can open.
import { packet } from "../../protocols/mqtt/format.ts";
import { Type } from "../../protocols/mqtt/types.ts";
import { alert, ContentType, HandshakeType, handshake } from "../../protocols/tls/format.ts";
import type { Dice } from "./dice.ts";
import { boards, type End, pc, segment, sites } from "./hosts.ts";

/** 0: from the client. */
type Said = readonly [way: 0 | 1, octets: Uint8Array];

export const mqttSession = (dice: Dice): Generator<Uint8Array> =>
  connection(dice, { host: pc, port: 1883 }, mqttTalk(dice));
export const tlsSession = (dice: Dice): Generator<Uint8Array> =>
  connection(dice, { host: dice.of(sites), port: 443 }, tlsTalk(dice));

/** What is said, in segments, acknowledged; one in forty in two segments. */
function* connection(dice: Dice, server: End, talk: Iterable<Said>): Generator<Uint8Array> {
  const ends: readonly [End, End] = [{ host: dice.of(boards), port: dice.between(49_152, 65_535) }, server];
  const next = [dice.below(2 ** 32), dice.below(2 ** 32)] as [number, number];
  const empty = new Uint8Array(0);
  let clock = dice.between(1_000, 2 ** 31);
  const send = (way: 0 | 1, flags: Parameters<typeof segment>[2]["flags"], octets: Uint8Array = empty) => {
    const other = (1 - way) as 0 | 1;
    const timestamps = { code: 8, value: { value: clock++, echo: clock - 2 } } as const;
    const opening = [
      { code: 2, value: 1460 },
      { code: 4, value: undefined },
      { code: 3, value: 7 },
    ] as const;
    const frame = segment(
      ends[way],
      ends[other],
      {
        sequence: next[way],
        acknowledgment: flags.ack ? next[other] : 0,
        flags,
        options: flags.syn ? [...opening, timestamps] : [timestamps],
      },
      octets,
    );
    next[way] = (next[way] + octets.length + (flags.syn ?? 0) + (flags.fin ?? 0)) >>> 0;
    return frame;
  };
  yield send(0, { syn: 1 });
  yield send(1, { syn: 1, ack: 1 });
  yield send(0, { ack: 1 });
  for (const [way, octets] of talk) {
    const cut = dice.oneIn(40) ? octets.length >> 1 : 0;
    if (cut > 0) yield send(way, { ack: 1 }, octets.subarray(0, cut));
    yield send(way, { ack: 1, psh: 1 }, octets.subarray(cut));
    if (dice.oneIn(2)) yield send((1 - way) as 0 | 1, { ack: 1 });
  }
  yield send(0, { ack: 1, fin: 1 });
  yield send(1, { ack: 1, fin: 1 });
  yield send(0, { ack: 1 });
}

function* mqttTalk(dice: Dice): Generator<Said> {
  const write = (draft: Parameters<typeof packet.encode>[0]) => packet.encode(draft, { version: 5 });
  const [publicTopic, secretTopic] = ["[TEMA_PÚBLICO]", "[TEMA_SECRETO]"];
  yield [
    0,
    write({
      type: Type.CONNECT,
      protocolName: "MQTT",
      protocolVersion: 5,
      flags: { cleanStart: 1 },
      keepAlive: 60,
      properties: [{ identifier: 0x21, value: 20 }],
      clientIdentifier: `[JORGE-${dice.below(1000)}]`,
    }),
  ];
  yield [
    1,
    write({
      type: Type.CONNACK,
      flags: {},
      reasonCode: 0,
      properties: [
        { identifier: 0x22, value: 10 },
        { identifier: 0x21, value: 20 },
      ],
    }),
  ];
  const subscriptions = [{ filter: secretTopic, options: {} }];
  yield [0, write({ type: Type.SUBSCRIBE, packetIdentifier: 1, properties: [], subscriptions })];
  yield [1, write({ type: Type.SUBACK, packetIdentifier: 1, properties: [], reasonCodes: [0] })];
  for (let left = dice.between(20, 40); left > 0; left--) {
    if (dice.oneIn(5)) {
      yield [0, write({ type: Type.PINGREQ })];
      yield [1, write({ type: Type.PINGRESP })];
    }
    const topic = dice.of([publicTopic, secretTopic]);
    const payload = dice.octets(dice.between(8, 120));
    const properties = dice.oneIn(4) ? [{ identifier: 0x02, value: 3600 } as const] : [];
    const published = write({ type: Type.PUBLISH, topic, properties, payload });
    yield [
      topic === publicTopic ? 0 : 1,
      dice.oneIn(6) ? Uint8Array.from([...published, ...published]) : published,
    ];
  }
  yield [0, write({ type: Type.DISCONNECT })];
}

function* tlsTalk(dice: Dice): Generator<Said> {
  const sessionId = dice.octets(32);
  const clientHello = handshake.encode({
    type: HandshakeType.client_hello,
    body: {
      version: 0x0303,
      random: dice.octets(32),
      sessionId,
      cipherSuites: [0x1301, 0x1302, 0x1303, 0xc02f, 0xc030],
      compressionMethods: [0],
      extensions: [
        { code: 0, value: [{ type: 0, name: "www.example.org" }] },
        { code: 10, value: [0x001d, 0x0017] },
        { code: 13, value: [0x0403, 0x0804, 0x0401] },
        { code: 16, value: ["h2", "http/1.1"] },
        { code: 43, value: [0x0304, 0x0303] },
        { code: 51, value: [{ group: 0x001d, key: dice.octets(32) }] },
      ],
    },
  });
  const serverHello = handshake.encode({
    type: HandshakeType.server_hello,
    body: {
      version: 0x0303,
      random: dice.octets(32),
      sessionId,
      cipherSuite: 0x1301,
      compressionMethod: 0,
      extensions: [
        { code: 43, value: 0x0304 },
        { code: 51, value: { group: 0x001d, key: dice.octets(32) } },
      ],
    },
  });
  const enciphered = (size: number) => record(ContentType.application_data, dice.octets(size));
  const change = record(ContentType.change_cipher_spec, Uint8Array.of(1));
  yield [0, record(ContentType.handshake, clientHello)];
  yield [1, Uint8Array.from([...record(ContentType.handshake, serverHello), ...change, ...enciphered(1100)])];
  yield [0, Uint8Array.from([...change, ...enciphered(53)])];
  for (let left = dice.between(20, 40); left > 0; left--)
    yield dice.oneIn(3) ? [0, enciphered(dice.between(40, 400))] : [1, enciphered(dice.between(200, 1380))];
  yield [0, enciphered(alert.encode({ level: 1, description: 0 }).length + 17)];
}

function record(contentType: number, fragment: Uint8Array): Uint8Array {
  const octets = new Uint8Array(5 + fragment.length);
  octets.set([contentType, 3, 3, fragment.length >> 8, fragment.length & 0xff]);
  octets.set(fragment, 5);
  return octets;
}
