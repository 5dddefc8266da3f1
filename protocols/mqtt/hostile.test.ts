// What nobody should send and somebody will: the broker stays up, holds little, and serves the others.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { mutants, vectorsIn } from "../wire/vectors.ts";
import { Frames } from "./frames.ts";
import { Reason } from "./reasons.ts";
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

/** LAB_MUTANTS=2000000 is the long form. */
const mutations = Number(process.env.LAB_MUTANTS ?? 100_000);

test(
  `${mutations} changed packets after CONNECT, and instead of it, end at most their own connection, and are told why`,
  async () => {
    const { clock, client, raw, broker } = scene({ connect: 10, sessions: 1e6, retained: 100, queued: 100 });
    const witness = await client("witness");
    await witness.send(subscribe("still/there"));
    await clock.run(witness.hear());
    const vectors = vectorsIn(join(import.meta.dir, "vectors"));
    const each = Math.ceil(mutations / 2 / vectors.length);
    const reasons = new Map<number | undefined, number>();
    for (const { name, octets } of vectors) {
      let count = 0;
      let sent: { one: Scripted; mutant: Uint8Array }[] = [];
      for (const mutant of mutants(octets, `broker ${name}`, each)) {
        const [after, instead] = [raw(), raw()];
        await after.send(connectOf(`mutant ${count % 50}`, { keepAlive: 1 }));
        // The peer may have closed already.
        await after.stream.write(mutant).catch(() => {});
        await instead.stream.write(mutant).catch(() => {});
        sent.push({ one: after, mutant });
        if (++count % 50 > 0 && count < each) continue;
        // Before keep alive ends those that broke no rule.
        await clock.advance(20);
        for (const { one, mutant } of sent) {
          const reason = endOf(one, mutant);
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }
        sent = [];
        await clock.advance(2000);
      }
    }
    // Every way to be wrong was met, and nobody was closed without a word.
    expect(reasons.get(undefined)).toBeUndefined();
    expect([...reasons.keys()]).toEqual(
      expect.arrayContaining([
        0,
        Reason["Malformed Packet"],
        Reason["Protocol Error"],
        Reason["Packet too large"],
      ]),
    );
    const source = await client("source");
    await source.send(publish("still/there", "yes"));
    const heard = texts(await clock.run(witness.hearAll(10)));
    expect(heard).toContain("still/there yes");
    // Some of them are good clients without keep alive, one at a time of each name.
    expect(broker.tally.connected).toBeLessThan(1000);
    await clock.run(broker.close());
  },
  mutations > 100_000 ? 1_800_000 : 60_000,
);

/** The reason that a connection was ended with; 0: it was not ended, or by the client itself; `undefined`: without a word. */
function endOf(one: Scripted, mutant: Uint8Array): number | undefined {
  const { written } = one.stream.peer;
  const packets = written.flatMap(octets => [...new Frames(1 << 24).feed(octets)]);
  const last = packets.at(-1);
  if (last && last[0] === 0xe0) return last[2] ?? 0;
  return !one.stream.ended || mutant[0]! >>> 4 === Type.DISCONNECT ? 0 : undefined;
}

test("a topic of a million levels, and a filter, are refused, and the connection that sent it only", async () => {
  const { client, hear } = scene();
  const [one, other] = [await client("one"), await client("other")];
  const levels = new Uint8Array(1_000_000).fill(0x2f);
  // No string is longer than 65 535 octets: the rest of the levels is payload, or no packet.
  await one.stream.write(Uint8Array.from([0x30, 0xc2, 0x84, 0x3d, 0xff, 0xff, ...levels]));
  const heard = await hear(one);
  expect(heard.at(-1)).toMatchObject({ type: Type.DISCONNECT });
  await other.send(subscribe("/".repeat(65_535)));
  expect(await hear(other)).toMatchObject([{ reasonCodes: [Reason["Topic Filter invalid"]] }]);
});

test("two thousand connections that send nothing, and 256 MB that are announced, keep nobody out", async () => {
  const { clock, raw, client, hear, broker } = scene();
  const silent = Array.from({ length: 2000 }, () => raw());
  const announcing = Array.from({ length: 100 }, () => raw());
  for (const one of announcing) await one.send("10 ffffff7f 00");
  await clock.advance(10);
  const good = await client("good");
  await good.send("c000");
  expect(await hear(good)).toMatchObject([{ type: Type.PINGRESP }]);
  for (const one of announcing) expect(one.stream.ended).toBe(true);
  await clock.advance(20_000);
  for (const one of silent) expect(one.stream.ended).toBe(true);
  await clock.run(broker.close());
});

test("a client that acknowledges nothing holds what its window and queue allow, and no more", async () => {
  const { client, hear, broker } = scene({ queued: 50, inflight: 10, queuedOctets: 20_000 });
  const [deafened, source] = [await client("one"), await client("source")];
  await deafened.send(subscribe("a", { qos: 2 }));
  await hear(deafened);
  for (let i = 1; i <= 500; i++)
    await source.send(publish("a", "x".repeat(1000), { qos: 1, packetIdentifier: i }));
  expect(texts(await hear(deafened))).toHaveLength(10);
  expect(broker.budget.held).toBeLessThan(35_000);
  expect(broker.counts.dropped).toBeGreaterThan(400);
});
