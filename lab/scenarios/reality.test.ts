// A board on the machine's own network: asked for first, and then as on any other. The machine is one that has only the lab.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { internet } from "../../pki/index.ts";
import { peer } from "../../scripts/peers.ts";
import { openNetwork, type RunningHost } from "../network/index.ts";
import { probe } from "../network/probe.ts";
import { programOf } from "../runs/program.ts";
import type { PcPlan } from "../servers/pc.ts";
import { services } from "./internet-hosts.ts";
import { lab, root } from "./lab.ts";
import { Terminal } from "./pseudo-terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "reality-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { namespaces } = await probe();
const broker = "5.196.95.208";

/** Nothing may leave this machine, whatever is wrong: a namespace whose default route leads nowhere. */
const nowhere = `ip link add up0 type bridge && ip link set up0 up && ip address add 203.0.113.10/24 dev up0 &&
ip route add default via 203.0.113.1 && exec "$@"`;
const away =
  process.getuid?.() === 0 && peer("unshare") && Bun.which("ip")
    ? [peer("unshare")!, "--net", "sh", "-c", nowhere, "sh"]
    : [];
const aside = (words: readonly string[]) => lab(words, {}, away);

const real = !namespaces.ok
  ? namespaces.reason
  : namespaces.how === "user"
    ? "as root"
    : peer("libpcap")
      ? undefined
      : "libpcap is missing";

async function readyOf(host: RunningHost): Promise<void> {
  for await (const { kind } of host.messages) if (kind === "ready") return;
}

describe.skipIf(away.length === 0)(
  `--real${away.length === 0 ? " [as root, with unshare and ip]" : ""}`,
  () => {
    test("is refused where nobody can be asked, and a person is told whom it would contact", async () => {
      const words = ["scenario", "internet", "--real", "--tls", "off", "-o", folder];
      const { code, stdout, stderr } = await aside(words);
      expect([code, stdout]).toEqual([2, ""]);
      for (const contact of ["8.8.8.8", "es.pool.ntp.org", broker, "1883 (MQTT, in the clear)", "--yes"])
        expect(stderr).toContain(contact);
    });

    test("asks a person, and does nothing without a yes", async () => {
      const output = join(folder, "asked");
      const terminal = new Terminal(["scenario", "internet", "--real", "--tls", "off", "-o", output], away);
      try {
        await terminal.shows("5.196.95.208");
        await terminal.shows("May they be contacted? [y/N]");
        terminal.press("no\r");
        await terminal.shows("not agreed to, so nothing was sent");
        expect(await terminal.ended).toBe(1);
        expect(existsSync(output)).toBe(false);
      } finally {
        terminal.close();
      }
    });

    test("needs the broker's certificates, and says so before it asks", async () => {
      const { code, stderr } = await aside(["scenario", "internet", "--real", "--yes"]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("--set tls.root")] as never);
    });

    test("takes no fault, no network and no servers of the lab's", async () => {
      for (const words of [
        ["--fault", "loss=5"],
        ["--network", "relay"],
        ["--servers", "system"],
        ["--board", "nucleo:2"],
        ["--set", "dhcp.attempts=3"],
      ]) {
        const { code, stderr } = await aside(["scenario", "internet", "--real", "--yes", ...words]);
        expect([code, stderr]).toEqual([2, expect.stringContaining("lab: --real")] as never);
      }
    });

    test.skipIf(real !== undefined)(
      `crosses an internet of the lab's own, from a machine that stands in it${real ? ` [${real}]` : ""}`,
      async () => {
        await using network = (await openNetwork("namespaces")).network;
        const name = "test.mosquitto.org";
        const authority = await internet();
        const here = services().map(({ segment: _, ...plan }) => plan);
        const settings: PcPlan = {
          certificate: authority.chain(name).pem,
          key: authority.key(name).pem,
          clientRoot: authority.root.pem,
          version: "1.2",
          time: "silent",
        };
        const program = programOf(import.meta.url, "../servers/pc.ts");
        const configuration = { address: "5.196.95.208", prefix: 0 };
        for (const plan of [...here, { name, configuration, program, settings }])
          await readyOf(await network.host(plan));
        const tls = [
          `tls.root="${authority.root.files.pem}"`,
          `tls.certificate="${authority.chain("NUCLEO-H723ZG").file}"`,
          `tls.key="${authority.key("NUCLEO-H723ZG").files.pem}"`,
        ].flatMap(one => ["--set", one]);
        await using machine = await network.daemon({
          name: "machine",
          configuration: { address: "203.0.113.10", prefix: 0 },
          command: [
            ...[process.execPath, join(root, "lab"), "scenario", "internet", "--real", "--yes", "-o", folder],
            ...["--play", "LD1OFF", "-q", ...tls],
          ],
          env: { LAB_LANG: "en" },
        });
        expect([await machine.exited, machine.output]).toEqual([
          0,
          expect.stringContaining("capture.pcapng"),
        ] as never);
        const capture = /^\/.*capture\.pcapng$/m.exec(machine.output)![0];
        const listed = await lab(["inspect", capture, "-Y", "mqtt.msgtype==3 or dns or ntp"]);
        expect(listed.stdout).toMatch(/203\.0\.113\.10 +→ 8\.8\.8\.8 /);
        expect(listed.stdout).toMatch(/203\.0\.113\.10 +→ 198\.51\.100\.123 /);
        expect(listed.stdout).toMatch(/5\.196\.95\.208 +→ 203\.0\.113\.10 /);
        expect(await Bun.file(join(dirname(capture), "mqtt.log")).exists()).toBe(false);
      },
      30_000,
    );
  },
);
