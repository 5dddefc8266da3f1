// What a broker puts down in a file is there for the next one, whatever became of the first.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestClock } from "../../endpoint/memory.ts";
import { streamPair } from "../../endpoint/memory-stream.ts";
import type { Packet, PacketDraft } from "../format.ts";
import { Property } from "../properties.ts";
import { Broker } from "../server.ts";
import { publish, subscribe, texts } from "../testing/scene.ts";
import { connectOf, Scripted } from "../testing/scripted.ts";
import { Type } from "../types.ts";
import { DatabaseStore } from "./database.ts";

const folder = mkdtempSync(join(tmpdir(), "mqtt-database-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** Brokers one after the other on the same file and clock. */
function scene(path = join(folder, `${files++}.db`)) {
  const clock = new TestClock();
  let store: DatabaseStore;
  let broker: Broker;
  const begin = () => {
    store = new DatabaseStore(path);
    broker = new Broker(clock, { store });
  };
  begin();
  const client = async (packet: PacketDraft) => {
    const [end, server] = streamPair(clock);
    void broker.accept(server, { port: 1883 });
    const one = new Scripted(end);
    await one.send(packet);
    const connack = await clock.run(one.hear());
    if (connack?.type !== Type.CONNACK || connack.reasonCode !== 0) throw new Error("not let in");
    return Object.assign(one, { isPresent: connack.flags.sessionPresent === 1 });
  };
  /** The broker ends in the middle of whatever it does, and another begins. */
  const killed = () => {
    broker.later.close();
    store.close();
    begin();
  };
  return {
    path,
    clock,
    client,
    killed,
    broker: () => broker,
    hear: (one: Scripted) => clock.run(one.hearAll(100)),
  };
}

const lasting = (id: string, seconds = 600): PacketDraft =>
  ({
    ...connectOf(id, { cleanStart: 0 }),
    properties: [{ identifier: Property.sessionExpiryInterval, value: seconds }],
  }) as PacketDraft;
const ack = (type: number, packetIdentifier: number) => ({ type, packetIdentifier }) as PacketDraft;
const types = (packets: readonly Packet[]) => packets.map(({ type }) => type);

describe("after the broker was killed", () => {
  test("a session goes on: subscriptions with their options, what waited, what was under way", async () => {
    const { client, killed, hear } = scene();
    const one = await client(lasting("one"));
    const identifier = [{ identifier: Property.subscriptionIdentifier, value: 7 }];
    await one.send(subscribe("a/#", { qos: 2, retainAsPublished: 1 }, identifier as Property[]));
    await hear(one);
    const other = await client(connectOf("other"));
    await other.send(publish("a/1", "released", { qos: 2, packetIdentifier: 1 }));
    await other.send(publish("a/2", "sent", { qos: 1, packetIdentifier: 2 }));
    await hear(one);
    await one.send(ack(Type.PUBREC, 1));
    await hear(one);
    await one.stream.close();
    await other.send(publish("a/3", "waiting", { qos: 1, packetIdentifier: 3, retain: 1 }));
    await hear(other);
    killed();
    const again = await client(lasting("one"));
    expect(again.isPresent).toBe(true);
    expect(await hear(again)).toMatchObject([
      { type: Type.PUBREL, packetIdentifier: 1 },
      { type: Type.PUBLISH, packetIdentifier: 2, topic: "a/2", dup: 1, properties: [{ value: 7 }] },
      { type: Type.PUBLISH, topic: "a/3", dup: 0, qos: 1, retain: 1, properties: [{ value: 7 }] },
    ]);
  });

  test("a message of QoS 2 that was taken is not taken again", async () => {
    const { client, killed, hear } = scene();
    const sub = await client(lasting("sub"));
    await sub.send(subscribe("a", { qos: 2 }));
    await hear(sub);
    await sub.stream.close();
    const pub = await client(lasting("pub"));
    await pub.send(publish("a", "1", { qos: 2, packetIdentifier: 9 }));
    expect(types(await hear(pub))).toEqual([Type.PUBREC]);
    killed();
    const again = await client(lasting("pub"));
    await again.send(publish("a", "1", { qos: 2, packetIdentifier: 9, dup: 1 }));
    await again.send(ack(Type.PUBREL, 9));
    expect(types(await hear(again))).toEqual([Type.PUBREC, Type.PUBCOMP]);
    expect(texts(await hear(await client(lasting("sub"))))).toEqual(["a 1"]);
  });

  test("what is retained is still there, and what was removed is not", async () => {
    const { clock, client, killed, hear } = scene();
    const one = await client(connectOf("one"));
    const expiring = [{ identifier: Property.messageExpiryInterval, value: 60 }];
    await one.send(publish("a", "1", { retain: 1 }));
    await one.send(publish("b", "1", { retain: 1, properties: expiring }));
    await one.send(publish("c", "1", { retain: 1 }));
    await one.send(publish("c", "", { retain: 1 }));
    await hear(one);
    await clock.advance(20_000);
    killed();
    const two = await client(connectOf("two"));
    await two.send(subscribe("#"));
    const heard = await hear(two);
    expect(texts(heard).sort()).toEqual(["a 1", "b 1"]);
    const b = heard.find(each => each.type === Type.PUBLISH && each.topic === "b");
    expect(b).toMatchObject({ properties: [{ value: 40 }] });
  });

  test("a session still ends in its time, and one that was to end with its connection is not there", async () => {
    const { clock, client, killed, broker } = scene();
    const one = await client(lasting("one", 60));
    await one.stream.close();
    await client(connectOf("brief"));
    await clock.advance(40_000);
    killed();
    expect(broker().tally.sessions).toBe(1);
    await clock.advance(21_000);
    expect(broker().tally.sessions).toBe(0);
    killed();
    expect(broker().tally.sessions).toBe(0);
  });
});

test("nothing is acknowledged that could not be written, and everyone is sent away", async () => {
  const { clock, client, broker, hear } = scene();
  const one = await client(lasting("one"));
  await one.send(subscribe("a", { qos: 1 }));
  await hear(one);
  const { store } = broker();
  store!.commit = () => {
    throw new Error("the disk is full");
  };
  await one.send(publish("a", "1", { qos: 1, packetIdentifier: 1 }));
  expect(await hear(one)).toEqual([]);
  await clock.advance(3000);
  expect(one.stream.ended).toBe(true);
  expect(broker().failure?.message).toBe("the disk is full");
});

test("a file that is in use, or another's, is refused", async () => {
  const { path } = scene();
  expect(() => new DatabaseStore(path)).toThrow("locked");
  const { Database } = await import("bun:sqlite");
  const other = join(folder, "other.db");
  const database = new Database(other);
  database.run("CREATE TABLE something (a)");
  database.close();
  expect(() => new DatabaseStore(other)).toThrow("something else");
});
