// The broker standing alone: its configuration, its listeners, and programs of others on them.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Passwords } from "../../protocols/mqtt/broker/passwords.ts";
import { packet } from "../../protocols/mqtt/format.ts";
import { connectOf, octetsOf } from "../../protocols/mqtt/testing/scripted.ts";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import { type Running, startBroker } from "./mqtt-broker.ts";
import { type Configuration, configurationIn, listening } from "./mqtt-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "mqtt-broker-"));
const running: Running[] = [];
afterAll(async () => {
  await Promise.all(running.map(each => each.close()));
  rmSync(folder, { recursive: true });
});
let files = 0;
const file = (text: string): string => {
  const path = join(folder, `${files++}`);
  writeFileSync(path, text);
  return path;
};
async function started(plan: Partial<Configuration> = {}) {
  const log: string[] = [];
  const whole = { listeners: [listening(0)], system: 0, limits: {}, passedOver: [], ...plan };
  const one = await startBroker(whole, { log: line => log.push(line) });
  running.push(one);
  return { ...one, log };
}

function interop(name: string, needs: readonly PeerName[], act: () => Promise<void>): void {
  const missing = needs.find(each => !peer(each));
  test.skipIf(missing !== undefined)(missing ? `${name} (${lack(missing)})` : name, act);
}

async function run(program: PeerName, ...words: string[]) {
  const one = Bun.spawn([peer(program)!, ...words], { stdout: "pipe", stderr: "pipe", timeout: 20_000 });
  const [printed, errors] = await Promise.all([
    new Response(one.stdout).text(),
    new Response(one.stderr).text(),
  ]);
  return { printed: printed.trim(), errors: errors.trim(), code: await one.exited };
}

describe("a configuration file", () => {
  test("says what Mosquitto's does", () => {
    const text = `
# the lab's
listener 1883
listener 8884 192.168.1.20
cafile root.pem
certfile chain.pem
keyfile key.pem
require_certificate true
use_identity_as_username true
listener 9001
protocol websockets
password_file passwords
acl_file rights
persistence true
persistence_location /var/lib/lab
max_inflight_messages 0
max_queued_messages 50
persistent_client_expiration 2d
log_type all
`;
    const found = configurationIn(text, "lab.conf");
    expect(found).toMatchObject({
      listeners: [
        { port: 1883, address: "127.0.0.1", isWebSocket: false },
        { port: 8884, address: "192.168.1.20", requiresCertificate: true, namesFromCertificate: true },
        { port: 9001, address: "127.0.0.1", isWebSocket: true },
      ],
      passwords: "passwords",
      acl: "rights",
      database: "/var/lib/lab/mosquitto.db",
      limits: { inflight: 65_535, queued: 50, sessionExpiry: 172_800 },
      passedOver: ["log_type (line 19)"],
    });
  });

  test.each([
    ["listner 1", "a.conf, line 1: listner: this key is not known."],
    ["\nlistener x", "a.conf, line 2: listener: listener PORT [ADDRESS]."],
    ["certfile a", "a.conf, line 1: certfile: a listener line must come before it."],
    [
      "max_queued_messages many",
      'max_queued_messages: a number from 0 to 2147483648 belongs here, not "many".',
    ],
    ["allow_anonymous yes", 'true or false belongs here, not "yes"'],
  ])("that can't be followed names file, line and key: %p", (text, fault) => {
    expect(() => configurationIn(text, "a.conf")).toThrow(fault);
  });
});

describe("programs of others", () => {
  interop(
    "mosquitto_passwd's file lets mosquitto_pub in, and an ACL file keeps it to its topics",
    ["mosquitto_pub", "mosquitto_sub"],
    async () => {
      const passwords = join(folder, "passwords");
      const tool = Bun.which("mosquitto_passwd") ?? "/usr/bin/mosquitto_passwd";
      expect(Bun.spawnSync([tool, "-c", "-b", passwords, "ana", "secreto"]).exitCode).toBe(0);
      expect(await new Passwords(await Bun.file(passwords).text()).verify("ana", octetsOf("secreto"))).toBe(
        true,
      );
      const acl = file("user ana\ntopic allowed/#\n");
      const { ports, log } = await started({ passwords, acl });
      const at = ["-h", "127.0.0.1", "-p", `${ports[0]}`];
      const as = ["-u", "ana", "-P", "secreto"];
      expect(await run("mosquitto_pub", ...at, "-t", "a", "-m", "1")).toMatchObject({ code: 5 });
      expect(await run("mosquitto_pub", ...at, "-u", "ana", "-P", "x", "-t", "a", "-m", "1")).toMatchObject({
        code: 4,
      });
      for (const topic of ["allowed/1", "other"])
        await run("mosquitto_pub", ...at, ...as, "-i", "p", "-q", "1", "-r", "-t", topic, "-m", "kept");
      expect(log).toContain("Denied PUBLISH from p (d0, q1, r1, m1, 'other', ... (4 bytes))");
      const heard = await run("mosquitto_sub", ...at, ...as, "-t", "#", "-W", "1", "-v");
      expect(heard.printed).toBe("allowed/1 kept");
    },
  );

  interop(
    "mosquitto_sub finds its session again, with what came meanwhile, after the broker was started again",
    ["mosquitto_pub", "mosquitto_sub"],
    async () => {
      const database = join(folder, "kept.db");
      const first = await started({ database });
      const session = (port: number) =>
        ["-h", "127.0.0.1", "-p", `${port}`, "-i", "sub", "-c", "-q", "2", "-t", "a/#", "-v"] as const;
      await run("mosquitto_sub", ...session(first.ports[0]!), "-E");
      for (const qos of [1, 2])
        await run(
          "mosquitto_pub",
          "-p",
          `${first.ports[0]}`,
          "-q",
          `${qos}`,
          "-t",
          `a/${qos}`,
          "-m",
          "waits",
        );
      await first.close();
      const second = await started({ database });
      const heard = await run("mosquitto_sub", ...session(second.ports[0]!), "-C", "2", "-W", "5");
      expect(heard).toMatchObject({ printed: "a/1 waits\na/2 waits", code: 0 });
    },
  );

  interop("shared subscriptions share", ["mosquitto_pub", "mosquitto_sub"], async () => {
    const { ports, log } = await started();
    const at = ["-h", "127.0.0.1", "-p", `${ports[0]}`];
    const both = ["one", "two"].map(id =>
      run(
        "mosquitto_sub",
        ...at,
        "-V",
        "mqttv5",
        "-i",
        id,
        "-t",
        "$share/g/a",
        "-q",
        "1",
        "-C",
        "5",
        "-W",
        "10",
      ),
    );
    while (log.filter(line => line.startsWith("Sending SUBACK")).length < 2) await Bun.sleep(5);
    const source = Bun.spawn([peer("mosquitto_pub")!, ...at, "-q", "1", "-t", "a", "-l"], {
      stdin: octetsOf(Array.from({ length: 10 }, (_, i) => `${i}\n`).join("")),
    });
    await source.exited;
    const heard = (await Promise.all(both)).map(({ printed }) => printed.split("\n"));
    expect(heard.map(({ length }) => length)).toEqual([5, 5]);
    expect(
      heard
        .flat()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 10 }, (_, i) => i));
  });
});

test("over WebSocket, a browser's own client reads and writes MQTT", async () => {
  const { ports, log } = await started({ listeners: [{ ...listening(0), isWebSocket: true }] });
  const socket = new WebSocket(`ws://127.0.0.1:${ports[0]}/mqtt`, ["mqtt"]);
  socket.binaryType = "arraybuffer";
  const heard: number[] = [];
  const opened = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<number>();
  socket.onopen = () => opened.resolve();
  socket.onclose = ({ code }) => closed.resolve(code);
  socket.onmessage = ({ data }) => {
    heard.push(...new Uint8Array(data as ArrayBuffer));
    if (heard.at(-2) === 0xd0) answered.resolve();
  };
  await opened.promise;
  expect(socket.protocol).toBe("mqtt");
  // Packets may lie across frames in any way.
  const octets = Uint8Array.from(packet.encode(connectOf("web", { version: 4 }), { version: 4 }));
  socket.send(octets.slice(0, 3));
  socket.send(new Uint8Array([...octets.subarray(3), 0xc0]));
  socket.send(Uint8Array.of(0));
  await answered.promise;
  expect(Uint8Array.from(heard).toHex()).toBe("20020000d000");
  socket.send(Uint8Array.of(0xe0, 0));
  expect(await closed.promise).toBe(1000);
  expect(log).toContain("Client web disconnected.");
});

test("a WebSocket that asks for another protocol is refused", async () => {
  const { ports, log } = await started({ listeners: [{ ...listening(0), isWebSocket: true }] });
  const answer = await fetch(`http://127.0.0.1:${ports[0]}/`).catch(() => undefined);
  expect(answer?.status).toBe(400);
  expect(log.at(-1)).toContain("no upgrade to WebSocket");
});

describe("Paho's client in Python, and MQTT.js", () => {
  const python = peer("paho");
  const paho = `
import sys, threading
import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
port, version = int(sys.argv[1]), int(sys.argv[2])
done = threading.Event()
heard = []
def on_connect(client, userdata, flags, rc, properties=None):
    client.subscribe([("py/#", 2)])
def on_subscribe(client, userdata, mid, granted, properties=None):
    for qos in (0, 1, 2):
        client.publish("py/%d" % qos, "hola %d" % qos, qos=qos, retain=(qos == 1))
def on_message(client, userdata, message):
    heard.append("%s %s q%d" % (message.topic, message.payload.decode(), message.qos))
    if len(heard) == 3: done.set()
client = mqtt.Client("paho", protocol=version) if version == 5 else mqtt.Client("paho", clean_session=True, protocol=version)
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.will_set("py/will", "bye", qos=1)
client.connect("127.0.0.1", port, 60)
client.loop_start()
print("in time" if done.wait(10) else "too late")
client.disconnect()
client.loop_stop()
print("\\n".join(sorted(heard)))
`;
  for (const version of [3, 4, 5])
    test.skipIf(!python)(
      python
        ? `Paho speaks version ${version} at every QoS`
        : `Paho speaks version ${version} (${lack("paho")})`,
      async () => {
        const { ports, log } = await started();
        const one = Bun.spawn(["/usr/bin/python3", "-c", paho, `${ports[0]}`, `${version}`], {
          stdout: "pipe",
          stderr: "pipe",
          timeout: 20_000,
        });
        const [printed, errors] = await Promise.all([
          new Response(one.stdout).text(),
          new Response(one.stderr).text(),
        ]);
        expect({ printed, errors }).toEqual({
          printed: "in time\npy/0 hola 0 q0\npy/1 hola 1 q1\npy/2 hola 2 q2\n",
          errors: "",
        });
        expect(log).toContain("Client paho disconnected.");
      },
      30_000,
    );

  for (const [protocolVersion, url] of [
    [4, "mqtt"],
    [5, "mqtt"],
    [5, "ws"],
  ] as const)
    test(`MQTT.js speaks version ${protocolVersion} at every QoS over ${url}`, async () => {
      const { connectAsync } = await import("mqtt");
      const { ports } = await started({ listeners: [{ ...listening(0), isWebSocket: url === "ws" }] });
      const one = await connectAsync(`${url}://127.0.0.1:${ports[0]}`, { protocolVersion, clientId: "js" });
      const heard: string[] = [];
      const all = Promise.withResolvers<void>();
      one.on("message", (topic, payload, { qos }) => {
        heard.push(`${topic} ${payload} q${qos}`);
        if (heard.length === 3) all.resolve();
      });
      await one.subscribeAsync("js/#", { qos: 2 });
      for (const qos of [0, 1, 2] as const) await one.publishAsync(`js/${qos}`, "hola", { qos });
      await all.promise;
      expect(heard.sort()).toEqual(["js/0 hola q0", "js/1 hola q1", "js/2 hola q2"]);
      await one.endAsync();
    });
});

test("on real sockets: a client that never reads, and two thousand that say nothing, cost little and harm nobody", async () => {
  const { ports, broker } = await started();
  const port = ports[0]!;
  const socket = (data: (octets: Uint8Array) => void) =>
    Bun.connect({ hostname: "127.0.0.1", port, socket: { data: (_, octets) => data(octets) } });
  const encoded = (draft: Parameters<typeof packet.encode>[0]) => packet.encode(draft, { version: 4 });
  const subscribe = encoded({ type: 8, packetIdentifier: 1, subscriptions: [{ filter: "a", options: {} }] });
  const silent = await Promise.all(Array.from({ length: 2000 }, () => socket(() => {})));
  const deaf = await socket(() => {});
  deaf.write(encoded(connectOf("deaf", { version: 4 })));
  deaf.write(subscribe);
  deaf.pause();
  const good = await socket(() => {});
  let heard = 0;
  const reader = await socket(octets => {
    heard += octets.length;
  });
  reader.write(encoded(connectOf("reader", { version: 4 })));
  reader.write(subscribe);
  good.write(encoded(connectOf("good", { version: 4 })));
  while (broker.tally.subscriptions < 2) await Bun.sleep(5);
  const message = encoded({ type: 3, topic: "a", payload: new Uint8Array(64 * 1024) });
  for (let i = 1; i <= 200; i++) {
    for (let left = message; left.length > 0; await Bun.sleep(0)) left = left.subarray(good.write(left));
    while (heard < message.length * i) await Bun.sleep(1);
  }
  expect(broker.counts.dropped).toBeGreaterThan(0);
  expect(broker.budget.held).toBeLessThanOrEqual(broker.limits.outgoing);
  for (const one of [...silent, deaf, good, reader]) one.terminate();
}, 30_000);
