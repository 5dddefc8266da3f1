// OpenSSL and GnuTLS talking with themselves, for tests: what passed between them is kept, with the secrets of both.
import { existsSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { infoOf, type Packet } from "../packet/index.ts";
import { rest } from "../wire/index.ts";
import type { Ciphers } from "./ciphers.ts";
import { packetsOf } from "./frames.ts";
import { type KeyLog, kinds, tls } from "./index.ts";
import { native } from "./native.ts";
import type { Recording } from "./recording.ts";

const carried = {
  name: "carried",
  title: "Carried",
  reference: "",
  format: rest,
  over: [{ table: "tls.port", key: 8883 }] as const,
  summary: (octets: Uint8Array) => JSON.stringify(new TextDecoder().decode(octets)),
};
export const heard = (packets: readonly Packet[], way: 0 | 1): string =>
  packets
    .flatMap(packet => packet.all(carried))
    .filter(layer => layer.way === way)
    .map(layer => new TextDecoder().decode(layer.value))
    .join("");
export const deciphered = (
  pieces: Recording["pieces"],
  keyLog: KeyLog,
  ciphers: Ciphers = native,
): Packet[] => packetsOf({ pieces }, [...tls({ keyLog, ciphers }), carried]);
export const listed = (packets: readonly Packet[]): string =>
  packets
    .filter(packet => packet.layer(kinds.record))
    .map(infoOf)
    .join(" | ");

/** Connections to `port`, passed on by us, who keep what passes in each. */
async function tapped(
  port: number,
): Promise<{ port: number; connections: Recording["pieces"][]; close(): void }> {
  const connections: Recording["pieces"][] = [];
  const listener = createServer(near => {
    const pieces: Recording["pieces"][number][] = [];
    connections.push(pieces);
    const far = connect(port, "127.0.0.1");
    const pass = (way: 0 | 1, from: Socket, to: Socket) => {
      from.on("data", (octets: Buffer) => {
        pieces.push({ way, octets: new Uint8Array(octets) });
        to.write(octets);
      });
      from.on("close", () => to.end());
      from.on("error", () => {});
    };
    pass(0, near, far);
    pass(1, far, near);
  });
  await new Promise<void>(resolve => listener.listen(0, "127.0.0.1", () => resolve()));
  return { port: (listener.address() as { port: number }).port, connections, close: () => listener.close() };
}

export interface Talk {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What goes to its standard input; what must have come out, and which file must be there, before the next. */
  readonly says: readonly (readonly [text: string, until: string, saved?: string])[];
}

/** Lets a client speak to the server on that port, and gives what passed in its only connection. */
export async function recorded(server: number, talk: (port: number) => Talk): Promise<Recording["pieces"]> {
  const [pieces = []] = await recordedEach(server, talk);
  return pieces;
}

/** The same of a client that connects more than once. */
export async function recordedEach(
  server: number,
  talk: (port: number) => Talk,
): Promise<readonly Recording["pieces"][]> {
  const tap = await tapped(server);
  const { command, environment, says } = talk(tap.port);
  const client = Bun.spawn(["sh", "-c", 'exec "$@" 2>&1', "sh", ...command], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    env: { ...process.env, ...environment },
  });
  const patience = setTimeout(() => client.kill(), 4000);
  try {
    const out = client.stdout.getReader();
    let text = "";
    for (const [say, until, saved] of says) {
      client.stdin.write(say);
      client.stdin.flush();
      for (const from = text.length; !text.slice(from).includes(until); ) {
        const { value, done } = await out.read();
        if (done)
          throw new Error(`the client ended before it said ${JSON.stringify(until)}: ${text.slice(-500)}`);
        text += new TextDecoder().decode(value);
      }
      for (let tries = 0; saved && !existsSync(saved) && tries < 100; tries++) await Bun.sleep(20);
    }
    client.stdin.end();
    await client.exited;
  } finally {
    clearTimeout(patience);
    client.kill();
    tap.close();
  }
  return tap.connections;
}

export async function serving(
  command: (port: number) => string[],
): Promise<{ port: number; stop(): Promise<void> }> {
  const listener = createServer();
  await new Promise<void>(resolve => listener.listen(0, "127.0.0.1", () => resolve()));
  const { port } = listener.address() as { port: number };
  await new Promise(resolve => listener.close(resolve));
  const server = Bun.spawn(command(port), { stdin: "pipe", stdout: "ignore", stderr: "ignore" });
  for (let attempt = 0; attempt < 100; attempt++) {
    const open = await new Promise<boolean>(resolve => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) break;
    await Bun.sleep(20);
  }
  return {
    port,
    async stop() {
      server.kill();
      await server.exited;
    },
  };
}
