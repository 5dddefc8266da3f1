// What the MQTT bench runs in processes of its own: clients that do as they are told, a sink, and mosquitto's clients.
import { join } from "node:path";
import { peer } from "../peers.ts";
import type { Asked, ClientName, Target, Took } from "./mqtt-client.ts";
import type { Told } from "./mqtt-sink.ts";

/** A client in its process. */
export interface Hosted {
  readonly name: ClientName;
  do(asked: Asked): Promise<Took>;
  stop(): Promise<void>;
}

export async function hosted(name: ClientName, target: Target): Promise<Hosted> {
  let answered = (_: Took) => {};
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "mqtt-client.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    ipc: (took: Took) => answered(took),
  });
  const failed = child.exited.then(code => {
    throw new Error(`the process of ${name} ended with ${code}`);
  });
  failed.catch(() => {});
  const ask = (asked: Asked): Promise<Took> => {
    const { promise, resolve } = Promise.withResolvers<Took>();
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

/** What mosquitto_pub takes for the lines of a file: the whole process, less what it takes for one message. */
export async function mosquittoPub({ port, tls }: Target, qos: number, lines: string): Promise<Took> {
  const to = ["-h", "127.0.0.1", "-p", String(port), "-V", "5", "-t", "bench", "-q", String(qos)];
  const words = [peer("mosquitto_pub")!, ...to, ...(tls ? ["--cafile", tls.file, "--insecure"] : [])];
  const run = async (...more: string[]): Promise<Took> => {
    const began = performance.now();
    const stdin = more[0] === "-l" ? Bun.file(lines) : "ignore";
    const child = Bun.spawn([...words, ...more], { stdio: [stdin, "ignore", "ignore"] });
    const code = await child.exited;
    if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
    // It counts in microseconds.
    const processor = Number(child.resourceUsage()!.cpuTime.total) / 1000;
    return { wall: performance.now() - began, processor };
  };
  const start = await run("-m", "x");
  const all = await run("-l");
  return {
    wall: Math.max(1, all.wall - start.wall),
    processor: Math.max(0.001, all.processor - start.processor),
  };
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
