// Exactly once, shown: a publisher and a subscriber through a network that cuts connections after packets of every kind.
import { describe, expect, test } from "bun:test";
import { TestClock } from "../endpoint/memory.ts";
import { connect, type Session } from "./client.ts";
import { Broker } from "./server.ts";
import { type Fate, faultyDial, seeded } from "./testing/faulty.ts";
import { octetsOf } from "./testing/scripted.ts";
import { Type } from "./types.ts";

const acknowledgements = [
  Type.PUBLISH,
  Type.PUBACK,
  Type.PUBREC,
  Type.PUBREL,
  Type.PUBCOMP,
] as readonly number[];

/** Cuts after (or before) every so-many-th packet of each kind, in each direction; counts them by kind. */
function cutting(every: number, random: () => number) {
  const cuts = new Map<number, number>();
  const fate = (type: number): Fate => {
    if (!acknowledgements.includes(type) || random() * every >= 1) return "passes";
    cuts.set(type, (cuts.get(type) ?? 0) + 1);
    return random() < 0.7 ? "cut-after" : "cut-before";
  };
  return { cuts, fate };
}

async function campaign(qos: 0 | 1 | 2, messages: number, every: number, seed: number) {
  const clock = new TestClock();
  const broker = new Broker(clock);
  const random = seeded(seed);
  const { cuts, fate } = cutting(every, random);
  const dial = faultyDial(clock, () => broker, { fate }, 1);
  const open = async (clientId: string): Promise<Session> => {
    for (;;) {
      try {
        return await connect(await dial(), clock, {
          ...{
            clientId,
            cleanStart: false,
            sessionExpiry: 3600,
            keepAlive: 0,
            patience: 1000,
            receiveMaximum: 4,
          },
          reconnect: { dial, first: 5, most: 20, random },
        });
      } catch {
        // Cut in the middle of CONNECT: from the beginning.
      }
    }
  };
  const heard: string[] = [];
  const work = async () => {
    const subscriber = await open("subscriber");
    await subscriber.subscribe("a", { qos });
    const publisher = await open("publisher");
    const listening = (async () => {
      for (let quiet = 0; quiet < 10; ) {
        const message = await subscriber.receive(1000);
        if (message) heard.push(new TextDecoder().decode(message.payload));
        else quiet = publisher.outstanding === 0 ? quiet + 1 : 0;
      }
    })();
    for (let i = 0; i < messages; i += 10) {
      // At QoS 0 nothing else takes time.
      await clock.sleep(5);
      await Promise.all(
        Array.from({ length: 10 }, (_, j) =>
          publisher.publish({ topic: "a", payload: octetsOf(String(i + j)), qos }).catch(error => {
            // At QoS 0 a cut may take a message with it.
            if (qos > 0) throw error;
          }),
        ),
      );
    }
    await listening;
    await publisher.disconnect().catch(() => {});
    await subscriber.disconnect().catch(() => {});
  };
  await clock.run(work());
  return { heard, cuts };
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));

/** Rare enough that a burst of four often comes through: retransmissions are cut too. */
const every = 12;

describe("through a network that cuts connections", () => {
  test("a message of QoS 2 is delivered once, in order", async () => {
    const { heard, cuts } = await campaign(2, 1500, every, 7);
    expect(heard).toEqual(numbers(1500));
    for (const type of [Type.PUBLISH, Type.PUBREC, Type.PUBREL, Type.PUBCOMP])
      expect(cuts.get(type)).toBeGreaterThan(100);
  }, 60_000);

  test("a message of QoS 1 is delivered at least once", async () => {
    const { heard, cuts } = await campaign(1, 600, every, 8);
    expect(new Set(heard)).toEqual(new Set(numbers(600)));
    expect(heard.length).toBeGreaterThan(600);
    expect(cuts.get(Type.PUBACK)).toBeGreaterThan(50);
  }, 60_000);

  test("a message of QoS 0 is delivered once at the most", async () => {
    const { heard } = await campaign(0, 600, every, 9);
    expect(new Set(heard).size).toBe(heard.length);
    expect(heard.length).toBeLessThan(600);
    expect(heard.length).toBeGreaterThan(100);
  }, 60_000);
});
