// The broker's listeners with TLS, and its log beside Mosquitto's: the same clients, the same lines.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import { startBroker } from "./mqtt-broker.ts";
import { listening } from "./mqtt-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "mqtt-words-"));
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
  rmSync(folder, { recursive: true });
});

function interop(name: string, needs: readonly PeerName[], act: () => Promise<void>): void {
  const missing = needs.find(each => !peer(each));
  test.skipIf(missing !== undefined)(missing ? `${name} (${lack(missing)})` : name, act, 30_000);
}

const plain = { system: 0, limits: {}, passedOver: [] };
const spawned = (program: PeerName, port: number, ...words: string[]) =>
  Bun.spawn([peer(program)!, "-h", "127.0.0.1", "-p", String(port), ...words], {
    stdout: "pipe",
    stderr: "pipe",
    timeout: 20_000,
  });

interop(
  "8883 and 8884: the certificate's name is the user's, and the key log has the session",
  ["mosquitto_pub"],
  async () => {
    const authority = await intranet();
    const safe = {
      certificate: authority.chain("JORGE-PC").file,
      key: authority.key("JORGE-PC").files.pem,
      roots: authority.root.files.pem,
    };
    const log: string[] = [];
    const secrets: string[] = [];
    const one = await startBroker(
      {
        ...plain,
        listeners: [
          { ...listening(0), ...safe },
          { ...listening(0), ...safe, requiresCertificate: true, namesFromCertificate: true },
        ],
      },
      { log: line => log.push(line), onSecret: line => secrets.push(line) },
    );
    ends.push(one.close);
    const words = ["--cafile", safe.roots, "--insecure", "-t", "a", "-m", "1", "-q", "1"];
    const own = [
      "--cert",
      authority.chain("NUCLEO-H723ZG").file,
      "--key",
      authority.key("NUCLEO-H723ZG").files.pem,
    ];
    expect(await spawned("mosquitto_pub", one.ports[0]!, ...words, "-i", "server").exited).toBe(0);
    expect(await spawned("mosquitto_pub", one.ports[1]!, ...words, ...own, "-i", "mutual").exited).toBe(0);
    expect(await spawned("mosquitto_pub", one.ports[1]!, ...words, "-i", "nobody").exited).not.toBe(0);
    const lines = log.join("\n");
    expect(lines).toMatch(/as server \(p2, c1, k60\)\./);
    expect(lines).toMatch(/as mutual \(p2, c1, k60, u'NUCLEO-H723ZG'\)\./);
    expect(lines).not.toContain("as nobody");
    expect(secrets.join("\n")).toMatch(/^(CLIENT_RANDOM|SERVER_TRAFFIC_SECRET_0) /m);
  },
);

/** Of each client its own lines: two connections may take turns in any way. */
const ofClient = (log: readonly string[], id: string) =>
  log
    .map(line => line.replace(/^\d+: /, "").replace(/[\d.]+:\d+/, "ADDRESS"))
    .filter(line => new RegExp(`\\b${id}\\b`).test(line));

/** A subscriber at QoS 2 with a will, and three publishers. */
async function exchange(port: number): Promise<void> {
  const will = ["--will-topic", "gone", "--will-payload", "bye"];
  const sub = spawned(
    "mosquitto_sub",
    port,
    "-i",
    "subscriber",
    "-t",
    "a/#",
    "-t",
    "$share/g/b",
    "-q",
    "2",
    "-C",
    "3",
    ...will,
  );
  await Bun.sleep(300);
  for (const qos of [0, 1, 2])
    await spawned(
      "mosquitto_pub",
      port,
      "-i",
      `publisher${qos}`,
      "-q",
      `${qos}`,
      "-t",
      `a/${qos}`,
      "-m",
      "hola",
    ).exited;
  await sub.exited;
  await Bun.sleep(100);
}

interop(
  "the log has Mosquitto's lines for every QoS, in both directions",
  ["mosquitto", "mosquitto_pub", "mosquitto_sub"],
  async () => {
    const log: string[] = [];
    const ours = await startBroker({ ...plain, listeners: [listening(0)] }, { log: line => log.push(line) });
    ends.push(ours.close);
    await exchange(ours.ports[0]!);

    const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const { port } = probe;
    probe.stop(true);
    const configuration = join(folder, "mosquitto.conf");
    writeFileSync(configuration, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    const daemon = Bun.spawn([peer("mosquitto")!, "-v", "-c", configuration], {
      stdout: "ignore",
      stderr: "pipe",
    });
    ends.push(() => daemon.kill());
    await Bun.sleep(300);
    await exchange(port);
    daemon.kill();
    const theirs = (await new Response(daemon.stderr).text()).trim().split("\n");
    for (const id of ["subscriber", "publisher0", "publisher1", "publisher2"])
      expect(ofClient(log, id)).toEqual(ofClient(theirs, id));
  },
);
