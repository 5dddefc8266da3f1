// What a TCP connection's packets tell beyond themselves: relative numbers, windows, retransmissions, round trips.
import type { Conversation, Way } from "../packet/index.ts";
import { optionOf } from "../wire/index.ts";
import { type Header, TcpOption } from "./format.ts";
import { Flag, noBlocks, type Segment, type Sign, SignBit, signNames, Track } from "./track.ts";

export type { Sign } from "./track.ts";

/** One segment in its connection. Times in nanoseconds; sequence numbers count from the connection's first octet, which is 1. */
export interface Analysis {
  readonly length: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  /** What the next segment begins with. */
  readonly next: number;
  /** The window in octets; -1: the scale is not known, -2: there is none. */
  readonly window: number;
  readonly scale: number;
  readonly sinceFirst: bigint;
  readonly sinceBefore: bigint;
  /** What of the connection was seen before: 1 SYN, 2 SYN-ACK, 4 ACK, 8 data, 16 FIN, 32 RST. */
  readonly completeness: number;
  readonly signs: readonly Sign[];
  readonly acknowledged?: { readonly packet: number; readonly after: bigint };
  /** How long the handshake took, once it is over. */
  readonly handshake?: bigint;
  readonly inFlight?: number;
  readonly sincePush?: number;
  readonly duplicate?: { readonly packet: number; readonly count: number };
  readonly timeout?: { readonly packet: number; readonly after: bigint };
  /** Whether this side was the first to end its half. */
  readonly endsFirst: boolean;
}

export const Seen = { syn: 1, synAck: 2, ack: 4, data: 8, fin: 16, rst: 32 } as const;

/** What is told of a connection beyond its track. */
class Connection {
  readonly track: Track;
  completeness = 0;
  firstFin: Way | undefined;
  /** Octets since the last PSH, each way, and whether the segment before had one. */
  readonly sincePush = [0, 0];
  readonly pushed = [false, false];

  constructor(
    readonly first: bigint,
    public before: bigint,
    reused: boolean,
  ) {
    this.track = new Track(reused);
  }

  /** Nanoseconds since the connection began: 104 days are exact. */
  since(time: bigint): number {
    return Number(time - this.first);
  }
}

/** All connections of a capture; what is known of one goes with its conversation. */
export class Connections {
  readonly #known = new WeakMap<Conversation, Connection>();

  /** Takes the capture's segments in their order. `length`: octets of data, also of those not captured. */
  observe(
    header: Header,
    length: number,
    at: {
      readonly number: number;
      readonly time: bigint;
      readonly conversation: Conversation;
      readonly way: Way;
    },
  ): Analysis {
    let connection = this.#known.get(at.conversation);
    if (!connection) {
      connection = new Connection(
        at.time,
        at.time,
        header.control.syn === 1 && at.conversation.again === true,
      );
      this.#known.set(at.conversation, connection);
    }
    const analysis = analysed(connection, header, length, at);
    connection.before = at.time;
    return analysis;
  }
}

function analysed(
  connection: Connection,
  header: Header,
  length: number,
  { number, time, way }: { readonly number: number; readonly time: bigint; readonly way: Way },
): Analysis {
  const { track, completeness, first, before } = connection;
  const { control } = header;
  connection.completeness |= seen(header, length, track.packets);
  if (control.fin) connection.firstFin ??= way;
  track.observe(segmentOf(header, length), way, number, connection.since(time));

  const own = track.halves[way];
  const { signs } = track;
  const after = (since: number): bigint => time - first - BigInt(since);
  return {
    length,
    sequence: track.sequence,
    acknowledgment: control.ack ? track.acknowledgment : 0,
    next: track.next,
    window: track.window,
    scale: own.scale,
    sinceFirst: time - first,
    sinceBefore: time - before,
    completeness,
    signs: signs === 0 ? noSigns : signNames.filter(name => signs & SignBit[name]),
    acknowledged:
      track.acknowledged > 0
        ? { packet: track.acknowledged, after: after(track.acknowledgedTime) }
        : undefined,
    handshake: track.shaken ? BigInt(track.handshake) : undefined,
    ...flight(connection, way, length, control.psh === 1),
    duplicate: signs & SignBit.duplicate_ack ? { packet: own.lastNew, count: own.duplicates } : undefined,
    timeout: track.waitedFor > 0 ? { packet: track.waitedFor, after: after(track.waitedSince) } : undefined,
    endsFirst: connection.firstFin === way,
  };
}

const noSigns: readonly Sign[] = [];

function segmentOf({ sequence, acknowledgment, control, window, options }: Header, length: number): Segment {
  const { fin, syn, rst, psh, ack } = control;
  return {
    flags: (fin && Flag.fin) | (syn && Flag.syn) | (rst && Flag.rst) | (psh && Flag.psh) | (ack && Flag.ack),
    sequence,
    acknowledgment,
    window,
    length,
    shift: optionOf(options, TcpOption["window scale"]) ?? -1,
    sacked: optionOf(options, TcpOption.SACK) ?? noBlocks,
  };
}

/** Octets that are on their way, and those since the last PSH. */
function flight(
  { track, sincePush, pushed }: Connection,
  way: Way,
  length: number,
  push: boolean,
): Pick<Analysis, "inFlight" | "sincePush"> {
  const { waiting, countsFlight } = track.halves[way];
  const [first] = waiting;
  if (length === 0 || !first || !countsFlight) return {};
  let [low, high] = [first.sequence, first.end];
  for (const { sequence, end } of waiting) {
    if (((end - high) | 0) > 0) high = end;
    if (((sequence - low) | 0) < 0) low = sequence;
  }
  sincePush[way] = pushed[way] ? length : sincePush[way]! + length;
  pushed[way] = push;
  const { sacked } = track.halves[way === 0 ? 1 : 0];
  const inFlight =
    ((high - low) | 0) - sacked.reduce((sum, { left, right }) => sum + ((right - left) | 0), 0);
  return inFlight > 0 ? { inFlight, sincePush: sincePush[way]! } : {};
}

function seen({ control }: Header, length: number, packets: number): number {
  let bits = 0;
  if (control.syn) bits |= control.ack ? Seen.synAck : Seen.syn;
  else if (packets === 0) return 0;
  if (control.ack && !control.syn && length === 0 && !control.rst) bits |= Seen.ack;
  if (length > 0) bits |= Seen.data;
  if (control.fin) bits |= Seen.fin;
  if (control.rst) bits |= Seen.rst;
  return bits;
}
