// A board behind a NAT router: names from the root down, a broker far away, and both sides of the router in the capture.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import type { Rung } from "../ladder.ts";
import { probe } from "../network/probe.ts";
import { goldenOf } from "./faults/golden.ts";
import { type Ended, lab, lines, tsharkObjections } from "./lab.ts";

const tshark = peer("tshark");
const { namespaces } = await probe();
const folder = mkdtempSync(join(tmpdir(), "internet-"));
afterAll(() => rmSync(folder, { recursive: true }));

const capture = join(folder, "capture.pcapng");
const inside = "192.168.1.101";
const outside = "203.0.113.10";
const broker = "5.196.95.208";

type Told = Readonly<Record<string, unknown>>;

const objectsIn = ({ stdout }: Ended): Told[] =>
  stdout
    .trim()
    .split("\n")
    .filter(line => line.startsWith("{"))
    .map(line => JSON.parse(line));

/** As the superuser the lab runs where nothing but its own network is, and what its loopback carried is told last. */
const alone =
  process.getuid?.() === 0 && peer("unshare")
    ? [peer("unshare")!, "--net", "sh", "-c", '"$@" && cat /proc/net/dev', "sh"]
    : [];

describe.skipIf(!namespaces.ok)("the internet in namespaces", () => {
  let ended: Ended;
  let objects: Told[];
  let packets: Told[];
  beforeAll(async () => {
    ended = await lab(["scenario", "internet", "--json", "-w", capture, "-o", folder], {}, alone);
    if (ended.code !== 0) throw new Error(`the run ended with ${ended.code}: ${ended.stderr}${ended.stdout}`);
    objects = objectsIn(ended);
    packets = objects.filter(({ kind }) => kind === "packet");
  }, 30_000);

  test("the board's side has the ladder that is kept, where nobody but it speaks", async () => {
    const played = await lab(["scenario", "internet", "--story", "alone", "--json", "-o", folder], {}, alone);
    const packets = objectsIn(played).filter(({ kind }) => kind === "packet");
    const kept = Bun.file(join(import.meta.dir, "golden", "internet.txt"));
    const ladder = goldenOf(packets as unknown as Rung[]);
    if (process.env.LAB_GOLDEN) await Bun.write(kept, ladder);
    expect(ladder).toBe(await kept.text());
  }, 30_000);

  const events = (name: string): Told[] => objects.filter(({ event }) => event === name);
  /** The labels of what one host sent to another. */
  const sent = (from: string, to: string, protocol: string): string[] =>
    packets
      .filter(one => one.from === from && one.to === to && one.protocol === protocol)
      .map(({ label }) => String(label));

  test("the board asks 8.8.8.8 and es.pool.ntp.org, and speaks to test.mosquitto.org", () => {
    expect(events("configured")).toMatchObject([{ address: inside, gateway: "192.168.1.1", by: "dhcp" }]);
    expect(events("resolved")).toMatchObject([
      { name: "es.pool.ntp.org", address: "198.51.100.123" },
      { name: "test.mosquitto.org", address: broker },
    ]);
    expect(events("clock-set")).toMatchObject([{ server: "198.51.100.123" }]);
    expect(events("connecting")).toMatchObject([{ address: broker, port: 8884 }]);
    expect(events("published").at(-1)).toMatchObject({ octets: 20 });
    expect(events("message").map(({ text }) => text)).toEqual(["Hola XD", "LD2OFF"]);
  });

  test("its names are found by walking from the root down, and the root is asked once", () => {
    const asked = packets
      .filter(
        ({ from, protocol, label }) =>
          from === "8.8.8.8" && protocol === "DNS" && !/response/.test(String(label)),
      )
      .map(({ to, label }) => `${to}: ${/ A (\S+)/.exec(String(label))?.[1]}`);
    // One that is slow to answer is asked again.
    expect([...new Set(asked)]).toEqual([
      "root: es.pool.ntp.org",
      "org: es.pool.ntp.org",
      "ntp.org: es.pool.ntp.org",
      "org: test.mosquitto.org",
      "mosquitto.org: test.mosquitto.org",
    ]);
  });

  test("the broker's certificate, of version 1, is verified against an authority of its own", () => {
    const [{ certificates } = { certificates: [] }] = events("chain") as { certificates: Told[] }[];
    const words = certificates.map(one => JSON.stringify(one.words));
    expect(words).toHaveLength(2);
    expect(words[0]).toContain("C=GB, O=Mosquitto, OU=CA, CN=mosquitto.org");
    expect(words[1]).toContain("CN=test.mosquitto.org");
    expect(certificates.map(({ refused }) => refused)).toEqual([undefined, undefined]);
    const log = objects.filter(({ kind, service }) => kind === "log" && service === "mqtt");
    expect(log.map(({ line }) => line)).toContainEqual(
      expect.stringMatching(/New client connected from 203\.0\.113\.10:\d+ as \[JORGE\] .*u'NUCLEO-H723ZG'/),
    );
  });

  test("each message crosses both networks, from the router's own address on the second", () => {
    expect(sent("NUCLEO-H723ZG", "8.8.8.8", "DNS")).toEqual(
      sent("router (WAN)", "8.8.8.8", "DNS").slice(0, 2),
    );
    expect(sent("NUCLEO-H723ZG", "es.pool.ntp.org", "NTP")).toHaveLength(1);
    expect(sent("router (WAN)", "es.pool.ntp.org", "NTP")).toHaveLength(1);
    expect(sent("NUCLEO-H723ZG", "test.mosquitto.org", "MQTT")[0]).toContain("Connect Command");
    expect(sent("router (WAN)", "test.mosquitto.org", "MQTT")[0]).toContain("Connect Command");
  });

  test("only the names that are asked for in the clear are found", () => {
    const found = objects.filter(({ kind }) => kind === "finding");
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).toContain("es.pool.ntp.org, test.mosquitto.org");
  });

  test.skipIf(alone.length === 0)("not one packet is on the machine's own network", () => {
    const rows = ended.stdout.split("\n").filter(line => /^\s*\w+:/.test(line));
    const carried = rows.map(row => row.trim().split(/[\s:]+/));
    expect(carried.map(([name, octetsIn, , , , , , , , octetsOut]) => [name, octetsIn, octetsOut])).toEqual([
      ["lo", "0", "0"],
    ]);
  });

  describe.skipIf(!tshark)("for tshark", () => {
    const fields = async (filter: string, ...names: string[]): Promise<string[][]> => {
      const asked = names.flatMap(name => ["-e", name]);
      const command = [tshark!, "-r", capture, "-d", "tls.port==8884,mqtt", "-Y", filter, "-T", "fields"];
      return (await lines([...command, ...asked])).map(line => line.split("\t"));
    };

    test("every checksum is right on both sides, and there is nothing above a note", async () => {
      // Where this machine is late, a kernel far away takes its segment for lost, and sends it again.
      const late = "tcp.analysis.retransmission || tcp.analysis.duplicate_ack";
      expect(await tsharkObjections(tshark!, capture, late)).toEqual([]);
      expect(await fields("icmp", "frame.number")).toEqual([]);
    });

    test("the router rewrites the source and takes one from the time to live", async () => {
      const headers = ["frame.interface_name", "ip.src", "ip.ttl", "tcp.dstport", "tcp.seq_raw"];
      const syns = await fields(`tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.port == 8884`, ...headers);
      const [board, router] = syns;
      expect(board).toEqual(["NUCLEO-H723ZG (LAN)", inside, "64", "8884", board![4]!]);
      expect(router).toEqual(["router (WAN)", outside, "63", "8884", board![4]!]);
      expect(syns).toHaveLength(2);
    });

    test("the answer comes back the same way", async () => {
      const answers = await fields("ntp.flags.mode == 4", "frame.interface_name", "ip.dst", "ip.ttl");
      expect(answers).toEqual([
        ["es.pool.ntp.org (WAN)", outside, "64"],
        ["router (LAN)", inside, "63"],
      ]);
    });

    test("analyzed, each finding is told once, though its packets stand there twice", async () => {
      const { stdout } = await lab(["analyze", capture, "--json"]);
      const { findings, forwarded, packets: all } = JSON.parse(stdout);
      const told = objects.filter(({ kind }) => kind === "finding").map(({ kind: _, ...finding }) => finding);
      expect(findings).toEqual(told);
      expect(forwarded).toBeGreaterThan(all / 4);
    });

    test("no private address is seen outside, and the session is deciphered on both sides", async () => {
      const leaked = 'frame.interface_name contains "WAN" && ip.addr == 192.168.0.0/16';
      expect(await fields(leaked, "frame.number")).toEqual([]);
      const commands = await fields(
        'mqtt.msgtype == 3 && mqtt.topic contains "SECRETO"',
        "frame.interface_name",
      );
      const sides = commands.map(([name]) => name!.replace(/.*\((\w+)\)/, "$1"));
      expect(new Set(sides)).toEqual(new Set(["LAN", "WAN"]));
    });
  });
});

test("by relay it is refused, with the reason", async () => {
  const { code, stderr } = await lab(["scenario", "internet", "--network", "relay", "-o", folder]);
  expect(code).toBe(2);
  expect(stderr).toContain("where a router's NAT would rewrite them");
});

test("a fault of a server is refused: the servers are not those of the intranet", async () => {
  const { code, stderr } = await lab(["scenario", "internet", "--fault", "loss=5,wrong-clock", "-o", folder]);
  expect(code).toBe(2);
  expect(stderr).toContain("--fault wrong-clock: the internet can have");
});
