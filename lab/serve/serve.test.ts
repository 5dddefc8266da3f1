// The intranet's servers for a board: two namespaces stand for the laptop and the board, real programs are the board.
import { afterAll, describe, expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { type PeerName, peer } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import { lab, lines, tsharkObjections } from "../scenarios/lab.ts";
import { Terminal } from "../scenarios/pseudo-terminal.ts";
import { type Child, ended, ends, TwoNamespaces } from "./two-namespaces.ts";

const folder = mkdtempSync(join(tmpdir(), "serve-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { namespaces } = await probe();
const missing = (...names: PeerName[]): string | undefined => {
  if (!namespaces.ok) return namespaces.reason;
  if (process.getuid?.() !== 0) return "root joins two namespaces here";
  if (!Bun.which("ip") || !Bun.which("nsenter")) return "ip or nsenter is missing";
  const lack = names.find(name => !peer(name));
  return lack && `${lack} is missing`;
};
const open = () => TwoNamespaces.open(namespaces as typeof namespaces & { readonly ok: true });
const serve = (pair: TwoNamespaces, ...words: readonly string[]) =>
  pair.start(
    "laptop",
    ...[process.execPath, "lab", "serve", "intranet", "-i", ends.laptop, "-o", folder, ...words],
  );

/** Resolves when the servers are ready, with what they have said so far and all that follows. */
async function ready(child: Child): Promise<{ readonly said: string; readonly rest: Promise<string> }> {
  const isReady = Promise.withResolvers<void>();
  let said = "";
  const gather = async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (/enciphered in the list|TLS sessions are kept/.test(said)) isReady.resolve();
    }
    isReady.reject(new Error(`it ended before it was ready: ${said}`));
    return said;
  };
  const rest = gather();
  await isReady.promise;
  return { said, rest };
}

async function stopped(child: Child, signal: NodeJS.Signals = "SIGINT") {
  const printed = new Response(child.stdout).text();
  child.kill(signal);
  return { code: await child.exited, stdout: await printed };
}

/** Of what the undoing process does after a death that nobody could prepare for. */
async function eventually(is: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 100; tries > 0; tries--) {
    if (await is()) return true;
    await Bun.sleep(50);
  }
  return false;
}

const board = missing("udhcpc", "dig", "ntpdig", "mosquitto_sub", "mosquitto_pub", "tshark", "libpcap");
describe.skipIf(board !== undefined)(`a board on the bench${board ? ` [${board}]` : ""}`, () => {
  test("gets its lease, names, time and messages; all of it is told, recorded and explained", async () => {
    await using pair = await open();
    const uart = join(folder, "uart.txt");
    writeFileSync(uart, "from before\n2026-01-02T03:04:05.500Z with its time\n");
    const server = serve(pair, "--uart", uart);
    const { said, rest } = await ready(server);
    expect(await pair.addresses()).toEqual(["192.168.1.1/24", "192.168.1.20/24"]);
    const authority = await intranet();
    expect(said).toContain(authority.root.files.pem);
    expect(said).toContain(authority.key("NUCLEO-H723ZG").files.pem);

    const at = (...command: readonly string[]) => pair.done("board", ...command);
    const leased = await pair.run(
      "board",
      ...[peer("udhcpc")!, "-i", "eth0", "-f", "-q", "-n", "-s", "/bin/true", "-x", "hostname:NUCLEO-H723ZG"],
    );
    expect(leased.stderr + leased.stdout).toContain("lease of 192.168.1.101 obtained from 192.168.1.1");
    appendFileSync(uart, "LED 2 on\r\n");
    await at("ip", "address", "add", "192.168.1.101/24", "dev", "eth0");
    expect(await at(peer("dig")!, "+short", "@192.168.1.1", "JORGE-PC")).toBe("192.168.1.20\n");
    const offset = Number(/ ([+-][\d.]+) \+\/-/.exec(await at(peer("ntpdig")!, "192.168.1.20"))![1]);
    expect(Math.abs(offset)).toBeLessThan(1);

    const own = ["--cafile", authority.root.files.pem, "--cert", authority.chain("NUCLEO-H723ZG").file];
    const key = ["--key", authority.key("NUCLEO-H723ZG").files.pem, "--insecure"];
    const mutual = ["-h", "192.168.1.20", "-p", "8884", ...own, ...key];
    const topic = ["-t", "[TEMA_SECRETO]"];
    await at(peer("mosquitto_pub")!, "-h", "192.168.1.20", ...topic, "-m", "Hola XD", "-r");
    expect(await at(peer("mosquitto_sub")!, ...mutual, ...topic, "-C", "1", "-W", "20")).toBe("Hola XD\n");

    const { code, stdout } = await stopped(server);
    expect(code).toBe(130);
    expect(await rest).toContain("1 lines were there before");
    expect(await pair.addresses()).toEqual([]);
    expect(stdout).toMatch(/NUCLEO-H723ZG → everybody {2}DHCP {2}DHCPDISCOVER/);
    expect(stdout).toContain("mqtt: New connection from 192.168.1.101:");
    expect(stdout).toMatch(
      /DHCPACK: router leases 192\.168\.1\.101[\s\S]*UART: LED 2 on[\s\S]*publishes to \[TEMA_SECRETO\]/,
    );

    const run = /bun lab inspect (.*)\/capture\.pcapng/.exec(stdout)![1]!;
    const capture = join(run, "capture.pcapng");
    // mosquitto_sub breaks its connection off when it has what it wanted; a machine that is late sends again.
    const usual = "tcp.flags.reset==1 || tcp.analysis.flags || tcp.options.sack.dsack";
    expect(await tsharkObjections(peer("tshark")!, capture, usual)).toEqual([]);
    const comments = await lines([peer("tshark")!, "-r", capture, "-T", "fields", "-e", "frame.comment"]);
    expect(comments.some(text => text.includes("NUCLEO-H723ZG: UART LED 2 on"))).toBe(true);
    const names = [
      "-N",
      "n",
      "-r",
      capture,
      "-Y",
      "dns.flags.response==1",
      "-T",
      "fields",
      "-e",
      "ip.src_host",
    ];
    expect(await lines([peer("tshark")!, ...names])).toEqual(["router"]);
    // Nobody asked for the secrets.
    expect(existsSync(join(run, "keylog.txt"))).toBe(false);
    expect(readFileSync(capture).includes("CLIENT_RANDOM")).toBe(false);
    const listed = await lab(["inspect", capture, "-Y", "mqtt.msgtype==3"]);
    expect(listed.stdout.trim().split("\n")).toHaveLength(1);
    expect(
      JSON.parse(readFileSync(join(run, "findings.json"), "utf8")).map((one: { rule: string }) => one.rule),
    ).toEqual(["dns.in-the-clear", "mqtt.readable-secrets"]);
    for (const log of ["dhcp.log", "dns.log", "mqtt.log"]) expect(existsSync(join(run, log))).toBe(true);
  }, 60_000);

  test("hears what a person types at the laptop", async () => {
    await using pair = await open();
    const words = ["serve", "intranet", "-i", ends.laptop, "-o", folder];
    const terminal = new Terminal(words, pair.by("laptop"));
    try {
      await terminal.shows("Lines typed here are published to [TEMA_SECRETO]");
      await pair.done("board", "ip", "address", "add", "192.168.1.101/24", "dev", "eth0");
      const to = ["-h", "192.168.1.20", "-t", "[TEMA_SECRETO]", "-C", "1", "-W", "20"];
      const heard = pair.done("board", peer("mosquitto_sub")!, ...to);
      await terminal.shows("Sending SUBACK");
      terminal.press("LD1OFF\r");
      expect(await heard).toBe("LD1OFF\n");
      terminal.press("\x03");
      await terminal.shows("Capture: ");
      expect(await terminal.ended).toBe(130);
    } finally {
      terminal.close();
    }
  }, 60_000);

  test("over TLS is deciphered where --keylog asks for it, and compared with the lab's run", async () => {
    await using pair = await open();
    const keys = join(folder, "keys.txt");
    const capture = join(folder, "board.pcapng");
    const server = serve(pair, "--keylog", keys, "-w", capture, "--tls-version", "1.2", "-q");
    // Quiet, it says nothing: its last port is open when it is ready.
    const mutual = async () => {
      const authority = await intranet();
      await pair.done("board", "ip", "address", "replace", "192.168.1.150/24", "dev", "eth0");
      return pair.run(
        "board",
        ...[peer("mosquitto_pub")!, "-h", "192.168.1.20", "-p", "8884", "--insecure"],
        ...["--cafile", authority.root.files.pem, "--cert", authority.chain("NUCLEO-H723ZG").file],
        ...[
          "--key",
          authority.key("NUCLEO-H723ZG").files.pem,
          "-t",
          "[TEMA_PÚBLICO]",
          "-m",
          "[PLACA CONECTADA]",
        ],
      );
    };
    expect(await eventually(async () => (await mutual()).code === 0)).toBe(true);
    expect((await stopped(server)).stdout).toBe(`${capture}\n`);
    const published = await lines([
      ...[peer("tshark")!, "-r", capture, "-d", "tls.port==8884,mqtt", "-Y", "mqtt.msgtype==3"],
      ...["-T", "fields", "-e", "mqtt.topic"],
    ]);
    expect(published).toEqual(["[TEMA_PÚBLICO]"]);
    expect(readFileSync(keys, "utf8")).toContain("CLIENT_RANDOM");

    const runs = join(folder, "runs");
    await lab([
      "scenario",
      "intranet",
      "--story",
      "alone",
      "-q",
      "-o",
      runs,
      "-w",
      join(folder, "lab.pcapng"),
    ]);
    const compared = await lab(["compare", join(folder, "lab.pcapng"), capture]);
    expect(compared.code).toBe(1);
    expect(compared.stdout).toContain("DHCPDISCOVER");
  }, 60_000);
});

const another = missing("dnsmasq", "libpcap");
test.skipIf(another !== undefined)(
  `a second DHCP server makes it refuse, and nothing is changed${another ? ` [${another}]` : ""}`,
  async () => {
    await using pair = await open();
    await pair.done("board", "ip", "address", "add", "192.168.9.1/24", "dev", "eth0");
    const dnsmasq = pair.start(
      "board",
      ...[peer("dnsmasq")!, "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root"],
      ...["--interface=eth0", "--dhcp-range=192.168.9.50,192.168.9.60", "--leasefile-ro"],
    );
    const { code, stderr } = await ended(serve(pair));
    dnsmasq.kill();
    await dnsmasq.exited;
    expect(stderr).toContain("lab: lan0 has a DHCP server already, 192.168.9.1");
    expect(code).toBe(1);
    expect(await pair.addresses()).toEqual([]);
  },
  30_000,
);

const plain = missing("libpcap");
describe.skipIf(plain !== undefined)(`an interface${plain ? ` [${plain}]` : ""}`, () => {
  // Each has namespaces of its own, and waits more than it works.
  test.concurrent("where somebody has one of the addresses is refused", async () => {
    await using pair = await open();
    await pair.done("board", "ip", "address", "add", "192.168.1.20/24", "dev", "eth0");
    const { code, stderr } = await ended(serve(pair));
    expect(stderr).toMatch(/192\.168\.1\.20 is used on lan0 already, by ([0-9a-f]{2}:){5}[0-9a-f]{2};/);
    expect(code).toBe(1);
  }, 30_000);

  test.concurrent("with the machine's default route is refused, unless that is told", async () => {
    await using pair = await open();
    await pair.done("laptop", "ip", "address", "add", "10.0.0.2/24", "dev", ends.laptop);
    await pair.done("laptop", "ip", "route", "add", "default", "via", "10.0.0.1");
    const refused = await ended(serve(pair));
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining("--on-default-route"),
    ] as never);
    const told = serve(pair, "--on-default-route");
    await ready(told);
    await stopped(told, "SIGTERM");
    expect(await pair.addresses()).toEqual(["10.0.0.2/24"]);
  }, 30_000);

  test.concurrent("whose network this machine is in elsewhere is refused, and another network is not", async () => {
    await using pair = await open();
    await pair.done("laptop", "ip", "link", "add", "wlan9", "type", "bridge");
    await pair.done("laptop", "ip", "address", "add", "192.168.1.37/24", "dev", "wlan9");
    const { code, stderr } = await ended(serve(pair));
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("wlan9 is in 192.168.1.37/24 already"),
    ] as never);
    const elsewhere = serve(pair, "--subnet", "192.168.7.0/24");
    await ready(elsewhere);
    expect(await pair.addresses()).toEqual(["192.168.7.1/24", "192.168.7.20/24"]);
    await stopped(elsewhere);
  }, 30_000);

  test.concurrent("is as it was after a death that nobody could prepare for", async () => {
    await using pair = await open();
    await pair.done("laptop", "ip", "address", "add", "192.168.1.20/24", "dev", ends.laptop);
    const offloads = () => pair.interface("laptop", `offloadsOf("${ends.laptop}")`);
    const before = await offloads();
    expect(before).toContain("transmit checksums");
    const server = serve(pair);
    await ready(server);
    expect(await pair.addresses()).toEqual(["192.168.1.20/24", "192.168.1.1/24"]);
    expect(await offloads()).toBe("[]\n");
    await stopped(server, "SIGKILL");
    const own = async () => (await pair.addresses()).join() === "192.168.1.20/24";
    expect(await eventually(own)).toBe(true);
    expect(await offloads()).toBe(before);
  }, 30_000);

  test.concurrent("is left as it was by whoever ends it while it still asks", async () => {
    await using pair = await open();
    const server = serve(pair);
    for await (const _ of server.stderr) break;
    const { code } = await stopped(server);
    expect(code).toBe(130);
    expect(await pair.addresses()).toEqual([]);
  }, 30_000);

  test.concurrent("that is not there, or is down, is refused with what to do", async () => {
    await using pair = await open();
    const nowhere = await pair.run("laptop", process.execPath, "lab", "serve", "intranet", "-i", "lan1");
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining("did you mean lan0?"),
    ] as never);
    await pair.done("laptop", "ip", "link", "set", ends.laptop, "down");
    const down = await ended(serve(pair));
    expect([down.code, down.stderr]).toEqual([
      1,
      "lab: lan0 is down; bring it up with: ip link set lan0 up\n",
    ]);
  }, 30_000);
});

test("a network that is none, and this machine's own loopback, are refused before anything is asked", async () => {
  const words = ["serve", "intranet", "-i", "lo"];
  const network = await lab([...words, "--subnet", "10.0.0.0/8"]);
  expect([network.code, network.stderr]).toEqual([
    2,
    "lab: --subnet 10.0.0.0/8: a network of 256 addresses is expected, such as 192.168.7.0/24.\n",
  ]);
  if (process.platform !== "linux") return;
  const { code, stderr } = await lab(words);
  expect([code, stderr]).toEqual([1, expect.stringContaining("lo is this machine's own loopback")] as never);
});
