// Brokers in processes of their own, for benches to hold against each other.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../peers.ts";

export interface Broker {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const root = join(import.meta.dir, "../..");

/** For configurations; gone when the process ends. */
let folder: string | undefined;
function file(name: string, text: string): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "bench-brokers-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** All are asked to hold as much as a bench has under way. */
const unlimited = "max_queued_messages 0\nmax_queued_bytes 0\nlog_type error\nsys_interval 0\n";

/** A second listener, for TLS. */
export interface Secured {
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
  readonly root: string;
}

/** The lab's own. */
export function labBroker(): Promise<Broker> {
  return started("lab", port => {
    const config = file(`${port}.conf`, `listener ${port} 127.0.0.1\n${unlimited}`);
    return [
      process.execPath,
      "-e",
      `import { brokerAlone } from "${root}/lab/servers/mqtt-broker-alone.ts"; await brokerAlone({ config: "${config}" });`,
    ];
  });
}

export function mosquitto(secured?: Secured): Promise<Broker> {
  return started("Mosquitto", port => {
    // Where it is started as root it stays so, and reads the key.
    const lines = [`user root`, `listener ${port} 127.0.0.1`, "allow_anonymous true", unlimited.trim()];
    if (secured)
      lines.push(
        `listener ${secured.port} 127.0.0.1`,
        `certfile ${secured.certificate}`,
        `keyfile ${secured.key}`,
        `cafile ${secured.root}`,
      );
    return [peer("mosquitto")!, "-c", file(`${port}.conf`, `${lines.join("\n")}\n`)];
  });
}

/**
 * Aedes is none of the project's packages: it brings twenty-six others for one column of one table.
 * LAB_AEDES names a folder in which `bun add aedes` was run.
 */
const aedesFolder = process.env.LAB_AEDES ?? root;
export const hasAedes = (): boolean =>
  Bun.spawnSync([process.execPath, "-e", 'import "aedes"'], { cwd: aedesFolder, stderr: "ignore" }).success;
export const aedes = (): Promise<Broker> =>
  started(
    "Aedes",
    port => [
      process.execPath,
      "-e",
      `import { Aedes } from "aedes"; import net from "node:net"; const one = await Aedes.createBroker(); net.createServer(one.handle).listen(${port}, "127.0.0.1");`,
    ],
    aedesFolder,
  );

/** A port that nothing listens on, of the loopback interface. */
export function freePort(): number {
  const taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = taken;
  taken.stop(true);
  return port;
}

async function started(name: string, command: (port: number) => string[], cwd = root): Promise<Broker> {
  const port = freePort();
  const one = Bun.spawn(command(port), { cwd, stdio: ["ignore", "ignore", "ignore"] });
  for (let tries = 0; ; tries++) {
    const isUp = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } }).then(
      socket => {
        socket.end();
        return true;
      },
      () => false,
    );
    if (isUp) break;
    if (tries === 300 || one.exitCode !== null) throw new Error(`${name} did not come up`);
    await Bun.sleep(20);
  }
  return {
    name,
    port,
    pid: one.pid,
    async stop() {
      one.kill();
      await one.exited;
    },
  };
}
