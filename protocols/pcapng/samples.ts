// Captures that the tests here read.
import type { Draft } from "../wire/index.ts";
import { type Damage, type Met, type RecordedFrame, Unreadable } from "./capture.ts";
import { type BlockDraft, captureFile } from "./format.ts";
import { classicFile } from "./pcap.ts";
import { captureIn, frames, streamedFrames, type WindowedCapture } from "./reader.ts";
import { CaptureWriter, type SectionNotes } from "./writer.ts";

/** Half a second past the year 2026's first, in nanoseconds. */
export const epoch = 1_767_225_600_500_000_000n;
export const keylog = `CLIENT_RANDOM ${"01".repeat(32)} ${"02".repeat(48)}\n`;

export const join = (parts: readonly Uint8Array[]): Uint8Array => {
  const octets = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
};

/** What a writer hands to its sink, put together. */
export function written(notes: SectionNotes, write: (writer: CaptureWriter) => void): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = new CaptureWriter(octets => parts.push(octets.slice()), notes);
  write(writer);
  writer.flush();
  return join(parts);
}

/** Two interfaces, names, secrets, four frames of 0 to 61 octets, statistics. */
export const smallCapture = (little: boolean): Uint8Array =>
  written({ little, application: "a test", comment: "año", hardware: "none" }, writer => {
    const lan = writer.interface({ name: "lan", description: "the LAN", linkType: 1 });
    const wan = writer.interface({ name: "wan", linkType: 101, snapLength: 61 });
    writer.names([
      { address: "192.168.1.3", names: ["jorge-pc", "broker.lan"] },
      { address: "2001:db8::3", names: ["jorge-pc"] },
    ]);
    writer.secrets(keylog);
    writer.packet(lan, epoch, new Uint8Array(60).fill(1));
    writer.packet(wan, epoch + 1n, new Uint8Array(61).fill(2), {
      originalLength: 1500,
      comments: ["first", "¡segundo!"],
      direction: "out",
    });
    writer.packet(lan, epoch + 2n, new Uint8Array(0));
    writer.packet(lan, epoch + 3n, new Uint8Array(2).fill(3), { direction: "in" });
    writer.statistics(wan, { time: epoch + 9n, received: 1, dropped: 2n, start: epoch, end: epoch + 9n });
  });

/** Blocks as they are described, after the beginning of a section with one Ethernet interface. */
export const described = (...blocks: BlockDraft[]): Uint8Array =>
  captureFile.encode([
    { type: 0x0a0d0d0a, options: [] },
    { type: 1, linkType: 1, snapLength: 0, options: [] },
    ...blocks,
  ]);

export const packet = (octets: readonly number[] = [1, 2, 3], time = 1n): BlockDraft => ({
  type: 6,
  interface: 0,
  time,
  originalLength: octets.length,
  octets: Uint8Array.from(octets),
  options: [],
});

/** One block, in little-endian order, with the 32-bit number `at` some octet replaced. */
export function spoiled(draft: BlockDraft, at: number, number: number): Uint8Array {
  const octets = captureFile.encode([{ type: 0x0a0d0d0a, options: [] }, draft]).slice(28);
  new DataView(octets.buffer).setUint32(at < 0 ? octets.length + at : at, number, true);
  return octets;
}

export const classicCapture = (magic: {
  unit: "microseconds" | "nanoseconds";
  little: boolean;
}): Uint8Array => {
  const records: Draft<typeof classicFile>["records"] = [
    { seconds: 1, fraction: 999_999, originalLength: 60, octets: Uint8Array.of(1, 2, 3) },
    { seconds: 0xffff_ffff, fraction: 0, originalLength: 1, octets: Uint8Array.of(4) },
  ];
  return classicFile.encode({ header: { magic, snapLength: 65535, link: { type: 1 } }, records });
};

/** All that a reading gives, with the frames as plain values. */
export interface Reading {
  readonly frames: readonly PlainFrame[];
  readonly met: readonly Exclude<Met, Damage>[];
  readonly damage: readonly Damage[];
  readonly unreadable: Unreadable | undefined;
}

export interface PlainFrame extends Omit<RecordedFrame, "view" | "start" | "end"> {
  readonly octets: string;
}

const plain = (frame: RecordedFrame): PlainFrame => {
  const { number, time, originalLength, linkType, comments, direction, at, view, start, end } = frame;
  const octets = new Uint8Array(view.buffer, view.byteOffset + start, end - start).toHex();
  return {
    number,
    time,
    originalLength,
    linkType,
    interface: frame.interface,
    comments,
    direction,
    at,
    octets,
  };
};

/** What a reading gives as it goes on. */
function gathering() {
  const frames: PlainFrame[] = [];
  const met: Exclude<Met, Damage>[] = [];
  const damage: Damage[] = [];
  return {
    add: (frame: RecordedFrame) => void frames.push(plain(frame)),
    meet: (one: Met) => void (one.kind === "damage" ? damage.push(one) : met.push(one)),
    end: (unreadable?: unknown): Reading => {
      if (unreadable !== undefined && !(unreadable instanceof Unreadable)) throw unreadable;
      return { frames, met, damage, unreadable };
    },
  };
}

export function read(capture: Uint8Array | WindowedCapture): Reading {
  const { add, meet, end } = gathering();
  try {
    for (const frame of frames(capture instanceof Uint8Array ? captureIn(capture) : capture, meet))
      add(frame);
    return end();
  } catch (error) {
    return end(error);
  }
}

export async function readStream(pieces: AsyncIterable<Uint8Array>): Promise<Reading> {
  const { add, meet, end } = gathering();
  try {
    for await (const frame of streamedFrames("The capture", pieces, meet)) add(frame);
    return end();
  } catch (error) {
    return end(error);
  }
}

/** The octets in pieces of `size`; each piece is overwritten once the next one is asked for. */
export async function* inPieces(octets: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(size);
  for (let at = 0; at < octets.length; at += size) {
    const part = octets.subarray(at, at + size);
    piece.fill(0xa5);
    piece.set(part);
    yield piece.subarray(0, part.length);
  }
}

/** A capture that shows no more than it must: just what is asked for, or `more` octets around it. */
export const peepholes = (octets: Uint8Array, more = 0): WindowedCapture => ({
  name: "The capture",
  size: octets.length,
  window(at, least) {
    const base = Math.max(at - more, 0);
    const shown = octets.slice(base, at + least + more);
    return { view: new DataView(shown.buffer), base };
  },
});

/** Where the blocks of a little- or big-endian file begin, and where the last ends. */
export function* edges(octets: Uint8Array, little: boolean): Generator<number> {
  const view = new DataView(octets.buffer, octets.byteOffset);
  let at = 0;
  yield at;
  while (at < octets.length) {
    at += view.getUint32(at + 4, little);
    yield at;
  }
}

/** Captures of every kind; `little`: their one octet order. */
export const samples = {
  "pcapng, little-endian": { octets: smallCapture(true), little: true },
  "pcapng, big-endian": { octets: smallCapture(false), little: false },
  "two sections": { octets: join([smallCapture(true), smallCapture(false)]), little: undefined },
  "classic, little-endian": {
    octets: classicCapture({ unit: "microseconds", little: true }),
    little: undefined,
  },
  "classic, big-endian": {
    octets: classicCapture({ unit: "nanoseconds", little: false }),
    little: undefined,
  },
};
