// A client without an address, on whole frames: no broadcast flag, an address that turns out to be another's.
import { expect, test } from "bun:test";
import { Refused } from "../endpoint/index.ts";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { parseIpv4 } from "../ipv4/index.ts";
import { acquire, type ClientOptions, release } from "./client.ts";
import { briefProbe, Neighbours } from "./conflicts.ts";
import { message } from "./format.ts";
import { datagramsOver } from "./link.ts";
import { serve } from "./server.ts";
import { Cable } from "./testing/cable.ts";

const mac = Uint8Array.fromHex("00c0df24ba6b");
const router = Uint8Array.fromHex("020000000001");
const stranger = Uint8Array.fromHex("020000000007");
const address = parseIpv4("192.168.1.101");

/** A server that hears by datagrams what the client says in frames, and answers in frames. */
function lab(probe?: number) {
  const clock = new TestClock();
  const cable = new Cable(clock);
  const network = new MemoryNetwork(clock);
  const lines: string[] = [];
  const own = cable.link(router);
  bringUp(cable, network);
  const pool = { first: "192.168.1.101", last: "192.168.1.102" };
  void serve(
    network.datagrams("192.168.1.1", 67),
    clock,
    { server: "192.168.1.1", prefix: 24, pool, probe },
    line => lines.push(line),
    own,
  );
  const link = cable.link(mac);
  const neighbours = new Neighbours(link, clock);
  const options: ClientOptions = {
    mac,
    broadcast: false,
    random: () => 0.5,
    probe: async one => (await neighbours.userOf(parseIpv4(one), briefProbe)) !== undefined,
  };
  return { clock, cable, network, link, lines, options };
}

/** Brings what is sent to port 67 in frames to the server's socket, as a kernel would. */
function bringUp(cable: Cable, network: MemoryNetwork): void {
  const link = cable.link(router);
  const bring = async () => {
    for (let frame = await link.receive(); frame; frame = await link.receive()) {
      if (frame.length < 42) continue;
      const [type, to] = [new DataView(frame.buffer).getUint16(12), new DataView(frame.buffer).getUint16(36)];
      if (type !== 0x0800 || to !== 67) continue;
      const from = { address: "0.0.0.0", port: 68 };
      network.send(frame.slice(42), from, { address: "255.255.255.255", port: 67 });
    }
  };
  void bring();
}

test("a lease is acquired without the broadcast flag, and given back in the address's name", async () => {
  const { clock, cable, network, link, options, lines } = lab();
  const datagrams = datagramsOver(link, clock);
  const lease = await clock.run(acquire(datagrams, clock, options));
  expect(lease).toMatchObject({ address: "192.168.1.101", server: "192.168.1.1" });
  expect(network.sent.map(({ octets }) => message.decode(octets).flags.broadcast)).toEqual([0, 0]);

  const own = datagramsOver(link, clock, lease.address, datagrams.heard);
  await clock.run(release(own, clock, lease, options));
  await clock.advance(0);
  const last = cable.frames.at(-1)!;
  expect(last.subarray(0, 6)).toEqual(router);
  expect(last.subarray(26, 30)).toEqual(Uint8Array.of(192, 168, 1, 101));
  expect(lines.at(-1)).toStartWith("DHCPRELEASE");
});

test("an address that another host has is declined, and the next try gets another", async () => {
  const { clock, cable, link, options, lines } = lab();
  cable.occupant(address, stranger);
  const datagrams = datagramsOver(link, clock);
  const tried = clock.run(acquire(datagrams, clock, options));
  expect(await tried.catch(error => error)).toBeInstanceOf(Refused);
  await clock.advance(10_000);
  expect(lines.at(-1)).toContain("192.168.1.101 is used by another host");
  expect(await clock.run(acquire(datagrams, clock, options))).toMatchObject({ address: "192.168.1.102" });
});

test("a server that probes never offers an address that is in use", async () => {
  const { clock, cable, link, options, lines } = lab(500);
  cable.occupant(address, stranger);
  const lease = await clock.run(acquire(datagramsOver(link, clock), clock, options));
  expect(lease.address).toBe("192.168.1.102");
  expect(lines).toContain(
    "192.168.1.101 is used by 02:00:00:00:00:07, which has no lease of it, so nobody gets it for now",
  );
});

test("frames that are not the client's are passed over, and it can be closed", async () => {
  const { clock, cable, link } = lab();
  const other = cable.link(stranger);
  const datagrams = datagramsOver(link, clock);
  for (const frame of [Uint8Array.of(1), new Uint8Array(60), new Uint8Array(42).fill(0x45)])
    await other.send(frame);
  expect(await clock.run(datagrams.receive(1000))).toBeUndefined();
  expect(clock.milliseconds).toBe(1000);
  datagrams.close();
  expect(await datagrams.receive()).toBeUndefined();
});

test("it speaks to nobody whose MAC address it has not heard", async () => {
  const { clock, link } = lab();
  const sent = datagramsOver(link, clock).send(new Uint8Array(1), { address: "192.168.1.9", port: 67 });
  await expect(sent).rejects.toThrow("nothing was heard of it yet");
});
