// Real servers in the place of the lab's own: the same ladder rows and findings, and nothing left behind.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lack, type PeerName, peer, peers } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import { programOf } from "../runs/program.ts";
import { lab, root } from "./lab.ts";
import type { Cast } from "./scenario.ts";
import { checkServers } from "./servers.ts";

const { namespaces } = await probe();
const wanted = ["dnsmasq", "chronyd", "mosquitto", "setpriv"] as const;
const missing = wanted.filter(name => !peer(name));
const reason = !namespaces.ok ? namespaces.reason : missing.map(lack).join("; ");
const folder = mkdtempSync(join(tmpdir(), "servers-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function play(name: string, ...words: string[]): Promise<string> {
  const output = join(folder, name);
  const { code, stdout, stderr } = await lab(["scenario", "intranet", "-q", "-o", output, ...words]);
  if (code !== 0) throw new Error(`the run ${name} ended with ${code}: ${stderr}`);
  return join(stdout.trim(), "..");
}

/** In what real servers may differ, and why. Anything else is a difference. */
const allowed = {
  "DHCP*.options":
    "dnsmasq adds the broadcast address (28), and does not return the client's identifier (61)",
  "DNS answer.recursionAvailable":
    "dnsmasq says that it could ask others; the lab's server is authoritative alone",
  "CONNACK.properties": "Mosquitto names its longest keep alive; the lab's broker its largest packet",
  "PUBREC.reasonCode": "the lab's broker says that nobody subscribes (16); Mosquitto leaves that out",
  FIN: "Mosquitto closes with the board's close_notify unread, which the kernel turns into a reset",
  RST: "the other half of that",
} as const;

describe.skipIf(reason !== "")(`with dnsmasq, chronyd and Mosquitto [${reason || "found"}]`, () => {
  const runs = new Map<string, string>();
  beforeAll(async () => {
    const words = ["--tls-version", "1.3", "--qos", "2"];
    await Promise.all(
      ["embedded", "system"].map(async servers => {
        runs.set(servers, await play(servers, "--servers", servers, ...words));
      }),
    );
  }, 60_000);

  test("the ladder has the same rows and the findings are the same, but for what is allowed", async () => {
    const ignored = Object.keys(allowed).flatMap(what => ["--ignore", what]);
    const { code, stdout } = await lab([
      "diff",
      runs.get("embedded")!,
      runs.get("system")!,
      "--json",
      ...ignored,
    ]);
    const { boards, explanations, differences } = JSON.parse(stdout);
    expect({ explanations, differences }).toEqual({ explanations: [], differences: [] });
    expect(code).toBe(0);
    const [{ dialogues }] = boards;
    expect(dialogues.map((one: { dialogue: string }) => one.dialogue)).toEqual([
      "DHCP",
      "DNS",
      "NTP",
      "broker",
    ]);
  }, 20_000);

  test("a run keeps its servers' configurations and logs, tells their versions, and holds no key", () => {
    const run = runs.get("system")!;
    expect(readdirSync(join(run, "servers")).sort()).toEqual([
      ...["broker.crt", "chrony.conf", "clients-ca.crt", "dnsmasq.conf", "mosquitto.conf"],
    ]);
    const text = (name: string): string => readFileSync(join(run, name), "utf8");
    expect(text("dhcp.log")).toContain("DHCPACK(eth0) 192.168.1.101");
    expect(text("dns.log")).toContain("query[A] JORGE-PC from 192.168.1.101");
    expect(text("ntp.log")).toContain("Disabled control of system clock");
    expect(text("mqtt.log")).toContain("Sending CONNACK to [JORGE] (0, 0)");
    expect(Object.keys(JSON.parse(text("run.json")).servers)).toEqual(["dnsmasq", "chronyd", "mosquitto"]);
    for (const name of readdirSync(run, { recursive: true, encoding: "utf8" }))
      if (statSync(join(run, name)).isFile()) expect(text(name)).not.toContain("PRIVATE KEY");
  });

  // Those that wait for nothing; LAB_LONG=1 plays all that real servers can have.
  const waiting = ["no-dhcp", "pool-exhausted", "dns-down", "cable-pulled-tcp", "cable-pulled-at-work"];
  const quick = ["nxdomain", "expired-certificate", "revoked-certificate", "old-tls", "broker-down"];
  for (const fault of [...quick, ...(process.env.LAB_LONG ? waiting : [])])
    test(`${fault} comes as with the lab's own`, async () => {
      const { code, stderr } = await lab([
        ...["scenario", fault, "--servers", "system", "-q", "-o", join(folder, "faults")],
      ]);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining("not as expected")] as never);
    }, 30_000);

  test("a fault that needs a server of the lab's own is refused with the reason", async () => {
    const words = ["intranet", "--fault", "wrong-clock,broker-full", "--servers", "system"];
    const { code, stderr } = await lab(["scenario", ...words]);
    expect([code, stderr]).toEqual([
      2,
      "lab: --servers system: this run needs the lab's own servers, for a clock that is wrong by years; a broker that counts sessions and says so in CONNACK; leave --servers out.\n",
    ]);
  });

  test("none runs on when the lab is ended, whatever ends it", async () => {
    for (const signal of ["SIGKILL", "SIGINT"] as const) {
      const output = join(folder, signal);
      const words = ["scenario", "intranet", "--servers", "system", "--pace", "real", "-o", output];
      const run = Bun.spawn([process.execPath, "lab", ...words], {
        ...{ cwd: root, stdin: "ignore", stdout: "ignore", stderr: "ignore" },
      });
      expect(await settledAt(output, 3)).toBe(3);
      run.kill(signal);
      await run.exited;
      expect(await settledAt(output, 0)).toBe(0);
    }
  }, 40_000);
});

/** How many servers a run has, once they are so many, or after a while. */
async function settledAt(output: string, count: number): Promise<number> {
  const deadline = performance.now() + 5000;
  while (serversOf(output) !== count && performance.now() < deadline) await Bun.sleep(10);
  return serversOf(output);
}

/** Real servers of this machine that stand in a run's folder. */
const serversOf = (output: string): number =>
  readdirSync("/proc").filter(name => {
    try {
      const isServer = /dnsmasq|chronyd|mosquitto/.test(readFileSync(`/proc/${name}/comm`, "latin1"));
      return isServer && readlinkSync(`/proc/${name}/cwd`).startsWith(output);
    } catch {
      return false;
    }
  }).length;

describe("real servers are refused, and why is said", () => {
  const router = { name: "router", program: programOf(import.meta.url, "../servers/router.ts") };
  const cast = (settings: object, more: Partial<Cast> = {}): Cast => ({
    ...{ boards: [], hosts: [{ ...router, settings }], desk: "JORGE-PC", acts: [] },
    ...more,
  });
  const refused = (one: Cast, network: "auto" | "relay" = "auto", found?: (name: PeerName) => undefined) =>
    expect(checkServers(one, { servers: "system", network, lang: "en" }, found ?? (() => "/bin/true")))
      .rejects;

  test("on a relay, which has no namespaces to run them in", () =>
    refused(cast({}), "relay").toThrow("leave --network relay out"));

  test("where a run needs what only the lab's own servers do", () =>
    refused(cast({}, { needs: [{ en: "a forged answer", es: "una respuesta falsa" }] })).toThrow(
      "this run needs the lab's own servers, for a forged answer",
    ));

  test("where a setting is one that they can't be told", () =>
    refused(cast({ zone: { origin: ".", names: { "JORGE-PC": { MX: [] } } } })).toThrow(
      "router is to have zone.names.JORGE-PC.MX of its own, and dnsmasq can't be told that",
    ));

  test("where one is missing, with the package that brings it", () =>
    refused(cast({}), "auto", () => undefined).toThrow(`apt-get install ${peers.dnsmasq.package}`));

  test("where none of a scenario's servers has a real one in its place", () =>
    refused(cast({}, { hosts: [] })).toThrow("none of this scenario's servers"));

  test("the lab's own are asked nothing", async () => {
    await checkServers(cast({}), { servers: "embedded", network: "relay", lang: "en" });
  });
});
