// What the broker does with messages: who gets them, what is retained, what a will is for.
import { describe, expect, test } from "bun:test";
import type { PacketDraft } from "../format.ts";
import { Property } from "../properties.ts";
import { Reason } from "../reasons.ts";
import { publish, scene, subscribe, texts } from "../testing/scene.ts";
import { connectOf, octetsOf } from "../testing/scripted.ts";
import { Type } from "../types.ts";

describe("a message", () => {
  test("reaches everyone whose filter matches, each in the version it speaks", async () => {
    const { log, client, hear } = scene();
    const [five, four, other] = [
      await client("five"),
      await client("four", { version: 4 }),
      await client("other"),
    ];
    await five.send(subscribe("a/+"));
    await four.send(subscribe("a/#"));
    await other.send(subscribe("b"));
    for (const one of [five, four, other]) await hear(one);
    log.length = 0;
    await other.send(
      publish("a/ñ", "hola", { properties: [{ identifier: Property.contentType, value: "text" }] }),
    );
    expect(await hear(five)).toMatchObject([{ topic: "a/ñ", properties: [{ value: "text" }], retain: 0 }]);
    expect(texts(await hear(four))).toEqual(["a/ñ hola"]);
    expect(await hear(other)).toEqual([]);
    expect(log).toEqual([
      "Received PUBLISH from other (d0, q0, r0, m0, 'a/ñ', ... (4 bytes))",
      "Sending PUBLISH to four (d0, q0, r0, m0, 'a/ñ', ... (4 bytes))",
      "Sending PUBLISH to five (d0, q0, r0, m0, 'a/ñ', ... (4 bytes))",
    ]);
  });

  test("of QoS 1 and 2 is acknowledged, and that of QoS 2 handed on once", async () => {
    const { log, client, hear } = scene();
    const one = await client("c");
    await one.send(publish("a", "nobody", { qos: 1, packetIdentifier: 7 }));
    expect(await hear(one)).toMatchObject([
      { type: Type.PUBACK, packetIdentifier: 7, reasonCode: Reason["No matching subscribers"] },
    ]);
    await one.send(subscribe("a"));
    await hear(one);
    log.length = 0;
    const twice = publish("a", "2", { qos: 2, packetIdentifier: 8 });
    await one.send(twice);
    await one.send({ ...twice, dup: 1 } as PacketDraft);
    const heard = await hear(one);
    expect(heard.map(({ type }) => type)).toEqual([Type.PUBLISH, Type.PUBREC, Type.PUBREC]);
    for (let i = 0; i < 2; i++) await one.send({ type: Type.PUBREL, packetIdentifier: 8 });
    expect(await hear(one)).toMatchObject([
      { type: Type.PUBCOMP, packetIdentifier: 8, reasonCode: undefined },
      { type: Type.PUBCOMP, packetIdentifier: 8, reasonCode: Reason["Packet Identifier not found"] },
    ]);
    expect(log.slice(0, 3)).toEqual([
      "Received PUBLISH from c (d0, q2, r0, m8, 'a', ... (1 bytes))",
      "Sending PUBLISH to c (d0, q0, r0, m0, 'a', ... (1 bytes))",
      "Sending PUBREC to c (m8, rc0)",
    ]);
    expect(log.slice(-2)).toEqual(["Received PUBREL from c (Mid: 8)", "Sending PUBCOMP to c (m8)"]);
  });

  test("may name its topic by an alias", async () => {
    const { client, hear } = scene();
    const one = await client("c");
    await one.send(subscribe("#"));
    await hear(one);
    const alias: Property[] = [{ identifier: Property.topicAlias, value: 3 }];
    await one.send(publish("a/b", "1", { properties: alias }));
    await one.send(publish("", "2", { properties: alias }));
    const heard = await hear(one);
    expect(texts(heard)).toEqual(["a/b 1", "a/b 2"]);
    expect(heard).toMatchObject([{ properties: [] }, { properties: [] }]);
  });

  test("too large for its receiver does not reach it", async () => {
    const { client, hear } = scene();
    const limited = {
      ...connectOf("c"),
      properties: [{ identifier: Property.maximumPacketSize, value: 150 }],
    } as PacketDraft;
    const one = await client("c", { packet: limited });
    await one.send(subscribe("#"));
    await hear(one);
    await one.send(publish("a", "x".repeat(200)));
    await one.send(publish("a", "short"));
    expect(texts(await hear(one))).toEqual(["a short"]);
  });
});

describe("subscriptions", () => {
  test("at any QoS are granted", async () => {
    const { log, client, hear } = scene();
    const one = await client("c");
    await one.send({
      type: Type.SUBSCRIBE,
      packetIdentifier: 9,
      subscriptions: [
        { filter: "a/b", options: {} },
        { filter: "#", options: { qos: 2 } },
        { filter: "$share/g/a", options: { qos: 1 } },
      ],
    });
    expect(await hear(one)).toMatchObject([
      {
        type: Type.SUBACK,
        packetIdentifier: 9,
        reasonCodes: [0, 2, 1],
      },
    ]);
    expect(log).toEqual([
      "Received SUBSCRIBE from c",
      "\ta/b (QoS 0)",
      "c 0 a/b",
      "\t# (QoS 2)",
      "c 2 #",
      "\t$share/g/a (QoS 1)",
      "c 1 $share/g/a",
      "Sending SUBACK to c",
    ]);
  });

  test("end with UNSUBSCRIBE, which says whether there was one", async () => {
    const { client, hear } = scene();
    const one = await client("c");
    await one.send(subscribe("a"));
    await hear(one);
    await one.send({ type: Type.UNSUBSCRIBE, packetIdentifier: 2, filters: ["a", "b"] });
    expect(await hear(one)).toMatchObject([
      { type: Type.UNSUBACK, packetIdentifier: 2, reasonCodes: [0, 0x11] },
    ]);
    await one.send(publish("a", "1"));
    expect(await hear(one)).toEqual([]);
  });

  test("carry their identifier, and keep one's own messages away", async () => {
    const { client, hear } = scene();
    const [one, two] = [await client("one"), await client("two")];
    await one.send(
      subscribe("a", { noLocal: 1 }, [{ identifier: Property.subscriptionIdentifier, value: 300 }]),
    );
    await hear(one);
    await one.send(publish("a", "mine"));
    await two.send(publish("a", "yours"));
    const heard = await hear(one);
    expect(texts(heard)).toEqual(["a yours"]);
    expect(heard).toMatchObject([
      { properties: [{ identifier: Property.subscriptionIdentifier, value: 300 }] },
    ]);
  });

  test("of one client are limited", async () => {
    const { client, hear } = scene({ subscriptions: 2 });
    const one = await client("c");
    const codes: unknown[] = [];
    for (const filter of ["a", "b", "c", "a"]) {
      await one.send(subscribe(filter));
      const [heard] = await hear(one);
      codes.push(heard?.type === Type.SUBACK && heard.reasonCodes[0]);
    }
    expect(codes).toEqual([0, 0, Reason["Quota exceeded"], 0]);
  });

  test("have a limit of levels, and so have topics", async () => {
    const { client, hear } = scene({ levels: 5 });
    const one = await client("c");
    await one.send(subscribe("a/b/c/d/e/f"));
    expect(await hear(one)).toMatchObject([{ reasonCodes: [Reason["Topic Filter invalid"]] }]);
    await one.send(publish("a/b/c/d/e/f", ""));
    expect(await hear(one)).toMatchObject([
      { type: Type.DISCONNECT, reasonCode: Reason["Topic Name invalid"] },
    ]);
  });
});

describe("retained messages", () => {
  const retained = (topic: string, text: string, properties?: Property[]) =>
    publish(topic, text, { retain: 1, properties });

  test("reach who subscribes later, and are gone once one of no octets was sent", async () => {
    const { log, client, hear } = scene();
    const one = await client("c");
    for (const topic of ["a/b", "a", "$SYS/x"]) await one.send(retained(topic, topic));
    await one.send(retained("a/c", "1"));
    await one.send(retained("a/c", ""));
    log.length = 0;
    await one.send(subscribe("#"));
    const heard = await hear(one);
    expect(texts(heard).sort()).toEqual(["a a", "a/b a/b"]);
    expect(heard.slice(1)).toMatchObject([{ retain: 1 }, { retain: 1 }]);
    expect(log.at(-1)).toMatch(/^Sending PUBLISH to c \(d0, q0, r1, m0, 'a(\/b)?', \.\.\. \([13] bytes\)\)$/);
  });

  test("reach who has subscribed already as messages like any other, unless it asked otherwise", async () => {
    const { client, hear } = scene();
    const one = await client("c");
    await one.send(subscribe("a"));
    await one.send(subscribe("b", { retainAsPublished: 1 }));
    await hear(one);
    for (const topic of ["a", "b"]) await one.send(retained(topic, "1"));
    expect(await hear(one)).toMatchObject([
      { topic: "a", retain: 0 },
      { topic: "b", retain: 1 },
    ]);
  });

  test("are sent again or not, as retain handling says", async () => {
    const { client, hear } = scene();
    const one = await client("c");
    await one.send(retained("a", "1"));
    const counts: number[] = [];
    for (const retainHandling of [2, 1, 0]) {
      await one.send(subscribe("a", { retainHandling }));
      counts.push((await hear(one)).length - 1);
    }
    // 1: only if the subscription is new, which it no longer is.
    expect(counts).toEqual([0, 0, 1]);
  });

  test("expire, and say how long they still live", async () => {
    const { clock, client, hear } = scene();
    const one = await client("c");
    await one.send(retained("a", "1", [{ identifier: Property.messageExpiryInterval, value: 60 }]));
    await clock.advance(20_000);
    await one.send(subscribe("a"));
    expect((await hear(one))[1]).toMatchObject({ properties: [{ identifier: 2, value: 40 }] });
    await clock.advance(40_000);
    await one.send(subscribe("a"));
    expect(await hear(one)).toHaveLength(1);
  });

  test("are limited in number and octets", async () => {
    const { client, hear } = scene({ retained: 2, retainedOctets: 100 });
    const one = await client("c");
    await one.send(retained("large", "x".repeat(200)));
    for (const topic of ["a", "b", "c"]) await one.send(retained(topic, "1"));
    await one.send(retained("a", "2"));
    await one.send(subscribe("#"));
    expect(texts(await hear(one)).sort()).toEqual(["a 2", "b 1"]);
  });
});

describe("a will", () => {
  const withWill: PacketDraft = {
    ...(connectOf("c") as Extract<PacketDraft, { type: 1 }>),
    flags: { cleanStart: 1, will: 1, willQoS: 1 },
    willTopic: "w",
    willPayload: octetsOf("bye"),
  };

  test("is logged, and published when the connection is lost", async () => {
    const { clock, log, raw, client, hear } = scene();
    const other = await client("other");
    await other.send(subscribe("w"));
    await hear(other);
    log.length = 0;
    const one = raw();
    await one.send(withWill);
    await clock.run(one.hear());
    expect(log.slice(2)).toEqual([
      "Will message specified (3 bytes) (r0, q1).",
      "\tw",
      "Sending CONNACK to c (0, 0)",
    ]);
    await one.stream.close();
    expect(texts(await hear(other))).toEqual(["w bye"]);
    expect(log).toContain("Client c closed its connection.");
  });

  test("has the limit of levels that every topic has", async () => {
    const { clock, raw } = scene({ levels: 5 });
    const one = raw();
    await one.send({ ...withWill, willTopic: "a/b/c/d/e/f" } as PacketDraft);
    expect(await clock.run(one.hear())).toMatchObject({ reasonCode: Reason["Topic Name invalid"] });
  });

  test.each([
    ["not after DISCONNECT", "e000", []],
    ["but after DISCONNECT with Will Message", "e00104", ["w bye"]],
  ])("%s", async (_what, hex, expected) => {
    const { client, hear } = scene();
    const other = await client("other");
    await other.send(subscribe("w"));
    await hear(other);
    const one = await client("c", { packet: withWill });
    await one.send(hex);
    expect(texts(await hear(other))).toEqual(expected);
  });
});
