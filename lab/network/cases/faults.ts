// Cases of faults: loss, delay, duplication, overtaking, size, cuts, and the cable's own sign.
import { expect } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { captureIn, frames } from "../../../protocols/pcapng/reader.ts";
import type { Host, Network } from "../contract.ts";
import type { CableFaults, PathFaults } from "../faults/faults.ts";
import { faulty } from "../faulty.ts";
import { echo, heard, type NetworkCase, result, start } from "./case.ts";

const CUTTER = fileURLToPath(new URL("./cutter.ts", import.meta.url));

export const faultCases: readonly NetworkCase[] = [
  {
    name: "of many datagrams the share that was asked for is lost, and the same ones again with the same seed",
    async run(open) {
      const once = await numbers(open, 7, { up: { loss: 0.3 } });
      const again = await numbers(open, 7, { up: { loss: 0.3 } });
      const other = await numbers(open, 9, { up: { loss: 0.3 } });
      expect(once.came.length).toBeGreaterThan(50);
      expect(once.came.length).toBeLessThan(90);
      expect(once.came).toEqual(again.came);
      expect(once.came).not.toEqual(other.came);
      expect(once.up).toMatchObject({ lost: 100 - once.came.length });
    },
  },
  {
    name: "datagrams that are doubled come twice, and those held back are overtaken",
    async run(open) {
      const doubled = await numbers(open, 1, { down: { duplicate: 1 } }, 20);
      expect(doubled.came).toEqual(Array.from({ length: 40 }, (_, i) => i >> 1));
      const { came, up } = await numbers(open, 1, { up: { reorder: 0.3 } });
      expect(came.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
      expect(came).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
      expect(up!["held back"]).toBeGreaterThan(10);
    },
  },
  {
    name: "a datagram takes the delay of each cable and way that it crosses, and stays in order despite jitter",
    async run(open) {
      await using network = await open();
      await network.impair("board", { up: { delay: 40 }, down: { delay: 30, jitter: 10 } });
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams();
        const to = { address: "192.168.1.20", port: 7 };
        // The first one waits for ARP too.
        await datagrams.send(Uint8Array.of(0), to);
        await datagrams.receive(2000);
        const begun = host.clock.elapsed();
        for (let i = 0; i < 20; i++) await datagrams.send(Uint8Array.of(i), to);
        const came: (number | undefined)[] = [];
        let first = 0;
        for (let i = 0; i < 20; i++) {
          came.push((await datagrams.receive(2000))?.octets[0]);
          first ||= Number(host.clock.elapsed() - begun) / 1e6;
        }
        return { first, came };
      });
      const { first, came } = (await result(board)) as { first: number; came: number[] };
      expect(first).toBeGreaterThan(59);
      expect(came).toEqual(Array.from({ length: 20 }, (_, i) => i));
    },
  },
  {
    name: "a connection over cables with delay takes its time to open and to answer, and carries every octet in order",
    async run(open) {
      await using network = await open();
      await network.impair("board", { up: { delay: 20, jitter: 8 }, down: { delay: 20, jitter: 8 } });
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const begun = host.clock.elapsed();
        const stream = await host.connect({ address: "192.168.1.20", port: 7 });
        const opened = Number(host.clock.elapsed() - begun) / 1e6;
        const sent = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) & 0xff);
        void stream.write(sent);
        let same = true;
        let count = 0;
        while (count < sent.length) {
          const octets = await stream.read(5000);
          if (!octets) break;
          same &&= octets.every((octet, i) => octet === sent[count + i]);
          count += octets.length;
        }
        await stream.close();
        return { opened, count, same };
      });
      const { opened, ...carried } = (await result(board)) as { opened: number };
      expect(opened).toBeGreaterThan(23);
      expect(carried).toMatchObject({ count: 100_000, same: true });
    },
  },
  {
    name: "a host knows its MTU: no frame of a connection is larger, and a larger datagram comes in fragments",
    async run(open) {
      await using network = await open();
      using folder = temporaryFolder();
      await network.impair("board", { mtu: 576 });
      const recording = await network.record(join(folder.path, "run.pcapng"));
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const to = { address: "192.168.1.20", port: 7 };
        const stream = await host.connect(to);
        await stream.write(new Uint8Array(5000));
        let count = 0;
        for (let octets = await stream.read(2000); octets; octets = await stream.read(2000)) {
          count += octets.length;
          if (count === 5000) break;
        }
        await stream.close();
        const datagrams = await host.datagrams();
        await datagrams.send(new Uint8Array(1000), to);
        // The answer is one frame of 1 042 octets: too large for the way back.
        return [count, (await datagrams.receive(100)) === undefined];
      });
      expect(await result(board)).toEqual([5000, true]);
      await recording.stop();
      const sizes = recorded(recording.file).map(({ octets }) => octets.length);
      expect(sizes.filter(size => size > 14 + 576)).toEqual([14 + 1028]);
      const { cables } = await network.faults();
      expect(cables.find(({ host }) => host === "board")?.down).toMatchObject({ "too large": 1 });
    },
  },
  {
    name: "a slow cable carries so many bits a second",
    async run(open) {
      await using network = await open();
      await network.impair("board", { up: { rate: 1_000_000 } });
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams();
        const to = { address: "192.168.1.20", port: 7 };
        await datagrams.send(Uint8Array.of(0), to);
        await datagrams.receive(2000);
        const begun = host.clock.elapsed();
        for (let i = 0; i < 10; i++) await datagrams.send(new Uint8Array(1184), to);
        for (let i = 0; i < 10; i++) await datagrams.receive(2000);
        return Number(host.clock.elapsed() - begun) / 1e6;
      });
      // Ten frames of 1 250 octets with all that an Ethernet adds: 10 ms each.
      expect(await result(board)).toBeGreaterThan(99);
    },
  },
  {
    name: "a connection is cut behind the octets that were named: they arrive, nothing after them, and both ends know",
    async run(open) {
      await using network = await open();
      await network.impair("board", { cuts: { program: CUTTER, settings: { behind: 42 } } });
      const pc = await start(network, "pc", { address: 20 }, async host => {
        const heard: number[] = [];
        const over = Promise.withResolvers<void>();
        await host.listen(7, async stream => {
          for (let octets = await stream.read(); octets; octets = await stream.read()) {
            heard.push(...octets);
            await stream.write(octets).catch(() => {});
          }
          over.resolve();
        });
        host.tell({ kind: "ready" });
        await over.promise;
        return heard;
      });
      await heard(pc, "ready");
      const board = await start(network, "board", { address: 101 }, async host => {
        const stream = await host.connect({ address: "192.168.1.20", port: 7 });
        const answers: (number | undefined)[] = [];
        for (const octet of [40, 41, 42, 43]) {
          await stream.write(Uint8Array.of(octet)).catch(() => {});
          answers.push((await stream.read(5000))?.[0]);
        }
        return { answers: answers.map(answer => answer ?? null), ended: stream.ended };
      });
      expect(await result(board)).toEqual({ answers: [40, 41, null, null], ended: true });
      expect(await result(pc)).toEqual([40, 41, 42]);
      const { faults } = await network.faults();
      expect(faults.map(({ host, way, kind }) => [host, way, kind])).toEqual([["board", "up", "cut"]]);
    },
  },
  {
    name: "the faulty network seeds the faults of each host, and comments the frames that they hit",
    async run(open) {
      await using network = faulty(await open(), {
        // The first frame, which asks for the other's MAC address, is not among those that are lost.
        seed: 7,
        all: {},
        hosts: { board: { up: { loss: 0.4 } } },
      });
      using folder = temporaryFolder();
      const recording = await network.record(join(folder.path, "run.pcapng"));
      const came = await play(network, 40);
      await recording.stop();
      const lost = recorded(recording.file).filter(({ comments }) => comments.length > 0);
      expect(lost.length).toBeGreaterThan(10);
      expect(new Set(lost.flatMap(({ comments }) => comments))).toEqual(
        new Set(["Lost on its way from board to the switch."]),
      );
      // Each number is in the last octet of its datagram.
      const numbers = lost.filter(({ octets }) => octets[23] === 17).map(({ octets }) => octets[42]!);
      expect([...numbers, ...came].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
      const { cables } = await network.faults();
      expect(cables.find(({ host }) => host === "board")?.up.lost).toBe(lost.length);
    },
  },
  {
    name: "faults are taken away again, and one that is none is refused",
    async run(open) {
      await using network = await open();
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams();
        for await (const message of host.told) {
          if (message.kind !== "send") break;
          await datagrams.send(Uint8Array.of(1), { address: "192.168.1.20", port: 7 });
          host.tell({
            kind: "answer",
            came: (await datagrams.receive(message.wait as number)) !== undefined,
          });
        }
      });
      const answered = async (wait: number) => {
        board.tell({ kind: "send", wait });
        return (await heard(board, "answer"))?.came;
      };
      expect(await answered(2000)).toBe(true);
      await network.impair("board", { down: { loss: 1 } });
      expect(await answered(50)).toBe(false);
      await network.impair("board", undefined);
      expect(await answered(2000)).toBe(true);
      await expect(network.impair("board", { up: { loss: 10 } })).rejects.toThrow("board: a share (loss)");
      await expect(network.impair("board", { mtu: 20 })).rejects.toThrow("from 68 to 1500");
      const nobody = { cuts: { program: "/nowhere/cutter.ts" } };
      await expect(network.impair("board", nobody)).rejects.toThrow("no program /nowhere/cutter.ts");
      expect(await answered(2000)).toBe(true);
    },
  },
  {
    name: "a host sees that its cable is pulled, and that it is plugged in again",
    async run(open) {
      await using network = await open();
      const board = await start(network, "board", { address: 101 }, async host => {
        host.tell({ kind: "ready" });
        const seen = [host.carrier.up];
        for (let i = 0; i < 2; i++) {
          seen.push(await host.carrier.changed());
          host.tell({ kind: "seen" });
        }
        return [...seen, host.carrier.up];
      });
      await heard(board, "ready");
      for (const plugged of [false, true]) {
        await network.plug("board", plugged);
        await heard(board, "seen");
      }
      expect(await result(board)).toEqual([true, false, true, true]);
    },
  },
];

/** Sends datagrams with a number each through faults of the sender's cable: which came, and what was counted. */
async function numbers(open: () => Promise<Network>, seed: number, faults: CableFaults, count = 100) {
  await using network = await open();
  const { up, down } = faults;
  await network.impair("board", { seed, up });
  await network.impair("pc", { seed, down: down satisfies PathFaults | undefined });
  const came = await play(network, count);
  const { cables } = await network.faults();
  return { came, up: cables.find(({ host }) => host === "board")?.up };
}

async function play(network: Network, count: number): Promise<number[]> {
  const pc = await start(network, "pc", { address: 20 }, async (host: Host) => {
    const datagrams = await host.datagrams({ port: 9 });
    host.tell({ kind: "ready" });
    const came: (number | undefined)[] = [];
    for (let one = await datagrams.receive(5000); one; one = await datagrams.receive(200))
      came.push(one.octets[0]);
    return came;
  });
  await heard(pc, "ready");
  await start(network, "board", { address: 101, given: count }, async (host: Host, count: number) => {
    const datagrams = await host.datagrams();
    for (let i = 0; i < count; i++) {
      await datagrams.send(new Uint8Array(32).fill(i), { address: "192.168.1.20", port: 9 });
      await host.clock.sleep(1);
    }
  });
  return (await result(pc)) as number[];
}

function recorded(file: string) {
  return [...frames(captureIn(readFileSync(file), file), () => {})].map(({ view, start, end, comments }) => ({
    octets: new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice(),
    comments,
  }));
}

function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "faults-case-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
