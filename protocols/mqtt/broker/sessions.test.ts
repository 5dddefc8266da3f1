// Sessions: messages of QoS 1 and 2 on their way, through ends of connections and new ones. MQTT 5 §4.1 to §4.4.
import { describe, expect, test } from "bun:test";
import type { Packet, PacketDraft } from "../format.ts";
import { Property } from "../properties.ts";
import { Reason } from "../reasons.ts";
import { ack, at, lasting } from "../testing/lasting.ts";
import { publish, scene, subscribe, texts } from "../testing/scene.ts";
import { connectOf } from "../testing/scripted.ts";
import { Type } from "../types.ts";

/** "PUBLISH 1" */
const named = (packets: readonly Packet[]): string[] =>
  packets.map(
    each =>
      `${Object.entries(Type).find(([, type]) => type === each.type)![0]}${
        "dup" in each && each.dup ? " again" : ""
      } ${"packetIdentifier" in each ? each.packetIdentifier : ""}`,
  );

describe("a message reaches a subscriber", () => {
  test.each([
    [0, 2, 0],
    [1, 2, 1],
    [2, 2, 2],
    [2, 1, 1],
    [1, 0, 0],
  ])("published at QoS %d, subscribed at %d: at %d", async (published, subscribed, qos) => {
    const { client, hear } = scene();
    const [one, other] = [await client("one"), await client("other")];
    await one.send(subscribe("a", { qos: subscribed }));
    await hear(one);
    await other.send(publish("a", "1", published > 0 ? at(published, 5) : {}));
    expect(await hear(one)).toMatchObject([
      { topic: "a", qos, packetIdentifier: qos > 0 ? 1 : undefined, dup: 0 },
    ]);
  });

  test("of QoS 1 once, and the next ones within the window as it acknowledges", async () => {
    const { log, client, hear } = scene({ inflight: 2 });
    const [one, other] = [await client("one"), await client("other")];
    await one.send(subscribe("a", { qos: 1 }));
    await hear(one);
    log.length = 0;
    for (let i = 1; i <= 4; i++) await other.send(publish("a", `${i}`, at(1, i)));
    expect(texts(await hear(one))).toEqual(["a 1", "a 2"]);
    await one.send(ack(Type.PUBACK, 2));
    expect(texts(await hear(one))).toEqual(["a 3"]);
    await one.send(ack(Type.PUBACK, 1));
    expect(texts(await hear(one))).toEqual(["a 4"]);
    expect(log).toContain("Sending PUBLISH to one (d0, q1, r0, m1, 'a', ... (1 bytes))");
    expect(log).toContain("Received PUBACK from one (Mid: 2, RC:0)");
  });

  test("of QoS 2 by four packets", async () => {
    const { log, client, hear } = scene();
    const [one, other] = [await client("one"), await client("other")];
    await one.send(subscribe("a", { qos: 2 }));
    await hear(one);
    await other.send(publish("a", "1", at(2, 9)));
    await hear(one);
    log.length = 0;
    await one.send(ack(Type.PUBREC, 1));
    expect(await hear(one)).toMatchObject([{ type: Type.PUBREL, packetIdentifier: 1, reservedFlags: 2 }]);
    await one.send(ack(Type.PUBCOMP, 1));
    expect(await hear(one)).toEqual([]);
    expect(log).toEqual([
      "Received PUBREC from one (Mid: 1)",
      "Sending PUBREL to one (m1)",
      "Received PUBCOMP from one (Mid: 1, RC:0)",
    ]);
  });

  test("no more at a time than it takes, by its receive maximum", async () => {
    const { client, hear } = scene();
    const packet = lasting("one", 0, [{ identifier: Property.receiveMaximum, value: 1 }]);
    const [one, other] = [await client("one", { packet }), await client("other")];
    await one.send(subscribe("a", { qos: 2 }));
    await hear(one);
    for (let i = 1; i <= 2; i++) await other.send(publish("a", `${i}`, at(2, i)));
    expect(texts(await hear(one))).toEqual(["a 1"]);
    await one.send(ack(Type.PUBREC, 1));
    expect(named(await hear(one))).toEqual(["PUBREL 1"]);
    await one.send(ack(Type.PUBCOMP, 1));
    expect(texts(await hear(one))).toEqual(["a 2"]);
  });

  test("of QoS 2 that it refuses by PUBREC no further", async () => {
    const { client, hear } = scene();
    const [one, other] = [await client("one"), await client("other")];
    await one.send(subscribe("a", { qos: 2 }));
    await hear(one);
    await other.send(publish("a", "1", at(2, 1)));
    await hear(one);
    await one.send(ack(Type.PUBREC, 1, Reason["Quota exceeded"]));
    expect(await hear(one)).toEqual([]);
  });
});

describe("a session that outlives its connection", () => {
  test("is there when the client comes back, with what came meanwhile, in order", async () => {
    const { clock, client, raw, hear } = scene();
    const one = await client("one", { packet: lasting("one", 60) });
    await one.send(subscribe("a", { qos: 1 }));
    await hear(one);
    await one.stream.close();
    const other = await client("other");
    for (let i = 0; i < 50; i++) await other.send(publish("a", `${i}`, i % 3 > 0 ? at(i % 3, i + 1) : {}));
    await clock.advance(59_000);
    const again = raw();
    await again.send(lasting("one", 60));
    const heard: Packet[] = [];
    for (let more = await hear(again); more.length > 0; more = await hear(again)) {
      heard.push(...more);
      for (const each of more)
        if (each.type === Type.PUBLISH) await again.send(ack(Type.PUBACK, each.packetIdentifier!));
    }
    expect(heard[0]).toMatchObject({ type: Type.CONNACK, flags: { sessionPresent: 1 } });
    // Of QoS 0 nothing waits.
    const expected = Array.from({ length: 50 }, (_, i) => i).filter(i => i % 3 > 0);
    expect(texts(heard)).toEqual(expected.map(i => `a ${i}`));
  });

  test("goes on with what was under way: PUBLISH with DUP, or PUBREL, in order", async () => {
    const { client, raw, hear } = scene();
    const one = await client("one", { packet: lasting("one", 60) });
    await one.send(subscribe("a", { qos: 2 }));
    await hear(one);
    const other = await client("other");
    for (let i = 1; i <= 3; i++) await other.send(publish("a", `${i}`, at(i === 2 ? 1 : 2, i)));
    await hear(one);
    await one.send(ack(Type.PUBREC, 1));
    await hear(one);
    await one.stream.close();
    const again = raw();
    await again.send(lasting("one", 60));
    expect(named(await hear(again))).toEqual(["CONNACK ", "PUBREL 1", "PUBLISH again 2", "PUBLISH again 3"]);
    await again.send(ack(Type.PUBACK, 2));
    await again.send(ack(Type.PUBREC, 3));
    await again.send(ack(Type.PUBCOMP, 1));
    expect(named(await hear(again))).toEqual(["PUBREL 3"]);
  });

  test("sends no more again at a time than the client now takes", async () => {
    const { client, raw, hear } = scene();
    const one = await client("one", { packet: lasting("one", 60) });
    await one.send(subscribe("a", { qos: 1 }));
    await hear(one);
    const other = await client("other");
    for (let i = 1; i <= 4; i++) await other.send(publish("a", `${i}`, at(1, i)));
    await hear(one);
    await one.stream.close();
    const again = raw();
    await again.send(lasting("one", 60, [{ identifier: Property.receiveMaximum, value: 1 }]));
    const heard = await hear(again);
    for (let i = 1; i <= 4; i++) {
      await again.send(ack(Type.PUBACK, i));
      heard.push(...(await hear(again)));
    }
    expect(named(heard)).toEqual([
      "CONNACK ",
      "PUBLISH again 1",
      "PUBLISH again 2",
      "PUBLISH again 3",
      "PUBLISH again 4",
    ]);
  });

  test("hands on a message of QoS 2 once, though its PUBLISH comes again in a new connection", async () => {
    const { client, raw, hear } = scene();
    const [one, other] = [await client("one", { packet: lasting("one", 60) }), await client("other")];
    await other.send(subscribe("a"));
    await hear(other);
    await one.send(publish("a", "1", at(2, 7)));
    await hear(one);
    await one.stream.close();
    const again = raw();
    await again.send(lasting("one", 60));
    await again.send(publish("a", "1", at(2, 7, { dup: 1 })));
    await again.send(ack(Type.PUBREL, 7));
    expect(named(await hear(again))).toEqual(["CONNACK ", "PUBREC 7", "PUBCOMP 7"]);
    expect(texts(await hear(other))).toEqual(["a 1"]);
  });

  test.each([
    ["its time", 60, 61_000, false],
    ["a clean start", 60, 0, true],
  ])("is over after %s", async (_what, seconds, wait, isClean) => {
    const { clock, broker, log, client, raw, hear } = scene();
    const one = await client("one", { packet: lasting("one", seconds) });
    await one.send(subscribe("a", { qos: 1 }));
    await hear(one);
    await one.stream.close();
    await clock.advance(wait);
    const again = raw();
    await again.send(lasting("one", seconds, [], isClean ? 1 : 0));
    expect(await hear(again)).toMatchObject([{ type: Type.CONNACK, flags: { sessionPresent: 0 } }]);
    expect(broker.subscriptions.count).toBe(0);
    if (wait > 0) expect(log).toContain("Expiring client one due to timeout.");
  });

  test("may be ended, or told to last for another time, by DISCONNECT", async () => {
    const { clock, broker, client, hear } = scene();
    const expiry = (value: number): PacketDraft => ({
      type: Type.DISCONNECT,
      reasonCode: 0,
      properties: [{ identifier: Property.sessionExpiryInterval, value }],
    });
    const one = await client("one", { packet: lasting("one", 60) });
    await one.send(expiry(0));
    await hear(one);
    expect(broker.tally.sessions).toBe(0);
    const two = await client("two", { packet: lasting("two", 60) });
    await two.send(expiry(600));
    await clock.advance(599_000);
    expect(broker.tally.sessions).toBe(1);
    await clock.advance(2000);
    expect(broker.tally.sessions).toBe(0);
    const three = await client("three");
    await three.send(expiry(60));
    expect(await hear(three)).toMatchObject([
      { type: Type.DISCONNECT, reasonCode: Reason["Protocol Error"] },
    ]);
  });

  test("of MQTT 3.1.1 without clean session lasts for ever, a hundred days at least", async () => {
    const { clock, client, raw, hear } = scene();
    const one = await client("one", { version: 4, cleanStart: 0 });
    await one.send(subscribe("a", { qos: 1 }));
    await hear(one);
    await one.stream.close();
    await clock.advance(100 * 86_400_000);
    const again = raw(4);
    await again.send(connectOf("one", { version: 4, cleanStart: 0 }));
    expect(await hear(again)).toMatchObject([{ type: Type.CONNACK, flags: { sessionPresent: 1 } }]);
  });

  test("is its user's: another who takes its name finds it empty", async () => {
    const { client, raw, hear } = scene();
    const named = (userName: string) =>
      ({ ...lasting("one", 60), flags: { userName: 1 }, userName }) as PacketDraft;
    const one = await client("one", { packet: named("ana") });
    await one.send(subscribe("secret", { qos: 1 }));
    await hear(one);
    const other = raw();
    await other.send(named("bob"));
    expect(await hear(other)).toMatchObject([{ type: Type.CONNACK, flags: { sessionPresent: 0 } }]);
  });

  test("is taken over with its connection, and goes on", async () => {
    const { client, raw, hear } = scene();
    const one = await client("one", { packet: lasting("one", 60) });
    await one.send(subscribe("a", { qos: 1 }));
    await hear(one);
    const again = raw();
    await again.send(lasting("one", 60));
    expect(await hear(one)).toMatchObject([{ reasonCode: Reason["Session taken over"] }]);
    expect(await hear(again)).toMatchObject([{ flags: { sessionPresent: 1 } }]);
    await again.send(publish("a", "mine"));
    expect(texts(await hear(again))).toEqual(["a mine"]);
  });

  test("holds a limited number of messages, drops what comes after, and says so once", async () => {
    const { log, client, raw, hear, broker } = scene({ queued: 10, inflight: 100 });
    const one = await client("one", { packet: lasting("one", 60) });
    await one.send(subscribe("a", { qos: 1 }));
    await hear(one);
    await one.stream.close();
    const other = await client("other");
    for (let i = 0; i < 30; i++) await other.send(publish("a", `${i}`, at(1, i + 1)));
    await hear(other);
    expect(log.filter(line => line.startsWith("Outgoing"))).toEqual([
      "Outgoing messages are being dropped for client one.",
    ]);
    expect(broker.counts.dropped).toBe(20);
    const again = raw();
    await again.send(lasting("one", 60));
    expect(texts(await hear(again))).toEqual(Array.from({ length: 10 }, (_, i) => `a ${i}`));
  });

  test("drops what has expired, and what the client does not take for its size", async () => {
    const { clock, client, raw, hear, broker } = scene();
    const one = await client("one", { packet: lasting("one", 600) });
    await one.send(subscribe("a", { qos: 1 }));
    await hear(one);
    await one.stream.close();
    const other = await client("other");
    const expiring = [{ identifier: Property.messageExpiryInterval, value: 60 }];
    await other.send(publish("a", "old", at(1, 1, { properties: expiring })));
    await other.send(publish("a", "x".repeat(500), at(1, 2)));
    await other.send(publish("a", "good", at(1, 3)));
    await clock.advance(61_000);
    const again = raw();
    await again.send(lasting("one", 600, [{ identifier: Property.maximumPacketSize, value: 200 }]));
    expect(texts(await hear(again))).toEqual(["a good"]);
    await again.send(ack(Type.PUBACK, 1));
    await hear(again);
    expect(broker.budget.held).toBe(0);
  });
});

describe("sessions are limited", () => {
  test("in number: whoever comes after them is told so", async () => {
    const { client, raw, hear } = scene({ sessions: 1 });
    await client("one");
    const two = raw();
    await two.send(connectOf("two"));
    expect(await hear(two)).toMatchObject([{ type: Type.CONNACK, reasonCode: Reason["Quota exceeded"] }]);
  });

  test("in what they hold together", async () => {
    const { client, hear, broker } = scene({ waiting: 10_000 });
    for (const id of ["one", "two", "three"]) {
      const one = await client(id, { packet: lasting(id, 60) });
      await one.send(subscribe("a", { qos: 1 }));
      await hear(one);
      await one.stream.close();
    }
    const other = await client("other");
    for (let i = 1; i <= 20; i++) await other.send(publish("a", "x".repeat(1000), at(1, i)));
    await hear(other);
    expect(broker.budget.held).toBeGreaterThan(8000);
    expect(broker.budget.held).toBeLessThanOrEqual(10_000);
  });
});
