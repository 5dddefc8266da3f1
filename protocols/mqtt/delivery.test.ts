// QoS 1 and 2 from the client's side, against a scripted broker: lost acknowledgements, duplicates, every phase of a reconnection.
import { describe, expect, test } from "bun:test";
import { TestClock } from "../endpoint/memory.ts";
import { type MemoryStream, streamPair } from "../endpoint/memory-stream.ts";
import { connect, type Options, type Session, type SessionEvent } from "./client.ts";
import type { DraftOf, PacketDraft } from "./format.ts";
import { Property } from "./properties.ts";
import { Reason } from "./reasons.ts";
import { accepted, failure, scene, session } from "./testing/client-scene.ts";
import { octetsOf, Scripted } from "./testing/scripted.ts";
import { Type } from "./types.ts";

const resumed: DraftOf<"CONNACK"> = { ...accepted, flags: { sessionPresent: 1 } };
const acknowledgement = (type: number, packetIdentifier: number, reasonCode?: number): PacketDraft =>
  ({ type, packetIdentifier, ...(reasonCode !== undefined && { reasonCode }) }) as PacketDraft;
const message = (qos: 0 | 1 | 2, text = "x", more: object = {}) => ({
  ...{ topic: "a", payload: octetsOf(text), qos },
  ...more,
});
const incoming = (qos: 1 | 2, packetIdentifier: number, text: string, more: object = {}): PacketDraft =>
  ({
    type: Type.PUBLISH,
    topic: "a",
    payload: octetsOf(text),
    qos,
    packetIdentifier,
    ...more,
  }) as PacketDraft;
const texts = (all: readonly ({ payload: Uint8Array } | undefined)[]) =>
  all.map(each => each && new TextDecoder().decode(each.payload));

/** A client that opens another connection when one is lost; each of them ends at a scripted broker. */
function reconnecting(options: Partial<Options> = {}) {
  const clock = new TestClock();
  const brokers: Scripted[] = [];
  const events: SessionEvent[] = [];
  const arrived: ((broker: Scripted) => void)[] = [];
  const dial = async (): Promise<MemoryStream> => {
    const [client, end] = streamPair(clock);
    const broker = new Scripted(end);
    brokers.push(broker);
    arrived.shift()?.(broker);
    return client;
  };
  const next = () => new Promise<Scripted>(resolve => arrived.push(resolve));
  const open = async (): Promise<{ one: Session; broker: Scripted }> => {
    const opening = dial().then(stream =>
      connect(stream, clock, {
        ...{ clientId: "c", keepAlive: 0, onEvent: event => events.push(event) },
        reconnect: { dial, first: 1000, most: 8000, random: () => 1 },
        ...options,
      }),
    );
    await Promise.resolve();
    const broker = brokers[0]!;
    await broker.hear();
    await broker.send(accepted);
    return { one: await clock.run(opening), broker };
  };
  /** The next connection, with CONNECT heard and CONNACK sent. */
  const again = async (connack = resumed): Promise<Scripted> => {
    const broker = await clock.run(next());
    expect((await clock.run(broker.hear()))?.type).toBe(Type.CONNECT);
    await broker.send(connack);
    return broker;
  };
  return { clock, open, again, events };
}

describe("a message of QoS 1", () => {
  test("is acknowledged with the broker's reason code", async () => {
    const { clock, broker, session: one } = await session();
    const publishing = one.publish(message(1));
    expect(await broker.hear()).toMatchObject({ type: Type.PUBLISH, qos: 1, dup: 0, packetIdentifier: 1 });
    await broker.send(acknowledgement(Type.PUBACK, 1, Reason["No matching subscribers"]));
    expect(await clock.run(publishing)).toBe(0x10);
    expect(one.outstanding).toBe(0);
  });

  test("that is refused is told in words", async () => {
    const { clock, broker, session: one } = await session();
    const publishing = failure(one.publish(message(1)));
    await broker.hear();
    await broker.send(acknowledgement(Type.PUBACK, 1, Reason["Quota exceeded"]));
    expect((await clock.run(publishing)).message).toBe(
      "the broker refused the message to a: Quota exceeded (0x97)",
    );
  });

  test("that is never acknowledged ends the connection in its time", async () => {
    const { clock, session: one } = await session({ patience: 4000 });
    const error = await clock.run(failure(one.publish(message(1))));
    expect(error.message).toBe("PUBLISH: no answer to 1 attempt in 4000 ms");
    expect(clock.milliseconds).toBe(4000);
  });

  test("whose PUBACK is lost is sent again, marked, with its identifier", async () => {
    const { clock, open, again } = reconnecting();
    const { one, broker } = await open();
    const publishing = one.publish(message(1));
    await broker.hear();
    await broker.stream.close();
    const second = await again();
    expect(await second.hear()).toMatchObject({ type: Type.PUBLISH, dup: 1, packetIdentifier: 1 });
    await second.send(acknowledgement(Type.PUBACK, 1));
    expect(await clock.run(publishing)).toBe(0);
  });

  test("is sent as a new one to a broker that lost the session", async () => {
    const { clock, open, again } = reconnecting();
    const { one, broker } = await open();
    const publishing = one.publish(message(1));
    await broker.hear();
    await broker.stream.close();
    const second = await again(accepted);
    expect(await second.hear()).toMatchObject({ type: Type.PUBLISH, dup: 0 });
    await second.send(acknowledgement(Type.PUBACK, 1));
    expect(await clock.run(publishing)).toBe(0);
  });
});

describe("a message of QoS 2", () => {
  test("takes four packets", async () => {
    const { clock, broker, session: one } = await session();
    const publishing = one.publish(message(2));
    expect(await broker.hear()).toMatchObject({ type: Type.PUBLISH, qos: 2 });
    await broker.send(acknowledgement(Type.PUBREC, 1));
    expect(await broker.hear()).toMatchObject({ type: Type.PUBREL, packetIdentifier: 1 });
    await broker.send(acknowledgement(Type.PUBCOMP, 1));
    expect(await clock.run(publishing)).toBe(0);
  });

  test("after PUBREC is not sent again: PUBREL is", async () => {
    const { clock, open, again } = reconnecting();
    const { one, broker } = await open();
    const publishing = one.publish(message(2));
    await broker.hear();
    await broker.send(acknowledgement(Type.PUBREC, 1));
    expect((await broker.hear())?.type).toBe(Type.PUBREL);
    await broker.stream.close();
    const second = await again();
    expect(await second.hear()).toMatchObject({ type: Type.PUBREL, packetIdentifier: 1 });
    await second.send(acknowledgement(Type.PUBCOMP, 1));
    expect(await clock.run(publishing)).toBe(0);
  });

  test("that may have been delivered by a broker that lost the session is given up, not doubled", async () => {
    const { clock, open, again, events } = reconnecting();
    const { one, broker } = await open();
    const publishing = failure(one.publish(message(2)));
    await broker.hear();
    await broker.stream.close();
    const second = await again(accepted);
    expect((await clock.run(publishing)).message).toContain("nobody knows");
    expect(events).toContainEqual({ kind: "uncertain", messages: 1 });
    expect(await clock.run(second.hear(100))).toBeUndefined();
  });

  test("whose PUBREC comes twice is released twice", async () => {
    const { clock, broker, session: one } = await session();
    const publishing = one.publish(message(2));
    await broker.hear();
    for (let i = 0; i < 2; i++) {
      await broker.send(acknowledgement(Type.PUBREC, 1));
      expect((await clock.run(broker.hear()))?.type).toBe(Type.PUBREL);
    }
    await broker.send(acknowledgement(Type.PUBCOMP, 1, Reason["Packet Identifier not found"]));
    expect(await clock.run(publishing)).toBe(0x92);
  });

  test("that is refused needs no PUBREL", async () => {
    const { clock, broker, session: one } = await session();
    const publishing = failure(one.publish(message(2)));
    await broker.hear();
    await broker.send(acknowledgement(Type.PUBREC, 1, Reason["Not authorized"]));
    expect((await clock.run(publishing)).message).toContain("Not authorized (0x87)");
    expect(await clock.run(broker.hear(100))).toBeUndefined();
  });

  test("PUBREC to nothing is answered so", async () => {
    const { clock, broker } = await session();
    await broker.send(acknowledgement(Type.PUBREC, 9));
    expect(await clock.run(broker.hear())).toMatchObject({
      type: Type.PUBREL,
      packetIdentifier: 9,
      reasonCode: 0x92,
    });
  });
});

test.each([
  ["PUBACK to nothing", 1, acknowledgement(Type.PUBACK, 9)],
  ["PUBACK to QoS 2", 2, acknowledgement(Type.PUBACK, 1)],
  ["PUBREC to QoS 1", 1, acknowledgement(Type.PUBREC, 1)],
  ["PUBCOMP before PUBREL", 2, acknowledgement(Type.PUBCOMP, 1)],
] as const)("%s is a violation", async (_what, qos, packet) => {
  const { clock, broker, session: one } = await session();
  const publishing = failure(one.publish(message(qos)));
  await broker.hear();
  await broker.send(packet);
  expect(await clock.run(publishing)).toMatchObject({ rule: "mqtt.unasked" });
});

describe("flow control", () => {
  test("no more are under way than the broker takes, in their order", async () => {
    const properties: Property[] = [{ identifier: Property.receiveMaximum, value: 2 }];
    const { clock, broker, session: one } = await session({}, { ...accepted, properties });
    const all = Promise.all(["1", "2", "3", "4"].map(text => one.publish(message(1, text))));
    expect(texts((await clock.run(broker.hearAll(100))) as never)).toEqual(["1", "2"]);
    await broker.send(acknowledgement(Type.PUBACK, 1));
    expect(texts((await clock.run(broker.hearAll(100))) as never)).toEqual(["3"]);
    for (const identifier of [2, 3]) await broker.send(acknowledgement(Type.PUBACK, identifier));
    await clock.run(broker.hear());
    await broker.send(acknowledgement(Type.PUBACK, 4));
    expect(await clock.run(all)).toEqual([0, 0, 0, 0]);
  });

  test("QoS 0 does not wait for the window", async () => {
    const properties: Property[] = [{ identifier: Property.receiveMaximum, value: 1 }];
    const { clock, broker, session: one } = await session({}, { ...accepted, properties });
    for (const text of ["1", "2"]) one.publish(message(1, text)).catch(() => {});
    await one.publish(message(0, "0"));
    expect(texts((await clock.run(broker.hearAll(100))) as never)).toEqual(["1", "0"]);
  });

  test("a message that expired in the queue is not sent", async () => {
    const properties: Property[] = [{ identifier: Property.receiveMaximum, value: 1 }];
    const { clock, broker, session: one } = await session({ patience: 60_000 }, { ...accepted, properties });
    let now = 0;
    const realNow = Date.now;
    Date.now = () => now;
    try {
      const first = one.publish(message(1, "1"));
      const second = failure(one.publish(message(1, "2", { properties: { messageExpiryInterval: 5 } })));
      const third = one.publish(message(1, "3", { properties: { messageExpiryInterval: 60 } }));
      await broker.hear();
      now = 20_000;
      await broker.send(acknowledgement(Type.PUBACK, 1));
      await clock.run(first);
      expect((await clock.run(second)).message).toBe("the message to a expired before it was sent");
      expect(await clock.run(broker.hear())).toMatchObject({
        properties: [{ identifier: Property.messageExpiryInterval, value: 40 }],
      });
      await broker.send(acknowledgement(Type.PUBACK, 3));
      await clock.run(third);
    } finally {
      Date.now = realNow;
    }
  });
});

describe("messages that come", () => {
  const subscribed = async (qos: 1 | 2, options: Partial<Options> = {}) => {
    const all = await session(options);
    const subscribing = all.session.subscribe("#", { qos });
    await all.broker.hear();
    await all.broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [qos] });
    await all.clock.run(subscribing);
    return all;
  };

  test("are acknowledged when they are taken, and not before", async () => {
    const { clock, broker, session: one } = await subscribed(1);
    await broker.send(incoming(1, 5, "x"));
    expect(await clock.run(broker.hear(100))).toBeUndefined();
    expect(texts([await one.receive(0)])).toEqual(["x"]);
    expect(await clock.run(broker.hear())).toMatchObject({ type: Type.PUBACK, packetIdentifier: 5 });
  });

  test("at QoS 2 are handed over once, however often they are sent", async () => {
    const { clock, broker, session: one } = await subscribed(2);
    await broker.send(incoming(2, 5, "x"));
    await broker.send(incoming(2, 5, "x", { dup: 1 }));
    await clock.advance(1);
    expect(texts([await one.receive(0), await clock.run(one.receive(10))])).toEqual(["x", undefined]);
    expect((await clock.run(broker.hear()))?.type).toBe(Type.PUBREC);
    await broker.send(incoming(2, 5, "x", { dup: 1 }));
    expect((await clock.run(broker.hear()))?.type).toBe(Type.PUBREC);
    await broker.send(acknowledgement(Type.PUBREL, 5));
    expect(await clock.run(broker.hear())).toMatchObject({ type: Type.PUBCOMP, packetIdentifier: 5 });
    expect(await clock.run(one.receive(10))).toBeUndefined();
    // The identifier is free again: another message.
    await broker.send(incoming(2, 5, "y"));
    expect(texts([await clock.run(one.receive(10))])).toEqual(["y"]);
  });

  test("PUBREL of something unknown is answered so", async () => {
    const { clock, broker } = await subscribed(2);
    await broker.send(acknowledgement(Type.PUBREL, 8));
    expect(await clock.run(broker.hear())).toMatchObject({ type: Type.PUBCOMP, reasonCode: 0x92 });
  });

  test("beyond the receive maximum are a violation", async () => {
    const { clock, broker, session: one } = await subscribed(1, { receiveMaximum: 1 });
    await broker.send(incoming(1, 1, "x"));
    await broker.send(incoming(1, 2, "y"));
    await clock.advance(1);
    expect(texts([await one.receive(0)])).toEqual(["x"]);
    expect(await clock.run(failure(one.receive(10)))).toMatchObject({ rule: "mqtt.receive-maximum" });
  });

  test("by topic alias have their topic", async () => {
    const { clock, broker, session: one } = await subscribed(1, { topicAliasMaximum: 2 });
    const alias = (value: number) => ({ properties: [{ identifier: Property.topicAlias, value }] });
    await broker.send(incoming(1, 1, "x", { topic: "long/topic", ...alias(2) }));
    await broker.send(incoming(1, 2, "y", { topic: "", ...alias(2) }));
    const topics = [(await clock.run(one.receive(10)))?.topic, (await clock.run(one.receive(10)))?.topic];
    expect(topics).toEqual(["long/topic", "long/topic"]);
    await broker.send(incoming(1, 3, "z", { topic: "", ...alias(1) }));
    expect(await clock.run(failure(one.receive(10)))).toMatchObject({ rule: "mqtt.topic-alias" });
  });

  test("that nobody takes stop the reading at a limit, and keep alive goes on all the same", async () => {
    const { clock, broker, session: one } = await session({ keepAlive: 60 });
    for (let i = 0; i < 30; i++)
      await broker.send({ type: Type.PUBLISH, topic: "a", payload: new Uint8Array(1_000_000) });
    const pings: unknown[] = [];
    for (let i = 0; i < 3; i++) pings.push((await clock.run(broker.hear(100_000)))?.type);
    expect(pings).toEqual([Type.PINGREQ, Type.PINGREQ, Type.PINGREQ]);
    for (let i = 0; i < 3; i++) await broker.send({ type: Type.PINGRESP });
    for (let i = 0; i < 30; i++) expect((await clock.run(one.receive(10)))?.payload).toHaveLength(1_000_000);
    expect(one.dropped).toBe(0);
  });
});

describe("reconnection", () => {
  test("waits longer each time, up to a limit, and begins anew after success", async () => {
    const clock = new TestClock();
    const waits: number[] = [];
    const [client, end] = streamPair(clock);
    const broker = new Scripted(end);
    let tries = 0;
    const opening = connect(client, clock, {
      ...{ clientId: "c", keepAlive: 0 },
      onEvent: event => event.kind === "waiting" && waits.push(event.milliseconds),
      reconnect: {
        ...{ first: 1000, most: 5000, attempts: 5, random: () => 0.5 },
        dial: () => Promise.reject(new Error(`attempt ${++tries}`)),
      },
    });
    await broker.hear();
    await broker.send(accepted);
    const one = await clock.run(opening);
    const receiving = failure(one.receive());
    await broker.stream.close();
    expect((await clock.run(receiving)).message).toBe("attempt 5");
    expect(waits).toEqual([750, 1500, 3000, 3750, 3750]);
    expect(clock.milliseconds).toBe(12_750);
  });

  test("asks a broker that forgot the session for its subscriptions, and one that kept it not", async () => {
    const { clock, open, again } = reconnecting();
    const { one, broker } = await open();
    const subscribing = one.subscribe("a/#", { qos: 1, noLocal: true });
    await broker.hear();
    await broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [1] });
    await clock.run(subscribing);
    await broker.stream.close();
    const second = await again(resumed);
    expect(await clock.run(second.hear(100))).toBeUndefined();
    await second.stream.close();
    const third = await again(accepted);
    expect(await clock.run(third.hear())).toMatchObject({
      type: Type.SUBSCRIBE,
      subscriptions: [{ filter: "a/#", options: { qos: 1, noLocal: 1 } }],
    });
  });

  test("a subscription that is cut off is asked for again", async () => {
    const { clock, open, again } = reconnecting();
    const { one, broker } = await open();
    const subscribing = one.subscribe("a");
    await broker.hear();
    await broker.stream.close();
    const second = await again();
    const asked = await clock.run(second.hear());
    expect(asked?.type).toBe(Type.SUBSCRIBE);
    const packetIdentifier = (asked as { packetIdentifier: number }).packetIdentifier;
    await second.send({ type: Type.SUBACK, packetIdentifier, reasonCodes: [0] });
    expect(await clock.run(subscribing)).toBe(0);
  });

  test.each([
    ["Session taken over", 1],
    ["Server shutting down", 2],
  ] as const)("after DISCONNECT, %s: %d connections in all", async (reason, connections) => {
    const { clock, open, events } = reconnecting();
    const { one, broker } = await open();
    const receiving = failure(one.receive(5000));
    await broker.send({ type: Type.DISCONNECT, reasonCode: Reason[reason] });
    await clock.run(receiving);
    expect(1 + events.filter(({ kind }) => kind === "waiting").length).toBe(connections);
  });

  test("a message of QoS 1 that is taken after the connection changed is acknowledged on the new one", async () => {
    const { clock, open, again } = reconnecting();
    const { one, broker } = await open();
    const subscribing = one.subscribe("a", { qos: 2 });
    await broker.hear();
    await broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [2] });
    await clock.run(subscribing);
    await broker.send(incoming(1, 5, "x"));
    await broker.send(incoming(2, 6, "y"));
    await clock.advance(1);
    await broker.stream.close();
    const second = await again(resumed);
    await second.send(incoming(1, 5, "x", { dup: 1 }));
    await second.send(incoming(2, 6, "y", { dup: 1 }));
    await clock.advance(1);
    expect(texts([await one.receive(0), await one.receive(0)])).toEqual(["x", "y"]);
    expect((await clock.run(second.hearAll(100))).map(({ type }) => type)).toEqual([
      Type.PUBACK,
      Type.PUBREC,
    ]);
    expect(await clock.run(one.receive(100))).toBeUndefined();
  });

  test("the receive maximum counts what came on this connection, not what was left over from the one before", async () => {
    const { clock, open, again } = reconnecting({ receiveMaximum: 2 });
    const { one, broker } = await open();
    const subscribing = one.subscribe("a", { qos: 2 });
    await broker.hear();
    await broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [2] });
    await clock.run(subscribing);
    await broker.send(incoming(2, 5, "x"));
    await broker.send(incoming(2, 6, "y"));
    await clock.advance(1);
    expect(texts([await one.receive(0), await one.receive(0)])).toEqual(["x", "y"]);
    await broker.stream.close();
    const second = await again(resumed);
    // Both wait for PUBREL, and two more may be under way (MQTT 5 §4.9).
    await second.send(incoming(2, 7, "z"));
    await second.send(incoming(2, 8, "!"));
    await clock.advance(1);
    expect(texts([await one.receive(0), await one.receive(0)])).toEqual(["z", "!"]);
    await second.send(incoming(2, 9, "one too many"));
    await clock.advance(1);
    const heard = await clock.run(second.hearAll(10));
    expect(heard.at(-1)).toMatchObject({
      type: Type.DISCONNECT,
      reasonCode: Reason["Receive Maximum exceeded"],
    });
  });

  test("messages right behind CONNACK, in the same octets, are not lost", async () => {
    const { clock, client, broker, open } = scene();
    const opening = open({ cleanStart: false, sessionExpiry: 60 });
    await broker.hear();
    const held: Uint8Array[] = [];
    broker.stream.passing = octets => {
      held.push(octets);
      return [];
    };
    await broker.send(resumed);
    await broker.send(incoming(2, 5, "kept"));
    client.take(Uint8Array.from(held.flatMap(each => [...each])));
    const one = await clock.run(opening);
    expect(texts([await clock.run(one.receive(10))])).toEqual(["kept"]);
  });

  test("disconnecting while it waits ends it", async () => {
    const { clock, open } = reconnecting();
    const { one, broker } = await open();
    const publishing = failure(one.publish(message(1)));
    await broker.stream.close();
    await clock.advance(10);
    await one.disconnect();
    expect((await clock.run(publishing)).message).toBe("the session has ended");
    expect(await clock.run(one.receive())).toBeUndefined();
  });
});

test("a request is answered by its correlation data", async () => {
  const { clock, broker, session: one } = await session();
  const requesting = one.request(message(0, "what time is it?"));
  const subscribe = await broker.hear();
  expect(subscribe).toMatchObject({ type: Type.SUBSCRIBE, subscriptions: [{ filter: "responses/c" }] });
  await broker.send({ type: Type.SUBACK, packetIdentifier: 1, reasonCodes: [1] });
  const asked = (await clock.run(broker.hear())) as { properties: Property[] };
  const correlation = asked.properties.find(({ identifier }) => identifier === Property.correlationData)!;
  expect(asked.properties).toContainEqual({ identifier: Property.responseTopic, value: "responses/c" });
  await broker.send({
    ...{ type: Type.PUBLISH, topic: "responses/c", payload: octetsOf("noon"), properties: [correlation] },
  });
  expect(texts([await clock.run(requesting)])).toEqual(["noon"]);
});

test("our topic aliases: the topic once, then the alias alone", async () => {
  const properties: Property[] = [{ identifier: Property.topicAliasMaximum, value: 1 }];
  const { clock, broker, session: one } = await session({ topicAliases: true }, { ...accepted, properties });
  for (const topic of ["a", "a", "b"]) await one.publish({ topic, payload: octetsOf("") });
  const heard = (await clock.run(broker.hearAll(10))) as { topic: string; properties: Property[] }[];
  expect(heard.map(({ topic, properties }) => [topic, properties.length])).toEqual([
    ["a", 1],
    ["", 1],
    ["b", 0],
  ]);
});
