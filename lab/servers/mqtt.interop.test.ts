// MQTT with real peers, on loopback: our client with Mosquitto, and mosquitto_pub and mosquitto_sub with our broker.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refused, type Stream } from "../../protocols/endpoint/index.ts";
import { connect, type Session } from "../../protocols/mqtt/client.ts";
import { Broker } from "../../protocols/mqtt/server.ts";
import { referenceLog, referenceRun } from "../../protocols/mqtt/testing/reference.ts";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import { hostClock } from "../network/clock.ts";
import { DuplexStream } from "../network/stream.ts";

const clock = hostClock();
const octets = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array | undefined) => payload && new TextDecoder().decode(payload);

/** A test that is skipped, with the reason, where a peer is missing. */
function interop(name: string, needs: readonly PeerName[], act: () => Promise<void>): void {
  const missing = needs.find(each => !peer(each));
  test.skipIf(missing !== undefined)(missing ? `${name} (${lack(missing)})` : name, act);
}

const streamOf = (socket: Socket): Stream =>
  new DuplexStream(
    socket,
    { address: socket.localAddress ?? "", port: socket.localPort ?? 0 },
    { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 },
  );

const streamTo = (port: number): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const socket = dial(port, "127.0.0.1", () => resolve(streamOf(socket)));
    socket.once("error", reject);
  });

const session = async (port: number, clientId: string, keepAlive = 0): Promise<Session> =>
  connect(await streamTo(port), clock, { clientId, keepAlive });

/** Times, addresses, ports and user names differ from run to run. */
const masked = (lines: readonly string[]): string[] =>
  lines.map(line =>
    line
      .replace(/^\d+: /, "")
      .replace(/[\d.]+:\d+/, "ADDRESS:PORT")
      .replace(/on port \d+/, "on port PORT")
      .replace(/, u'[^']*'/, ""),
  );

const folder = mkdtempSync(join(tmpdir(), "mqtt-interop-"));
const started: Bun.Subprocess[] = [];
afterAll(async () => {
  for (const each of started) each.kill();
  await Promise.all(started.map(({ exited }) => exited));
  rmSync(folder, { recursive: true, force: true });
});

/** Mosquitto on a free port. `stop` ends it, and returns what it logged. */
async function mosquitto(...lines: string[]): Promise<{ port: number; stop: () => Promise<string[]> }> {
  const port = await freePort();
  const configuration = join(folder, `${port}.conf`);
  writeFileSync(configuration, [`listener ${port} 127.0.0.1`, "allow_anonymous true", ...lines].join("\n"));
  const daemon = Bun.spawn([peer("mosquitto")!, "-v", "-c", configuration], {
    stdout: "ignore",
    stderr: "pipe",
  });
  started.push(daemon);
  const printed = new Response(daemon.stderr).text();
  for (let tries = 0; ; tries++) {
    const stream = await streamTo(port).catch(() => undefined);
    if (stream) {
      await stream.close();
      break;
    }
    if (tries === 200) throw new Error(`mosquitto did not come up on port ${port}: ${await printed}`);
    await Bun.sleep(10);
  }
  const stop = async () => {
    daemon.kill();
    const all = (await printed).trim().split("\n");
    // The first connection was only to see whether it is up.
    const second = all.findIndex(
      (line, i) => line.includes("New connection") && all.slice(0, i).some(isConnection),
    );
    return all.slice(second).filter(line => !line.endsWith("terminating"));
  };
  return { port, stop };
}
const isConnection = (line: string) => line.includes("New connection");

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Our broker on a free port, and its log. */
async function embedded() {
  const log: string[] = [];
  const broker = new Broker(clock, { log: line => log.push(line) });
  const server = createServer({ allowHalfOpen: true }, socket => {
    void broker.accept(streamOf(socket), { port: (server.address() as AddressInfo).port });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    log,
    logged: async (line: string | RegExp) => {
      const found = () => log.some(each => (typeof line === "string" ? each === line : line.test(each)));
      for (let tries = 0; !found() && tries < 300; tries++) await Bun.sleep(10);
      expect(log).toContainEqual(expect.stringMatching(line));
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await broker.close();
    },
  };
}

/** Runs one of mosquitto's clients; what it printed, and its exit code. */
function run(program: "mosquitto_pub" | "mosquitto_sub", port: number, ...words: string[]) {
  const client = Bun.spawn([peer(program)!, "-h", "127.0.0.1", "-p", String(port), ...words], {
    stdout: "pipe",
    stderr: "pipe",
  });
  started.push(client);
  return Promise.all([
    new Response(client.stdout).text(),
    new Response(client.stderr).text(),
    client.exited,
  ]).then(([printed, errors, code]) => ({ printed: printed.trim().split("\n"), errors, code }));
}

describe("our client with Mosquitto", () => {
  interop("the reference run is logged as the original's", ["mosquitto"], async () => {
    const { port, stop } = await mosquitto();
    await referenceRun(await session(port, "[JORGE]"), 50);
    expect(masked(await stop())).toEqual(masked(referenceLog));
  });

  interop("messages go both ways", ["mosquitto", "mosquitto_pub", "mosquitto_sub"], async () => {
    const { port, stop } = await mosquitto();
    const board = await session(port, "[JORGE]", 60);
    expect(await board.subscribe("[TEMA_SECRETO]")).toBe(0);
    const sub = run("mosquitto_sub", port, "-t", "[TEMA_PÚBLICO]", "-C", "1", "-W", "5");
    const published = await run(
      "mosquitto_pub",
      port,
      "-V",
      "mqttv5",
      "-t",
      "[TEMA_SECRETO]",
      "-m",
      "Hola XD",
    );
    expect(published).toMatchObject({ code: 0, errors: "" });
    expect(text((await board.receive(5000))?.payload)).toBe("Hola XD");
    await board.ping(5000);
    for (let tries = 0; tries < 100; tries++) {
      await board.publish({ topic: "[TEMA_PÚBLICO]", payload: octets("[LED 2 APAGADO]") });
      if (await Promise.race([sub.then(() => true), Bun.sleep(20)])) break;
    }
    expect((await sub).printed).toEqual(["[LED 2 APAGADO]"]);
    expect(await board.unsubscribe("[TEMA_SECRETO]")).toBe(0);
    expect(await board.unsubscribe("[TEMA_SECRETO]")).toBe(0x11);
    await board.disconnect();
    await stop();
  });

  interop("a refusal is told in words", ["mosquitto"], async () => {
    const { port, stop } = await mosquitto("allow_anonymous false");
    const error = await session(port, "c").catch((error: Error) => error);
    expect(error).toBeInstanceOf(Refused);
    expect((error as Error).message).toBe("the broker refused the connection: Not authorized (0x87)");
    await stop();
  });

  interop("a name that is used twice: the first session has ended", ["mosquitto"], async () => {
    const { port, stop } = await mosquitto();
    const first = await session(port, "c");
    const second = await session(port, "c");
    // Mosquitto 2.0.11 closes without DISCONNECT.
    const error = await first.receive(5000).catch((error: Error) => error);
    expect(error).toBeInstanceOf(Refused);
    await second.disconnect();
    await stop();
  });
});

describe("mosquitto_pub and mosquitto_sub with our broker", () => {
  const versions = ["mqttv31", "mqttv311", "mqttv5"] as const;
  for (const version of versions)
    interop(
      `${version}: messages of every QoS arrive, in order`,
      ["mosquitto_pub", "mosquitto_sub"],
      async () => {
        await using broker = await embedded();
        const { port } = broker;
        const sub = run(
          "mosquitto_sub",
          port,
          "-V",
          version,
          "-i",
          "sub",
          "-t",
          "a/#",
          "-q",
          "2",
          "-C",
          "3",
          "-W",
          "5",
          "-v",
        );
        await broker.logged("Sending SUBACK to sub");
        for (const qos of ["0", "1", "2"]) {
          const one = await run(
            "mosquitto_pub",
            port,
            "-V",
            version,
            "-i",
            "pub",
            "-q",
            qos,
            "-t",
            `a/${qos}`,
            "-m",
            `ñ ${qos}`,
          );
          expect(one).toMatchObject({ code: 0, errors: "" });
        }
        expect(await sub).toEqual({ printed: ["a/0 ñ 0", "a/1 ñ 1", "a/2 ñ 2"], errors: "", code: 0 });
        await broker.logged("Client sub disconnected.");
        const shown = { mqttv31: "p1", mqttv311: "p2", mqttv5: "p5" }[version];
        expect(broker.log).toContainEqual(
          expect.stringMatching(new RegExp(`as sub \\(${shown}, c1, k60\\)\\.$`)),
        );
      },
    );

  interop("a retained message reaches who comes later", ["mosquitto_pub", "mosquitto_sub"], async () => {
    await using broker = await embedded();
    const { port } = broker;
    await run("mosquitto_pub", port, "-r", "-t", "kept", "-m", "still here");
    const sub = await run(
      "mosquitto_sub",
      port,
      "-V",
      "mqttv5",
      "-t",
      "#",
      "-C",
      "1",
      "-W",
      "5",
      "-F",
      "%t %r %p",
    );
    expect(sub).toMatchObject({ printed: ["kept 1 still here"], code: 0 });
  });

  interop("a large message, and many small ones", ["mosquitto_pub", "mosquitto_sub"], async () => {
    await using broker = await embedded();
    const { port } = broker;
    const sub = run("mosquitto_sub", port, "-i", "sub", "-t", "a", "-C", "1001", "-W", "10");
    await broker.logged("Sending SUBACK to sub");
    const file = join(folder, "large");
    writeFileSync(file, "x".repeat(1_000_000));
    await run("mosquitto_pub", port, "-t", "a", "-f", file);
    const lines = Array.from({ length: 1000 }, (_, i) => String(i));
    const source = Bun.spawn(
      [peer("mosquitto_pub")!, "-h", "127.0.0.1", "-p", String(port), "-t", "a", "-l"],
      {
        stdin: octets(`${lines.join("\n")}\n`),
      },
    );
    started.push(source);
    expect(await source.exited).toBe(0);
    const { printed } = await sub;
    expect(printed[0]).toHaveLength(1_000_000);
    expect(printed.slice(1)).toEqual(lines);
  });

  interop("a message above the limit is refused with its reason", ["mosquitto_pub"], async () => {
    await using broker = await embedded();
    const file = join(folder, "too-large");
    writeFileSync(file, "x".repeat(1_100_000));
    // Of MQTT 5, it heeds the limit that CONNACK named, and sends nothing; of 3.1.1, it is cut off.
    await run("mosquitto_pub", broker.port, "-V", "mqttv5", "-i", "new", "-t", "a", "-f", file);
    await broker.logged("Client new disconnected.");
    await run("mosquitto_pub", broker.port, "-V", "mqttv311", "-i", "old", "-t", "a", "-f", file);
    await broker.logged("Client old disconnected due to oversize packet.");
    expect(broker.log.filter(line => line.includes("PUBLISH"))).toEqual([]);
  });

  interop("our client hears what mosquitto_pub says", ["mosquitto_pub"], async () => {
    await using broker = await embedded();
    const board = await session(broker.port, "[JORGE]");
    await board.subscribe("[TEMA_SECRETO]");
    await run("mosquitto_pub", broker.port, "-t", "[TEMA_SECRETO]", "-m", "LD2OFF");
    expect(text((await board.receive(5000))?.payload)).toBe("LD2OFF");
    await board.disconnect();
    await broker.logged("Client [JORGE] disconnected.");
  });
});
