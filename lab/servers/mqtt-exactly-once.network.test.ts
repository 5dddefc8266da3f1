// Exactly once on the lab's networks: our client, our broker or Mosquitto, cables that lose, delay and cut, and a
// broker that is killed. LAB_EXACTLY_ONCE=10000 is the long form: so many messages of QoS 2, at least a hundred cuts
// behind each packet of the exchange, ten kills; it prints what was counted.
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lack, peer } from "../../scripts/peers.ts";
import type { Network } from "../network/contract.ts";
import { Namespaces } from "../network/namespaces.ts";
import { probe } from "../network/probe.ts";
import { openRelay } from "../network/relay.ts";
import { type Campaign, exactlyOnce, type Outcome } from "./mqtt-exactly-once/campaign.ts";

const all = Number(process.env.LAB_EXACTLY_ONCE ?? 160);
const isLong = all >= 10_000;
const [leastCuts, kills] = isLong ? [100, 10] : [2, 1];
const timeout = isLong ? 600_000 : 30_000;

const { namespaces } = await probe();
const noNamespaces = namespaces.ok
  ? namespaces.how === "root"
    ? undefined
    : "an ordinary user's process would have to start over"
  : namespaces.reason;
const kinds: readonly { name: string; missing?: string; open: () => Promise<Network> }[] = [
  { name: "namespaces", missing: noNamespaces, open: async () => new Namespaces() },
  { name: "relay", open: openRelay },
];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "exactly-once-"));
  folders.push(path);
  return path;
}

const path = { delay: 2, jitter: 1, loss: 0.002, reorder: 0.01 };
const campaign = (more: Partial<Campaign> = {}): Campaign => ({
  seed: 5,
  publishers: 2,
  messages: [all / 10, all / 10, all / 2],
  every: isLong ? 40 : 8,
  ...(!isLong && { mostCuts: 2 }),
  kills,
  faults: { up: path, down: path },
  folder: folder(),
  ...more,
});

const exchange = ["PUBLISH", "PUBREC", "PUBREL", "PUBCOMP"];
const cutsBehind = ({ cuts }: Outcome, packet: string): number =>
  Object.entries(cuts).reduce((sum, [name, count]) => sum + (name.startsWith(`${packet} `) ? count : 0), 0);

describe.each([...kinds])("$name", ({ name, missing, open }) => {
  test.skipIf(missing !== undefined)(
    `${all} messages of QoS 2 arrive once each and in order, those of QoS 1 at least once, of QoS 0 at most${missing ? ` (${missing})` : ""}`,
    async () => {
      const outcome = await exactlyOnce(await open(), campaign());
      if (isLong) console.log(name, JSON.stringify(outcome, null, 2));
      const [atMost, atLeast, exactly] = outcome.qos;
      expect(exactly).toMatchObject({ arrived: all, different: all, twice: 0, missing: 0, outOfOrder: 0 });
      expect(atLeast).toMatchObject({ missing: 0, outOfOrder: 0 });
      expect(atMost).toMatchObject({ twice: 0, outOfOrder: 0 });
      expect(outcome).toMatchObject({ kills, uncertain: 0, sessionsLost: 0 });
      for (const packet of exchange) expect(cutsBehind(outcome, packet)).toBeGreaterThanOrEqual(leastCuts);
    },
    timeout,
  );
});

const noMosquitto = noNamespaces ?? (peer("mosquitto") ? undefined : lack("mosquitto"));

describe.skipIf(noMosquitto !== undefined)(
  `our client with Mosquitto${noMosquitto ? ` (${noMosquitto})` : ""}`,
  () => {
    /** It writes its state every so often, and when it is asked to end. */
    function foreign(signal: "SIGKILL" | "SIGTERM") {
      const home = folder();
      // Mosquitto gives its rights up, and has to write there all the same.
      chmodSync(home, 0o777);
      const file = join(home, "mosquitto.conf");
      const lines = [
        "listener 1883 192.168.1.20",
        "allow_anonymous true",
        "persistence true",
        `persistence_location ${home}/`,
        "autosave_interval 1",
        "max_queued_messages 0",
        "max_inflight_messages 20",
      ];
      writeFileSync(file, lines.join("\n"));
      return { command: [peer("mosquitto")!, "-c", file], signal };
    }

    test(
      "of messages of QoS 2 none is lost by connections that are cut, and none comes twice",
      async () => {
        const outcome = await exactlyOnce(
          new Namespaces(),
          campaign({ kills: 0, foreign: foreign("SIGTERM") }),
        );
        if (isLong) console.log("mosquitto, cuts alone", JSON.stringify(outcome, null, 2));
        // A few come behind later ones, which with our broker none does: their order is Mosquitto's.
        expect(outcome.qos[2]).toMatchObject({ arrived: all, different: all, twice: 0 });
        expect(outcome.qos[1].missing).toBe(0);
        for (const packet of exchange) expect(cutsBehind(outcome, packet)).toBeGreaterThanOrEqual(leastCuts);
      },
      timeout,
    );

    test.skipIf(!isLong).each(["SIGTERM", "SIGKILL"] as const)(
      "ended by %s it keeps what its own persistence keeps (the long form tells what it lost)",
      async signal => {
        const outcome = await exactlyOnce(
          new Namespaces(),
          campaign({ foreign: foreign(signal), patience: 15_000 }),
        );
        console.log(`mosquitto, ended ten times by ${signal}`, JSON.stringify(outcome, null, 2));
        // What it had not written when it was killed it cannot know: 2.0.11 promises no more.
        expect(outcome.qos[2].different).toBeGreaterThan(all / 10);
      },
      timeout,
    );
  },
);
