// Cases of recordings.
import { expect } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Damage, Interface, Statistics } from "../../../protocols/pcapng/capture.ts";
import { captureIn, frames } from "../../../protocols/pcapng/reader.ts";
import { echo, type NetworkCase, result, start } from "./case.ts";

export const recordingCases: readonly NetworkCase[] = [
  {
    name: "a recording holds each datagram once, at the port of its sender, in the order and at the time of sending",
    async run(open) {
      await using network = await open();
      using folder = temporaryFolder();
      const recording = await network.record(join(folder.path, "run.pcapng"));
      const begun = BigInt(Date.now() - 1) * 1_000_000n;
      await echo(network, "JORGE-PC", 20);
      const board = await start(network, "NUCLEO-H723ZG", { address: 101 }, async host => {
        const datagrams = await host.datagrams({ port: 1000 });
        for (let i = 0; i < 3; i++) {
          await datagrams.send(new Uint8Array(32).fill(i), { address: "192.168.1.20", port: 7 });
          await datagrams.receive(2000);
        }
      });
      await board.done;
      const { frames, dropped } = await recording.stop();
      const ended = BigInt(Date.now() + 1) * 1_000_000n;
      const capture = read(recording.file);
      expect(capture.interfaces.map(({ name }) => name)).toEqual(["JORGE-PC", "NUCLEO-H723ZG"]);
      expect(capture.frames.length).toBe(frames);
      expect(dropped).toBe(0);
      const datagrams = capture.frames.flatMap(frame => udpOf(frame.octets) ?? []);
      const [there, back] = ["192.168.1.101:1000>192.168.1.20:7", "192.168.1.20:7>192.168.1.101:1000"];
      const expected = [0, 0, 1, 1, 2, 2].map((octet, i) => `${i % 2 ? back : there} ${octet} 32`);
      expect(datagrams).toEqual(expected);
      const ports = capture.frames.filter(frame => udpOf(frame.octets)).map(frame => frame.port);
      expect(ports).toEqual([1, 0, 1, 0, 1, 0]);
      let before = begun;
      for (const { time } of capture.frames) {
        expect(time).toBeGreaterThanOrEqual(before);
        before = time;
      }
      expect(before).toBeLessThan(ended);
      const received = capture.statistics.map(({ received }) => Number(received));
      expect(received.reduce((sum, count) => sum + count, 0)).toBe(frames);
    },
  },
  {
    name: "frames leave with their checksums, and none is larger than the wire takes",
    async run(open) {
      await using network = await open();
      using folder = temporaryFolder();
      const recording = await network.record(join(folder.path, "run.pcapng"));
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const stream = await host.connect({ address: "192.168.1.20", port: 7 });
        await stream.write(new Uint8Array(100_000));
        let count = 0;
        for (let octets = await stream.read(2000); octets; octets = await stream.read(2000)) {
          count += octets.length;
          if (count === 100_000) break;
        }
        await stream.close();
        return count;
      });
      expect(await result(board)).toBe(100_000);
      await recording.stop();
      const segments = read(recording.file).frames.filter(({ octets }) => isTcp(octets));
      expect(segments.length).toBeGreaterThan(140);
      for (const { octets } of segments) {
        expect(octets.length).toBeLessThanOrEqual(1514);
        expect(transportSum(octets)).toBe(0xffff);
      }
    },
  },
  {
    name: "what is sent just before a recording is stopped is in it",
    async run(open) {
      await using network = await open();
      using folder = temporaryFolder();
      const recording = await network.record(join(folder.path, "run.pcapng"));
      await echo(network, "pc", 20);
      const board = await start(network, "board", { address: 101 }, async host => {
        const datagrams = await host.datagrams();
        for (let i = 0; i < 500; i++)
          await datagrams.send(Uint8Array.of(1), { address: "192.168.1.20", port: 7 });
      });
      await board.done;
      const { dropped } = await recording.stop();
      const sent = read(recording.file).frames.filter(({ octets, port }) => port === 1 && udpOf(octets));
      expect({ sent: sent.length, dropped }).toEqual({ sent: 500, dropped: 0 });
    },
  },
  {
    name: "a host that is plugged in while it is recorded gets an interface of its own, and one that stays silent too",
    async run(open) {
      await using network = await open();
      using folder = temporaryFolder();
      await echo(network, "pc", 20);
      const recording = await network.record(join(folder.path, "run.pcapng"));
      const hosts: string[] = ["pc"];
      for (const address of [101, 102]) {
        const board = await start(network, `board ${address}`, { address }, async host => {
          const datagrams = await host.datagrams();
          await datagrams.send(Uint8Array.of(1), { address: "192.168.1.20", port: 7 });
          await datagrams.receive(2000);
        });
        await board.done;
        expect(board.port).toBe(hosts.push(board.name) - 1);
      }
      await start(network, "silent", {}, async () => {});
      await recording.stop();
      const capture = read(recording.file);
      expect(capture.interfaces.map(({ name }) => name)).toEqual([...hosts, "silent"]);
      const senders = capture.frames.filter(({ octets }) => udpOf(octets)).map(({ port }) => port);
      expect(senders).toEqual([1, 0, 2, 0]);
    },
  },
  {
    name: "a recording that can't be written is refused by its path; a network is recorded once",
    async run(open) {
      await using network = await open();
      using folder = temporaryFolder();
      await expect(network.record(join(folder.path, "no such folder", "run.pcapng"))).rejects.toThrow(
        "no such folder",
      );
      const recording = await network.record(join(folder.path, "run.pcapng"));
      await expect(network.record(join(folder.path, "again.pcapng"))).rejects.toThrow("run.pcapng");
      expect(await recording.stop()).toEqual({ frames: 0, dropped: 0 });
      expect(await recording.stop()).toEqual({ frames: 0, dropped: 0 });
      expect(read(recording.file)).toEqual({ interfaces: [], statistics: [], frames: [] });
    },
  },
  {
    name: "a recorded frame has its VLAN tag where it was on the wire",
    needs: "link",
    async run(open) {
      await using network = await open();
      using folder = temporaryFolder();
      const recording = await network.record(join(folder.path, "run.pcapng"));
      const board = await start(network, "board", {}, async host => {
        const link = await host.link();
        const tagged = [...Array<number>(6).fill(0xff), ...link.mac, 0x81, 0x00, 0x60, 0x07, 0x88, 0xb5];
        await link.send(Uint8Array.from([...tagged, ...Array<number>(46).fill(0x5a)]));
        return tagged;
      });
      const tagged = (await result(board)) as number[];
      await recording.stop();
      const { frames } = read(recording.file);
      expect(frames.map(({ octets }) => [...octets])).toEqual([[...tagged, ...Array<number>(46).fill(0x5a)]]);
    },
  },
];

interface Recorded {
  readonly interfaces: Interface[];
  readonly statistics: Statistics[];
  readonly frames: { readonly port: number; readonly time: bigint; readonly octets: Uint8Array }[];
}

/** @throws Error if any of the file can't be read */
function read(file: string): Recorded {
  const recorded: Recorded = { interfaces: [], statistics: [], frames: [] };
  const met = frames(captureIn(readFileSync(file), file), met => {
    if (met.kind === "interface") recorded.interfaces.push(met);
    if (met.kind === "statistics") recorded.statistics.push(met);
    if (met.kind === "damage") throw new Error(String(met satisfies Damage));
  });
  for (const { interface: port, time, view, start, end } of met) {
    const octets = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
    recorded.frames.push({ port, time, octets });
  }
  return recorded;
}

function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "network-case-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

/** A datagram in one line: "from>to", its first octet and its size; none if the frame carries no UDP. */
function udpOf(frame: Uint8Array): string | undefined {
  if (frame[12] !== 0x08 || frame[13] !== 0x00 || frame[23] !== 17) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset);
  const end = (address: number, port: number) =>
    `${frame.subarray(address, address + 4).join(".")}:${view.getUint16(port)}`;
  return `${end(26, 34)}>${end(30, 36)} ${frame[42]} ${view.getUint16(38) - 8}`;
}

function isTcp(frame: Uint8Array): boolean {
  return frame[12] === 0x08 && frame[13] === 0x00 && frame[23] === 6;
}

/** The ones' complement sum of the pseudo header and the segment: 0xffff if the checksum is right (RFC 9293 §3.1). */
function transportSum(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset);
  const end = 14 + view.getUint16(16);
  let sum = frame[23]! + (end - 34);
  for (let at = 26; at < end; at += 2) sum += at + 1 < end ? view.getUint16(at) : frame[at]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
