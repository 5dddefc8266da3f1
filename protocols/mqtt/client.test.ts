// The client against a scripted broker: what it says, and everything that a broker may answer wrongly.
import { describe, expect, test } from "bun:test";
import { Refused, Unanswered, Violated } from "../endpoint/index.ts";
import { Unwritable } from "../wire/index.ts";
import type { Options } from "./client.ts";
import { Property } from "./properties.ts";
import { Reason } from "./reasons.ts";
import { accepted, failure, message, scene, session } from "./testing/client-scene.ts";
import { octetsOf } from "./testing/scripted.ts";
import { Type } from "./types.ts";

test("the board's dialogue, octet by octet", async () => {
  const { clock, client, broker, open } = scene();
  const board = async () => {
    const session = await open({ clientId: "[JORGE]" });
    await session.subscribe("[TEMA_SECRETO]");
    await session.publish({ topic: "[TEMA_PÚBLICO]", payload: octetsOf("[PLACA CONECTADA]") });
    const first = await session.receive(10_000);
    expect(await session.receive(10_000)).toBeUndefined();
    await session.ping(10_000);
    await session.unsubscribe("[TEMA_SECRETO]");
    await session.disconnect();
    return first;
  };
  const done = board();
  const [connectHeard] = [await broker.hear()];
  expect(connectHeard).toMatchObject({
    clientIdentifier: "[JORGE]",
    keepAlive: 0,
    flags: { cleanStart: 1, will: 0, userName: 0 },
  });
  await broker.send(accepted);
  expect(await broker.hear()).toMatchObject({
    type: Type.SUBSCRIBE,
    packetIdentifier: 1,
    subscriptions: [{ filter: "[TEMA_SECRETO]", options: { qos: 0 } }],
  });
  await broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [0] });
  expect(await broker.hear()).toMatchObject({
    type: Type.PUBLISH,
    topic: "[TEMA_PÚBLICO]",
    qos: 0,
    retain: 0,
  });
  await broker.send(message("[TEMA_SECRETO]", "Hola XD"));
  const pinged = clock.run(broker.hear(60_000));
  expect(await pinged).toMatchObject({ type: Type.PINGREQ });
  expect(clock.milliseconds).toBe(10_000);
  await broker.send({ type: Type.PINGRESP });
  expect(await broker.hear()).toMatchObject({
    type: Type.UNSUBSCRIBE,
    packetIdentifier: 2,
    filters: ["[TEMA_SECRETO]"],
  });
  await broker.send({ type: Type.UNSUBACK, packetIdentifier: 2, reasonCodes: [0] });
  expect(await broker.hear()).toMatchObject({ type: Type.DISCONNECT, reasonCode: 0 });
  expect(await clock.run(done)).toEqual({
    topic: "[TEMA_SECRETO]",
    payload: octetsOf("Hola XD"),
    qos: 0,
    retain: false,
  });
  expect(await broker.hear()).toBeUndefined();
  expect(broker.stream.ended).toBe(true);
  expect(client.written[0]?.toHex()).toBe("101900044d515454050200000527001000000007" + "5b4a4f5247455d");
});

describe("CONNACK", () => {
  test("that refuses is told in words", async () => {
    const { clock, broker, open } = scene();
    const opening = failure(open());
    await broker.hear();
    const properties = [{ identifier: Property.reasonString, value: "who\nare you?" }] as const;
    await broker.send({ ...accepted, reasonCode: Reason["Bad User Name or Password"], properties });
    const error = await clock.run(opening);
    expect(error).toBeInstanceOf(Refused);
    expect(error.message).toBe(
      'the broker refused the connection: Bad User Name or Password (0x86), "who\\x0aare you?"',
    );
    expect((error as Refused).messages).toHaveLength(1);
    expect(await broker.hear()).toBeUndefined();
    expect(broker.stream.ended).toBe(true);
  });

  test("that does not come is waited for as long as patience lasts", async () => {
    const { clock, open } = scene();
    const error = await clock.run(failure(open({ patience: 4000 })));
    expect(error).toBeInstanceOf(Unanswered);
    expect(error.message).toBe("CONNECT: no answer to 1 attempt in 4000 ms");
    expect(clock.milliseconds).toBe(4000);
  });

  test("instead of which the stream ends: refused", async () => {
    const { clock, broker, open } = scene();
    const opening = failure(open());
    await broker.hear();
    await broker.stream.close();
    const error = await clock.run(opening);
    expect(error).toBeInstanceOf(Refused);
    expect(error.message).toBe("the broker closed the connection");
  });

  test("with what the broker wants is heeded", async () => {
    const properties: Property[] = [
      { identifier: Property.serverKeepAlive, value: 7 },
      { identifier: Property.assignedClientIdentifier, value: "auto-1" },
      { identifier: Property.maximumPacketSize, value: 20 },
      { identifier: Property.retainAvailable, value: 0 },
    ];
    const { session: one } = await session({ clientId: "" }, { ...accepted, properties });
    expect([one.keepAlive, one.clientId]).toEqual([7, "auto-1"]);
    expect(await failure(one.publish({ topic: "a", payload: new Uint8Array(20) }))).toBeInstanceOf(
      Unwritable,
    );
    expect(await failure(one.publish({ topic: "a", payload: new Uint8Array(), retain: true }))).toMatchObject(
      {
        message: "retain: the broker retains nothing",
      },
    );
  });

  test("with a session that can't be is a violation", async () => {
    const error = await failure(session({}, { ...accepted, flags: { sessionPresent: 1 } }));
    expect(error).toMatchObject({ name: "Violated", rule: "mqtt.session-present" });
  });
});

describe("what can't be sent is refused before it is", () => {
  test.each<[string, Partial<Options>, string]>([
    [
      "a client identifier of 70 000 octets",
      { clientId: "x".repeat(70_000) },
      "clientId: 70000 octets of UTF-8 where 65535 fit",
    ],
    ["a client identifier with U+0000", { clientId: "a\0" }, "clientId: U+0000 must not be in a string"],
    [
      "a keep alive of more than 18 hours",
      { keepAlive: 65_536 },
      "keepAlive: 65536 is not a whole number from 0 to 65535",
    ],
    [
      "a packet limit of 0",
      { maximumPacketSize: 0 },
      "maximumPacketSize: 0 is not a whole number from 1 to 4294967295",
    ],
  ])("%s", async (_what, options, words) => {
    const { client, open } = scene();
    const error = await failure(open(options));
    expect(error).toBeInstanceOf(Unwritable);
    expect(error.message).toBe(words);
    expect(client.written).toEqual([]);
  });

  test("topics and filters", async () => {
    const { session: one } = await session();
    const none = new Uint8Array();
    expect((await failure(one.publish({ topic: "a/#", payload: none }))).message).toStartWith(
      "topic: the wildcard",
    );
    expect((await failure(one.publish({ topic: "", payload: none }))).message).toStartWith("topic: ");
    expect((await failure(one.subscribe("a#"))).message).toStartWith("filter: ");
    expect((await failure(one.unsubscribe("\ud800"))).message).toStartWith("filter: ");
  });
});

describe("messages", () => {
  test("that come while an answer is awaited wait their turn", async () => {
    const { clock, broker, session: one } = await session();
    const subscribing = one.subscribe("#");
    await broker.hear();
    await broker.send(message("a", "1"));
    await broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [0] });
    await broker.send(message("a", "2"));
    expect(await clock.run(subscribing)).toBe(0);
    const texts = [await one.receive(0), await one.receive(0)].map(each =>
      new TextDecoder().decode(each?.payload),
    );
    expect(texts).toEqual(["1", "2"]);
    expect(await clock.run(one.receive(10))).toBeUndefined();
  });

  test("may come in any pieces", async () => {
    const { clock, broker, session: one } = await session();
    broker.stream.passing = octets => Array.from(octets, octet => Uint8Array.of(octet));
    await broker.send(message("a/ñ", "x".repeat(300)));
    expect((await clock.run(one.receive(10)))?.payload).toHaveLength(300);
  });

  test("that nobody reads are dropped beyond a limit, and counted", async () => {
    const { clock, broker, session: one } = await session();
    const subscribing = one.subscribe("#");
    await broker.hear();
    const large = message("a", "x".repeat(1_000_000));
    for (let i = 0; i < 6; i++) await broker.send(large);
    await broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [0] });
    await clock.run(subscribing);
    expect(one.dropped).toBe(2);
    for (let i = 0; i < 4; i++) expect((await one.receive(0))?.payload).toHaveLength(1_000_000);
    await broker.send(message("a", "again"));
    expect(await clock.run(one.receive(10))).toBeDefined();
  });
});

test("the broker's DISCONNECT ends the session with its reason", async () => {
  const { clock, broker, session: one } = await session();
  await broker.send({ type: Type.DISCONNECT, reasonCode: Reason["Session taken over"] });
  const error = await clock.run(failure(one.receive()));
  expect(error).toBeInstanceOf(Refused);
  expect(error.message).toBe("the broker ended the session: Session taken over (0x8e)");
  expect((await failure(one.ping())).message).toBe(error.message);
});

test("SUBACK that refuses names the filter and the reason", async () => {
  const { clock, broker, session: one } = await session();
  const subscribing = failure(one.subscribe("secret"));
  await broker.hear();
  await broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [Reason["Not authorized"]] });
  expect((await clock.run(subscribing)).message).toBe('the broker refused "secret": Not authorized (0x87)');
});

describe("what mqtt-packet would let through", () => {
  test.each([
    ["invalid UTF-8 in a topic", "30 06 0003 61ff62 00", "malformed", 0x81],
    ["U+0000 in a topic", "30 06 0003 610062 00", "malformed", 0x81],
    ["a wildcard in a topic", "30 06 0003 612f23 00", "topic-name", 0x82],
    ["a property twice", "30 08 0001 61 04 0101 0101", "property-twice", 0x82],
    ["a property twice, 0 first", "30 08 0001 61 04 0100 0101", "property-twice", 0x82],
    ["octets left over", "d0 01 00", "malformed", 0x81],
    ["a remaining length of more octets than it needs", "d0 80 00", "malformed", 0x81],
    ["garbage", "00 02 2f 31", "malformed", 0x81],
    ["a packet that only clients send", "c0 00", "direction", 0x82],
    ["a message of a QoS that was not granted", "32 07 0001 61 0001 00 62", "granted-qos", 0x82],
    ["a topic alias that was not allowed", "30 07 0001 61 03 230001", "topic-alias", 0x94],
    ["256 MB announced", "30 ffffff7f 00", "packet-size", 0x95],
    ["SUBACK to nothing", "90 04 0009 00 00", "unasked", 0x82],
    ["a second CONNACK", "20 03 00 00 00", "unasked", 0x82],
  ])("%s", async (_what, hex, rule, reason) => {
    const { clock, broker, session: one } = await session();
    await broker.send(hex);
    const error = await clock.run(failure(one.receive(100)));
    expect(error).toBeInstanceOf(Violated);
    expect((error as Violated).rule).toBe(`mqtt.${rule}`);
    expect(await broker.hear()).toMatchObject({ type: Type.DISCONNECT, reasonCode: reason });
    expect(await broker.hear()).toBeUndefined();
    expect(broker.stream.ended).toBe(true);
  });

  test("a message before CONNACK", async () => {
    const { clock, broker, open } = scene();
    const opening = failure(open());
    await broker.hear();
    await broker.send(message("a", "1"));
    expect(await clock.run(opening)).toMatchObject({ rule: "mqtt.connect-first" });
  });
});

test("a control character is bad manners, and the message is still handed on", async () => {
  const { clock, broker, session: one } = await session();
  await broker.send(message("a\nb", "1"));
  expect((await clock.run(one.receive(10)))?.topic).toBe("a\nb");
});
