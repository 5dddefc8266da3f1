// Shared subscriptions when a session ends, wills that come later, and what the broker tells of itself. MQTT 5 §4.8.2, §3.1.3.2.
import { describe, expect, test } from "bun:test";
import { TestClock } from "../../endpoint/memory.ts";
import { streamPair } from "../../endpoint/memory-stream.ts";
import type { PacketDraft } from "../format.ts";
import { Property } from "../properties.ts";
import { Reason } from "../reasons.ts";
import { Broker } from "../server.ts";
import { ack, at, lasting } from "../testing/lasting.ts";
import { publish, scene, subscribe, texts } from "../testing/scene.ts";
import { connectOf, octetsOf, Scripted } from "../testing/scripted.ts";
import { Type } from "../types.ts";

describe("a shared subscription", () => {
  test("passes on what its subscriber did not get before its session ended; of QoS 2 only what was not sent", async () => {
    const { client, hear } = scene({ inflight: 1 });
    const [one, two, source] = [await client("one"), await client("two"), await client("source")];
    for (const each of [one, two]) {
      await each.send(subscribe("$share/g/+", { qos: 2 }));
      await hear(each);
    }
    // In turn: one gets the first and the third, of which the window lets one out.
    for (let i = 1; i <= 4; i++) {
      await source.send(publish(`${i}`, "", at(i === 1 ? 2 : 1, i)));
      await source.send(ack(Type.PUBREL, i));
    }
    expect(texts(await hear(one))).toEqual(["1 "]);
    expect(texts(await hear(two))).toEqual(["2 "]);
    await one.stream.close();
    await hear(source);
    const heard: string[] = [];
    for (let i = 1; i <= 3; i++) {
      await two.send(ack(Type.PUBACK, i));
      heard.push(...texts(await hear(two)));
    }
    expect(heard).toEqual(["4 ", "3 "]);
  });

  test("brings nothing that is retained", async () => {
    const { client, hear } = scene();
    const one = await client("one");
    await one.send(publish("a", "kept", { retain: 1 }));
    await one.send(subscribe("$share/g/a"));
    expect(texts(await hear(one))).toEqual([]);
  });
});

describe("a will with a delay", () => {
  const dying = (delay: number, expiry: number) =>
    ({
      ...lasting("one", expiry),
      flags: { will: 1, willQoS: 1 },
      willTopic: "w",
      willPayload: octetsOf("bye"),
      willProperties: [{ identifier: Property.willDelayInterval, value: delay }],
    }) as PacketDraft;

  test.each([
    ["comes after it", 10, 60, 9900, 200],
    ["comes when the session ends before it", 60, 10, 9900, 200],
  ])("%s", async (_what, delay, expiry, silent, then) => {
    const { clock, client, hear } = scene();
    const other = await client("other");
    await other.send(subscribe("w"));
    await hear(other);
    const one = await client("one", { packet: dying(delay, expiry) });
    await one.stream.close();
    expect(texts(await hear(other, silent))).toEqual([]);
    await clock.advance(then);
    expect(texts(await hear(other))).toEqual(["w bye"]);
  });

  test("does not come if the client is back before", async () => {
    const { clock, client, raw, hear } = scene();
    const other = await client("other");
    await other.send(subscribe("w"));
    await hear(other);
    const one = await client("one", { packet: dying(10, 60) });
    await one.stream.close();
    await clock.advance(5000);
    await raw().send(lasting("one", 60));
    expect(texts(await hear(other, 100_000))).toEqual([]);
  });

  test("comes at once if the client is back, but starts clean", async () => {
    const { clock, client, raw, hear } = scene();
    const other = await client("other");
    await other.send(subscribe("w"));
    await hear(other);
    const one = await client("one", { packet: dying(10, 60) });
    await one.stream.close();
    await clock.advance(100);
    await raw().send(lasting("one", 60, [], 1));
    expect(texts(await hear(other, 100))).toEqual(["w bye"]);
  });
});

test("$SYS tells what the broker has to do, and nobody else may", async () => {
  const clock = new TestClock();
  const broker = new Broker(clock, { system: 10 });
  const [end, server] = streamPair(clock);
  void broker.accept(server, { port: 1883 });
  const one = new Scripted(end);
  await one.send(connectOf("one"));
  await one.send(subscribe("$SYS/broker/clients/#"));
  await one.send(publish("$SYS/broker/uptime", "1", at(1, 5)));
  const heard = await clock.run(one.hearAll(1000));
  expect(heard).toContainEqual(
    expect.objectContaining({ type: Type.PUBACK, reasonCode: Reason["Not authorized"] }),
  );
  expect(texts(heard)).toContain("$SYS/broker/clients/connected 0");
  await clock.advance(10_000);
  expect(texts(await clock.run(one.hearAll(1000)))).toContain("$SYS/broker/clients/connected 1");
  await clock.run(broker.close());
});
