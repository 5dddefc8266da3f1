// One client of the MQTT bench in a process of its own, so that none runs in what another has left: it does as it is told.
import { connectAsync } from "mqtt";
import { hostClock } from "../../lab/network/clock.ts";
import { connect as dialForTls } from "../../lab/network/native.ts";
import { dial } from "../../lab/servers/mqtt-sockets.ts";
import { connect } from "../../protocols/mqtt/client.ts";
import { secure } from "../../protocols/tls/client.ts";
import { rawEcho, readyOctets } from "./mqtt-octets.ts";

export interface Target {
  readonly port: number;
  /** What the broker's certificate is held against: the authority, also as a file, and the name in it. */
  readonly tls?: { readonly root: string; readonly file: string; readonly name: string };
}

export interface Client {
  /** Publishes so many messages, and resolves once the broker has taken the last. */
  publish(qos: 0 | 1 | 2, count: number): Promise<unknown>;
  /** Publishes a message of QoS 0 to a topic that it subscribed to, and resolves once it came back. */
  trip(): Promise<unknown>;
}

export type ClientName = "ours" | "MQTT.js" | "ready octets" | "raw echo";

/** The first message says who to be; those that follow, what to do. Each is answered by what it took. */
export type Asked =
  | { readonly who: ClientName; readonly target: Target }
  | { readonly act: "publish"; readonly qos: 0 | 1 | 2; readonly count: number }
  | { readonly act: "trips"; readonly count: number };

/** In milliseconds: on the clock, and of the processor, user and system, all threads of the process. */
export interface Took {
  readonly wall: number;
  readonly processor: number;
}

const payload = new Uint8Array(100).fill(120);
/** So many `publish` are awaited at once; of QoS 1 and 2, as many as Mosquitto takes. */
const lanes = [1000, 20, 20] as const;

async function inLanes(lanes: number, count: number, one: () => Promise<unknown>): Promise<void> {
  let begun = 0;
  const lane = async () => {
    while (begun++ < count) await one();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function ours({ port, tls }: Target): Promise<Client> {
  const clock = hostClock();
  const to = { address: "127.0.0.1", port };
  const line = tls
    ? await secure(await dialForTls(to), { serverName: tls.name, roots: [tls.root], clock })
    : await dial(to);
  const session = await connect(line, clock, { clientId: "ours" });
  await session.subscribe("trip/ours");
  return {
    async publish(qos, count) {
      await inLanes(lanes[qos], count, () => session.publish({ topic: "bench", payload, qos }));
      if (qos === 0) await session.ping();
    },
    async trip() {
      await session.publish({ topic: "trip/ours", payload });
      await session.receive();
    },
  };
}

async function mqttJs({ port, tls }: Target): Promise<Client> {
  const client = await connectAsync(`${tls ? "mqtts" : "mqtt"}://127.0.0.1:${port}`, {
    ...{ protocolVersion: 5, clientId: "theirs" },
    ...(tls && { ca: tls.root, servername: tls.name }),
  });
  const own = Buffer.from(payload);
  let arrived = () => {};
  client.on("message", () => arrived());
  await client.subscribeAsync("trip/theirs");
  return {
    async publish(qos, count) {
      await inLanes(lanes[qos], count, () => client.publishAsync("bench", own, { qos }));
      // At QoS 0 it has only handed them to the socket: a message that is acknowledged tells that they arrived.
      if (qos === 0) await client.publishAsync("bench", own, { qos: 1 });
    },
    trip: () =>
      new Promise<void>(resolve => {
        arrived = resolve;
        client.publish("trip/theirs", own);
      }),
  };
}

const clients: Readonly<Record<ClientName, (target: Target) => Promise<Client>>> = {
  ours,
  "MQTT.js": mqttJs,
  "ready octets": target => readyOctets(target, payload),
  "raw echo": ({ port }) => rawEcho(port, payload),
};

async function done(client: Client, asked: Exclude<Asked, { who: ClientName }>): Promise<void> {
  if (asked.act === "publish") await client.publish(asked.qos, asked.count);
  else for (let i = 0; i < asked.count; i++) await client.trip();
}

if (import.meta.main) {
  let client: Client;
  process.on("message", async (asked: Asked) => {
    const began = performance.now();
    const before = process.cpuUsage();
    if ("who" in asked) client = await clients[asked.who](asked.target);
    else await done(client, asked);
    const wall = performance.now() - began;
    const { user, system } = process.cpuUsage(before);
    process.send!({ wall, processor: (user + system) / 1000 } satisfies Took);
  });
}
