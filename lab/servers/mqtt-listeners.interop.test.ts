// Every listener with every peer, on loopback: plain, TLS, mutual TLS and WebSocket; our client with Mosquitto, and
// mosquitto's clients, MQTT.js and Paho with our broker.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { dialWebSocket } from "../../protocols/mqtt/client/websocket.ts";
import { connect, type Line, type Session } from "../../protocols/mqtt/client.ts";
import { secure } from "../../protocols/tls/client.ts";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import { hostClock } from "../network/clock.ts";
import { connect as dial } from "../network/native.ts";
import { type Running, startBroker } from "./mqtt-broker.ts";
import { listening } from "./mqtt-configuration.ts";

const clock = hostClock();
const octets = (text: string) => new TextEncoder().encode(text);
const folder = mkdtempSync(join(tmpdir(), "mqtt-listeners-"));
const started: Bun.Subprocess[] = [];
let broker: Promise<Running & { readonly log: string[] }> | undefined;
afterAll(async () => {
  for (const each of started) each.kill();
  await Promise.all(started.map(({ exited }) => exited));
  await (await broker)?.close();
  rmSync(folder, { recursive: true, force: true });
});

const authority = await intranet();
const files = {
  root: authority.root.files.pem,
  server: authority.chain("JORGE-PC").file,
  serverKey: authority.key("JORGE-PC").files.pem,
  client: authority.chain("NUCLEO-H723ZG").file,
  clientKey: authority.key("NUCLEO-H723ZG").files.pem,
};
const read = (file: string) => readFileSync(file, "utf8");
const own = { certificate: read(files.client), key: read(files.clientKey) };

/** In the order of their ports. */
const kinds = ["plain", "TLS", "mutual TLS", "WebSocket"] as const;
type Kind = (typeof kinds)[number];
const portOf = (ports: readonly number[], kind: Kind): number => ports[kinds.indexOf(kind)]!;

function interop(name: string, needs: readonly PeerName[], act: () => Promise<void>): void {
  const missing = needs.find(each => !peer(each));
  test.skipIf(missing !== undefined)(missing ? `${name} (${lack(missing)})` : name, act, 30_000);
}

/** Our client's way to a listener. */
async function lineTo(port: number, kind: Kind, version?: "1.2" | "1.3"): Promise<Line> {
  if (kind === "WebSocket") return dialWebSocket(`ws://127.0.0.1:${port}/mqtt`);
  const plain = await dial({ address: "127.0.0.1", port });
  if (kind === "plain") return plain;
  const trust = { serverName: "JORGE-PC", roots: [read(files.root)], clock, version };
  return secure(plain, { ...trust, ...(kind === "mutual TLS" && own) });
}

/** A message of each QoS to itself. */
async function speaks(session: Session, topic: string): Promise<void> {
  await session.subscribe(`${topic}/#`, { qos: 2 });
  for (const qos of [0, 1, 2] as const) {
    await session.publish({ topic: `${topic}/${qos}`, payload: octets(`hola ${qos}`), qos });
    const heard = await session.receive(5000);
    expect(heard).toMatchObject({ topic: `${topic}/${qos}`, qos });
    expect(new TextDecoder().decode(heard?.payload)).toBe(`hola ${qos}`);
  }
  await session.disconnect();
}

describe("our client with Mosquitto", () => {
  let ports: Promise<number[]> | undefined;
  /** One Mosquitto with a listener of each kind. */
  async function mosquitto(): Promise<number[]> {
    const found: number[] = [];
    for (const _ of kinds) found.push(await freePort());
    const safe = [`cafile ${files.root}`, `certfile ${files.server}`, `keyfile ${files.serverKey}`];
    const more: Record<Kind, string[]> = {
      plain: [],
      TLS: safe,
      "mutual TLS": [...safe, "require_certificate true", "use_identity_as_username true"],
      WebSocket: ["protocol websockets"],
    };
    // It reads the key after it has given up its rights, where it has any.
    const lines = kinds.flatMap((kind, i) => [`listener ${found[i]} 127.0.0.1`, ...more[kind]]);
    const configuration = join(folder, "mosquitto.conf");
    writeFileSync(configuration, ["user root", "allow_anonymous true", ...lines].join("\n"));
    const daemon = Bun.spawn([peer("mosquitto")!, "-c", configuration], { stdout: "ignore", stderr: "pipe" });
    started.push(daemon);
    let printed = "";
    for await (const chunk of daemon.stderr as ReadableStream<Uint8Array>) {
      printed += new TextDecoder().decode(chunk);
      if (printed.includes("running")) return found;
    }
    throw new Error(`mosquitto did not come up: ${printed}`);
  }

  for (const kind of kinds)
    for (const version of kind.includes("TLS") ? (["1.2", "1.3"] as const) : [undefined])
      interop(`${kind}${version ? ` ${version}` : ""}: messages of every QoS`, ["mosquitto"], async () => {
        ports ??= mosquitto();
        const line = await lineTo(portOf(await ports, kind), kind, version);
        await speaks(await connect(line, clock, { clientId: `${kind}${version}` }), "ours");
      });

  interop("a request is answered through it", ["mosquitto"], async () => {
    ports ??= mosquitto();
    const port = portOf(await ports, "plain");
    const [asks, answers] = await Promise.all(
      ["asks", "answers"].map(async clientId => connect(await lineTo(port, "plain"), clock, { clientId })),
    );
    await answering(answers!);
    const answer = await asks!.request({ topic: "question", payload: octets("6 x 7") }, 5000);
    expect(new TextDecoder().decode(answer?.payload)).toBe("6 x 7 = 42");
    await Promise.all([asks!.disconnect(), answers!.disconnect()]);
  });
});

/** Answers what is asked under "question", where and under which correlation data it is asked to (MQTT 5 §4.10). */
async function answering(session: Session): Promise<void> {
  await session.subscribe("question", { qos: 1 });
  void (async () => {
    for await (const { payload, properties } of session.messages()) {
      const { responseTopic, correlationData } = properties ?? {};
      if (responseTopic === undefined) continue;
      const answer = octets(`${new TextDecoder().decode(payload)} = 42`);
      await session.publish({ topic: responseTopic, payload: answer, properties: { correlationData } });
    }
  })().catch(() => {});
}

describe("with our broker", () => {
  function embedded() {
    const safe = { certificate: files.server, key: files.serverKey, roots: files.root };
    const log: string[] = [];
    const listeners = [
      listening(0),
      { ...listening(0), ...safe },
      { ...listening(0), ...safe, requiresCertificate: true, namesFromCertificate: true },
      { ...listening(0), isWebSocket: true },
    ];
    broker ??= startBroker(
      { listeners, system: 0, limits: {}, passedOver: [] },
      { log: line => log.push(line) },
    ).then(running => ({ ...running, log }));
    return broker;
  }
  const logged = async (log: readonly string[], line: string) => {
    for (let tries = 0; !log.includes(line) && tries < 500; tries++) await Bun.sleep(10);
    expect(log).toContain(line);
  };

  for (const kind of kinds)
    test(`our client, ${kind}: messages of every QoS`, async () => {
      const { ports } = await embedded();
      const line = await lineTo(portOf(ports, kind), kind);
      await speaks(await connect(line, clock, { clientId: `ours over ${kind}` }), "ours");
    });

  const flags: Partial<Record<Kind, string[]>> = {
    TLS: ["--cafile", files.root, "--insecure"],
    "mutual TLS": ["--cafile", files.root, "--insecure", "--cert", files.client, "--key", files.clientKey],
  };
  for (const kind of ["TLS", "mutual TLS"] as const) {
    const name = kind.replace(" ", "-");
    interop(
      `mosquitto_pub and mosquitto_sub, ${kind}: messages of every QoS`,
      ["mosquitto_pub", "mosquitto_sub"],
      async () => {
        const { ports, log } = await embedded();
        const at = ["-h", "127.0.0.1", "-p", `${portOf(ports, kind)}`, ...flags[kind]!, "-V", "mqttv5"];
        const hears = ["-i", `sub-${name}`, "-t", `${name}/#`, "-q", "2", "-C", "3", "-W", "10", "-v"];
        const sub = run("mosquitto_sub", ...at, ...hears);
        await logged(log, `Sending SUBACK to sub-${name}`);
        for (const qos of ["0", "1", "2"])
          expect(
            await run("mosquitto_pub", ...at, "-t", `${name}/${qos}`, "-q", qos, "-m", "hola"),
          ).toMatchObject({
            code: 0,
            errors: "",
          });
        const printed = [0, 1, 2].map(qos => `${name}/${qos} hola`);
        expect(await sub).toEqual({ printed: printed.join("\n"), errors: "", code: 0 });
        if (kind === "mutual TLS")
          expect(log.join("\n")).toMatch(/as sub-mutual-TLS \(p5, c1, k60, u'NUCLEO-H723ZG'\)/);
      },
    );

    test(`MQTT.js, ${kind}: messages of every QoS`, async () => {
      const { connectAsync } = await import("mqtt");
      const { ports } = await embedded();
      const one = await connectAsync(`mqtts://127.0.0.1:${portOf(ports, kind)}`, {
        protocolVersion: 5,
        clientId: `js-${name}`,
        ca: read(files.root),
        ...(kind === "mutual TLS" && { cert: own.certificate, key: own.key }),
        servername: "JORGE-PC",
        // Handed to node:tls as it is; MQTT.js's types leave it out.
        ...({ checkServerIdentity: () => undefined } as object),
      });
      const heard: string[] = [];
      const all = Promise.withResolvers<void>();
      one.on("message", (topic, payload, { qos }) => {
        if (heard.push(`${topic} ${payload} q${qos}`) === 3) all.resolve();
      });
      await one.subscribeAsync(`js-${name}/#`, { qos: 2 });
      for (const qos of [0, 1, 2] as const) await one.publishAsync(`js-${name}/${qos}`, "hola", { qos });
      await all.promise;
      expect(heard.sort()).toEqual([0, 1, 2].map(qos => `js-${name}/${qos} hola q${qos}`));
      await one.endAsync();
    });

    interop(`Paho, ${kind}: messages of every QoS`, ["paho"], async () => {
      const { ports } = await embedded();
      const client = kind === "mutual TLS" ? [files.client, files.clientKey] : [];
      const words = ["-c", paho, `${portOf(ports, kind)}`, files.root, ...client];
      const one = Bun.spawn(["/usr/bin/python3", ...words], {
        stdout: "pipe",
        stderr: "pipe",
        timeout: 20_000,
      });
      const [printed, errors] = await Promise.all([
        new Response(one.stdout).text(),
        new Response(one.stderr).text(),
      ]);
      expect({ printed, errors }).toEqual({ printed: "py/0 q0\npy/1 q1\npy/2 q2\n", errors: "" });
    });
  }

  test("who shows no certificate does not get in where one is required", async () => {
    const { ports } = await embedded();
    const refused = lineTo(portOf(ports, "mutual TLS"), "TLS").then(line =>
      connect(line, clock, { clientId: "no" }),
    );
    await expect(refused).rejects.toThrow(/certificate/);
  });

  interop("mosquitto_rr asks, and our client answers", ["mosquitto_rr"], async () => {
    const { ports } = await embedded();
    const port = portOf(ports, "plain");
    const session = await connect(await lineTo(port, "plain"), clock, { clientId: "answers" });
    await answering(session);
    const words = ["-t", "question", "-e", "answer/rr", "-m", "6 x 7", "-W", "5", "-q", "1"];
    const answer = await run("mosquitto_rr", "-h", "127.0.0.1", "-p", `${port}`, ...words);
    expect(answer).toEqual({ printed: "6 x 7 = 42", errors: "", code: 0 });
    await session.disconnect();
  });
});

const paho = `
import sys, ssl, threading
import paho.mqtt.client as mqtt
port, root, certificate, key = (sys.argv[1:] + [None, None])[:4]
done, heard = threading.Event(), []
def on_connect(client, userdata, flags, rc, properties=None):
    client.subscribe([("py/#", 2)])
def on_subscribe(client, userdata, mid, granted, properties=None):
    for qos in (0, 1, 2): client.publish("py/%d" % qos, "hola", qos=qos)
def on_message(client, userdata, message):
    heard.append("%s q%d" % (message.topic, message.qos))
    if len(heard) == 3: done.set()
client = mqtt.Client("paho-tls", protocol=5)
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.tls_set(ca_certs=root, certfile=certificate, keyfile=key)
client.tls_insecure_set(True)
client.connect("127.0.0.1", int(port), 60)
client.loop_start()
done.wait(10)
client.disconnect()
client.loop_stop()
print("\\n".join(sorted(heard)))
`;

async function run(program: PeerName, ...words: string[]) {
  const one = Bun.spawn([peer(program)!, ...words], { stdout: "pipe", stderr: "pipe", timeout: 20_000 });
  started.push(one);
  const [printed, errors] = await Promise.all([
    new Response(one.stdout).text(),
    new Response(one.stderr).text(),
  ]);
  return { printed: printed.trim(), errors: errors.trim(), code: await one.exited };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}
