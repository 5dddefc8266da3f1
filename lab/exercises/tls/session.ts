// The scene of a session over TLS: a lock and a broker agree on keys, and something is said that nobody else is to know.
import { connect } from "../../../protocols/mqtt/client.ts";
import { Broker } from "../../../protocols/mqtt/server.ts";
import { secure } from "../../../protocols/tls/client.ts";
import { accept } from "../../../protocols/tls/server.ts";
import type { Host, Program } from "../../network/contract.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";
import { credentialsOf, type Holder, issued, pemOf, rootOf } from "./authority.ts";

export interface TlsSession {
  readonly begins: number;
  readonly version: "1.2" | "1.3";
  /** Those of TLS 1.2, as the lock offers them. */
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  readonly serverKeys: "RSA-2048" | "P-256";
  /** What the server knows of the lock: nothing, nothing although it asked, or its certificate. */
  readonly client: "unasked" | "without" | "proven";
  readonly broker: { readonly name: string; readonly address: string };
  readonly lock: { readonly name: string; readonly address: string; readonly mac: string };
  readonly authority: { readonly root: string; readonly below: string };
  readonly topic: string;
  /** What is said once the keys are there. */
  readonly secret: string;
  /** Others that look for the broker first, in the clear. */
  readonly neighbours: readonly { readonly address: string; readonly mac: string }[];
}

const suites = [
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
];
/** P-256 besides, which certificates with such a key need. */
const groups = ["X25519", "P-384"];
const companies = ["Faro", "Molino", "Encina", "Puerto", "Roble", "Cierzo", "Levante", "Mistral"];
const words = [
  "heron",
  "cedar",
  "amber",
  "comet",
  "delta",
  "ember",
  "fjord",
  "grove",
  "harbor",
  "indigo",
  "juniper",
];
const port = 8883;

/** Either version; or 1.2 alone, where everything before the keys can be read. */
export const session: Scene<TlsSession> = sceneOf("tls-session", ["1.2", "1.3"]);
export const session12: Scene<TlsSession> = sceneOf("tls-session-12", ["1.2"]);

function sceneOf(id: string, versions: readonly ("1.2" | "1.3")[]): Scene<TlsSession> {
  return { id, version: 1, task: draws => task(draws, versions), play };
}

function task(draws: Draws, versions: readonly ("1.2" | "1.3")[]): TlsSession {
  const network = draws.network();
  const hosts = draws.some(
    9,
    Array.from({ length: 90 }, (_, i) => `${network}${i + 100}`),
  );
  const company = draws.pick(companies);
  const [one, two, three] = draws.some(3, words);
  const kind = draws.pick(["RSA", "ECDSA"] as const);
  const fitting = suites.filter(suite => suite.includes(`_${kind}_`));
  const others = suites.filter(suite => !suite.includes(`_${kind}_`));
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59)),
    version: draws.pick(versions),
    suites: draws.shuffled([
      ...draws.some(draws.whole(1, 3), fitting),
      ...draws.some(draws.whole(0, 2), others),
    ]),
    groups: draws.shuffled(["P-256", ...draws.some(draws.whole(0, 2), groups)]),
    serverKeys: kind === "RSA" ? "RSA-2048" : "P-256",
    client: draws.pick(["unasked", "without", "proven"] as const),
    broker: {
      name: `${draws.pick(["broker", "mqtt", "hub", "gate"])}.${company.toLowerCase()}.example`,
      address: hosts[0]!,
    },
    lock: { name: `lock-${draws.whole(100, 999)}`, address: hosts[1]!, mac: draws.mac() },
    authority: { root: `${company} Root`, below: `${company} Devices` },
    topic: `${company.toLowerCase()}/${draws.pick(["vault", "gate", "lab", "store"])}/code`,
    secret: `${one}-${two}-${draws.whole(1000, 9999)}-${three}`,
    neighbours: hosts.slice(3, 3 + draws.whole(0, 5)).map(address => ({ address, mac: draws.mac() })),
  };
}

async function play(task: TlsSession, draws: Draws): Promise<Played> {
  const { broker, lock, version } = task;
  const root = await rootOf(task.authority.root);
  const below = await issued(root, { name: task.authority.below, use: "authority" });
  const server = await issued(below, {
    name: broker.name,
    use: "server",
    hosts: [broker.name],
    keys: task.serverKeys,
  });
  const own = task.client === "proven" ? await issued(below, { name: lock.name, use: "client" }) : undefined;

  const room = new Room(draws, task.begins);
  await room.host({
    name: "broker",
    configuration: { address: broker.address, prefix: 24 },
    program: serving(server, root, task) as Program,
  });
  for (const [i, { address, mac }] of task.neighbours.entries())
    await room.host({
      name: `neighbour ${i + 1}`,
      mac,
      configuration: { address, prefix: 24 },
      program: (async (host: Host) => {
        await host.clock.sleep(50 + i * 40);
        const stream = await host.connect({ address: broker.address, port: 1883 });
        const session = await connect(stream, host.clock, { clientId: `n${i + 1}`, version: 4, beat: false });
        await session.disconnect();
      }) as Program,
    });
  const secrets: string[] = [];
  await room.host({
    name: lock.name,
    mac: lock.mac,
    configuration: { address: lock.address, prefix: 24 },
    program: (async (host: Host) => {
      await host.clock.sleep(600);
      const stream = await secure(await host.connect({ address: broker.address, port }), {
        serverName: broker.name,
        roots: [pemOf(root)],
        clock: host.clock,
        version,
        groups: task.groups,
        ...(version === "1.2" && { suites: task.suites }),
        ...(own && credentialsOf(own)),
        onSecret: line => secrets.push(line),
      });
      const session = await connect(stream, host.clock, { clientId: lock.name, version: 4, beat: false });
      await session.publish({ topic: task.topic, payload: new TextEncoder().encode(task.secret), qos: 1 });
      await session.disconnect();
      await stream.close();
    }) as Program,
  });
  await room.run(room.done(lock.name));
  await room.close();
  return {
    capture: room.capture(),
    files: { "keylog.txt": `${secrets.join("\n")}\n`, "root.pem": pemOf(root) },
    told: room.told,
  };
}

const serving = (server: Holder, root: Holder, { version, client }: TlsSession) =>
  async function run(host: Host): Promise<void> {
    const broker = new Broker(host.clock, {});
    const asks = client === "unasked" ? {} : { clientRoots: [pemOf(root)], require: client === "proven" };
    const [plain, secured] = await Promise.all([
      host.listen(1883, stream => void broker.accept(stream, { port: 1883 })),
      host.listen(port, async stream => {
        const safe = await accept(stream, { ...credentialsOf(server), version, ...asks, clock: host.clock });
        await broker.accept(safe, { port });
      }),
    ]);
    const stopped = Promise.withResolvers<void>();
    host.stopping.addEventListener("abort", () => stopped.resolve());
    await stopped.promise;
    await Promise.all([plain.close(), secured.close()]);
    await broker.close();
  };
