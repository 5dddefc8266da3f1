// What is read: every frame, and everything else before the frames it is about, however the octets come.
import { describe, expect, test } from "bun:test";
import type { Truncated } from "../wire/index.ts";
import { type BlockDraft, captureFile } from "./format.ts";
import {
  classicCapture,
  described,
  edges,
  epoch,
  inPieces,
  keylog,
  packet,
  peepholes,
  read,
  readStream,
  samples,
  smallCapture,
} from "./samples.ts";

for (const little of [true, false])
  test(`a ${little ? "little" : "big"}-endian section gives what was written into it`, () => {
    const { frames, met, damage } = read(smallCapture(little));
    expect(damage).toEqual([]);
    expect(frames.map(({ at, ...frame }) => frame)).toEqual([
      { ...plainFrame(1, 0n, "01".repeat(60)) },
      {
        ...plainFrame(2, 1n, "02".repeat(61)),
        originalLength: 1500,
        linkType: 101,
        interface: 1,
        comments: ["first", "¡segundo!"],
        direction: "out",
      },
      { ...plainFrame(3, 2n, "") },
      { ...plainFrame(4, 3n, "0303"), direction: "in" },
    ]);
    expect(met).toMatchObject([
      {
        kind: "section",
        at: 0,
        format: "pcapng",
        little,
        version: "1.0",
        comments: ["año"],
        hardware: "none",
        application: "a test",
      },
      { kind: "interface", number: 0, name: "lan", description: "the LAN", linkType: 1, snapLength: 0 },
      { kind: "interface", number: 1, name: "wan", linkType: 101, snapLength: 61, resolution: "10^-9 s" },
      {
        kind: "names",
        entries: [
          { address: "192.168.1.3", names: ["jorge-pc", "broker.lan"] },
          { address: "2001:db8::3", names: ["jorge-pc"] },
        ],
      },
      { kind: "secrets", type: 0x544c534b, keylog },
      { kind: "statistics", interface: 1, time: epoch + 9n, received: 1n, dropped: 2n, end: epoch + 9n },
    ]);
  });

test("sections follow one another, each in its own octet order, and interfaces are counted over all", () => {
  const { frames, met, damage } = read(samples["two sections"].octets);
  expect(damage).toEqual([]);
  expect(frames.map(frame => frame.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(frames.map(frame => frame.interface)).toEqual([0, 1, 0, 0, 2, 3, 2, 2]);
  expect(met.flatMap(one => (one.kind === "statistics" ? [one.interface] : []))).toEqual([1, 3]);
});

test("classic files have microseconds or nanoseconds, in either octet order, and times up to 2106", () => {
  for (const unit of ["microseconds", "nanoseconds"] as const)
    for (const little of [true, false]) {
      const { frames, met, damage } = read(classicCapture({ unit, little }));
      expect(damage).toEqual([]);
      expect(met).toMatchObject([
        { kind: "section", format: "pcap", little, version: "2.4" },
        { kind: "interface", number: 0, linkType: 1, snapLength: 65535 },
      ]);
      const fraction = unit === "microseconds" ? 999_999_000n : 999_999n;
      expect(frames).toMatchObject([
        { number: 1, time: 1_000_000_000n + fraction, octets: "010203", originalLength: 60, at: 24 },
        { number: 2, time: 0xffff_ffffn * 1_000_000_000n, octets: "04", originalLength: 1, at: 43 },
      ]);
    }
});

test("the lengths of classic files before version 2.3 stand the other way round", () => {
  const octets = classicCapture({ unit: "microseconds", little: false });
  octets[7] = 2;
  octets.set([0, 0, 0, 60, 0, 0, 0, 3], 32);
  expect(read(octets).frames[0]).toMatchObject({ octets: "010203", originalLength: 60 });
});

test("simple packets are the first interface's, cut to what it keeps, and have no time", () => {
  const octets = captureFile.encode([
    { type: 0x0a0d0d0a, options: [] },
    { type: 1, linkType: 1, snapLength: 5, options: [] },
    { type: 3, originalLength: 9, octets: Uint8Array.of(1, 2, 3, 4, 5, 0, 0, 0) },
    { type: 3, originalLength: 3, octets: Uint8Array.of(6, 7, 8) },
  ]);
  expect(read(octets).frames).toMatchObject([
    { number: 1, time: 0n, octets: "0102030405", originalLength: 9, interface: 0 },
    { number: 2, time: 0n, octets: "060708", originalLength: 3 },
  ]);
});

test("obsolete packets are read like the others", () => {
  const obsolete: BlockDraft = {
    type: 2,
    interface: 0,
    dropped: 3,
    time: 7n,
    originalLength: 9,
    octets: Uint8Array.of(1),
    options: [{ code: 1, value: "old" }],
  };
  const one = { time: 7000n, octets: "01", originalLength: 9, comments: ["old"] };
  expect(read(described(obsolete)).frames).toMatchObject([one]);
});

test("a block that only its maker knows is handed over as it is", () => {
  const made: BlockDraft = { type: 0x80000001 as never, octets: Uint8Array.of(1, 2, 3, 4) };
  const { met } = read(
    described({ type: 0xbad, enterprise: 32473, octets: Uint8Array.of(9, 9, 9, 9) }, made),
  );
  const own = met.flatMap(one => (one.kind === "other" ? [[one.type, one.octets.toHex()]] : []));
  expect(own).toEqual([
    [0xbad, "d97e000009090909"],
    [0x80000001, "01020304"],
  ]);
});

describe("however the octets come, the reading is the same", () => {
  for (const [name, { octets }] of Object.entries(samples)) {
    test(`${name}: through windows`, () => {
      const whole = read(octets);
      for (const more of [0, 1, 2, 5, 64, 1000]) expect(read(peepholes(octets, more))).toEqual(whole);
    });

    test(`${name}: in pieces`, async () => {
      const whole = read(octets);
      for (const size of [1, 2, 3, 7, 64, 1000, 100_000])
        expect(await readStream(inPieces(octets, size))).toEqual(whole);
    });
  }

  test("frames in more pieces than are gathered at once stay as they were", async () => {
    const many = described(
      ...Array.from({ length: 600 }, (_, i) => packet(new Array(1500).fill(i & 0xff), BigInt(i))),
    );
    expect(await readStream(inPieces(many, 4096))).toEqual(read(many));
  });
});

describe("a file cut at any octet gives what came before the cut, and says what is missing", () => {
  for (const [name, { octets, little }] of Object.entries(samples))
    test(name, async () => {
      const whole = read(octets);
      const ends = new Set(little === undefined ? blockEnds(octets) : edges(octets, little));
      for (let size = 0; size < octets.length; size++) {
        const cut = octets.slice(0, size);
        const { frames, met, damage, unreadable } = read(cut);
        expect(frames).toEqual(whole.frames.slice(0, frames.length));
        expect(read(peepholes(cut, 2))).toEqual({ frames, met, damage, unreadable });
        expect(await readStream(inPieces(cut, 50))).toEqual({ frames, met, damage, unreadable });
        if (size < 4) {
          expect(unreadable?.message).toMatch(size === 0 ? /is empty/ : /has only \d of the 4/);
          continue;
        }
        const begun = [...ends].filter(end => end <= size).at(-1)!;
        expect(frames.length).toBe(whole.frames.filter(({ at }) => at < begun).length);
        if (ends.has(size)) {
          expect(damage).toEqual([]);
          continue;
        }
        expect(damage.length).toBe(1);
        const { error, at, truncated, final } = damage[0]!;
        expect({ at, truncated, final }).toEqual({ at: begun, truncated: true, final: true });
        const { wanted, left } = error as Truncated;
        expect(left).toBe(size - begun);
        expect(begun + wanted).toBeLessThanOrEqual(octets.length);
        expect(String(damage[0])).toMatch(
          /^The file is cut short in .*, at octet \d+: \d+ octets wanted, \d+ left\.$/,
        );
      }
    });
});

function plainFrame(number: number, after: bigint, octets: string) {
  return {
    number,
    time: epoch + after,
    originalLength: octets.length / 2,
    linkType: 1,
    interface: 0,
    comments: [] as readonly string[],
    direction: undefined,
    octets,
  };
}

/** Ends of what frames of a good file say, where no one octet order tells. */
function blockEnds(octets: Uint8Array): number[] {
  if (octets[0] !== 0x0a) return [0, 24, 43, 60];
  const half = octets.length / 2;
  return [
    ...edges(octets.slice(0, half), true),
    ...[...edges(octets.slice(half), false)].map(edge => edge + half),
  ];
}
