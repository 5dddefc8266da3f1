// The frames of a relay, as tshark judges them and as the dissector reads them: what two kernels would have sent.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arp } from "../../protocols/arp/index.ts";
import { ethernet } from "../../protocols/ethernet/index.ts";
import { icmp, Type } from "../../protocols/icmp/index.ts";
import { ipv4 } from "../../protocols/ipv4/index.ts";
import { dissector, type Packet } from "../../protocols/packet/index.ts";
import { captureIn, frames } from "../../protocols/pcapng/index.ts";
import { tcp } from "../../protocols/tcp/index.ts";
import { udp } from "../../protocols/udp/index.ts";
import { peer } from "../../scripts/peers.ts";
import { echo, heard, result, start } from "./cases/case.ts";
import type { Network, RunningHost } from "./contract.ts";
import { openRelay } from "./relay.ts";

const tshark = peer("tshark");
const folder = mkdtempSync(join(tmpdir(), "relay-"));
const file = join(folder, "run.pcapng");
const board = "192.168.1.101";
let packets: Packet[];

beforeAll(async () => {
  await using network = await openRelay();
  const recording = await network.record(file);
  await play(network);
  await recording.stop();
  packets = packetsIn(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything that a relay knows: broadcasts, datagrams small and large, lost and refused, streams of every end. */
async function play(network: Network): Promise<void> {
  const pc = await echo(network, "JORGE-PC", 20);
  const strict = await start(network, "strict", { address: 30 }, async host => {
    const reset = Promise.withResolvers<void>();
    await host.listen(1, stream => {
      (stream.duplex as unknown as { resetAndDestroy(): void }).resetAndDestroy();
      reset.resolve();
    });
    host.tell({ kind: "ready" });
    await reset.promise;
  });
  await heard(strict, "ready");
  const done = await start(network, "NUCLEO-H723ZG", {}, async host => {
    const asking = await host.datagrams({ port: 68, broadcast: true });
    await asking.send(new Uint8Array(300), { address: "255.255.255.255", port: 67 });
    asking.close();
    await host.configure({ address: "192.168.1.101", prefix: 24 });

    const pc = "192.168.1.20";
    const datagrams = await host.datagrams();
    for (const size of [0, 1, 1472, 5000]) {
      await datagrams.send(new Uint8Array(size).fill(0x5a), { address: pc, port: 7 });
      await datagrams.receive(2000);
    }
    await datagrams.send(Uint8Array.of(1, 2, 3), { address: pc, port: 9 });

    await host.connect({ address: pc, port: 1883 }).catch(() => {});
    const broken = await host.connect({ address: "192.168.1.30", port: 1 });
    await broken.read(2000);

    const stream = await host.connect({ address: pc, port: 7 });
    const octets = new Uint8Array(700_000).fill(0xa5);
    const writing = stream.write(octets);
    let count = 0;
    while (count < octets.length) count += (await stream.read(5000))?.length ?? octets.length;
    await writing;
    await stream.close();
    return count;
  });
  expect(await result(done)).toBe(700_000);
  await (pc satisfies RunningHost).stop();
}

test.skipIf(!tshark)(
  "tshark finds every checksum right, and nothing to say about sequence or octets",
  async () => {
    const suspicious = [
      "ip.checksum.status != 1",
      "udp.checksum.status != 1",
      "tcp.checksum.status != 1",
      "icmp.checksum.status != 1",
      "tcp.analysis.flags",
      "_ws.malformed",
      "_ws.expert.severity > 0x400000 && !tcp.flags.reset == 1",
    ];
    const checked = ["ip", "udp", "tcp"].flatMap(name => ["-o", `${name}.check_checksum:TRUE`]);
    const run = Bun.spawn([tshark!, "-n", "-r", file, ...checked, "-Y", suspicious.join(" || ")], {
      stderr: "ignore",
    });
    expect(await new Response(run.stdout).text()).toBe("");
    expect(packets.length).toBeGreaterThan(1000);
  },
);

test("every checksum is right by our own description too", () => {
  expect(packets.flatMap(wrongChecksums)).toEqual([]);
  expect(packets.flatMap(packet => packet.layers.filter(isChecked)).length).toBeGreaterThan(2000);
});

describe("what is recorded", () => {
  const tcpOf = (port: number) =>
    packets.flatMap(packet => {
      const header = packet.layer(tcp);
      return header && [header.sourcePort, header.destinationPort].includes(port) ? [{ packet, header }] : [];
    });
  const flagsOf = (port: number) =>
    tcpOf(port).map(({ packet, header: { control } }) => {
      const set = ["syn", "fin", "rst", "ack"].filter(flag => control[flag as keyof typeof control]);
      return `${packet.source === board ? ">" : "<"} ${set.join("+")}`;
    });

  test("times never repeat and never go back", () => {
    const times = packets.map(({ time }) => time);
    expect(times).toEqual([...new Set(times)].sort((a, b) => (a < b ? -1 : 1)));
  });

  test("a broadcast comes from no address, to every station", () => {
    const [first] = packets;
    expect([first?.source, first?.destination]).toEqual(["0.0.0.0", "255.255.255.255"]);
    expect(ethernet.ends!(first!.layer(ethernet)!)[1]).toBe("ff:ff:ff:ff:ff:ff");
  });

  test("a station is asked for once, before the first packet to it, and never again", () => {
    const asked = packets.flatMap(packet => packet.layer(arp) ?? []).map(message => arp.summary(message));
    expect(asked.map(line => line.replace(/at .*/, "at …"))).toEqual([
      "Who has 192.168.1.20? Tell 192.168.1.101",
      "192.168.1.20 is at …",
      "Who has 192.168.1.30? Tell 192.168.1.101",
      "192.168.1.30 is at …",
    ]);
  });

  test("a datagram that does not fit a frame goes in fragments, which make the whole again", () => {
    const fragments = packets.filter(packet => packet.layers.some(isFragment));
    expect(fragments.length).toBe(8);
    const whole = fragments.flatMap(packet => packet.layer(udp) ?? []);
    expect(whole.map(({ length }) => length)).toEqual([5008, 5008]);
  });

  test("a datagram for a port where nobody listens is answered by ICMP, which quotes it", () => {
    const said = packets.flatMap(packet => packet.layer(icmp) ?? []);
    expect(said.map(message => icmp.summary(message))).toEqual(["Destination unreachable (port)"]);
    expect(said[0]?.type).toBe(Type["destination unreachable"]);
    const quoted = (said[0]!.body as { datagram: Uint8Array }).datagram;
    expect([...quoted.subarray(-3)]).toEqual([1, 2, 3]);
  });

  test("a port where nobody listens resets at once, acknowledging the question", () => {
    expect(flagsOf(1883)).toEqual(["> syn", "< rst+ack"]);
    const [ask, refusal] = tcpOf(1883);
    expect(refusal!.header.acknowledgment).toBe((ask!.header.sequence + 1) >>> 0);
    expect(refusal!.header.sequence).toBe(0);
  });

  test("a connection that one side breaks off ends with a reset, and nothing after it", () => {
    expect(flagsOf(1)).toEqual(["> syn", "< syn+ack", "> ack", "< rst+ack"]);
  });

  test("a connection opens with three segments and ends with a FIN and its acknowledgment each way", () => {
    const flags = flagsOf(7);
    expect(flags.slice(0, 3)).toEqual(["> syn", "< syn+ack", "> ack"]);
    expect(flags.slice(-4)).toEqual(["> fin+ack", "< ack", "< fin+ack", "> ack"]);
    expect(flags.filter(one => one.includes("rst"))).toEqual([]);
  });

  test("segments are full but for the last, each second one is acknowledged, and no window closes", () => {
    const segments = tcpOf(7);
    let unacknowledged = 0;
    for (const { packet, header } of segments) {
      expect(header.window).toBeGreaterThan(0);
      const { start, end } = packet.layers.find(layer => layer.protocol === tcp)!;
      const size = end - start - header.control.dataOffset * 4;
      expect(size).toBeLessThanOrEqual(1460);
      if (packet.source !== board) unacknowledged = 0;
      else if (size > 0) expect(++unacknowledged).toBeLessThanOrEqual(2);
    }
    expect(segments.length).toBeGreaterThan(1000);
  });
});

function packetsIn(capture: string): Packet[] {
  const dissect = dissector([ethernet, arp, ipv4, icmp, udp, tcp]);
  const all = frames(captureIn(readFileSync(capture), capture), () => {});
  return [...all].map(frame => dissect.packet(frame));
}

const isChecked = ({ protocol, value }: Packet["layers"][number]): boolean =>
  protocol.checksum !== undefined && value !== undefined;

/** The protocols of a packet whose checksum does not hold. A fragment alone can't be judged. */
function wrongChecksums(packet: Packet): string[] {
  if (packet.layers.some(isFragment)) return [];
  const wrong = packet.layers.filter(isChecked).filter(({ protocol, value, source, start, end }) => {
    const octets = new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start);
    return !protocol.checksum!(value, octets, packet);
  });
  return wrong.map(({ protocol }) => protocol.name);
}

const isFragment = ({ protocol, value }: Packet["layers"][number]): boolean =>
  value !== undefined && protocol.fragment?.(value) !== undefined;

test("what a relay can't do is refused with the reason, and its limits say so", async () => {
  await using network = await openRelay();
  await expect(network.daemon({ name: "pc", command: ["true"] })).rejects.toThrow("pc: a foreign program");
  const host = await start(network, "board", {}, async host => host.link().catch(error => error.message));
  expect(await result(host)).toContain("use a network of namespaces");
  expect(network.limits.length).toBeGreaterThan(3);
});

test("a DHCP server reaches a client at the address that it is about to have, by its MAC address", async () => {
  await using network = await openRelay();
  const client = await start(network, "board", { mac: "00:c0:df:24:ba:6b" }, async host => {
    const datagrams = await host.datagrams({ port: 68, broadcast: true });
    host.tell({ kind: "ready" });
    return (await datagrams.receive(2000))?.octets.length;
  });
  await heard(client, "ready");
  const reply = new Uint8Array(240);
  reply.set([2, 1, 6]);
  reply.set([0x00, 0xc0, 0xdf, 0x24, 0xba, 0x6b], 28);
  reply.set([0x63, 0x82, 0x53, 0x63], 236);
  const server = await start(
    network,
    "router",
    { address: 1, given: [...reply, 255] },
    async (host, octets: number[]) => {
      const datagrams = await host.datagrams({ port: 67 });
      await datagrams.send(Uint8Array.from(octets), { address: "192.168.1.101", port: 68 });
    },
  );
  await server.done;
  expect(await result(client)).toBe(241);
});

test("while a cable is out a stream waits, and goes on when it is in again", async () => {
  await using network = await openRelay();
  await echo(network, "pc", 20);
  const host = await start(network, "board", { address: 101 }, async host => {
    const stream = await host.connect({ address: "192.168.1.20", port: 7 });
    host.tell({ kind: "connected" });
    for await (const message of host.told) if (message.kind === "go on") break;
    await stream.write(Uint8Array.of(7));
    const nothing = await stream.read(30);
    host.tell({ kind: "waited", nothing: nothing === undefined });
    return (await stream.read(2000))?.[0];
  });
  await heard(host, "connected");
  await network.plug("pc", false);
  host.tell({ kind: "go on" });
  expect((await heard(host, "waited"))?.nothing).toBe(true);
  await network.plug("pc", true);
  expect(await result(host)).toBe(7);
});

test("what a connection still says after its host has lost its address comes from the end that it was opened at", async () => {
  await using network = await openRelay();
  const recorded = join(folder, "without-address.pcapng");
  const recording = await network.record(recorded);
  await echo(network, "pc", 20);
  const host = await start(network, "board", { address: 101 }, async host => {
    const stream = await host.connect({ address: "192.168.1.20", port: 7 });
    await host.configure(undefined);
    await stream.write(Uint8Array.of(7));
    return (await stream.read(2000))?.[0];
  });
  expect(await result(host)).toBe(7);
  await recording.stop();
  const segments = packetsIn(recorded).filter(packet => packet.layer(tcp));
  expect(new Set(segments.map(({ source }) => source))).toEqual(new Set([board, "192.168.1.20"]));
  for (const packet of segments) expect(wrongChecksums(packet)).toEqual([]);
});

test("within a host, its own address and 127.0.0.1 reach its own ports, and nothing is recorded", async () => {
  await using network = await openRelay();
  const recording = await network.record(join(folder, "own.pcapng"));
  const host = await start(network, "pc", { address: 20 }, async host => {
    const datagrams = await host.datagrams({ port: 7 });
    await host.listen(7, async stream => {
      await stream.write(new TextEncoder().encode(stream.remote.address));
      await stream.close();
    });
    const own: unknown[] = [];
    for (const address of ["127.0.0.1", "192.168.1.20"]) {
      await datagrams.send(Uint8Array.of(1), { address, port: 7 });
      own.push((await datagrams.receive(2000))?.from);
      const stream = await host.connect({ address, port: 7 });
      own.push(new TextDecoder().decode(await stream.read(2000)));
      await stream.close();
    }
    return own;
  });
  const [loopback, address] = ["127.0.0.1", "192.168.1.20"];
  const from = (end: string) => ({ address: end, port: 7 });
  expect(await result(host)).toEqual([from(loopback!), loopback, from(address!), address]);
  expect(await recording.stop()).toEqual({ frames: 0, dropped: 0 });
});

test("a host that has ended leaves no port and no connection behind", async () => {
  await using network = await openRelay();
  const pc = await echo(network, "pc", 20);
  const host = await start(network, "board", { address: 101 }, async host => {
    const stream = await host.connect({ address: "192.168.1.20", port: 7 });
    host.tell({ kind: "connected" });
    const end = await stream.read(2000);
    const again = await host.connect({ address: "192.168.1.20", port: 7 }, 50).catch(error => error.name);
    return [end === undefined, stream.ended, again];
  });
  await heard(host, "connected");
  await pc.stop();
  expect(await result(host)).toEqual([true, true, "Unanswered"]);
});

test("a program whose listener fails has failed, and the lab lives on", async () => {
  await using network = await openRelay();
  const pc = await start(network, "pc", { address: 20 }, async host => {
    await host.listen(7, async () => {
      throw new RangeError("no such service");
    });
    host.tell({ kind: "ready" });
    await host.clock.sleep(60_000, host.stopping);
  });
  await heard(pc, "ready");
  const board = await start(network, "board", { address: 101 }, async host => {
    const stream = await host.connect({ address: "192.168.1.20", port: 7 });
    return (await stream.read(2000)) === undefined;
  });
  await expect(pc.done).rejects.toThrow("pc: no such service");
  expect(await result(board)).toBe(true);
});

test("a multicast goes to its group's MAC address, and to whoever has the port open", async () => {
  await using network = await openRelay();
  const path = join(folder, "group.pcapng");
  const recording = await network.record(path);
  const listener = await start(network, "pc", { address: 20 }, async host => {
    const datagrams = await host.datagrams({ port: 5353 });
    host.tell({ kind: "ready" });
    return (await datagrams.receive(2000))?.octets.length;
  });
  await heard(listener, "ready");
  const board = await start(network, "board", { address: 101 }, async host => {
    await host.configure({ ...host.configuration!, gateway: "192.168.1.1" });
    const datagrams = await host.datagrams({ port: 5353 });
    await datagrams.send(new Uint8Array(12), { address: "224.0.0.251", port: 5353 });
  });
  await board.done;
  expect(await result(listener)).toBe(12);
  await recording.stop();
  const [frame] = [...frames(captureIn(readFileSync(path), path), () => {})];
  const [packet] = [dissector([ethernet, ipv4, udp]).packet(frame!)];
  expect(ethernet.ends!(packet.layer(ethernet)!)[1]).toBe("01:00:5e:00:00:fb");
});

test.skipIf(process.platform !== "linux")(
  "a disk without room is told of, and the network lives on",
  async () => {
    await using network = await openRelay();
    await expect(network.record("/dev/full")).rejects.toThrow("the recording /dev/full ended early: ENOSPC");
    await echo(network, "pc", 20);
  },
);
