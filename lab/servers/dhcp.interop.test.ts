// DHCP with real peers: our client with dnsmasq and Kea; udhcpc, dhclient and dnsmasq's relay with our server.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lack, type PeerName, peer } from "../../scripts/peers.ts";
import type { Configuration, Daemon, Message, Network, RunningHost } from "../network/index.ts";
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
  needs: PeerName | readonly PeerName[],
  act: (network: Network, folder: string) => Promise<void>,
): void {
  const lacking = [needs].flat().find(one => !peer(one));
  const missing = closed ?? (lacking && lack(lacking));
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

  interop("needs no broadcast flag on a packet socket", "dnsmasq", async (network, folder) => {
    const daemon = await dnsmasq(network, folder);
    const told = await client(network, { part: "link client" });
    const [{ address } = { address: "none" }] = of(told, "acquired");
    expect(address).toMatch(/^192\.168\.1\.1\d\d$/);
    expect(of(told, "refused")).toEqual([]);
    await printed(daemon, `DHCPRELEASE(eth0) ${address} ${boardMac}`);
  });

  interop("is refused an address of another network after a restart", "dnsmasq", async (network, folder) => {
    await dnsmasq(network, folder, "--dhcp-authoritative");
    const told = await client(network, { part: "returning", address: "10.0.0.7" });
    expect(of(told, "Refused")).toMatchObject([
      { reason: '192.168.1.1 refused the address (DHCPNAK): "wrong network"' },
    ]);
  });
});

describe("our client with Kea", () => {
  interop("acquires, asks for the rest, renews and releases", "kea-dhcp4", async (network, folder) => {
    const daemon = await kea(network, folder);
    const told = await client(network, { part: "client" });
    const lease = { address: "192.168.1.50", prefix: 24, router: "192.168.1.1", server: "192.168.1.1" };
    const more = { dns: ["192.168.1.1"], ntp: ["192.168.1.20"], domain: "lab.test", seconds: 3600 };
    expect(of(told, "acquired")).toMatchObject([{ ...lease, ...more, renewal: 1000, rebinding: 2000 }]);
    expect(of(told, "informed")).toMatchObject([{ dns: more.dns, ntp: more.ntp }]);
    expect(of(told, "renewed")).toMatchObject([lease]);
    expect(of(told, "refused")).toEqual([]);
    await printed(daemon, "DHCP4_RELEASE");
  });

  interop("needs no broadcast flag on a packet socket", "kea-dhcp4", async (network, folder) => {
    await kea(network, folder);
    expect(of(await client(network, { part: "link client" }), "acquired")).toMatchObject([
      { address: "192.168.1.50" },
    ]);
  });

  interop(
    "is refused an address of another network after a restart",
    "kea-dhcp4",
    async (network, folder) => {
      await kea(network, folder);
      const told = await client(network, { part: "returning", address: "10.0.0.7" });
      expect(of(told, "Refused")).toMatchObject([{ reason: "192.168.1.1 refused the address (DHCPNAK)" }]);
    },
  );
});

describe("our server behind dnsmasq's relay", () => {
  interop("leases udhcpc an address of the relay's network", ["dnsmasq", "udhcpc"], async network => {
    const { log } = await server(
      network,
      {
        pool: { first: "192.168.1.1", last: "192.168.1.1" },
        relayed: [
          {
            ...{ network: "10.0.5.0", prefix: 24, router: "10.0.5.1", leaseSeconds: 600 },
            pool: { first: "10.0.5.10", last: "10.0.5.20" },
          },
        ],
      },
      { ...router, gateway: "192.168.1.2" },
    );
    // The client's network is behind the relay: a namespace of its own, on a cable of its own.
    const script = `
      unshare -n sleep 60 & behind=$!
      while [ "$(readlink /proc/$behind/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
      ip link add down0 type veth peer name eth0 netns $behind
      ip address add 10.0.5.1/24 dev down0 && ip link set down0 up
      nsenter -t $behind -n ip link set eth0 up
      dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root --pid-file= \\
        --log-facility=- --log-dhcp --dhcp-relay=10.0.5.1,192.168.1.1 & relay=$!
      sleep 0.3
      nsenter -t $behind -n udhcpc -f -n -q -i eth0 -s /bin/true -t 5 -T 1; code=$?
      kill $relay $behind
      exit $code`;
    const daemon = await network.daemon({
      name: "relay",
      configuration: { address: "192.168.1.2", prefix: 24 },
      command: ["sh", "-c", script],
    });
    expect([await daemon.exited, daemon.output]).toEqual([
      0,
      expect.stringContaining("lease of 10.0.5.10 obtained"),
    ]);
    expect((await log()).at(-1)).toMatch(/^DHCPACK of 10\.0\.5\.10 to /);
  });
});

describe("the commands, on an interface of a namespace", () => {
  const lab = fileURLToPath(new URL("../index.ts", import.meta.url));
  const command = (...words: string[]) => [process.execPath, lab, "dhcp", ...words];

  interop("acquire prints the exchange with dnsmasq, and the lease", "dnsmasq", async (network, folder) => {
    await dnsmasq(network, folder);
    const words = ["acquire", "-i", "eth0", "--no-probe", "--request", "192.168.1.150", "--release"];
    const daemon = await network.daemon({ name: "board", mac: boardMac, command: command(...words) });
    expect(await daemon.exited).toBe(0);
    expect(daemon.output).toContain("OPTION:  53 (  1) DHCP message type         Offer (2)");
    expect(daemon.output).toContain("OPTION:  53 (  1) DHCP message type         Release (7)");
    expect(daemon.output).toMatch(/^address {2}192\.168\.1\.150\/24$/m);
  });

  interop("acquire says in JSON what it got from serve", "ip", async (network, folder) => {
    const serve = ["serve", "-i", "eth0", "--pool", "192.168.1.101-192.168.1.199", "--router", "192.168.1.1"];
    const served = await network.daemon({
      ...{ name: "router", configuration: router },
      command: command(...serve, "--probe", "20", "--leases", join(folder, "leases")),
    });
    await printed(served, "leasing 192.168.1.101-192.168.1.199 on eth0");
    const words = ["acquire", "-i", "eth0", "--json", "--no-probe", "--mac", "02:00:00:00:00:99"];
    const daemon = await network.daemon({ name: "board", mac: boardMac, command: command(...words) });
    expect(await daemon.exited).toBe(0);
    const lines = daemon.output
      .trim()
      .split("\n")
      .map(line => JSON.parse(line));
    expect(lines.map(({ kind }) => kind)).toEqual(["message", "message", "message", "message", "lease"]);
    expect(lines.at(-1)).toMatchObject({ address: "192.168.1.101", router: "192.168.1.1", seconds: 86_400 });
    expect(await Bun.file(join(folder, "leases")).text()).toContain("02:00:00:00:00:99");
  });

  interop("acquire configures the interface only when it is told to", "dnsmasq", async (network, folder) => {
    await dnsmasq(network, folder, `--dhcp-host=${boardMac},192.168.1.101`);
    const acquire = command("acquire", "-i", "eth0", "-q", "--no-probe").join(" ");
    const shown = "ip -4 -brief address show eth0";
    const script = `${acquire} >/dev/null; ${shown}; echo then; ${acquire} --apply >/dev/null; ${shown}`;
    const daemon = await network.daemon({ name: "board", mac: boardMac, command: ["sh", "-c", script] });
    expect(await daemon.exited).toBe(0);
    const [before, after] = daemon.output.split("then");
    expect(before).not.toContain("192.168.1.101");
    expect(after).toContain("192.168.1.101/24");
  });

  interop("serve ends in order when it is told to", "ip", async network => {
    const words = ["serve", "-i", "eth0", "--pool", "192.168.1.101-192.168.1.199"];
    const plan = { name: "router", configuration: router, command: command(...words) };
    const served = await network.daemon(plan);
    await printed(served, "Ctrl-C ends it");
    process.kill(served.pid, "SIGTERM");
    expect(await served.exited).toBe(143);
    expect(served.output.trim().split("\n")).toHaveLength(1);
  });

  interop("acquire ends with 9 where nobody answers", "ip", async network => {
    const words = ["acquire", "-i", "eth0", "-q", "--timeout", "0.3"];
    const daemon = await network.daemon({ name: "board", mac: boardMac, command: command(...words) });
    expect(await daemon.exited).toBe(9);
    expect(daemon.output).toContain("lab: no DHCP server answered on eth0");
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

async function kea(network: Network, folder: string): Promise<Daemon> {
  const option = (name: string, data: string) => ({ name, data });
  const configuration = {
    Dhcp4: {
      "interfaces-config": { interfaces: ["eth0"], "dhcp-socket-type": "raw" },
      "lease-database": { type: "memfile", persist: false },
      ...{ "valid-lifetime": 3600, "renew-timer": 1000, "rebind-timer": 2000, authoritative: true },
      subnet4: [
        {
          ...{ id: 1, subnet: "192.168.1.0/24", pools: [{ pool: "192.168.1.101 - 192.168.1.199" }] },
          reservations: [{ "hw-address": boardMac, "ip-address": "192.168.1.50" }],
        },
      ],
      "option-data": [
        option("routers", "192.168.1.1"),
        option("domain-name-servers", "192.168.1.1"),
        option("ntp-servers", "192.168.1.20"),
        option("domain-name", "lab.test"),
      ],
      loggers: [{ name: "kea-dhcp4", severity: "INFO", output_options: [{ output: "stdout" }] }],
    },
  };
  const file = join(folder, "kea.json");
  await Bun.write(file, JSON.stringify(configuration));
  const daemon = await network.daemon({
    ...{ name: "router", configuration: router, command: ["kea-dhcp4", "-c", file] },
    env: { KEA_LOCKFILE_DIR: folder, KEA_PIDFILE_DIR: folder },
  });
  await printed(daemon, "DHCP4_STARTED");
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
async function server(network: Network, options: object = {}, configuration: Configuration = router) {
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
  const host: RunningHost = await network.host({ name: "router", configuration, program, settings });
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
