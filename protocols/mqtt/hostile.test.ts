// What nobody should send and somebody will: the broker stays up, holds little, and serves the others.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { mutants, vectorsIn } from "../wire/vectors.ts";
import type { PacketDraft } from "./format.ts";
import { publish, scene, subscribe, texts } from "./testing/scene.ts";
import { connectOf, type Scripted } from "./testing/scripted.ts";
import { Type } from "./types.ts";

/** A client that has stopped reading: what the broker writes to it is never taken. */
function deaf(one: Scripted): { held: () => number; listen: () => void } {
  const broker = one.stream.peer;
  const write = broker.write.bind(broker);
  const waiting: (() => void)[] = [];
  let octets = 0;
  broker.write = all =>
    new Promise<void>(resolve => {
      octets += all.length;
      waiting.push(() => void write(all).then(resolve));
    });
  return {
    held: () => octets,
    listen: () => {
      broker.write = write;
      for (const take of waiting.splice(0)) take();
    },
  };
}

describe("a client that never reads", () => {
  const MiB = 1024 * 1024;

  test("costs a limited number of octets, is logged once, and the others get every message", async () => {
    const { clock, log, client, hear } = scene({ outgoing: MiB });
    const [good, slow, source] = [await client("good"), await client("slow"), await client("source")];
    for (const one of [good, slow]) await one.send(subscribe("a"));
    for (const one of [good, slow]) await hear(one);
    const { held, listen } = deaf(slow);
    log.length = 0;
    let heard = 0;
    for (let i = 0; i < 100; i++) {
      await source.send(publish("a", "x".repeat(64 * 1024)));
      heard += texts(await hear(good, 1)).length;
    }
    expect(heard).toBe(100);
    expect(held()).toBeLessThanOrEqual(MiB);
    expect(log.filter(line => line.startsWith("Outgoing"))).toEqual([
      "Outgoing messages are being dropped for client slow.",
    ]);
    // Once it reads again it is served again.
    listen();
    await clock.advance(10);
    await hear(slow);
    await source.send(publish("a", "again"));
    expect(texts(await hear(slow))).toEqual(["a again"]);
  });

  test("is not read from either once its answers pile up", async () => {
    const { clock, broker, log, client } = scene({ outgoing: 1000 });
    const one = await client("c");
    deaf(one);
    for (let i = 0; i < 10_000; i++) await one.send("c000");
    await clock.advance(100);
    const answered = log.filter(line => line.startsWith("Sending PINGRESP")).length;
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(600);
    await clock.run(broker.close());
  });

  test("and asks a thousand times for all that is retained costs no more than one that asks once", async () => {
    const { clock, broker, client } = scene({ outgoing: 100_000 });
    const { retained } = broker;
    const matching = retained.matching.bind(retained);
    let looked = 0;
    retained.matching = function* (filter, now) {
      for (const message of matching(filter, now)) {
        looked++;
        yield message;
      }
    };
    const source = await client("source");
    for (let i = 0; i < 500; i++) await source.send(publish(`r/${i}`, "x".repeat(1000), { retain: 1 }));
    const one = await client("c");
    deaf(one);
    const subscriptions = Array.from({ length: 900 }, () => ({ filter: "r/#", options: {} }));
    await one.send({ type: Type.SUBSCRIBE, packetIdentifier: 1, subscriptions });
    await clock.advance(10);
    expect(looked).toBeGreaterThan(90);
    expect(looked).toBeLessThan(2000);
    await clock.run(broker.close());
  });

  test("does not hold up the end of its connection", async () => {
    const { clock, broker, client } = scene();
    const one = await client("c");
    deaf(one);
    const closing = broker.close();
    await clock.run(closing);
    expect(clock.milliseconds).toBeLessThanOrEqual(2000);
  });
});

test("connections that never say anything are gone after a while, and take nobody's place for longer", async () => {
  const { clock, raw, client, broker } = scene({ connections: 200, connect: 1000 });
  const silent = Array.from({ length: 200 }, () => raw());
  await clock.advance(1500);
  for (const one of silent) expect(one.stream.ended).toBe(true);
  await client("c");
  await clock.run(broker.close());
});

test("a million levels, a filter of 64 kB, and ten thousand filters in one packet are answered", async () => {
  const { client, hear } = scene();
  const one = await client("c");
  await one.send(subscribe("/".repeat(65_535)));
  expect(await hear(one)).toMatchObject([{ type: Type.SUBACK, reasonCodes: [0x8f] }]);
  await one.send(subscribe("x".repeat(65_535)));
  expect(await hear(one)).toMatchObject([{ reasonCodes: [0] }]);
  const subscriptions = Array.from({ length: 10_000 }, (_, i) => ({ filter: `f/${i}`, options: {} }));
  await one.send({ type: Type.SUBSCRIBE, packetIdentifier: 1, subscriptions });
  const [suback] = await hear(one);
  const codes = suback?.type === Type.SUBACK ? suback.reasonCodes : [];
  expect([codes.length, codes.filter(code => code === 0).length]).toEqual([10_000, 999]);
});

test("any octets after CONNECT, and instead of it, end at most their own connection", async () => {
  const { clock, client, raw, broker } = scene({ connect: 10 });
  const witness = await client("witness");
  await witness.send(subscribe("still/there"));
  await clock.run(witness.hear());
  const one: PacketDraft = connectOf("mutant", { keepAlive: 1 });
  for (const { name, octets } of vectorsIn(join(import.meta.dir, "vectors"))) {
    for (const mutant of mutants(octets, `broker ${name}`, 20)) {
      const [after, instead] = [raw(), raw()];
      await after.send(one);
      // The peer may have closed already.
      await after.stream.write(mutant).catch(() => {});
      await instead.stream.write(mutant).catch(() => {});
    }
    await clock.advance(20);
  }
  await clock.advance(2000);
  const source = await client("source");
  await source.send(publish("still/there", "yes"));
  const heard = texts(await clock.run(witness.hearAll(10)));
  expect(heard).toContain("still/there yes");
  await clock.run(broker.close());
});
