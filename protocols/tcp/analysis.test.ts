// What is told of a TCP connection: numbers that count from its start, windows, repetitions, round trips.
import { expect, test } from "bun:test";
import type { Conversation, Way } from "../packet/index.ts";
import { type Analysis, Connections } from "./analysis.ts";
import { format, type Header } from "./format.ts";

const conversation: Conversation = {
  transport: "tcp",
  index: 0,
  ends: [
    { address: "10.0.0.1", port: 40_000 },
    { address: "10.0.0.2", port: 8884 },
  ],
};
const millisecond = 1_000_000n;

interface Segment {
  readonly way?: Way;
  /** Counted from the connection's start. */
  readonly sequence: number;
  readonly acknowledgment?: number;
  readonly length?: number;
  readonly flags?: Partial<Header["control"]>;
  readonly options?: Header["options"];
  readonly window?: number;
  /** Milliseconds since the segment before. */
  readonly after?: number;
}

const scale = (shift: number): Header["options"] => [{ code: 3, value: shift }];
const opening: readonly Segment[] = [
  { sequence: 0, flags: { syn: 1, ack: 0 }, options: scale(7) },
  { way: 1, sequence: 0, acknowledgment: 1, flags: { syn: 1 }, options: scale(5), after: 20 },
  { sequence: 1, acknowledgment: 1, after: 1 },
];

/** Each segment's analysis, one after the other. */
function told(...segments: readonly Segment[]): Analysis[] {
  const connections = new Connections();
  let time = 0n;
  return segments.map((segment, i) => {
    const {
      way = 0,
      sequence,
      acknowledgment,
      length = 0,
      flags = {},
      options = [],
      window = 512,
      after = 1,
    } = segment;
    time += BigInt(after) * millisecond;
    const bases = [1000, 0xffff_fff0] as const;
    const size = options.length > 0 ? 6 : 5;
    const octets = format.encode({
      sourcePort: way === 0 ? 40_000 : 8884,
      destinationPort: way === 0 ? 8884 : 40_000,
      sequence: (bases[way] + sequence) >>> 0,
      acknowledgment: acknowledgment === undefined ? 0 : (bases[1 - way]! + acknowledgment) >>> 0,
      control: { dataOffset: size, ack: acknowledgment === undefined ? 0 : 1, ...flags },
      window,
      options,
    });
    return connections.observe(format.decode(octets), length, { number: i + 1, time, conversation, way });
  });
}

test("numbers count from the connection's start, also beyond 2^32", () => {
  const analyses = told(...opening, { way: 1, sequence: 1, acknowledgment: 1, length: 100 });
  expect(analyses.map(({ sequence, acknowledgment, next }) => [sequence, acknowledgment, next])).toEqual([
    [0, 0, 1],
    [0, 1, 1],
    [1, 1, 1],
    [1, 1, 101],
  ]);
});

test("the window is scaled after the handshake, whose time is the first round trip", () => {
  const [syn, , ack] = told(...opening);
  expect([syn!.window, ack!.window]).toEqual([512, 512 * 128]);
  expect(ack!.handshake).toBe(21n * millisecond);
});

test("without the handshake the scale is not known", () => {
  expect(told({ sequence: 5, acknowledgment: 9, length: 3 })[0]!.scale).toBe(-1);
});

test("an acknowledgment names the packet that it answers, and how long that took", () => {
  const analyses = told(
    ...opening,
    { sequence: 1, acknowledgment: 1, length: 50 },
    { way: 1, sequence: 1, acknowledgment: 51, after: 30 },
  );
  expect(analyses[3]!.inFlight).toBe(50);
  expect(analyses[4]!.acknowledged).toEqual({ packet: 4, after: 30n * millisecond });
});

test("a segment sent again is a retransmission, and spurious if it was acknowledged", () => {
  const data = { sequence: 1, acknowledgment: 1, length: 50 };
  const lost = told(...opening, data, { ...data, after: 200 });
  expect(lost[4]).toMatchObject({
    signs: ["retransmission"],
    timeout: { packet: 4, after: 200n * millisecond },
  });
  const known = told(...opening, data, { way: 1, sequence: 1, acknowledgment: 51 }, { ...data, after: 200 });
  expect(known[5]!.signs).toContain("spurious_retransmission");
});

test("after a gap the late segment is out of order if it comes soon", () => {
  const analyses = told(
    ...opening,
    { sequence: 51, acknowledgment: 1, length: 50 },
    { sequence: 1, acknowledgment: 1, length: 50 },
  );
  expect(analyses.slice(3).map(({ signs }) => signs)).toEqual([["lost_segment"], ["out_of_order"]]);
});

test("the same acknowledgment again is counted, and the third brings a fast retransmission", () => {
  const again = { way: 1, sequence: 1, acknowledgment: 1 } as const;
  const analyses = told(
    ...opening,
    { sequence: 1, acknowledgment: 1, length: 50 },
    { sequence: 51, acknowledgment: 1, length: 50 },
    again,
    again,
    again,
    { sequence: 1, acknowledgment: 1, length: 50, after: 5 },
  );
  expect(analyses[7]!.duplicate?.count).toBe(3);
  expect(analyses[8]!.signs).toEqual(["fast_retransmission"]);
});

test("a window of nothing, and the same numbers with more of it", () => {
  const analyses = told(
    ...opening,
    { way: 1, sequence: 1, acknowledgment: 1, window: 0 },
    { way: 1, sequence: 1, acknowledgment: 1, window: 100 },
  );
  expect(analyses.slice(3).map(({ signs }) => signs)).toEqual([["zero_window"], ["window_update"]]);
});

test("one octet before the next, without data, is a keep-alive", () => {
  const analyses = told(
    ...opening,
    { sequence: 1, acknowledgment: 1, length: 50 },
    { way: 1, sequence: 1, acknowledgment: 51 },
    { sequence: 50, acknowledgment: 1 },
    { way: 1, sequence: 1, acknowledgment: 51 },
  );
  expect(analyses.slice(5).map(({ signs }) => signs)).toEqual([["keep_alive"], ["keep_alive_ack"]]);
});

test("who ends first is told of both", () => {
  const analyses = told(
    ...opening,
    { way: 1, sequence: 1, acknowledgment: 1, flags: { fin: 1 } },
    { sequence: 1, acknowledgment: 2, flags: { fin: 1 } },
  );
  expect(analyses.slice(3).map(({ endsFirst }) => endsFirst)).toEqual([true, false]);
  expect(analyses[4]!.completeness).toBe(1 | 2 | 4 | 16);
});
