// What streams may hold back: overlapping, gaping and endless ones stay within the limits, and say what they gave up.
import { expect, test } from "bun:test";
import { rest } from "../wire/index.ts";
import { Held } from "./held.ts";
import { Messages, mostMessageOctets } from "./messages.ts";
import type { Source } from "./packet.ts";
import type { AnyProtocol } from "./protocol.ts";
import { Direction, mostHeldOctets, type Ordered } from "./streams.ts";

const piece = 64 * 1024;
const octets = new Uint8Array(piece);
const source: Source = { title: "Frame", view: new DataView(octets.buffer), pieces: [] };
const segment = { acknowledgment: 0, syn: false, ack: true, fin: false, rst: false };

function recorder() {
  const seen = { taken: 0, gaps: 0, notes: [] as string[] };
  const to: Ordered = {
    take: (_, start, end) => {
      seen.taken += end - start;
    },
    gap: () => {
      seen.gaps++;
    },
    note: text => seen.notes.push(text),
  };
  return { seen, to };
}

test("octets behind a huge gap are held up to the limit, then the gap is given up, and said", () => {
  const held = new Held();
  const direction = new Direction(held);
  const { seen, to } = recorder();
  direction.add({ ...segment, sequence: 1 }, source, 0, 100, 1, to);
  const pieces = 2 * (mostHeldOctets / piece);
  for (let i = 0; i < pieces; i++) {
    direction.add({ ...segment, sequence: 2 ** 30 + i * piece }, source, 0, piece, 2 + i, to);
    expect(held.octets).toBeLessThanOrEqual(mostHeldOctets + piece);
  }
  expect(seen.gaps).toBe(1);
  expect(seen.notes.find(note => note.startsWith("gave up a gap"))).toContain("octets were held behind it");
  expect(held.octets).toBe(0);
});

test("overlapping segments ahead of a gap are held no more than the limit allows", () => {
  const held = new Held();
  const direction = new Direction(held);
  const { seen, to } = recorder();
  direction.add({ ...segment, sequence: 1 }, source, 0, 100, 1, to);
  for (let i = 0; i < 20_000; i++) {
    direction.add({ ...segment, sequence: 1000 + (i % 7) }, source, 0, 1400, 2 + i, to);
    expect(held.octets).toBeLessThanOrEqual(mostHeldOctets + 1400);
  }
  expect(seen.gaps).toBeGreaterThan(0);
});

/** A message says its length in its first four octets. */
const announcing = {
  name: "long",
  format: rest,
  frame: from => (from.left < 4 ? undefined : from.view.getUint32(from.at)),
} as AnyProtocol;

const endless = (announced: number): Source => {
  const view = new DataView(new ArrayBuffer(piece));
  view.setUint32(0, announced);
  return { title: "Frame", view, pieces: [] };
};

test("an endless message is refused where it announces more than the limit", () => {
  const reasons: string[] = [];
  const messages = new Messages(announcing, "tcp");
  messages.feed(endless(mostMessageOctets + 1), 0, piece, 1, {
    message: (_source, _start, _end, malformed) => reasons.push(malformed?.reason ?? ""),
    passedOver: () => {},
  });
  expect(reasons).toEqual([
    `a message of ${mostMessageOctets + 1} octets is beyond the limit of ${mostMessageOctets}`,
  ]);
});

test("endless messages of many streams together are given up at the common limit, and said", () => {
  const most = 1024 * 1024;
  const held = new Held(most);
  const reasons: string[] = [];
  const cut = {
    message: (_source: Source, _start: number, _end: number, malformed?: { reason: string }) =>
      void reasons.push(malformed?.reason ?? ""),
    passedOver: () => {},
  };
  for (let stream = 0; stream < 100; stream++) {
    new Messages(announcing, "tcp", held).feed(endless(mostMessageOctets), 0, piece, stream, cut);
    expect(held.octets).toBeLessThanOrEqual(most + piece);
  }
  expect(reasons.length).toBeGreaterThan(50);
  expect(reasons[0]).toContain(`all streams together hold more than ${most}`);
});
