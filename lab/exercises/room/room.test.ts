// A room: the same seed, the same octets; time that costs nothing; frames that tshark has nothing against.
import { expect, test } from "bun:test";
import { Refused, Unanswered } from "../../../protocols/endpoint/index.ts";
import type { Host } from "../../network/contract.ts";
import { Draws } from "../draws.ts";
import { exercises } from "../index.ts";
import { makeRun, readRun, seedOf } from "../run.ts";
import { Room } from "./room.ts";

const begins = Date.UTC(2026, 0, 1);
const at = (last: number) => ({ configuration: { address: `10.0.0.${last}`, prefix: 24 } });
const octets = (...values: number[]) => Uint8Array.from(values);
const framesOf = (room: Room) => readRun(nothing, "", room.capture()).packets;
const nothing = {
  id: "nothing",
  version: 1,
  task: () => ({}),
  play: () => Promise.reject(new Error("no play")),
};

/** Answers each datagram with its octets. */
async function echo(host: Host): Promise<void> {
  const socket = await host.datagrams({ port: 7 });
  host.stopping.addEventListener("abort", () => socket.close());
  for (let one = await socket.receive(); one; one = await socket.receive())
    await socket.send(one.octets, one.from);
}

const byDatagrams = [...new Set(exercises.map(({ scene }) => scene))].filter(({ id }) =>
  /^(dhcp|dns|ntp)-/.test(id),
);
for (const scene of byDatagrams)
  test(`${scene.id} comes out bit by bit the same for the same seed`, async () => {
    const seed = seedOf("Ana", scene);
    const [one, again] = [await makeRun(scene, seed), await makeRun(scene, seed)];
    expect(again.capture).toEqual(one.capture);
    expect(again.files).toEqual(one.files);
    expect((await makeRun(scene, seedOf("Bea", scene))).capture).not.toEqual(one.capture);
  });

test("what is drawn from a seed is settled for good", () => {
  const draws = new Draws("a seed");
  const drawn = [draws.whole(1, 1000), draws.pick(["a", "b", "c", "d"]), draws.shuffled([1, 2, 3, 4, 5])];
  expect([...drawn, draws.mac(), draws.network(), draws.octets(3).toHex(), draws.chance(0.5)]).toEqual([
    ...[42, "b", [4, 2, 1, 3, 5]],
    ...["02:f4:0e:55:f8:b3", "192.168.17.", "634aea", false],
  ]);
  expect(new Draws("a seed").of("part").whole(1, 1000)).toBe(new Draws("a seed|part").whole(1, 1000));
});

test("every whole number between the bounds is drawn, and none beyond", () => {
  const draws = new Draws("bounds");
  expect(new Set(Array.from({ length: 500 }, () => draws.whole(-2, 2)))).toEqual(new Set([-2, -1, 0, 1, 2]));
});

test("a day of waiting takes no time, and is a day in the capture", async () => {
  const room = new Room(new Draws("day"), begins);
  await room.host({ name: "echo", ...at(1), program: echo });
  await room.host({
    name: "asks",
    ...at(2),
    async program(host) {
      const socket = await host.datagrams();
      for (let i = 0; i < 2; i++) {
        await socket.send(octets(i), { address: "10.0.0.1", port: 7 });
        expect((await socket.receive(1000))!.octets).toEqual(octets(i));
        await host.clock.sleep(86_400_000);
      }
    },
  });
  const began = performance.now();
  await room.run(room.done("asks"));
  await room.close();
  expect(performance.now() - began).toBeLessThan(10_000);
  const packets = framesOf(room);
  expect(packets.map(packet => packet.layers.map(({ protocol }) => protocol.name).at(-1))).toEqual([
    ...["arp", "arp", "data", "data", "data", "data"],
  ]);
  const seconds = Number(packets[4]!.time - packets[2]!.time) / 1e9;
  expect(Math.round(seconds)).toBe(86_400);
});

test("a cable loses what it is told to lose, and the capture has it", async () => {
  const room = new Room(new Draws("loss"), begins);
  await room.host({ name: "echo", ...at(1), cable: { loses: count => count === 1 }, program: echo });
  await room.host({
    name: "asks",
    ...at(2),
    async program(host) {
      const socket = await host.datagrams();
      for (const heard of [undefined, octets(1)]) {
        await socket.send(octets(1), { address: "10.0.0.1", port: 7 });
        expect((await socket.receive(500))?.octets).toEqual(heard);
      }
    },
  });
  await room.run(room.done("asks"));
  expect(framesOf(room).filter(({ conversation }) => conversation)).toHaveLength(3);
});

test("streams carry octets both ways, end, are refused and are cut", async () => {
  const room = new Room(new Draws("streams"), begins);
  const heard: number[] = [];
  await room.host({
    name: "server",
    ...at(1),
    async program(host) {
      await host.listen(9, async stream => {
        for (let piece = await stream.read(); piece; piece = await stream.read()) {
          heard.push(...piece);
          await stream.write(piece);
        }
        await stream.close();
      });
      await new Promise(resolve => host.stopping.addEventListener("abort", resolve));
    },
  });
  await room.host({
    name: "client",
    ...at(2),
    cable: { cuts: (way, piece) => way === "up" && piece[0] === 99 },
    async program(host) {
      const stream = await host.connect({ address: "10.0.0.1", port: 9 });
      await stream.write(octets(1, 2, 3));
      expect(await stream.read(1000)).toEqual(octets(1, 2, 3));
      expect(await stream.read(10)).toBeUndefined();
      expect(stream.ended).toBe(false);
      await stream.close();
      const cut = await host.connect({ address: "10.0.0.1", port: 9 });
      await cut.write(octets(99));
      expect(await cut.read(1000)).toBeUndefined();
      expect(cut.ended).toBe(true);
      await expect(host.connect({ address: "10.0.0.1", port: 10 })).rejects.toBeInstanceOf(Refused);
      await expect(host.connect({ address: "10.0.0.77", port: 9 }, 3000)).rejects.toBeInstanceOf(Unanswered);
    },
  });
  await room.run(room.done("client"));
  await room.close();
  expect(heard).toEqual([1, 2, 3]);
  const flags = framesOf(room).filter(packet => packet.notes.length > 0);
  expect(flags).toEqual([]);
});

test("a host that fails ends the run with its own words", async () => {
  const room = new Room(new Draws("failure"), begins);
  await room.host({
    name: "broken",
    ...at(1),
    async program(host) {
      await host.clock.sleep(10);
      throw new Error("out of order");
    },
  });
  await expect(room.run(room.done("broken"))).rejects.toThrow("broken: out of order");
});
