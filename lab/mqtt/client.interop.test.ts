// Our client with Mosquitto, on loopback: every QoS in every version, and what MQTT 5 adds that Mosquitto has.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Message, type Options, type Session } from "../../protocols/mqtt/client.ts";
import { lack, peer } from "../../scripts/peers.ts";
import { hostClock } from "../network/clock.ts";
import { connect as dial } from "../network/native.ts";

const clock = hostClock();
const octets = (text: string) => new TextEncoder().encode(text);
const textOf = (message: Message | undefined) => message && new TextDecoder().decode(message.payload);
const folder = mkdtempSync(join(tmpdir(), "mqtt-client-"));
const missing = peer("mosquitto") ? undefined : lack("mosquitto");
let port = 0;
let daemon: Bun.Subprocess | undefined;

async function start(): Promise<void> {
  const configuration = join(folder, "mosquitto.conf");
  writeFileSync(configuration, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_topic_alias 10\n`);
  daemon = Bun.spawn([peer("mosquitto")!, "-c", configuration], { stdout: "ignore", stderr: "ignore" });
  for (let tries = 0; tries < 200; tries++) {
    const stream = await dial({ address: "127.0.0.1", port }).catch(() => undefined);
    if (stream) return stream.close();
    await Bun.sleep(10);
  }
  throw new Error("mosquitto did not come up");
}

async function stop(): Promise<void> {
  daemon?.kill();
  await daemon?.exited;
}

beforeAll(async () => {
  if (missing) return;
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as { port: number }).port;
  await new Promise(resolve => server.close(resolve));
  await start();
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

let clients = 0;
const open = async (options: Partial<Options> = {}): Promise<Session> =>
  connect(await dial({ address: "127.0.0.1", port }), clock, { clientId: `c${clients++}`, ...options });

describe.skipIf(missing !== undefined)(
  missing ? `our client with Mosquitto (${missing})` : "our client with Mosquitto",
  () => {
    describe.each([3, 4, 5] as const)("version %d", version => {
      test.each([0, 1, 2] as const)(
        "QoS %d: two hundred messages at once, each once, in order",
        async qos => {
          const topic = `v${version}/q${qos}`;
          const [subscriber, publisher] = [await open({ version }), await open({ version })];
          expect(await subscriber.subscribe(topic, { qos })).toBe(qos);
          const all = Array.from({ length: 200 }, (_, i) => String(i));
          await Promise.all(all.map(text => publisher.publish({ topic, payload: octets(text), qos })));
          const heard: (string | undefined)[] = [];
          for (const _ of all) heard.push(textOf(await subscriber.receive(5000)));
          expect(heard).toEqual(all);
          await subscriber.unsubscribe(topic);
          await Promise.all([subscriber.disconnect(), publisher.disconnect()]);
        },
      );

      test("a session is resumed, and has kept what came meanwhile", async () => {
        const name = { clientId: `keeps${version}`, version, cleanStart: false };
        const keeping = version === 5 ? { ...name, sessionExpiry: 60 } : name;
        const topic = `kept/${version}`;
        const first = await open(keeping);
        await first.subscribe(topic, { qos: 2 });
        await first.disconnect();
        const publisher = await open({ version });
        await publisher.publish({ topic, payload: octets("meanwhile"), qos: 2 });
        const second = await open(keeping);
        // MQTT 3.1 does not tell.
        expect(second.connack.sessionPresent).toBe(version > 3);
        expect(textOf(await second.receive(5000))).toBe("meanwhile");
        await Promise.all([second.disconnect(), publisher.disconnect()]);
      });

      test("a will is published for who goes without a word", async () => {
        const topic = `will/${version}`;
        const watcher = await open({ version });
        await watcher.subscribe(topic, { qos: 1 });
        const dying = await open({ version, will: { topic, payload: octets("gone"), qos: 1 } });
        await dying.abandon();
        expect(textOf(await watcher.receive(5000))).toBe("gone");
        await watcher.disconnect();
      });
    });

    test("all properties of a message arrive, and the subscription's identifier", async () => {
      const one = await open();
      await one.subscribe("properties/#", { qos: 1, identifier: 77 });
      const properties = {
        ...{ payloadFormatIndicator: true, messageExpiryInterval: 100, contentType: "text/plain" },
        ...{ responseTopic: "answers", correlationData: octets("c1") },
        userProperties: [
          ["a", "1"],
          ["a", "2"],
          ["b", "3"],
        ] as const,
      };
      await one.publish({ topic: "properties/x", payload: octets("x"), qos: 1, properties });
      expect(await one.receive(5000)).toMatchObject({ properties, subscriptionIdentifiers: [77] });
      await one.disconnect();
    });

    test("no local, retain handling and retain as published", async () => {
      const one = await open();
      const topic = "options/x";
      await one.publish({ topic, payload: octets("kept"), retain: true, qos: 1 });
      await one.subscribe(topic, { retainHandling: 2 });
      expect(await one.receive(200)).toBeUndefined();
      // Mosquitto 2.0.11 takes new options only with a new subscription.
      await one.unsubscribe(topic);
      await one.subscribe(topic, { retainHandling: 0, retainAsPublished: true });
      expect(await one.receive(5000)).toMatchObject({ retain: true });
      await one.publish({ topic, payload: octets("again"), retain: true, qos: 1 });
      expect(await one.receive(5000)).toMatchObject({ retain: true });
      await one.unsubscribe(topic);
      await one.subscribe(topic, { noLocal: true, retainHandling: 2 });
      await one.publish({ topic, payload: octets(""), retain: true, qos: 1 });
      expect(await one.receive(200)).toBeUndefined();
      await one.disconnect();
    });

    test("a shared subscription: each message to one of them", async () => {
      const [left, right, publisher] = [await open(), await open(), await open()];
      for (const each of [left, right]) await each.subscribe("$share/g/work", { qos: 1 });
      for (let i = 0; i < 10; i++)
        await publisher.publish({ topic: "work", payload: octets(String(i)), qos: 1 });
      const heard: string[] = [];
      for (const each of [left, right])
        for (let one = await each.receive(300); one; one = await each.receive(300)) heard.push(textOf(one)!);
      expect(heard.sort()).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
      await Promise.all([left, right, publisher].map(each => each.disconnect()));
    });

    test("topic aliases both ways, and a request with its answer", async () => {
      const asking = await open({ topicAliases: true, topicAliasMaximum: 10 });
      const answering = await open();
      await answering.subscribe("questions");
      const serving = (async () => {
        const question = await answering.receive(5000);
        const { responseTopic, correlationData } = question!.properties!;
        const properties = correlationData && { correlationData };
        await answering.publish({
          topic: responseTopic!,
          payload: octets("42"),
          ...(properties && { properties }),
        });
      })();
      const question = { topic: "questions", payload: octets("?"), qos: 1 as const };
      expect(textOf(await asking.request(question, 5000))).toBe("42");
      await serving;
      for (let i = 0; i < 3; i++) await asking.publish(question);
      for (let i = 0; i < 3; i++) expect((await answering.receive(5000))?.topic).toBe("questions");
      await Promise.all([asking.disconnect(), answering.disconnect()]);
    });

    test("no more messages at a time than the receive maximum, and none larger than the client takes", async () => {
      let came = 0;
      const onPacket: Options["onPacket"] = (way, { cmd }) => {
        if (way === "received" && cmd === "publish") came++;
      };
      const [slow, small, publisher] = [
        await open({ receiveMaximum: 2, onPacket }),
        await open({ maximumPacketSize: 200 }),
        await open(),
      ];
      for (const each of [slow, small]) await each.subscribe("flow", { qos: 1 });
      const all = ["0", "1", "x".repeat(1000), "3", "4"];
      for (const text of all) await publisher.publish({ topic: "flow", payload: octets(text), qos: 1 });
      await slow.ping();
      expect(came).toBe(2);
      for (const text of all) expect(textOf(await slow.receive(5000))).toBe(text);
      for (const text of ["0", "1", "3", "4"]) expect(textOf(await small.receive(5000))).toBe(text);
      await Promise.all([slow, small, publisher].map(each => each.disconnect()));
    });

    test("a will waits for its delay, and messages and sessions end in their time", async () => {
      const watcher = await open();
      await watcher.subscribe("delayed/#", { qos: 1 });
      const keeping = { cleanStart: false, sessionExpiry: 60 };
      const dying = (topic: string): Partial<Options> => ({
        ...{ clientId: topic, ...keeping },
        will: { topic: `delayed/${topic}`, payload: octets("gone"), qos: 1, delay: 1 },
      });
      for (const topic of ["back", "away"]) await (await open(dying(topic))).abandon();
      const back = await open({ clientId: "back", ...keeping });
      const sleeper = { clientId: "sleeper", ...keeping };
      const [sleeping, brief] = [await open(sleeper), await open({ clientId: "brief", sessionExpiry: 1 })];
      await sleeping.subscribe("old", { qos: 1 });
      for (const each of [sleeping, brief]) await each.disconnect();
      for (const [text, properties] of [
        ["short", { messageExpiryInterval: 1 }],
        ["long", { messageExpiryInterval: 100 }],
      ] as const)
        await back.publish({ topic: "old", payload: octets(text), qos: 1, properties });
      await back.publish({ topic: "delayed/not", payload: octets("now"), qos: 1 });
      expect(textOf(await watcher.receive(5000))).toBe("now");
      expect(await watcher.receive(10_000)).toMatchObject({ topic: "delayed/away" });
      // Mosquitto counts in whole seconds.
      expect(await watcher.receive(1500)).toBeUndefined();
      const awake = await open(sleeper);
      expect(textOf(await awake.receive(5000))).toBe("long");
      const again = await open({ clientId: "brief", cleanStart: false });
      expect([awake, again].map(({ connack }) => connack.sessionPresent)).toEqual([true, false]);
      await Promise.all([watcher, back, awake, again].map(each => each.disconnect()));
    }, 20_000);

    test("what is published while the broker is away arrives when it is back", async () => {
      const reconnect = { dial: () => dial({ address: "127.0.0.1", port }), first: 50, most: 200 };
      const one = await open({ reconnect });
      await one.subscribe("back", { qos: 1 });
      await stop();
      const publishing = one.publish({ topic: "back", payload: octets("x"), qos: 1 });
      await start();
      await publishing;
      // This Mosquitto kept nothing: the subscription may have come after the message.
      await one.ping();
      await one.publish({ topic: "back", payload: octets("y"), qos: 1 });
      let heard = textOf(await one.receive(5000));
      if (heard === "x") heard = textOf(await one.receive(5000));
      expect(heard).toBe("y");
      await one.disconnect();
    });
  },
);
