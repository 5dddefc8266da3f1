// Captures that lack segments: every record that is there whole is found again, and told what was passed over.
import { describe, expect, test } from "bun:test";
import type { Packet } from "../packet/index.ts";
import { type Direction, outcomeOf } from "./direction.ts";
import { framesOf, packetsOfFrames } from "./frames.ts";
import { KeyLog, kinds, tls } from "./index.ts";
import { native } from "./native.ts";
import { authority, record } from "./recording.ts";

const words = ["uno", "x".repeat(40_000), "dos", "y".repeat(20_000), "tres"];

/** The enciphered records of the client that opened, as they lay on the wire. */
const openedOf = (packets: readonly Packet[]): string[] =>
  packets.flatMap(packet =>
    packet.all(kinds.record).flatMap(({ value, state, way }) => {
      if (way !== 0 || !value?.fragment) return [];
      return outcomeOf(state as Direction, value).opened ? [value.fragment.enciphered.toHex()] : [];
    }),
  );

for (const version of ["TLSv1.2", "TLSv1.3"] as const)
  describe(version, async () => {
    const recording = await record({ ...authority(), version, said: words });
    const frames = [...framesOf(recording)];
    const protocols = () => tls({ keyLog: new KeyLog(recording.keyLog), ciphers: native });
    const whole = openedOf(packetsOfFrames(frames, protocols()));
    const octets = Buffer.concat(recording.pieces.filter(({ way }) => way === 0).map(piece => piece.octets));
    /** Where each record of the client begins and ends in its stream. */
    const places = whole.map(hex => {
      const at = octets.indexOf(Buffer.from(hex, "hex"));
      return [at - 5 - (version === "TLSv1.2" ? 8 : 0), at + hex.length / 2] as const;
    });
    /** Of each frame that brings octets of the client: which. */
    const segments: { index: number; start: number; end: number }[] = [];
    let at = 0;
    for (const [index, frame] of frames.entries()) {
      const size = frame.length - 54;
      if (frame[11] !== 1 || size === 0) continue;
      segments.push({ index, start: at, end: at + size });
      at += size;
    }
    const handshake = places[version === "TLSv1.2" ? 1 : 2]![0];

    test("each segment lost alone: only records that it had a part in are missing", () => {
      const later = segments.filter(({ start }) => start >= handshake);
      expect(later.length).toBeGreaterThan(40);
      for (const lost of later.slice(0, -1)) {
        const packets = packetsOfFrames(frames.toSpliced(lost.index, 1), protocols());
        const left = whole.filter((_, i) => places[i]![1] <= lost.start || places[i]![0] >= lost.end);
        expect(openedOf(packets)).toEqual(left);
      }
    });

    test("several segments lost, from the middle of a record into another", () => {
      const from = segments.findIndex(({ start }) => start > places.at(-6)![0] + 2000);
      const gone = new Set(segments.slice(from, from + 9).map(({ index }) => index));
      const [first, last] = [segments[from]!, segments[from + 8]!];
      const packets = packetsOfFrames(
        frames.filter((_, i) => !gone.has(i)),
        protocols(),
      );
      const left = whole.filter((_, i) => places[i]![1] <= first.start || places[i]![0] >= last.end);
      expect(left.length).toBeLessThan(whole.length - 1);
      expect(openedOf(packets)).toEqual(left);
      const notes = packets.flatMap(packet => packet.notes).filter(note => note.includes("passed over"));
      expect(notes.length).toBeGreaterThan(0);
      expect(notes[0]).toMatch(/^\d+ octets of TLS passed over: their beginning was not captured$/);
    });

    test("a capture that begins in the middle of a record: the records behind it are told", () => {
      const middle = segments.find(({ start }) => start > places.at(-6)![0] + 2000)!;
      const packets = packetsOfFrames(frames.slice(middle.index), protocols());
      const records = packets.flatMap(packet => packet.all(kinds.record)).filter(({ way }) => way === 0);
      const behind = places.filter(([start]) => start >= middle.start);
      const sound = records.filter(({ malformed }) => !malformed);
      expect(sound.length).toBeGreaterThanOrEqual(behind.length);
      expect(sound.slice(-3).map(({ value }) => value!.length)).toEqual(
        places.slice(-3).map(([start, end]) => end - start - 5),
      );
    });
  });

test("text before TLS, as in STARTTLS: the first record behind it is found", async () => {
  const recording = await record({ ...authority(), version: "TLSv1.3", said: ["hola"] });
  const text = new TextEncoder().encode("220 ready\r\n");
  const pieces = [{ way: 0 as const, octets: text }, ...recording.pieces];
  const protocols = tls({ keyLog: new KeyLog(recording.keyLog), ciphers: native });
  const packets = packetsOfFrames([...framesOf({ pieces })], protocols);
  expect(packets.filter(packet => packet.layers.some(({ malformed }) => malformed))).toHaveLength(1);
  expect(openedOf(packets).length).toBeGreaterThan(1);
});
