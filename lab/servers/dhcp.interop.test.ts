// DHCP with real peers: our client with dnsmasq, and udhcpc and dhclient with our server.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import type { Daemon, Message, Network, RunningHost } from "../network/index.ts";
import { Namespaces } from "../network/namespaces.ts";
import { probe } from "../network/probe.ts";
import type { Part } from "./dhcp.interop.ts";

const program = fileURLToPath(new URL("./dhcp.interop.ts", import.meta.url));
const boardMac = "00:c0:df:24:ba:6b";
const router = { address: "192.168.1.1", prefix: 24 };

const { namespaces } = await probe();
const closed = namespaces.ok
  ? namespaces.how === "user"
    ? "the tests' process has not started over in a user namespace"
    : undefined
  : namespaces.reason;

/** A test in a network of its own, skipped with the reason where this machine lacks the peer. */
function interop(
  name: string,
  needs: PeerName,
  act: (network: Network, folder: string) => Promise<void>,
): void {
  const missing = closed ?? (peer(needs) ? undefined : lack(needs));
  test.skipIf(missing !== undefined)(missing ? `${name} (${missing})` : name, async () => {
    const folder = mkdtempSync(join(tmpdir(), "dhcp-interop-"));
    try {
      await using network = new Namespaces();
      await act(network, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

describe("our client with dnsmasq", () => {
  interop("acquires, asks for the rest, renews and releases", "dnsmasq", async (network, folder) => {
    const daemon = await dnsmasq(network, folder, `--dhcp-host=${boardMac},192.168.1.101`);
    const told = await client(network, { part: "client" });
    const lease = {
      address: "192.168.1.101",
      prefix: 24,
      router: "192.168.1.1",
      dns: ["192.168.1.1"],
      ntp: ["192.168.1.20"],
      domain: "lab.test",
      search: ["lab.test", "eng.lab.test"],
      server: "192.168.1.1",
    };
    expect(of(told, "acquired")).toMatchObject([{ ...lease, seconds: 3600, renewal: 1800, rebinding: 3150 }]);
    const { address: _, ...network24 } = lease;
    expect(of(told, "informed")).toMatchObject([network24]);
    expect(of(told, "renewed")).toMatchObject([lease]);
    expect(of(told, "state").map(({ state }) => state)).toEqual([
      ...["INIT", "SELECTING", "REQUESTING", "BOUND"],
      ...["RENEWING", "BOUND", "INIT"],
    ]);
    expect(of(told, "refused")).toEqual([]);
    await printed(daemon, "DHCPRELEASE");
    const words = [...daemon.output.matchAll(/DHCP[A-Z]+/g)].map(([word]) => word);
    expect(words.filter((word, i) => word !== words[i - 1])).toEqual([
      ...["DHCPDISCOVER", "DHCPOFFER", "DHCPREQUEST", "DHCPACK"],
      ...["DHCPINFORM", "DHCPACK", "DHCPREQUEST", "DHCPACK", "DHCPRELEASE"],
    ]);
    expect(daemon.output).toContain(`192.168.1.101 ${boardMac} NUCLEO-H723ZG`);
  });

  interop("gets the address that it asks for", "dnsmasq", async (network, folder) => {
    await dnsmasq(network, folder);
    const told = await client(network, { part: "client", requested: "192.168.1.150" });
    expect(of(told, "acquired")).toMatchObject([{ address: "192.168.1.150" }]);
  });

  interop("is refused an address of another network after a restart", "dnsmasq", async (network, folder) => {
    await dnsmasq(network, folder, "--dhcp-authoritative");
    const told = await client(network, { part: "returning", address: "10.0.0.7" });
    expect(of(told, "Refused")).toMatchObject([
      { reason: '192.168.1.1 refused the address (DHCPNAK): "wrong network"' },
    ]);
  });
});

describe("our server with udhcpc", () => {
  const udhcpc = ["udhcpc", "-f", "-n", "-q", "-i", "eth0", "-s", "/bin/true"];

  for (const [how, words] of [
    ["by broadcast", ["-B"]],
    ["by its MAC address, for it asks for no broadcast", []],
  ] as const)
    interop(`gives it a lease ${how}`, "udhcpc", async network => {
      const { log } = await server(network);
      const daemon = await network.daemon({ name: "board", mac: boardMac, command: [...udhcpc, ...words] });
      expect(await daemon.exited).toBe(0);
      expect(daemon.output).toContain("lease of 192.168.1.101 obtained from 192.168.1.1, lease time 3600");
      expect(await log()).toEqual([
        `DHCPDISCOVER from ${boardMac}`,
        `DHCPOFFER of 192.168.1.101 to ${boardMac}`,
        `DHCPREQUEST from ${boardMac}`,
        `DHCPACK of 192.168.1.101 to ${boardMac}`,
      ]);
    });

  interop("gives it the address that it asks for", "udhcpc", async network => {
    const { log } = await server(network);
    const command = [...udhcpc, "-r", "192.168.1.150"];
    const daemon = await network.daemon({ name: "board", mac: boardMac, command });
    expect(await daemon.exited).toBe(0);
    expect(daemon.output).toContain("lease of 192.168.1.150 obtained");
    expect((await log()).at(-1)).toBe(`DHCPACK of 192.168.1.150 to ${boardMac}`);
  });

  interop("gives it nothing from an empty pool", "udhcpc", async network => {
    await server(network, { pool: { first: "192.168.1.1", last: "192.168.1.1" } });
    const command = [...udhcpc, "-t", "1", "-T", "1"];
    const daemon = await network.daemon({ name: "board", mac: boardMac, command });
    expect(await daemon.exited).toBe(1);
    expect(daemon.output).toContain("no lease");
  });
});

describe("our server with dhclient", () => {
  const dhclient = (folder: string) => [
    ...["dhclient", "-4", "-d", "-1", "-sf", "/bin/true", "-cf", "/dev/null"],
    ...["-lf", join(folder, "leases"), "-pf", join(folder, "pid"), "eth0"],
  ];

  interop(
    "gives it a lease, and the same address when it comes back",
    "dhclient",
    async (network, folder) => {
      const { log } = await server(network);
      const first = await network.daemon({ name: "board", mac: boardMac, command: dhclient(folder) });
      await printed(first, "bound to 192.168.1.101");
      await first.stop();
      // It asks for what its lease file remembers: INIT-REBOOT.
      const second = await network.daemon({ name: "board", mac: boardMac, command: dhclient(folder) });
      await printed(second, "bound to 192.168.1.101");
      expect((await log()).map(line => line.split(" ")[0])).toEqual([
        ...["DHCPDISCOVER", "DHCPOFFER", "DHCPREQUEST", "DHCPACK"],
        ...["DHCPREQUEST", "DHCPACK"],
      ]);
    },
  );

  interop(
    "refuses what it remembers of another network, and gives it a new lease",
    "dhclient",
    async (network, folder) => {
      const leases = `lease { interface "eth0"; fixed-address 10.0.0.7; option dhcp-lease-time 86400;
      renew never; rebind never; expire never; }`;
      await Bun.write(join(folder, "leases"), leases);
      const { log } = await server(network);
      const daemon = await network.daemon({ name: "board", mac: boardMac, command: dhclient(folder) });
      await printed(daemon, "bound to 192.168.1.101");
      expect(daemon.output).toContain("DHCPNAK from 192.168.1.1");
      expect((await log())[1]).toBe(`DHCPNAK to ${boardMac}: 10.0.0.7 is not of this network`);
    },
  );
});

async function dnsmasq(network: Network, folder: string, ...more: string[]): Promise<Daemon> {
  const daemon = await network.daemon({
    name: "router",
    configuration: router,
    command: [
      ...["dnsmasq", "--keep-in-foreground", "--log-facility=-", "--log-dhcp", "--conf-file=/dev/null"],
      ...["--port=0", "--no-ping", "--user=root", "--pid-file=", "--interface=eth0"],
      `--dhcp-leasefile=${join(folder, "leases")}`,
      "--dhcp-range=192.168.1.101,192.168.1.199,255.255.255.0,1h",
      "--domain=lab.test",
      "--dhcp-option=option:ntp-server,192.168.1.20",
      "--dhcp-option=option:dns-server,192.168.1.1",
      "--dhcp-option=option:domain-search,lab.test,eng.lab.test",
      ...more,
    ],
  });
  await printed(daemon, "DHCP, IP range");
  return daemon;
}

async function client(network: Network, part: Part): Promise<Message[]> {
  const host = await network.host({ name: "board", mac: boardMac, program, settings: part });
  const told: Message[] = [];
  for await (const one of host.messages) told.push(one);
  await host.done;
  return told;
}

const of = (told: readonly Message[], kind: string) => told.filter(one => one.kind === kind);

/** Our server on the router's host; `log` stops it and returns its lines. */
async function server(network: Network, options: object = {}) {
  const settings: Part = {
    part: "server",
    options: {
      server: router.address,
      prefix: router.prefix,
      pool: { first: "192.168.1.101", last: "192.168.1.199" },
      router: router.address,
      dns: [router.address],
      ntp: ["192.168.1.20"],
      domain: "lab.test",
      leaseSeconds: 3600,
      ...options,
    },
  };
  const host: RunningHost = await network.host({ name: "router", configuration: router, program, settings });
  const told = host.messages[Symbol.asyncIterator]();
  await told.next();
  const log = async () => {
    await host.stop();
    const lines: string[] = [];
    for (let next = await told.next(); !next.done; next = await told.next())
      if (next.value.kind === "log") lines.push(String(next.value.line));
    return lines;
  };
  return { log };
}

/** Waits until a daemon has printed these words; fails with all it printed if it ends without them. */
async function printed(daemon: Daemon, words: string): Promise<void> {
  if (daemon.output.includes(words)) return;
  for await (const _ of daemon.lines) if (daemon.output.includes(words)) return;
  throw new Error(`${daemon.name} never printed ${JSON.stringify(words)}:\n${daemon.output}`);
}
