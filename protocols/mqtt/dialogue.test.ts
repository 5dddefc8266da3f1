// Waiting: several at once, pings, and keep alive, each to the millisecond.
import { describe, expect, test } from "bun:test";
import { Unanswered } from "../endpoint/index.ts";
import { failure, session } from "./testing/client-scene.ts";
import { Type } from "./types.ts";

describe("several may wait at once", () => {
  test("the button: UNSUBACK arrives while a message is waited for", async () => {
    const { clock, broker, session: one } = await session();
    const receiving = one.receive(10_000);
    const unsubscribing = one.unsubscribe("a");
    await broker.hear();
    await broker.send({ type: Type.UNSUBACK, packetIdentifier: 1, reasonCodes: [0] });
    expect(await clock.run(unsubscribing)).toBe(0);
    await one.disconnect();
    await broker.stream.close();
    expect(await clock.run(receiving)).toBeUndefined();
    expect(clock.milliseconds).toBe(0);
  });

  test("who waits for a short time is not kept by who waits for a long one", async () => {
    const { clock, session: one } = await session();
    const long = one.receive(10_000);
    expect(await clock.run(one.receive(50))).toBeUndefined();
    expect(clock.milliseconds).toBe(50);
    expect(await clock.run(long)).toBeUndefined();
    expect(clock.milliseconds).toBe(10_000);
  });

  test("and all are told when the connection is lost", async () => {
    const { clock, broker, session: one } = await session();
    const waiting = [failure(one.receive()), failure(one.ping()), failure(one.subscribe("a"))];
    await broker.stream.close();
    const errors = await clock.run(Promise.all(waiting));
    expect(errors.map(error => error.message)).toEqual(new Array(3).fill("the broker closed the connection"));
  });
});

describe("PINGREQ", () => {
  test("is answered, and the round trip measured", async () => {
    const { clock, broker, session: one } = await session();
    const pinging = one.ping();
    await broker.hear();
    clock.after(30, () => void broker.send({ type: Type.PINGRESP }));
    expect(await clock.run(pinging)).toBe(30_000_000n);
  });

  test("without an answer is an error after exactly the time given", async () => {
    const { clock, session: one } = await session();
    const error = await clock.run(failure(one.ping(10_000)));
    expect(error.message).toBe("PINGREQ: no answer to 1 attempt in 10000 ms");
    expect(clock.milliseconds).toBe(10_000);
  });

  test("that is answered late is no violation; an answer to nothing is", async () => {
    const { clock, broker, session: one } = await session();
    await clock.run(failure(one.ping(100)));
    await broker.send({ type: Type.PINGRESP });
    expect(await clock.run(one.receive(10))).toBeUndefined();
    await broker.send({ type: Type.PINGRESP });
    expect(await clock.run(failure(one.receive(10)))).toMatchObject({ rule: "mqtt.unasked" });
  });
});

describe("keep alive", () => {
  test("pings when nothing was sent for so long, and goes on", async () => {
    const { clock, broker, session: one } = await session({ keepAlive: 60 });
    const receiving = one.receive(200_000);
    const pings: number[] = [];
    const answering = (async () => {
      for (let heard = await broker.hear(150_000); heard?.type === Type.PINGREQ; ) {
        pings.push(clock.milliseconds);
        await broker.send({ type: Type.PINGRESP });
        heard = await broker.hear(150_000);
      }
    })();
    expect(await clock.run(receiving)).toBeUndefined();
    expect(pings).toEqual([60_000, 120_000, 180_000]);
    await one.disconnect();
    await clock.run(answering);
  });

  test("holds while nothing is awaited", async () => {
    const { clock, broker } = await session({ keepAlive: 60 });
    expect((await clock.run(broker.hear(100_000)))?.type).toBe(Type.PINGREQ);
    expect(clock.milliseconds).toBe(60_000);
  });

  test("gives up when there is no answer", async () => {
    const { clock, session: one } = await session({ keepAlive: 60, patience: 5000 });
    const error = await clock.run(failure(one.receive()));
    expect(error).toBeInstanceOf(Unanswered);
    expect(clock.milliseconds).toBe(65_000);
  });

  test("of 0 is none", async () => {
    const { clock, client, session: one } = await session({ keepAlive: 0 });
    await clock.run(one.receive(1_000_000));
    expect(client.written).toHaveLength(1);
  });
});
