// What can't be read is told, and costs nothing but itself; what is no capture is refused in one sentence.
import { describe, expect, test } from "bun:test";
import { Malformed, Truncated } from "../wire/index.ts";
import { mutants } from "../wire/vectors.ts";
import { type BlockDraft, captureFile } from "./format.ts";
import {
  classicCapture,
  described,
  inPieces,
  join,
  packet,
  read,
  readStream,
  samples,
  spoiled,
} from "./samples.ts";

describe("damage is told, and what follows is read", () => {
  const good = packet([9]);
  const cases: Record<string, { octets: Uint8Array; says: RegExp; frames: string[]; final?: boolean }> = {
    "an interface that is not described": {
      octets: described({ ...(packet() as object), interface: 7 } as BlockDraft, good),
      says: /enhanced packet block 3, at octet 48: interface 7, where the section describes 1 \(at octet 56\)/,
      frames: ["09"],
    },
    "more octets captured than the block holds": {
      octets: join([described(), spoiled(packet(), 20, 5), described(good).slice(48)]),
      says: /block 3, at octet 48: 5 octets captured where the block holds 4 \(at octet 68\)/,
      frames: ["09"],
    },
    "a packet block that is too small for a packet": {
      octets: join([
        described(),
        Uint8Array.fromHex(`060000001c000000${"00".repeat(16)}1c000000`),
        described(good).slice(48),
      ]),
      says: /block 3, at octet 48: 16 octets where a packet has 20 before its own \(at octet 56\)/,
      frames: ["09"],
    },
    "a time before 1970": {
      octets: captureFile.encode([
        { type: 0x0a0d0d0a, options: [] },
        { type: 1, linkType: 1, snapLength: 0, options: [{ code: 14, value: -1n }] },
        packet([1], 0n),
        packet([2], 1_000_000n),
      ]),
      says: /block 3, at octet \d+: a time before 1970, by 1000000000 ns/,
      frames: ["01", "02"],
    },
    "lengths at both ends that differ": {
      octets: join([described(), spoiled(packet(), -4, 99), described(good).slice(48)]),
      says: /block 3, at octet 48: a length of 99 at the block's end, 36 at its beginning \(at octet 80\)/,
      frames: ["010203", "09"],
    },
    "an option that goes on behind the block": {
      octets: join([
        described(),
        spoiled(
          { ...(packet() as object), options: [{ code: 1, value: "x" }] } as BlockDraft,
          32,
          0x00ff0001,
        ),
        described(good).slice(48),
      ]),
      says: /block 3, at octet 48: 1.value: 255 octets wanted, 8 left/,
      frames: ["010203", "09"],
    },
    "a block longer than any that is read": {
      octets: join([described(good), Uint8Array.of(1, 0, 0, 0, 0xf0, 0xff, 0xff, 0xff, 0, 0, 0, 0)]),
      says: /interface description block 4, at octet 84: a block of 4294967280 octets, more than 67108864: passed over/,
      frames: ["09"],
    },
    "a length of nothing": {
      octets: join([described(good), new Uint8Array(100)]),
      says: /block 4, at octet 84: a block of 0 octets, less than the 12 .* nothing after it can be read/,
      frames: ["09"],
      final: true,
    },
    "a section in no octet order": {
      octets: join([described(good), Uint8Array.fromHex("0a0d0d0a1c000000000000000000000000000000")]),
      says: /section header block 4, at octet 84: the byte-order magic is 00000000/,
      frames: ["09"],
      final: true,
    },
    "a section of another version": {
      octets: join([
        described(good),
        captureFile.encode([{ type: 0x0a0d0d0a, major: 2, options: [] }]),
        described(good),
      ]),
      says: /version 2\.0 of pcapng, where 1\.0 is known/,
      frames: ["09"],
      final: true,
    },
    "a simple packet without an interface": {
      octets: captureFile.encode([
        { type: 0x0a0d0d0a, options: [] },
        { type: 3, originalLength: 1, octets: Uint8Array.of(1) },
      ]),
      says: /simple packet block 2, at octet 28: interface 0, where the section describes none/,
      frames: [],
    },
  };
  for (const [name, { octets, says, frames, final = false }] of Object.entries(cases))
    test(name, async () => {
      const reading = read(octets);
      expect(String(reading.damage[0])).toMatch(says);
      expect(reading.damage[0]!.final).toBe(final);
      expect(reading.damage[0]!.error).toBeInstanceOf(Malformed);
      expect(reading.frames.map(frame => frame.octets)).toEqual(frames);
      expect(await readStream(inPieces(octets, 11))).toEqual(reading);
    });

  test("a block passed over that ends behind the file is told as a cut as well", () => {
    const { damage } = read(cases["a block longer than any that is read"]!.octets);
    expect(damage.map(({ truncated }) => truncated)).toEqual([false, true]);
    expect(damage[1]!.error).toEqual(new Truncated(84, 4_294_967_280, 12));
  });

  test("a bad option of an interface costs neither its packets nor its other options", () => {
    const one: BlockDraft = {
      type: 1,
      linkType: 113,
      snapLength: 0,
      options: [
        { code: 6, value: new Uint8Array(6) },
        { code: 2, value: "eth1" },
      ],
    };
    const octets = captureFile.encode([{ type: 0x0a0d0d0a, options: [] }, one, packet([1], 5n)]);
    // One octet less than a MAC address has.
    new DataView(octets.buffer).setUint16(28 + 16 + 2, 5, true);
    const { frames, met, damage } = read(octets);
    expect(damage.map(String)).toEqual([
      "Damaged interface description block 2, at octet 28: options.6.value: 6 octets wanted, 5 left (at octet 48).",
    ]);
    expect(met[1]).toMatchObject({ name: "eth1", linkType: 113 });
    expect(frames).toMatchObject([{ linkType: 113, octets: "01" }]);
  });

  test("a comment that is not UTF-8 is repaired", () => {
    const octets = described({ ...(packet() as object), options: [{ code: 1, value: "año" }] } as BlockDraft);
    const at = octets.indexOf(0xc3);
    octets[at + 1] = 0x41;
    expect(read(octets).frames[0]!.comments).toEqual(["a\ufffdAo"]);
  });

  test("interfaces without end are not kept without end", () => {
    const one = described().slice(28);
    const { damage, met } = read(join([described(), ...new Array<Uint8Array>(65_540).fill(one)]));
    expect(met.length).toBe(1 + 65_536);
    expect(damage.length).toBe(5);
    expect(String(damage[0])).toMatch(/more than 65536 interfaces/);
  });

  test("a record of a classic file that is longer than any ends the reading", () => {
    const octets = classicCapture({ unit: "microseconds", little: false });
    octets[43 + 8] = 0xff;
    const { frames, damage } = read(octets);
    expect(frames.length).toBe(1);
    expect(String(damage[0])).toMatch(
      /record 2, at octet 43: 4278190081 octets captured, more than 67108864/,
    );
  });

  test("whatever is changed in a file, the reading ends and is the same in pieces", async () => {
    for (const [name, { octets }] of Object.entries(samples))
      for (const mutant of mutants(octets, name, 100)) {
        const reading = read(mutant);
        expect(await readStream(inPieces(mutant, 97))).toEqual(reading);
      }
  });
});

describe("what is no capture is refused in one sentence", () => {
  const cases: Record<string, { hex: string; says: string }> = {
    nothing: { hex: "", says: "is empty; record again, or look whether the recording is elsewhere." },
    "a text": {
      hex: Buffer.from("No. Time\n1 0.0").toString("hex"),
      says: "is a text, not a capture; text2pcap",
    },
    gzip: { hex: "1f8b0800", says: "is compressed with gzip; decompress it first (gunzip)." },
    Zstandard: { hex: "28b52ffd00", says: "is compressed with Zstandard; decompress" },
    xz: { hex: "fd377a585a0000", says: "is compressed with xz; decompress" },
    "a ZIP archive": { hex: "504b0304", says: "is a ZIP archive; decompress" },
    "Kuznetzov's variant": { hex: "34cdb2a102000400", says: "Kuznetzov's patch; convert it first (editcap" },
    "three octets": {
      hex: "0a0d0d",
      says: "has only 3 of the 4 octets that tell what it is; record again.",
    },
    "something else": {
      hex: "7f454c4602010100",
      says: "is no capture that is known here: it begins with 7f454c46;",
    },
  };
  for (const [name, { hex, says }] of Object.entries(cases))
    test(name, async () => {
      const octets = Uint8Array.fromHex(hex);
      const { unreadable, frames } = read(octets);
      expect(frames).toEqual([]);
      expect(unreadable?.message).toStartWith("The capture ");
      expect(unreadable?.message).toContain(says);
      expect((await readStream(inPieces(octets, 2))).unreadable?.message).toBe(unreadable!.message);
    });
});
