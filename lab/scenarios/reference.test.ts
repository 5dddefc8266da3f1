// The reference run: mutual authentication, keep alive 0, one ping, nobody publishes. Each broker's log is held against the original's.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { intranet as authorityOf } from "../../pki/index.ts";
import { peer } from "../../scripts/peers.ts";
import { readSettings } from "../board/settings.ts";
import type { Message, RunningHost } from "../network/index.ts";
import { probe } from "../network/probe.ts";
import { boardPlan, brokerPlan } from "./credentials.ts";
import { lab } from "./lab.ts";

/** What Mosquitto 2.0.12 logged of the original's run. */
const original = `
New connection from 192.168.1.101:57102 on port 8884.
New client connected from 192.168.1.101:57102 as [JORGE] (p5, c1, k0, u'NUCLEO-H723ZG').
No will message specified.
Sending CONNACK to [JORGE] (0, 0)
Received SUBSCRIBE from [JORGE]
\t[TEMA_SECRETO] (QoS 0)
[JORGE] 0 [TEMA_SECRETO]
Sending SUBACK to [JORGE]
Received PUBLISH from [JORGE] (d0, q0, r0, m0, '[TEMA_PÚBLICO]', ... (17 bytes))
Received PINGREQ from [JORGE]
Sending PINGRESP to [JORGE]
Received PUBLISH from [JORGE] (d0, q0, r0, m0, '[TEMA_PÚBLICO]', ... (25 bytes))
Received UNSUBSCRIBE from [JORGE]
\t[TEMA_SECRETO]
[JORGE] [TEMA_SECRETO]
Sending UNSUBACK to [JORGE]
Received PUBLISH from [JORGE] (d0, q0, r0, m0, '[TEMA_PÚBLICO]', ... (20 bytes))
Received DISCONNECT from [JORGE]
Client [JORGE] disconnected.`
  .trim()
  .split("\n");

/** Times, addresses and ports differ from run to run. */
const masked = (lines: readonly string[]): string[] =>
  lines.map(line => line.replace(/^\d+: /, "").replace(/\d+\.\d+\.\d+\.\d+:\d+/, "ADDRESS:PORT"));

const { namespaces } = await probe();
const folder = mkdtempSync(join(tmpdir(), "reference-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the reference run", () => {
  for (const network of [...(namespaces.ok ? ["namespaces"] : []), "relay"])
    test(`is logged by the embedded broker line by line as by the original's (${network})`, async () => {
      const output = join(folder, network);
      const ended = await lab([
        "scenario",
        "intranet",
        "--story",
        "alone",
        "--network",
        network,
        "--json",
        "-o",
        output,
      ]);
      expect(ended.code).toBe(0);
      const log = ended.stdout
        .trim()
        .split("\n")
        .map(line => JSON.parse(line) as Message)
        .filter(message => message.kind === "log" && message.service === "mqtt")
        .map(message => String(message.line));
      expect(masked(log)).toEqual(masked(original));
    });

  const mosquitto = peer("mosquitto");
  // A test's process does not start over inside a user namespace: here it needs root.
  const asRoot = namespaces.ok && namespaces.how === "root";
  test.skipIf(!mosquitto || !asRoot)(
    "is logged by real Mosquitto in the same lines [as root, with mosquitto]",
    async () => {
      const { Namespaces } = await import("../network/namespaces.ts");
      const authority = await authorityOf();
      const configuration = join(folder, "mosquitto.conf");
      writeFileSync(
        configuration,
        [
          "user root",
          "log_type all",
          "listener 8884",
          `cafile ${authority.root.files.pem}`,
          `certfile ${authority.chain("JORGE-PC").file}`,
          `keyfile ${authority.key("JORGE-PC").files.pem}`,
          "require_certificate true",
          "use_identity_as_username true",
        ].join("\n"),
      );
      const settings = readSettings("nucleo", "fast", undefined, ["ntp.main=RELOJ"]);
      const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
      const at = (last: number) => ({ address: `192.168.1.${last}`, prefix: 24 });
      await using network = new Namespaces();
      const [router, clock, broker] = await Promise.all([
        network.host({
          name: "router",
          configuration: at(1),
          program: program("../servers/router.ts"),
          settings: {
            dhcp: {
              pool: { first: "192.168.1.101", last: "192.168.1.199" },
              prefix: 24,
              router: "192.168.1.1",
              leaseSeconds: 3600,
            },
            zone: {
              origin: ".",
              names: { "JORGE-PC": { A: ["192.168.1.20"] }, RELOJ: { A: ["192.168.1.21"] } },
            },
          },
        }),
        network.host({
          name: "clock",
          configuration: at(21),
          program: program("../servers/pc.ts"),
          settings: brokerPlan("1.2", authority),
        }),
        network.daemon({
          name: "JORGE-PC",
          configuration: at(20),
          command: [mosquitto!, "-v", "-c", configuration],
        }),
      ]);
      await Promise.all([until(router, "ready"), until(clock, "ready"), running(broker.lines)]);
      const board = await network.host({
        name: "NUCLEO-H723ZG",
        mac: "00:c0:df:24:ba:6b",
        program: program("../board/board.ts"),
        settings: await boardPlan(settings, authority),
      });
      board.tell({ kind: "power" });
      await until(board, "board", message => message.event === "pong");
      await until(board, "board", message => message.event === "published");
      board.tell({ kind: "button" });
      await board.done;
      await Bun.sleep(50);
      await broker.stop();
      const lines = broker.output.trim().split("\n");
      const first = lines.findIndex(line => line.includes("New connection"));
      const last = lines.findIndex(line => line.includes("disconnected"));
      expect(masked(lines.slice(first, last + 1))).toEqual(masked(original));
    },
  );
});

async function until(
  host: RunningHost,
  kind: string,
  is: (message: Message) => boolean = () => true,
): Promise<void> {
  for await (const message of host.messages) if (message.kind === kind && is(message)) return;
  throw new Error(`${host.name} ended without ${kind}`);
}

async function running(printed: AsyncIterable<string>): Promise<void> {
  for await (const line of printed) if (line.includes("running")) return;
  throw new Error("mosquitto did not come up");
}
