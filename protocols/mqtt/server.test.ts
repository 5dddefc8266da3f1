// The broker's conversations: the reference log, who is let in, who is sent away and in which words.
import { describe, expect, test } from "bun:test";
import { TestClock } from "../endpoint/memory.ts";
import { streamPair } from "../endpoint/memory-stream.ts";
import { connect } from "./client.ts";
import type { PacketDraft } from "./format.ts";
import { Property, propertyOf } from "./properties.ts";
import { Reason } from "./reasons.ts";
import { Broker } from "./server.ts";
import { referenceLog, referenceRun } from "./testing/reference.ts";
import { publish, scene, subscribe, texts } from "./testing/scene.ts";
import { connectOf } from "./testing/scripted.ts";
import { Type } from "./types.ts";

test("the log of the board's run is the reference run's, line by line", async () => {
  const clock = new TestClock();
  const log: string[] = [];
  const broker = new Broker(clock, { log: line => log.push(line) });
  const [client, server] = streamPair(clock, { address: "192.168.1.101", port: 57_102 });
  const over = broker.accept(server, { port: 8884, userName: "NUCLEO-H723ZG" });
  await clock.run(
    referenceRun(await clock.run(connect(client, clock, { clientId: "[JORGE]", keepAlive: 0 })), 10_000),
  );
  await clock.run(over);
  expect(log).toEqual([...referenceLog]);
});

describe("CONNECT", () => {
  test("of MQTT 5 is told what the broker allows", async () => {
    const { clock, raw } = scene();
    const one = raw();
    await one.send(connectOf(""));
    const connack = await clock.run(one.hear());
    if (connack?.type !== Type.CONNACK) throw new Error("not CONNACK");
    const of = (identifier: number) =>
      connack.properties?.find(each => each.identifier === identifier)?.value;
    expect([of(Property.topicAliasMaximum), of(Property.receiveMaximum)]).toEqual([10, 20]);
    expect(of(Property.maximumPacketSize)).toBe(1024 * 1024);
    expect(of(Property.sharedSubscriptionAvailable)).toBeUndefined();
    expect(of(Property.assignedClientIdentifier)).toMatch(/^auto-[0-9A-F-]{36}$/);
  });

  test("that asks for more than the broker gives is told what it gets", async () => {
    const { clock, raw } = scene({ sessionExpiry: 60, keepAlive: 30 });
    const one = raw();
    const asked: Property[] = [{ identifier: Property.sessionExpiryInterval, value: 3600 }];
    await one.send({
      ...connectOf("c", { cleanStart: 0, keepAlive: 600 }),
      properties: asked,
    } as PacketDraft);
    const connack = await clock.run(one.hear());
    if (connack?.type !== Type.CONNACK) throw new Error("not CONNACK");
    expect(connack.flags.sessionPresent).toBe(0);
    expect(propertyOf(connack.properties, Property.sessionExpiryInterval)).toBe(60);
    expect(propertyOf(connack.properties, Property.serverKeepAlive)).toBe(30);
  });

  test.each([
    ["MQTT 3.1", { version: 3 }, "p1"],
    ["MQTT 3.1.1", { version: 4 }, "p2"],
    ["MQTT 5", { version: 5 }, "p5"],
  ] as const)("of %s is logged with Mosquitto's number for it", async (_name, more, shown) => {
    const { clock, log, raw } = scene();
    const one = raw(more.version === 5 ? 5 : 4);
    await one.send(connectOf("c", { ...more, keepAlive: 60 }));
    expect(await clock.run(one.hear())).toMatchObject({ type: Type.CONNACK, reasonCode: 0 });
    expect(log[1]).toBe(`New client connected from 192.168.1.101:50000 as c (${shown}, c1, k60).`);
    expect(log.slice(2)).toEqual(["No will message specified.", "Sending CONNACK to c (0, 0)"]);
  });

  const gone = "Client <unknown> disconnected due to protocol error.";
  test.each<[string, string, string | undefined, string[]]>([
    [
      "a version that does not exist",
      "10 0e 0004 4d515454 06 02 0000 0002 6162",
      "20020001",
      [
        "Invalid protocol version 6 in CONNECT from 192.168.1.101.",
        "Sending CONNACK to 192.168.1.101 (0, 1)",
        gone,
      ],
    ],
    [
      "another protocol",
      "10 0e 0004 4d515455 04 02 0000 0002 6162",
      undefined,
      ['Invalid protocol "MQTU" in CONNECT from 192.168.1.101.', gone],
    ],
    [
      "no name, and a session to keep",
      "10 0c 0004 4d515454 04 00 003c 0000",
      "20020002",
      ["Sending CONNACK to 192.168.1.101 (0, 2)", gone],
    ],
    [
      "the reserved flag, 3.1.1",
      "10 0e 0004 4d515454 04 03 0000 0002 6162",
      undefined,
      ["Client <unknown> disconnected due to malformed packet."],
    ],
    ["another packet first", "30 05 0001 61 6869", undefined, [gone]],
    ["HTTP", "47 45 54 20 2f", undefined, []],
    [
      "a name that is no UTF-8, 3.1.1",
      "10 0e 0004 4d515454 04 02 0000 0002 61ff",
      undefined,
      ["Client <unknown> disconnected due to malformed packet."],
    ],
    [
      "a body cut short",
      "10 05 0004 4d5154",
      undefined,
      ["Client <unknown> disconnected due to malformed packet."],
    ],
  ])("refused in silence or in 3.1.1's words: %s", async (_what, hex, answer, lines) => {
    const { clock, log, raw } = scene();
    const one = raw(4);
    await one.send(hex);
    if (lines.length === 0) await one.stream.close();
    const octets = await clock.run(one.stream.read(100));
    expect(octets?.toHex()).toBe(answer);
    if (lines.length > 0) expect(log.slice(1)).toEqual(lines);
  });

  test.each([
    ["the reserved flag", "10 0f 0004 4d515454 05 03 0000 00 0002 6162", Reason["Malformed Packet"]],
    ["a name that is no UTF-8", "10 0f 0004 4d515454 05 02 0000 00 0002 61ff", Reason["Malformed Packet"]],
    [
      "a property twice",
      "10 19 0004 4d515454 05 02 0000 0a 1100000001 1100000002 0002 6162",
      Reason["Protocol Error"],
    ],
    ["receive maximum 0", "10 12 0004 4d515454 05 02 0000 03 210000 0002 6162", Reason["Protocol Error"]],
    [
      "an authentication method",
      "10 13 0004 4d515454 05 02 0000 04 15000158 0002 6162",
      Reason["Bad authentication method"],
    ],
    [
      "a control character in the name",
      "10 0f 0004 4d515454 05 02 0000 00 0002 610a",
      Reason["Malformed Packet"],
    ],
  ])("refused by CONNACK of MQTT 5, with the reason in words: %s", async (_what, hex, reason) => {
    const { clock, raw } = scene();
    const one = raw();
    await one.send(hex);
    const connack = await clock.run(one.hear());
    if (connack?.type !== Type.CONNACK) throw new Error("not CONNACK");
    expect(connack.reasonCode).toBe(reason);
    expect(propertyOf(connack.properties, Property.reasonString)).toBeString();
    expect(await clock.run(one.hear())).toBeUndefined();
    expect(one.stream.ended).toBe(true);
  });

  test("that does not come in time ends the connection", async () => {
    const { clock, log, raw } = scene({ connect: 5000 });
    const one = raw();
    await one.send("10");
    expect(await clock.run(one.stream.read(60_000))).toBeUndefined();
    expect([clock.milliseconds, one.stream.ended]).toEqual([5000, true]);
    expect(log.at(-1)).toBe("Client <unknown> has exceeded timeout, disconnecting.");
  });

  test("of a name that is in use takes the session over", async () => {
    const { broker, log, client, hear } = scene();
    const first = await client("c");
    const second = await client("c");
    expect(await hear(first)).toMatchObject([
      { type: Type.DISCONNECT, reasonCode: Reason["Session taken over"] },
    ]);
    expect(first.stream.ended).toBe(true);
    await second.send("c000");
    expect(await hear(second)).toMatchObject([{ type: Type.PINGRESP }]);
    expect(log).toEqual(["Received PINGREQ from c", "Sending PINGRESP to c"]);
    expect(broker.subscriptions.countOf({} as never)).toBe(0);
  });

  test("beyond the limit of connections is denied", async () => {
    const { clock, log, raw, client } = scene({ connections: 1 });
    const first = await client("c");
    const one = raw();
    expect(await clock.run(one.stream.read(100))).toBeUndefined();
    expect(one.stream.ended).toBe(true);
    expect(log).toEqual(["Client connection from 192.168.1.101 denied: max_connections exceeded."]);
    await first.stream.close();
    await clock.advance(10);
    await client("d");
  });
});

describe("keep alive", () => {
  test("of one and a half times ends a silent connection, to the millisecond", async () => {
    const { clock, log, client } = scene();
    const one = await client("c", { keepAlive: 10 });
    const start = clock.milliseconds;
    await clock.advance(9000);
    await one.send("c000");
    await clock.run(one.hear());
    expect(await clock.run(one.hear(60_000))).toMatchObject({ reasonCode: Reason["Keep Alive timeout"] });
    expect(clock.milliseconds - start).toBe(9000 + 15_000);
    expect(log.at(-1)).toBe("Client c has exceeded timeout, disconnecting.");
  });

  test("is not fed by octets that make no packet", async () => {
    const { clock, client } = scene();
    const one = await client("c", { keepAlive: 10 });
    for (let i = 0; i < 20; i++) clock.after(i * 1000, () => void one.send("30").catch(() => {}));
    expect(await clock.run(one.hear(60_000))).toMatchObject({ reasonCode: expect.any(Number) });
    expect(clock.milliseconds).toBeLessThanOrEqual(15_000);
  });

  test("of 0 is none", async () => {
    const { clock, client, hear } = scene();
    const one = await client("c");
    await clock.advance(1_000_000);
    await one.send("c000");
    expect(await hear(one)).toHaveLength(1);
  });
});

describe("whoever breaks a rule is told which, and closed", () => {
  const protocolError = "Client c disconnected due to protocol error.";
  const malformed = "Client c disconnected due to malformed packet.";
  test.each([
    [
      "a second CONNECT",
      "100f 0004 4d515454 05 02 0000 00 0002 6162",
      Reason["Protocol Error"],
      protocolError,
    ],
    ["a wildcard in PUBLISH", "30 06 0001 23 00 6869", Reason["Protocol Error"], protocolError],
    ["invalid UTF-8", "30 06 0001 ff 00 6869", Reason["Malformed Packet"], malformed],
    ["a filter that is none", "82 08 0001 00 0002 6123 00", Reason["Malformed Packet"], malformed],
    ["no filter", "82 03 0001 00", Reason["Protocol Error"], protocolError],
    ["wrong flags", "80 09 0001 00 0003 612f62 00", Reason["Malformed Packet"], malformed],
    ["packet type 0", "0000", Reason["Malformed Packet"], malformed],
    ["QoS 3", "36 08 0001 61 0005 00 6869", Reason["Malformed Packet"], malformed],
    ["a server's packet", "d000", Reason["Protocol Error"], protocolError],
    ["AUTH without a method", "f0 02 18 00", Reason["Protocol Error"], protocolError],
    [
      "a topic alias beyond the maximum",
      "30 07 0001 61 03 23000b",
      Reason["Topic Alias invalid"],
      protocolError,
    ],
    [
      "a topic alias that stands for nothing",
      "30 06 0000 03 230005",
      Reason["Topic Alias invalid"],
      protocolError,
    ],
    [
      "256 MB announced",
      "30 ffffff7f 01",
      Reason["Packet too large"],
      "Client c disconnected due to oversize packet.",
    ],
    ["a remaining length of five octets", "30 ffffffffff 01", Reason["Malformed Packet"], malformed],
    ["a property that does not exist", "30 06 0001 61 02 7f00", Reason["Malformed Packet"], malformed],
  ])("%s", async (_what, hex, reason, line) => {
    const { log, client, hear } = scene();
    const one = await client("c");
    await one.send(hex);
    const heard = await hear(one);
    expect(heard).toMatchObject([{ type: Type.DISCONNECT, reasonCode: reason }]);
    expect(one.stream.ended).toBe(true);
    expect(log.at(-1)).toBe(line);
  });

  test("but an answer to nothing is no offence: two sides may have to find together again", async () => {
    const { log, client, hear } = scene();
    const one = await client("c");
    for (const hex of ["40 02 0001", "50 02 0002", "70 02 0003"]) await one.send(hex);
    expect(await hear(one)).toMatchObject([
      { type: Type.PUBREL, packetIdentifier: 2, reasonCode: Reason["Packet Identifier not found"] },
    ]);
    expect(log.filter(line => line.startsWith("Warning"))).toEqual(
      ["PUBACK", "PUBREC", "PUBCOMP"].map(
        type => `Warning: Received ${type} from c for an unknown packet identifier.`,
      ),
    );
  });

  test("before MQTT 5 it is closed without a word", async () => {
    const { log, client, hear } = scene();
    const one = await client("c", { version: 4 });
    await one.send("30 05 0001 23 6869");
    expect(await hear(one)).toEqual([]);
    expect(one.stream.ended).toBe(true);
    expect(log.at(-1)).toBe(protocolError);
  });

  test("more messages of QoS 2 under way than were allowed", async () => {
    const { client, hear } = scene();
    const one = await client("c");
    for (let i = 1; i <= 21; i++) await one.send(publish("a", "", { qos: 2, packetIdentifier: i }));
    expect((await hear(one)).at(-1)).toMatchObject({
      type: Type.DISCONNECT,
      reasonCode: Reason["Receive Maximum exceeded"],
    });
  });

  test("and nobody else notices", async () => {
    const { client, hear } = scene();
    const [good, bad] = [await client("good"), await client("bad")];
    await good.send(subscribe("a"));
    await hear(good);
    await bad.send(publish("a", "first"));
    await bad.send("0000");
    await good.send(publish("a", "second"));
    expect(texts(await hear(good))).toEqual(["a first", "a second"]);
  });
});

test("a broker that closes tells everyone why, and takes no one else", async () => {
  const { clock, broker, raw, client, hear } = scene();
  const [five, four, silent] = [await client("five"), await client("four", { version: 4 }), raw()];
  await clock.run(broker.close());
  expect(await hear(five)).toMatchObject([
    { type: Type.DISCONNECT, reasonCode: Reason["Server shutting down"] },
  ]);
  expect(await hear(four)).toEqual([]);
  for (const one of [five, four, silent, raw()]) {
    await clock.run(one.stream.read(10));
    expect(one.stream.ended).toBe(true);
  }
});
