// What the MQTT bench runs in processes of its own: clients that do as they are told, a sink, and mosquitto's clients.
import { join } from "node:path";
import { peer } from "../peers.ts";
import type { Asked, ClientName, Target } from "./mqtt-client.ts";
import type { Told } from "./mqtt-sink.ts";

/** A client in its process. */
export interface Hosted {
  readonly name: ClientName;
  /** Milliseconds that it took. */
  do(asked: Asked): Promise<number>;
  stop(): Promise<void>;
}

export async function hosted(name: ClientName, target: Target): Promise<Hosted> {
  let answered = (_: number) => {};
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "mqtt-client.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    ipc: (took: number) => answered(took),
  });
  const failed = child.exited.then(code => {
    throw new Error(`the process of ${name} ended with ${code}`);
  });
  failed.catch(() => {});
  const ask = (asked: Asked): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    answered = resolve;
    child.send(asked);
    return Promise.race([promise, failed]);
  };
  await ask({ who: name, target });
  return {
    name,
    do: ask,
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}

export interface Sink {
  readonly port: number;
  /** Of the raw echo. */
  readonly echo: number;
  /** Microseconds from SUBACK to the first message, of the next client that says something. */
  nextTurnaround(): Promise<number>;
  stop(): Promise<void>;
}

export async function sink(): Promise<Sink> {
  const ports = Promise.withResolvers<{ sink: number; echo: number }>();
  let turned = (_: number) => {};
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "mqtt-sink.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    ipc: (told: Told) => ("sink" in told ? ports.resolve(told) : turned(told.turnaround)),
  });
  const { sink: port, echo } = await ports.promise;
  return {
    port,
    echo,
    nextTurnaround: () =>
      new Promise(resolve => {
        turned = resolve;
      }),
    async stop() {
      child.kill();
      await child.exited;
    },
  };
}

/** Milliseconds in which mosquitto_pub publishes the lines of a file: of the whole process, less those for one message. */
export async function mosquittoPub({ port, tls }: Target, qos: number, lines: string): Promise<number> {
  const to = ["-h", "127.0.0.1", "-p", String(port), "-V", "5", "-t", "bench", "-q", String(qos)];
  const words = [peer("mosquitto_pub")!, ...to, ...(tls ? ["--cafile", tls.file, "--insecure"] : [])];
  const run = async (...more: string[]) => {
    const began = performance.now();
    const stdin = more[0] === "-l" ? Bun.file(lines) : "ignore";
    const code = await Bun.spawn([...words, ...more], { stdio: [stdin, "ignore", "ignore"] }).exited;
    if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
    return performance.now() - began;
  };
  const start = await run("-m", "x");
  return Math.max(1, (await run("-l")) - start);
}

/** One request, which is given back as its own answer; microseconds from SUBACK to the request, as the sink sees them. */
export async function mosquittoRr(far: Sink): Promise<number> {
  const to = ["-h", "127.0.0.1", "-p", String(far.port), "-t", "trip", "-e", "trip", "-m", "x".repeat(100)];
  const turned = far.nextTurnaround();
  const child = Bun.spawn(["mosquitto_rr", ...to], { stdio: ["ignore", "ignore", "ignore"] });
  const [microseconds] = await Promise.all([
    Promise.race([turned, Bun.sleep(5000).then(() => Number.NaN)]),
    child.exited,
  ]);
  return microseconds;
}
