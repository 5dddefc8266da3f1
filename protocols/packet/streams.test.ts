// TCP's octets in order, whatever order the segments come in.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Source } from "./packet.ts";
import type { Segment } from "./protocol.ts";
import { Direction, mostHeldOctets } from "./streams.ts";

const sourceOf = (octets: Uint8Array): Source => ({
  title: "",
  view: new DataView(octets.buffer),
  pieces: [],
});

const segment = (sequence: number, flags: Partial<Segment> = {}): Segment => ({
  sequence: sequence >>> 0,
  acknowledgment: 0,
  syn: false,
  ack: true,
  fin: false,
  rst: false,
  ...flags,
});

/** A direction whose octets, gaps and notes are kept. */
function listening() {
  const direction = new Direction();
  const heard: number[] = [];
  const notes: string[] = [];
  let gaps = 0;
  const to = {
    take: (source: Source, start: number, end: number) => {
      for (let at = start; at < end; at++) heard.push(source.view.getUint8(at));
    },
    gap: () => gaps++,
    note: (text: string) => notes.push(text),
  };
  return {
    direction,
    to,
    heard,
    notes,
    get gaps() {
      return gaps;
    },
    send(sequence: number, octets: readonly number[], flags: Partial<Segment> = {}) {
      direction.add(segment(sequence, flags), sourceOf(Uint8Array.from(octets)), 0, octets.length, 1, to);
    },
  };
}

describe("octets of a TCP connection", () => {
  test("come out in order, once, for any cutting, order, overlap and repetition", () => {
    const message = Array.from({ length: 60 }, (_, i) => i);
    const cut = fc.record({ at: fc.nat(59), size: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 30 }), fc.integer(), (cuts, first) => {
        const stream = listening();
        stream.send(first - 1, [], { syn: true });
        for (const { at, size } of cuts) stream.send(first + at, message.slice(at, at + size));
        // Whatever was missing comes last.
        stream.send(first, message);
        expect(stream.heard).toEqual(message);
        expect(stream.gaps).toBe(0);
      }),
    );
  });

  test("go on across the wrap of sequence numbers", () => {
    const stream = listening();
    stream.send(0xffff_fffe, [], { syn: true });
    stream.send(0xffff_ffff, [1, 2]);
    stream.send(1, [3, 4]);
    expect(stream.heard).toEqual([1, 2, 3, 4]);
    expect(stream.notes).toEqual([]);
  });

  test("that were sent twice are named a retransmission, and keep-alives are named too", () => {
    const stream = listening();
    stream.send(10, [1, 2]);
    stream.send(10, [1, 2]);
    stream.send(11, []);
    expect(stream.notes).toEqual(["TCP retransmission", "TCP keep-alive"]);
    expect(stream.heard).toEqual([1, 2]);
  });

  test("that the peer acknowledged but nobody captured are a gap, and the reading goes on after it", () => {
    const stream = listening();
    stream.send(0, [1]);
    stream.send(5, [6]);
    stream.direction.acknowledged(5, stream.to);
    expect(stream.gaps).toBe(1);
    expect(stream.heard).toEqual([1, 6]);
  });

  test("that come early are held up to the limit, and then the gap is given up", () => {
    const stream = listening();
    stream.send(0, [1]);
    const mebibyte = Array.from({ length: 1 << 20 }, () => 7);
    for (let i = 0; i <= mostHeldOctets >> 20; i++) stream.send(2 + (i << 20), mebibyte);
    expect(stream.gaps).toBe(1);
    expect(stream.heard.length).toBe(1 + mostHeldOctets + (1 << 20));
  });

  test("that come early in many small segments are bounded in number too", () => {
    const stream = listening();
    stream.send(0, [1]);
    for (let i = 0; i < 20_000; i++) stream.send(2 + i, [7]);
    expect(stream.gaps).toBe(1);
    expect(stream.heard.length).toBe(20_001);
  });
});
