// A publisher with its session in a file, killed again and again: what the broker hands on is what was published, once.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { streamPair } from "../../protocols/endpoint/memory-stream.ts";
import { connect } from "../../protocols/mqtt/client.ts";
import { Broker } from "../../protocols/mqtt/server.ts";
import { hostClock } from "../network/clock.ts";
import { listen } from "../network/native.ts";

const folder = mkdtempSync(join(tmpdir(), "mqtt-killed-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a publisher that is killed again and again delivers each message of QoS 2 once, in order", async () => {
  const clock = hostClock();
  const broker = new Broker(clock);
  const port = await freePort();
  const listener = await listen(port, stream => void broker.accept(stream, { port }), "127.0.0.1");
  const path = join(folder, "session.log");
  const [mine, its] = streamPair(clock as never);
  void broker.accept(its, { port });
  const subscriber = await connect(mine, clock, { clientId: "subscriber", keepAlive: 0 });
  await subscriber.subscribe("a", { qos: 2 });
  const heard: number[] = [];
  const messages = 2000;
  let kills = 0;
  for (let heardAll = false; !heardAll; ) {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "publisher.ts")], {
      env: { ...process.env, STORE: path, PORT: String(port), MESSAGES: String(messages) },
      stdout: "ignore",
      stderr: "inherit",
    });
    // Killed in the middle of its work, which is seen by what has come.
    const until = heard.length + 150 + ((kills * 37) % 100);
    while (heard.length < messages && (heard.length < until || kills >= 8)) {
      const message = await subscriber.receive(10_000);
      if (!message) break;
      heard.push(Number(new TextDecoder().decode(message.payload)));
    }
    heardAll = heard.length >= messages;
    if (!heardAll) {
      child.kill("SIGKILL");
      kills++;
    }
    await child.exited;
  }
  expect(await subscriber.receive(200)).toBeUndefined();
  expect(kills).toBe(8);
  expect(heard).toEqual(Array.from({ length: messages }, (_, i) => i));
  await subscriber.disconnect();
  await broker.close();
  await listener.close();
}, 60_000);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}
