// The bench of the MQTT client: messages a second at QoS 0, 1 and 2, and a round trip, beside MQTT.js, mosquitto_pub and a raw echo.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { generate } from "mqtt-packet";
import { hostClock } from "../../lab/network/clock.ts";
import { connect as dial } from "../../lab/network/native.ts";
import { connect } from "../../protocols/mqtt/client.ts";
import { lack, peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { median, table } from "./measure.ts";

const octets = 100;
const payload = new Uint8Array(octets).fill(120);
const rounds = 5;
const counts = [60_000, 20_000, 10_000] as const;
/** So many `publish` are awaited at once; Mosquitto takes twenty messages of QoS 1 and 2 under way. */
const lanes = [1000, 20, 20] as const;
const trips = 3000;
type QoS = 0 | 1 | 2;
const clock = hostClock();

export const mqtt: Bench = {
  says: "messages a second at QoS 0, 1, 2 and a round trip: our client, MQTT.js, mosquitto_pub, ready octets",
  async run() {
    const missing = (["mosquitto", "mosquitto_pub"] as const).find(name => !peer(name));
    if (missing) return { figures: { skipped: lack(missing) }, text: `skipped: ${lack(missing)}` };
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const port = await freePort();
    writeFileSync(
      join(folder, "mosquitto.conf"),
      `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nlog_type error\n`,
    );
    const broker = Bun.spawn([peer("mosquitto")!, "-c", join(folder, "mosquitto.conf")], {
      stdout: "ignore",
      stderr: "ignore",
    });
    try {
      await up(port);
      return told(await throughput(port, folder), await roundTrips(port));
    } finally {
      broker.kill();
      await broker.exited;
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Messages a second. */
type Rates = Record<"ours" | "MQTT.js" | "mosquitto_pub" | "ready octets", number[]>;

/** In turns, over all ways to publish; the first of each does not count. */
async function throughput(port: number, folder: string): Promise<Rates[]> {
  const all: Rates[] = [];
  for (const qos of [0, 1, 2] as const) {
    const count = counts[qos];
    const rates: Rates = { ours: [], "MQTT.js": [], mosquitto_pub: [], "ready octets": [] };
    writeFileSync(join(folder, "lines"), `${"x".repeat(octets)}\n`.repeat(count));
    const ways: Record<keyof Rates, () => Promise<number>> = {
      ours: () => ours(port, qos, count),
      "MQTT.js": () => theirs(port, qos, count),
      mosquitto_pub: () => mosquittoPub(port, qos, join(folder, "lines")),
      "ready octets": () => blast(port, qos, count),
    };
    for (let round = -1; round < rounds; round++)
      for (const [name, act] of Object.entries(ways) as [keyof Rates, () => Promise<number>][]) {
        const milliseconds = await act();
        if (round >= 0) rates[name].push((count / milliseconds) * 1000);
      }
    all.push(rates);
  }
  return all;
}

async function inLanes(lanes: number, count: number, one: () => Promise<unknown>): Promise<void> {
  let begun = 0;
  const lane = async () => {
    while (begun++ < count) await one();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

async function ours(port: number, qos: QoS, count: number): Promise<number> {
  const session = await connect(await dial({ address: "127.0.0.1", port }), clock, {
    clientId: "ours",
  });
  const milliseconds = await timed(async () => {
    await inLanes(lanes[qos], count, () => session.publish({ topic: "bench", payload, qos }));
    if (qos === 0) await session.ping();
  });
  await session.disconnect();
  return milliseconds;
}

async function theirs(port: number, qos: QoS, count: number): Promise<number> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, clientId: "theirs" });
  const own = Buffer.from(payload);
  const milliseconds = await timed(async () => {
    await inLanes(lanes[qos], count, () => client.publishAsync("bench", own, { qos }));
    // At QoS 0 it has only handed them to the socket: a message that is acknowledged tells that they arrived.
    if (qos === 0) await client.publishAsync("bench", own, { qos: 1 });
  });
  await client.endAsync();
  return milliseconds;
}

/** The whole process, less what it takes to publish one message. */
async function mosquittoPub(port: number, qos: QoS, lines: string): Promise<number> {
  const words = [
    peer("mosquitto_pub")!,
    "-h",
    "127.0.0.1",
    "-p",
    String(port),
    "-V",
    "5",
    "-t",
    "bench",
    "-q",
    String(qos),
  ];
  const run = (...more: string[]) =>
    timed(
      () => Bun.spawn([...words, ...more], { stdin: more[0] === "-l" ? Bun.file(lines) : "ignore" }).exited,
    );
  const start = await run("-m", "x");
  return Math.max(1, (await run("-l")) - start);
}

/** Packets made beforehand; as many under way as for the others. Timed to the last answer: PINGRESP, PUBACK, PUBCOMP. */
async function blast(port: number, qos: QoS, count: number): Promise<number> {
  const protocolVersion = 5;
  const packet = (messageId: number) =>
    generate(
      {
        ...{ cmd: "publish", topic: "bench", payload: Buffer.from(payload), dup: false, retain: false },
        qos,
        messageId,
      },
      { protocolVersion },
    );
  const { promise, resolve } = Promise.withResolvers<void>();
  let sent = 0;
  let done = 0;
  let isOpen = false;
  let held = Buffer.alloc(0);
  const opened = Promise.withResolvers<void>();
  const window = Math.min(20, count);
  const ready = qos === 0 ? Buffer.concat(Array.from({ length: count }, () => packet(0))) : Buffer.alloc(0);
  const each = qos === 0 ? [] : Array.from({ length: window }, (_, i) => packet(i + 1));
  const socket = await dial({ address: "127.0.0.1", port });
  const { duplex } = socket;
  duplex.on("data", (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    const answer: Buffer[] = [];
    let at = 0;
    while (at + 2 <= held.length && at + 2 + held[at + 1]! <= held.length) {
      const type = held[at]! >>> 4;
      const id = held.readUInt16BE(Math.min(at + 2, held.length - 2));
      at += 2 + held[at + 1]!;
      if (!isOpen) {
        isOpen = true;
        opened.resolve();
      } else if (type === 13) resolve();
      else if (type === 5) answer.push(generate({ cmd: "pubrel", messageId: id }, { protocolVersion }));
      else if (type === 4 || type === 7) {
        if (++done === count) resolve();
        else if (sent < count) {
          sent++;
          answer.push(each[(id - 1) % window]!);
        }
      }
    }
    held = held.subarray(at);
    if (answer.length > 0) duplex.write(Buffer.concat(answer));
  });
  duplex.write(generate({ cmd: "connect", clientId: "blast", protocolVersion, clean: true, keepalive: 60 }));
  await opened.promise;
  const milliseconds = await timed(() => {
    if (qos === 0) duplex.write(Buffer.concat([ready, generate({ cmd: "pingreq" }, { protocolVersion })]));
    else {
      sent = window;
      duplex.write(Buffer.concat(each));
    }
    return promise;
  });
  duplex.destroy();
  return milliseconds;
}

/** Microseconds a round trip. */
type Trips = Record<"ours" | "MQTT.js" | "raw echo, same broker" | "raw echo, Bun", number[]>;

async function roundTrips(port: number): Promise<Trips> {
  const all: Trips = { ours: [], "MQTT.js": [], "raw echo, same broker": [], "raw echo, Bun": [] };
  const session = await connect(await dial({ address: "127.0.0.1", port }), clock, {
    clientId: "trip",
  });
  await session.subscribe("trip");
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 5,
    clientId: "trip-theirs",
  });
  await client.subscribeAsync("trip/theirs");
  let arrived: (() => void) | undefined;
  client.on("message", () => arrived?.());
  const own = Buffer.from(payload);
  const raw = await rawEcho(port);
  const echo = await bunEcho();
  const ways: Record<keyof Trips, () => Promise<unknown>> = {
    ours: async () => {
      await session.publish({ topic: "trip", payload });
      await session.receive();
    },
    "MQTT.js": () =>
      new Promise<void>(resolve => {
        arrived = resolve;
        client.publish("trip/theirs", own);
      }),
    "raw echo, same broker": raw.trip,
    "raw echo, Bun": echo.trip,
  };
  for (let round = -1; round < rounds; round++)
    for (const [name, trip] of Object.entries(ways) as [keyof Trips, () => Promise<unknown>][]) {
      const milliseconds = await timed(async () => {
        for (let i = 0; i < trips; i++) await trip();
      });
      if (round >= 0) all[name].push((milliseconds / trips) * 1000);
    }
  await session.disconnect();
  await client.endAsync();
  raw.end();
  echo.end();
  return all;
}

/** The octets of a PUBLISH, made beforehand, and those that come back, unread. */
async function rawEcho(port: number) {
  const protocolVersion = 5;
  let arrived: (() => void) | undefined;
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: { data: () => arrived?.() },
  });
  socket.setNoDelay(true);
  const next = (octets: Uint8Array) =>
    new Promise<void>(resolve => {
      arrived = resolve;
      socket.write(octets);
    });
  const base = { dup: false, retain: false, qos: 0 } as const;
  await next(generate({ cmd: "connect", clientId: "raw", protocolVersion, clean: true, keepalive: 60 }));
  const subscriptions = [{ topic: "trip/raw", qos: 0 }] as const;
  await next(
    generate({ cmd: "subscribe", messageId: 1, subscriptions: [...subscriptions] }, { protocolVersion }),
  );
  const packet = generate(
    { cmd: "publish", topic: "trip/raw", payload: Buffer.from(payload), ...base },
    { protocolVersion },
  );
  return { trip: () => next(packet), end: () => socket.end() };
}

async function bunEcho() {
  let arrived: (() => void) | undefined;
  const server = Bun.listen({
    ...{ hostname: "127.0.0.1", port: 0 },
    socket: { data: (socket, octets) => void socket.write(octets) },
  });
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port: server.port },
    socket: { data: () => arrived?.() },
  });
  const trip = () =>
    new Promise<void>(resolve => {
      arrived = resolve;
      socket.write(payload);
    });
  return {
    trip,
    end: () => {
      socket.end();
      server.stop(true);
    },
  };
}

function told(rates: readonly Rates[], trips: Trips) {
  const speeds = rates.map(each =>
    Object.fromEntries(Object.entries(each).map(([name, values]) => [name, median(values)])),
  ) as Record<keyof Rates, number>[];
  const times = Object.fromEntries(
    Object.entries(trips).map(([name, values]) => [name, median(values)]),
  ) as Record<keyof Trips, number>;
  const others = ["MQTT.js", "mosquitto_pub", "ready octets"] as const;
  const text = [
    `Messages of ${octets} octets a second, MQTT 5, into one Mosquitto; in brackets ours against it.`,
    table(
      ["", "ours", ...others],
      speeds.map((speed, qos) => [
        `QoS ${qos}`,
        speed.ours.toFixed(0),
        ...others.map(name => `${speed[name].toFixed(0)} (${(speed.ours / speed[name]).toFixed(2)})`),
      ]),
    ),
    "",
    "Round trip of one message of QoS 0, microseconds; in brackets ours against it.",
    table(
      ["", ...Object.keys(times)],
      [["", ...Object.values(times).map(time => `${time.toFixed(1)} (${(times.ours / time).toFixed(2)})`)]],
    ),
  ].join("\n");
  return { figures: { messagesASecond: speeds, roundTripMicroseconds: times }, text };
}

async function up(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const stream = await dial({ address: "127.0.0.1", port }).catch(() => undefined);
    if (stream) return stream.close();
    await Bun.sleep(10);
  }
  throw new Error(`mosquitto did not come up on port ${port}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}
