// The bench of the broker: one to a hundred, a hundred to one, a hundred to a hundred, and what a client costs, against Mosquitto and Aedes.
import { readFileSync } from "node:fs";
import { packet } from "../../protocols/mqtt/format.ts";
import { Type } from "../../protocols/mqtt/types.ts";
import { peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { aedes, type Broker, hasAedes, labBroker, mosquitto } from "./brokers.ts";
import { median, table } from "./measure.ts";
import { sizeAt } from "./mqtt-octets.ts";

const payload = new Uint8Array(100);
const rounds = 3;
/** Messages that receivers get in all, whatever the shape. */
const deliveries = 100_000;
const idle = 1000;
/** Deliveries that are waited for at a time: brokers may drop messages of QoS 0 that pile up, and ours does. */
const underway = 10_000;

interface Shape {
  readonly name: string;
  readonly publishers: number;
  readonly subscribers: number;
}
const shapes: readonly Shape[] = [
  { name: "1 → 100", publishers: 1, subscribers: 100 },
  { name: "100 → 1", publishers: 100, subscribers: 1 },
  { name: "100 → 100", publishers: 100, subscribers: 100 },
];

export const broker: Bench = {
  says: `our broker against Mosquitto and Aedes: ${deliveries} deliveries of ${payload.length} octets, fanned out and in, and memory a client`,
  async run() {
    const rivals = await Promise.all([
      labBroker(),
      ...(peer("mosquitto") ? [mosquitto()] : []),
      ...(hasAedes() ? [aedes()] : []),
    ]);
    try {
      // First: what a broker has let go of after a busy time it need not ask for again.
      const memory: Record<string, number> = {};
      for (const rival of rivals) memory[rival.name] = Math.round(await memoryOf(rival));
      const rows: string[][] = [];
      const figures: Record<string, Record<string, number>> = {};
      for (const shape of shapes)
        for (const qos of [0, 1] as const) {
          const rates = new Map(rivals.map(({ name }) => [name, [] as number[]]));
          for (let round = -1; round < rounds; round++)
            for (const rival of rivals) {
              const rate = await measured(rival.port, shape, qos);
              if (round >= 0) rates.get(rival.name)!.push(rate);
            }
          const name = `${shape.name}, QoS ${qos}`;
          figures[name] = Object.fromEntries(
            [...rates].map(([rival, all]) => [rival, Math.round(median(all))]),
          );
          rows.push([name, ...rivals.map(rival => said(figures[name]!, rival.name))]);
        }
      rows.push([
        "octets a connected client",
        ...rivals.map(({ name }) => memory[name]!.toLocaleString("en")),
      ]);
      return {
        figures: { ...figures, memory },
        text: [
          table(["messages delivered a second", ...rivals.map(({ name }) => name)], rows),
          ...(hasAedes()
            ? []
            : ["", "Without Aedes: LAB_AEDES names a folder in which `bun add aedes` was run."]),
        ].join("\n"),
      };
    } finally {
      await Promise.all(rivals.map(rival => rival.stop()));
    }
  },
};

/** With our own speed as a multiple of each rival's. */
function said(rates: Readonly<Record<string, number>>, name: string): string {
  const rate = rates[name]!.toLocaleString("en");
  return name === "lab" ? rate : `${rate} (×${(rates.lab! / rates[name]!).toFixed(2)})`;
}

/** Messages delivered in a second: all are sent as fast as they are taken, until all have arrived. */
async function measured(port: number, { publishers, subscribers }: Shape, qos: 0 | 1): Promise<number> {
  const each = Math.max(1, Math.round(deliveries / publishers / subscribers));
  const wanted = each * publishers * subscribers;
  let arrived = 0;
  let sent = 0;
  /** How many more messages may be sent now. */
  const room = () => Math.floor((underway - (sent * subscribers - arrived)) / subscribers);
  const senders: Awaited<ReturnType<typeof client>>[] = [];
  const done = Promise.withResolvers<void>();
  const receivers = await Promise.all(
    Array.from({ length: subscribers }, (_, i) =>
      client(port, `s${i}`, count => {
        arrived += count;
        if (arrived >= wanted) done.resolve();
        for (const sender of senders) sender.goOn();
      }),
    ),
  );
  await Promise.all(receivers.map(one => one.subscribe("bench", qos)));
  for (let i = 0; i < publishers; i++) senders.push(await client(port, `p${i}`, () => {}));
  const begun = performance.now();
  for (const sender of senders)
    sender.publish("bench", qos, each, {
      room,
      took: count => {
        sent += count;
      },
    });
  const gaveUp = setTimeout(() => done.reject(new Error(`${arrived} of ${wanted} messages arrived`)), 20_000);
  await done.promise;
  clearTimeout(gaveUp);
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all([...senders, ...receivers].map(one => one.end()));
  return wanted / seconds;
}

/** No client of anyone's, which would be measured too: ready octets out, and as little as possible done to those that come. */
async function client(port: number, id: string, arrived: (count: number) => void) {
  let acks: ((type: number) => void) | undefined;
  let held = new Uint8Array(0);
  let left: Uint8Array | undefined;
  let window = 0;
  let refill = () => {};
  const closed = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data(socket, octets) {
        const all: Uint8Array = held.length === 0 ? octets : Buffer.concat([held, octets]);
        let at = 0;
        let count = 0;
        const answers: number[] = [];
        for (let size = sizeAt(all, at); size > 0 && at + size <= all.length; size = sizeAt(all, at)) {
          const type = all[at]! >>> 4;
          if (type === Type.PUBLISH) {
            count++;
            if (all[at]! & 0b110) {
              const identifier = at + size - payload.length - 2;
              answers.push(0x40, 2, all[identifier]!, all[identifier + 1]!);
            }
          } else if (type === Type.PUBACK) window--;
          else acks?.(type);
          at += size;
        }
        held = new Uint8Array(all.subarray(at));
        if (answers.length > 0) socket.write(Uint8Array.from(answers));
        if (count > 0) arrived(count);
        refill();
      },
      drain(socket) {
        if (left) left = left.subarray(socket.write(left));
        if (left?.length === 0) left = undefined;
        refill();
      },
      close: () => closed.resolve(),
    },
  });
  const send = (octets: Uint8Array) => {
    const taken = socket.write(octets);
    if (taken < octets.length) left = octets.slice(Math.max(0, taken));
  };
  const asked = (octets: Uint8Array, answer: number) =>
    new Promise<void>(resolve => {
      acks = type => type === answer && resolve();
      send(octets);
    });
  await asked(
    packet.encode(
      {
        type: Type.CONNECT,
        protocolName: "MQTT",
        protocolVersion: 4,
        flags: { cleanStart: 1 },
        keepAlive: 0,
        clientIdentifier: id,
      },
      { version: 4 },
    ),
    Type.CONNACK,
  );
  return {
    subscribe: (filter: string, qos: number) =>
      asked(
        packet.encode(
          { type: Type.SUBSCRIBE, packetIdentifier: 1, subscriptions: [{ filter, options: { qos } }] },
          { version: 4 },
        ),
        Type.SUBACK,
      ),
    goOn: () => refill(),
    publish(
      topic: string,
      qos: 0 | 1,
      times: number,
      { room, took }: { room: () => number; took: (count: number) => void },
    ) {
      const one = packet.encode(
        { type: Type.PUBLISH, qos, topic, payload, ...(qos && { packetIdentifier: 1 }) },
        { version: 4 },
      );
      let sent = 0;
      refill = () => {
        while (sent < times && !left) {
          // At QoS 1 twenty are under way at a time, as with most clients.
          const burst = Math.min(qos === 0 ? 500 : 20 - window, times - sent, room());
          if (burst <= 0) return;
          const octets = new Uint8Array(one.length * burst);
          for (let i = 0; i < burst; i++) {
            octets.set(one, i * one.length);
            if (qos === 0) continue;
            const at = i * one.length + one.length - payload.length - 2;
            const identifier = ((sent + i) % 60_000) + 1;
            octets[at] = identifier >>> 8;
            octets[at + 1] = identifier & 0xff;
          }
          sent += burst;
          took(burst);
          if (qos === 1) window += burst;
          send(octets);
        }
      };
      refill();
    },
    async end() {
      refill = () => {};
      socket.end(Uint8Array.of(0xe0, 0));
      await Promise.race([closed.promise, Bun.sleep(500)]);
    },
  };
}

/** What a thousand clients that do nothing add to what the broker holds, for each. */
async function memoryOf({ port, pid }: Broker): Promise<number> {
  const before = residentOf(pid);
  const all = await Promise.all(Array.from({ length: idle }, (_, i) => client(port, `idle${i}`, () => {})));
  await Bun.sleep(500);
  const after = residentOf(pid);
  await Promise.all(all.map(one => one.end()));
  return (after - before) / idle;
}

const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
