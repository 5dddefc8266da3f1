// The other end of the MQTT bench in a process of its own: a broker that does nothing but acknowledge and echo, and a raw echo.
import { packet } from "../../protocols/mqtt/format.ts";
import { Type } from "../../protocols/mqtt/types.ts";
import { sizeAt } from "./mqtt-octets.ts";

/** What it tells: once where it listens, and how long each client took from its subscription to its first message. */
export type Told =
  | { readonly sink: number; readonly echo: number }
  /** From SUBACK to PUBLISH, in microseconds. */
  | { readonly turnaround: number };

const connack = packet.encode(
  {
    type: Type.CONNACK,
    flags: {},
    reasonCode: 0,
    // Receive Maximum, as Mosquitto has it.
    properties: [{ identifier: 0x21, value: 20 }],
  },
  { version: 5 },
);

interface Seen {
  held: Uint8Array;
  /** When SUBACK was sent; 0: no message is waited for. */
  subscribed: number;
}

const tell = (told: Told) => process.send!(told);

const sink = Bun.listen<Seen>({
  ...{ hostname: "127.0.0.1", port: 0 },
  socket: {
    open(socket) {
      socket.setNoDelay(true);
      socket.data = { held: new Uint8Array(0), subscribed: 0 };
    },
    data(socket, octets) {
      const seen = socket.data;
      const all = seen.held.length === 0 ? octets : Buffer.concat([seen.held, octets]);
      const answers: Uint8Array[] = [];
      let at = 0;
      for (let size = sizeAt(all, at); size > 0 && at + size <= all.length; size = sizeAt(all, at)) {
        const answer = answerTo(all, at, size, seen);
        if (answer) answers.push(answer);
        at += size;
      }
      seen.held = all.slice(at);
      if (answers.length > 0) socket.write(answers.length === 1 ? answers[0]! : Buffer.concat(answers));
    },
  },
});

function answerTo(octets: Uint8Array, at: number, size: number, seen: Seen): Uint8Array | undefined {
  const first = octets[at]!;
  switch (first >>> 4) {
    case Type.CONNECT:
      return connack;
    case Type.SUBSCRIBE:
      seen.subscribed = performance.now();
      return Uint8Array.of(0x90, 4, octets[at + 2]!, octets[at + 3]!, 0, 0);
    case Type.PINGREQ:
      return Uint8Array.of(0xd0, 0);
    case Type.PUBREL:
      return Uint8Array.of(0x70, 2, octets[at + 2]!, octets[at + 3]!);
    case Type.PUBLISH: {
      if (first & 0b110) return acknowledgement(octets, at, first & 0b010 ? 0x40 : 0x50);
      if (!isTrip(octets, at)) return undefined;
      if (seen.subscribed > 0) tell({ turnaround: (performance.now() - seen.subscribed) * 1000 });
      seen.subscribed = 0;
      return octets.slice(at, at + size);
    }
  }
  return undefined;
}

function acknowledgement(octets: Uint8Array, at: number, type: number): Uint8Array {
  const topicAt = at + (octets[at + 1]! < 0x80 ? 2 : 3);
  const identifier = topicAt + 2 + octets[topicAt]! * 256 + octets[topicAt + 1]!;
  return Uint8Array.of(type, 2, octets[identifier]!, octets[identifier + 1]!);
}

/** Messages to "trip", and below it, come back to who sent them: whoever sends them has subscribed. */
function isTrip(octets: Uint8Array, at: number): boolean {
  const topicAt = at + (octets[at + 1]! < 0x80 ? 2 : 3);
  return octets[topicAt + 2] === 0x74 && octets[topicAt + 3] === 0x72;
}

const echo = Bun.listen({
  ...{ hostname: "127.0.0.1", port: 0 },
  socket: {
    open: socket => void socket.setNoDelay(true),
    data: (socket, octets) => void socket.write(octets),
  },
});

tell({ sink: sink.port, echo: echo.port });
