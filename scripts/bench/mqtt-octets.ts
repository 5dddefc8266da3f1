// MQTT without a client: packets made beforehand, and as little as possible done to what comes. What a client can reach at most.
import { generate, type IPublishPacket } from "mqtt-packet";
import { Type } from "../../protocols/mqtt/types.ts";
import type { Client, Target } from "./mqtt-client.ts";

const protocolVersion = 5;
/** So many messages of QoS 1 and 2 are under way, as Mosquitto allows. */
const window = 20;

/** The size of the packet that begins at `at`; 0 if its length is not all there. */
export function sizeAt(octets: Uint8Array, at: number): number {
  let size = 0;
  for (let i = 1; i <= 4; i++) {
    const octet = octets[at + i];
    if (octet === undefined) return 0;
    size |= (octet & 0x7f) << (7 * (i - 1));
    if (octet < 0x80) return 1 + i + size;
  }
  return 0;
}

const publish = (topic: string, payload: Uint8Array, qos: 0 | 1 | 2, messageId: number): Uint8Array => {
  const packet: IPublishPacket = {
    ...{ cmd: "publish", topic, payload: Buffer.from(payload), dup: false, retain: false },
    ...{ qos, messageId },
  };
  return generate(packet, { protocolVersion });
};

/** "ready octets" */
export async function readyOctets({ port, tls }: Target, payload: Uint8Array): Promise<Client> {
  const { socket, heard } = await opened(port, tls);
  const next = (type: number) => new Promise<void>(resolve => heard(each => each === type && resolve()));
  const connected = next(Type.CONNACK);
  socket.write(generate({ cmd: "connect", clientId: "ready", protocolVersion, clean: true, keepalive: 0 }));
  await connected;
  const subscribed = next(Type.SUBACK);
  socket.write(
    generate(
      { cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "trip/ready", qos: 0 }] },
      { protocolVersion },
    ),
  );
  await subscribed;
  const trip = publish("trip/ready", payload, 0, 0);
  const one = publish("bench", payload, 0, 0);
  const ping = generate({ cmd: "pingreq" }, { protocolVersion });
  let all = new Uint8Array(0);
  /** Made in the first round, which does not count. */
  const allOf = (count: number) => {
    if (all.length !== one.length * count + ping.length)
      all = new Uint8Array(Buffer.concat([...Array.from({ length: count }, () => one), ping]));
    return all;
  };
  return {
    async publish(qos, count) {
      if (qos > 0) return acknowledged(qos as 1 | 2, count);
      const ponged = next(Type.PINGRESP);
      socket.write(allOf(count));
      return ponged;
    },
    trip: () =>
      new Promise<void>(resolve => {
        heard(() => resolve());
        socket.write(trip);
      }),
  };

  function acknowledged(qos: 1 | 2, count: number): Promise<void> {
    const each = Array.from({ length: window }, (_, i) => publish("bench", payload, qos, i + 1));
    let sent = Math.min(window, count);
    let done = 0;
    return new Promise(resolve => {
      heard((type, id, answers) => {
        if (type === Type.PUBREC) answers.push(Uint8Array.of(0x62, 2, id >>> 8, id & 0xff));
        else if (++done === count) resolve();
        else if (sent < count) {
          sent++;
          answers.push(each[id - 1]!);
        }
      });
      socket.write(Buffer.concat(each.slice(0, sent)));
    });
  }
}

type Hearing = (type: number, identifier: number, answers: Uint8Array[]) => void;

/** A socket of Bun's; what `heard` was called with last hears of each packet. */
async function opened(port: number, tls: Target["tls"]) {
  let hearing: Hearing = () => {};
  let held = new Uint8Array(0);
  let left: Uint8Array | undefined;
  const ready = Promise.withResolvers<void>();
  const send = (octets: Uint8Array) => {
    const all = left ? Buffer.concat([left, octets]) : octets;
    const taken = Math.max(0, socket.write(all));
    left = taken < all.length ? all.subarray(taken) : undefined;
  };
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port },
    ...(tls && { tls: { ca: tls.root, serverName: tls.name } }),
    socket: {
      open: socket => {
        socket.setNoDelay(true);
        if (!tls) ready.resolve();
      },
      handshake: () => ready.resolve(),
      drain: () => send(new Uint8Array(0)),
      data(_, octets) {
        const all: Uint8Array = held.length === 0 ? octets : Buffer.concat([held, octets]);
        const answers: Uint8Array[] = [];
        let at = 0;
        for (let size = sizeAt(all, at); size > 0 && at + size <= all.length; size = sizeAt(all, at)) {
          hearing(all[at]! >>> 4, all[at + 2]! * 256 + all[at + 3]!, answers);
          at += size;
        }
        held = all.slice(at);
        if (answers.length > 0) send(Buffer.concat(answers));
      },
    },
  });
  await ready.promise;
  return {
    socket: { write: send },
    heard: (next: Hearing) => {
      hearing = next;
    },
  };
}

/** "raw echo": as many octets as the PUBLISH has, to a server that gives back what comes. */
export async function rawEcho(port: number, payload: Uint8Array): Promise<Client> {
  const octets = publish("trip/echo", payload, 0, 0);
  let arrived = () => {};
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port },
    socket: { data: () => arrived() },
  });
  socket.setNoDelay(true);
  return {
    publish: () => Promise.reject(new Error("an echo acknowledges nothing")),
    trip: () =>
      new Promise<void>(resolve => {
        arrived = resolve;
        socket.write(octets);
      }),
  };
}
