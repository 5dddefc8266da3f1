// What a finished recording is, and that an unfinished one is never lost.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { peer } from "../../scripts/peers.ts";
import type { RecordedFrame } from "./capture.ts";
import { finish } from "./finish.ts";
import { type BlockDraft, captureFile } from "./format.ts";
import {
  classicCapture,
  described,
  epoch,
  join,
  keylog,
  packet,
  read,
  smallCapture,
  spoiled,
  written,
} from "./samples.ts";

const folder = mkdtempSync(joinPath(tmpdir(), "pcapng-"));
afterAll(() => rmSync(folder, { recursive: true }));

const place = (octets: Uint8Array): string => {
  const path = joinPath(folder, "run.pcapng");
  writeFileSync(path, octets);
  return path;
};
const octetsOf = (path: string) => new Uint8Array(readFileSync(path));

/** Frames whose one octet tells the order in which they were recorded, out of the order of time. */
const recording = (little = true): Uint8Array =>
  written({ little, application: "a recorder" }, writer => {
    const lan = writer.interface({ name: "lan", linkType: 1 });
    const record = (after: bigint, octet: number) => writer.packet(lan, epoch + after, Uint8Array.of(octet));
    record(5n, 1);
    record(9n, 2);
    record(7n, 3);
    const wan = writer.interface({ name: "wan", linkType: 1 });
    writer.statistics(lan, { time: epoch + 20n, received: 3, dropped: 0 });
    writer.packet(wan, epoch + 7n, Uint8Array.of(4), { comments: ["its own"], direction: "in" });
    record(1n, 5);
  });

const names = [
  { address: "192.168.1.3", names: ["broker"] },
  { address: "2001:db8::3", names: ["broker"] },
];

for (const little of [true, false])
  describe(little ? "little-endian" : "big-endian", () => {
    test("secrets come first, then interfaces and names, packets by time, statistics", async () => {
      const path = place(recording(little));
      const { frames, damage } = await finish(path, { secrets: keylog, names, sectionComment: "¡hola!" });
      expect({ frames, damage }).toEqual({ frames: 5, damage: undefined });
      const blocks = captureFile.decode(octetsOf(path));
      expect(blocks.map(({ type }) => type as number)).toEqual([0x0a0d0d0a, 10, 1, 1, 4, 6, 6, 6, 6, 6, 5]);
      const reading = read(octetsOf(path));
      expect(reading.frames.map(({ octets }) => octets)).toEqual(["05", "01", "03", "04", "02"]);
      expect(reading.frames[3]).toMatchObject({ interface: 1, comments: ["its own"], direction: "in" });
      const [section, secrets] = reading.met;
      expect(section).toMatchObject({ little, comments: ["¡hola!"], application: "a recorder" });
      expect(secrets).toMatchObject({ kind: "secrets", keylog });
      expect(reading.met.at(-1)).toMatchObject({ kind: "statistics", interface: 0, received: 3n });
    });
  });

test("comments are asked for in the final order, under the final numbers, and added to those there are", async () => {
  const path = place(recording());
  const seen: { number: number; octets: string; at: number }[] = [];
  await finish(path, {
    comment: ({ number, view, start, end, time, linkType, comments, ...frame }: RecordedFrame) => {
      const octets = new Uint8Array(view.buffer, view.byteOffset + start, end - start).toHex();
      seen.push({ number, octets, at: frame.interface });
      expect(linkType).toBe(1);
      return time === epoch + 9n ? [] : [`#${number}`, ...comments];
    },
  });
  expect(seen.map(({ number, octets, at }) => `${number} ${octets} ${at}`)).toEqual([
    "1 05 0",
    "2 01 0",
    "3 03 0",
    "4 04 1",
    "5 02 0",
  ]);
  const { frames } = read(octetsOf(path));
  expect(frames.map(({ comments }) => comments)).toEqual([["#1"], ["#2"], ["#3"], ["its own", "#4"], []]);
});

test("finishing twice changes nothing more", async () => {
  const path = place(recording());
  const finishing = {
    secrets: keylog,
    names,
    sectionComment: "once",
    comment: ({ number }: { number: number }) => [`#${number}`],
  };
  await finish(path, finishing);
  const once = octetsOf(path).toHex();
  await finish(path, finishing);
  expect(octetsOf(path).toHex()).toBe(once);
});

test("several sections become one, in the first one's octet order, with their interfaces apart", async () => {
  const path = place(join([smallCapture(false), recording(true)]));
  const { frames } = await finish(path);
  expect(frames).toBe(9);
  const reading = read(octetsOf(path));
  expect(reading.met.map(({ kind }) => kind)).toEqual([
    "section",
    "secrets",
    ...new Array(4).fill("interface"),
    "names",
    "statistics",
    "statistics",
  ]);
  expect(reading.met[0]).toMatchObject({ little: false });
  expect(reading.frames.map(frame => frame.interface)).toEqual([0, 1, 2, 0, 0, 2, 2, 3, 2]);
  expect(reading.met.slice(-2)).toMatchObject([{ interface: 1 }, { interface: 2 }]);
});

test("blocks that only their maker knows stay, and obsolete packets become enhanced ones", async () => {
  const obsolete: BlockDraft = {
    type: 2,
    interface: 0,
    dropped: 3,
    time: 7n,
    originalLength: 9,
    octets: Uint8Array.of(1),
    options: [{ code: 1, value: "old" }],
  };
  const custom: BlockDraft = { type: 0xbad, enterprise: 32473, octets: Uint8Array.of(1, 2, 3, 4) };
  const path = place(described(obsolete, custom));
  await finish(path);
  const blocks = captureFile.decode(octetsOf(path));
  expect(blocks.slice(2)).toMatchObject([
    custom,
    {
      type: 6,
      time: 7n,
      originalLength: 9,
      options: [
        { code: 1, value: "old" },
        { code: 4, value: 3n },
      ],
    },
  ]);
});

test("a recording that was cut short is finished without its last, torn block, and that is told", async () => {
  const octets = recording();
  const { frames, damage } = await finish(place(octets.slice(0, -10)), { secrets: keylog });
  expect(frames).toBe(4);
  expect(String(damage)).toMatch(/^The file is cut short in enhanced packet block 9/);
  expect(read(octetsOf(joinPath(folder, "run.pcapng"))).frames.length).toBe(4);
});

describe("a recording that can't be finished stays as it is, and nothing lies beside it", () => {
  const cases: Record<string, { octets: Uint8Array; comment?: () => string[]; says: RegExp }> = {
    "one that is damaged": {
      octets: join([described(), spoiled(packet(), 20, 5), described(packet()).slice(48)]),
      says: /run\.pcapng is damaged and stays as it is; Damaged enhanced packet block 3, at octet 48: /,
    },
    "a classic file": {
      octets: classicCapture({ unit: "microseconds", little: true }),
      says: /is a classic capture; convert it first/,
    },
    "a text": { octets: Buffer.from("no capture at all"), says: /is a text, not a capture/ },
    "one with packets without a time": {
      octets: described({ type: 3, originalLength: 1, octets: Uint8Array.of(1) }),
      says: /holds packets without a time/,
    },
    "one whose comments fail": {
      octets: recording(),
      comment: () => {
        throw new Error("no words");
      },
      says: /^no words$/,
    },
    "one whose comments don't fit": {
      octets: recording(),
      comment: () => ["x".repeat(70_000)],
      says: /70000 octets where 65535 fit/,
    },
  };
  for (const [name, { octets, comment, says }] of Object.entries(cases))
    test(name, async () => {
      const path = place(octets);
      const error = await finish(path, { comment }).then(
        () => undefined,
        error => error as Error,
      );
      expect(error?.message).toMatch(says);
      expect(octetsOf(path).toHex()).toBe(octets.toHex());
      expect(readdirSync(folder)).toEqual(["run.pcapng"]);
    });
});

test.skipIf(!peer("capinfos"))("capinfos reads a finished recording, in strict order of time", async () => {
  const path = place(recording());
  await finish(path, { secrets: keylog, names, sectionComment: "one run", comment: () => ["ñ"] });
  const { stdout, exitCode } = Bun.spawnSync([peer("capinfos")!, path]);
  expect(exitCode).toBe(0);
  for (const part of [
    /Number of packets: +5/,
    /Strict time order: +True/,
    /Capture comment: +one run/,
    /Number of decryption secrets in file: 1/,
    /Number of resolved IPv4 addresses in file: 1/,
  ])
    expect(String(stdout)).toMatch(part);
});
