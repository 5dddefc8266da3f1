// The test doubles themselves: time is exact, datagrams go where they should.
import { expect, test } from "bun:test";
import { MemoryNetwork, TestClock } from "./memory.ts";

const octets = (...values: number[]) => new Uint8Array(values);

test("time jumps to the moments at which something happens, in their order", async () => {
  const clock = new TestClock();
  const seen: string[] = [];
  const wait = async (name: string, milliseconds: number) => {
    await clock.sleep(milliseconds);
    seen.push(`${name} ${clock.milliseconds}`);
  };
  await clock.run(Promise.all([wait("day", 86_400_000), wait("later", 2.5), wait("first", 2.5)]));
  expect(seen).toEqual(["later 2.5", "first 2.5", "day 86400000"]);
});

test("an aborted sleep ends at once and leaves no timer behind", async () => {
  const clock = new TestClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(1000, stop.signal);
  clock.after(10, () => stop.abort());
  await clock.run(sleeping);
  expect(clock.milliseconds).toBe(10);
  await expect(clock.run(new Promise(() => {}))).rejects.toThrow("everyone waits");
});

test("a receive without a datagram ends after its time", async () => {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const socket = network.datagrams("10.0.0.1", 53);
  expect(await clock.run(socket.receive(4000))).toBeUndefined();
  expect(clock.milliseconds).toBe(4000);
});

test("unicast reaches its address, broadcast every host but the sender", async () => {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const server = network.datagrams("10.0.0.1", 67);
  const other = network.datagrams("10.0.0.2", 67);
  const client = network.datagrams("0.0.0.0", 68);
  await client.send(octets(1), { address: "255.255.255.255", port: 67 });
  expect((await server.receive(0))?.octets).toEqual(octets(1));
  expect((await other.receive(0))?.octets).toEqual(octets(1));
  await client.send(octets(2), { address: "10.0.0.2", port: 67 });
  expect(await server.receive(0)).toBeUndefined();
  expect(await other.receive(0)).toMatchObject({ octets: octets(2), from: { address: "0.0.0.0", port: 68 } });
  await server.send(octets(3), { address: "0.0.0.0", port: 68 });
  expect(await client.receive(0)).toBeUndefined();
});

test("a network loses, delays, doubles and changes on demand", async () => {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const a = network.datagrams("10.0.0.1", 1);
  const b = network.datagrams("10.0.0.2", 2);
  const fates = [[], [{ after: 500 }, { after: 500, octets: octets(9) }], [{ after: 0 }]];
  network.passing = () => fates.shift()!;
  for (const value of [1, 2, 3]) await a.send(octets(value), b.local);
  const arrived: [number | undefined, number][] = [];
  for (let i = 0; i < 3; i++) {
    const datagram = await clock.run(b.receive(1000));
    arrived.push([datagram?.octets[0], clock.milliseconds]);
  }
  expect(arrived).toEqual([
    [3, 0],
    [2, 500],
    [9, 500],
  ]);
  expect(network.sent.map(passage => passage.octets[0])).toEqual([1, 2, 3]);
});

test("closing ends a wait", async () => {
  const clock = new TestClock();
  const socket = new MemoryNetwork(clock).datagrams("10.0.0.1", 1);
  const waiting = socket.receive();
  socket.close();
  expect(await waiting).toBeUndefined();
  await expect(socket.send(octets(1), socket.local)).rejects.toThrow("closed");
});
