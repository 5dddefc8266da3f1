// What a TCP connection's packets tell beyond themselves: relative numbers, windows, retransmissions, round trips.
import type { Conversation, Way } from "../packet/index.ts";
import { optionOf } from "../wire/index.ts";
import { type Header, TcpOption } from "./format.ts";

/** What was seen, named as Wireshark's "tcp.analysis.…" are. */
export type Sign =
  | "retransmission"
  | "fast_retransmission"
  | "spurious_retransmission"
  | "out_of_order"
  | "lost_segment"
  | "ack_lost_segment"
  | "keep_alive"
  | "keep_alive_ack"
  | "duplicate_ack"
  | "zero_window"
  | "zero_window_probe"
  | "zero_window_probe_ack"
  | "window_update"
  | "window_full"
  | "reused_ports";

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

/** A segment whose acknowledgment has not come. */
interface Waiting {
  readonly packet: number;
  sequence: number;
  readonly next: number;
  /** Where its data end: a SYN or FIN is none. */
  readonly end: number;
  readonly time: bigint;
}

/** More unacknowledged segments than these are not kept: the other direction is not captured. */
const mostWaiting = 10_000;
/** A fast retransmission comes within so many nanoseconds of the duplicate acknowledgment. */
const fast = 20_000_000n;
/** Before a round trip is known, what comes sooner than this after a later segment has overtaken, not been repeated. */
const overtaking = 3_000_000n;

/** a - b on the circle of sequence numbers. */
const distance = (a: number, b: number): number => (a - b) | 0;

/** One direction. */
class Half {
  base: number | undefined;
  next: number | undefined;
  nextPacket = 0;
  nextTime = 0n;
  /** Up to here nothing is missing. */
  contiguous: number | undefined;
  acknowledgment = 0;
  acknowledgmentTime = 0n;
  window = 0;
  scale = -1;
  /** Whether its SYN was seen. */
  opened = false;
  waiting: Waiting[] = [];
  duplicates = 0;
  lastNew = 0;
  last: readonly Sign[] = [];
  sacked: readonly { readonly left: number; readonly right: number }[] = [];
  countsFlight = true;
  sincePush = 0;
  pushed = false;
}

class Connection {
  readonly halves = [new Half(), new Half()] as const;
  completeness = 0;
  packets = 0;
  synTime: bigint | undefined;
  handshake: bigint | undefined;
  firstFin: Way | undefined;

  constructor(
    readonly first: bigint,
    public before: bigint,
    readonly reused: boolean,
  ) {}
}

/** All connections of a capture; what is known of one goes with its conversation. */
export class Connections {
  readonly #known = new WeakMap<Conversation, Connection>();
  readonly #ends = new Set<string>();

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
      connection = new Connection(at.time, at.time, this.#reused(header, at.conversation));
      this.#known.set(at.conversation, connection);
    }
    const analysis = analysed(connection, header, length, at);
    connection.before = at.time;
    connection.packets++;
    return analysis;
  }

  #reused(header: Header, { ends }: Conversation): boolean {
    const key = ends
      .map(({ address, port }) => `${address} ${port}`)
      .sort()
      .join(" ");
    const known = this.#ends.has(key);
    this.#ends.add(key);
    return known && header.control.syn === 1;
  }
}

function analysed(
  connection: Connection,
  header: Header,
  length: number,
  { number, time, way }: { readonly number: number; readonly time: bigint; readonly way: Way },
): Analysis {
  const { control } = header;
  const [own, other] = [connection.halves[way], connection.halves[1 - way]!];
  const { sequence } = header;
  const acknowledgment = control.ack ? header.acknowledgment : 0;
  const { completeness, packets } = connection;
  own.base ??= control.syn ? sequence : (sequence - 1) >>> 0;
  if (control.ack) other.base ??= (acknowledgment - 1) >>> 0;
  scales(header, own, other);
  const takes = control.syn || control.fin ? 1 : 0;
  const next = (sequence + length + takes) >>> 0;

  const signs = signsOf(header, length, own, other, next);
  if (connection.reused && packets === 0) signs.unshift("reused_ports");
  let duplicate: Analysis["duplicate"];
  if (signs.includes("duplicate_ack")) duplicate = { packet: own.lastNew, count: ++own.duplicates };
  if (acknowledgment !== own.acknowledgment) {
    own.lastNew = number;
    own.duplicates = 0;
  }
  if (control.ack) other.countsFlight = true;
  if (control.ack && other.contiguous !== undefined && distance(acknowledgment, other.contiguous) > 0) {
    signs.push("ack_lost_segment");
    other.contiguous = other.next;
    other.countsFlight = false;
  }
  let timeout: Analysis["timeout"];
  if ((length > 0 || takes) && own.next !== undefined && distance(sequence, own.next) < 0) {
    const sign = signs.includes("keep_alive")
      ? undefined
      : repetition(own, other, sequence, length, next, time, connection);
    if (sign) signs.push(sign);
    if (sign === "spurious_retransmission") signs.push("retransmission");
    if (sign === "retransmission") timeout = timeoutOf(own, sequence, time);
  }

  advance(own, signs, sequence, next, (sequence + length) >>> 0, length > 0 || takes > 0, number, time);
  own.window = header.window;
  if (control.ack) own.acknowledgment = acknowledgment;
  own.acknowledgmentTime = time;
  own.last = signs;
  own.sacked = optionOf(header.options, TcpOption.SACK) ?? [];

  if (control.syn && !control.ack) connection.synTime = time;
  const atFirst =
    distance(sequence, own.base) === 1 &&
    other.base !== undefined &&
    distance(acknowledgment, other.base) === 1;
  if (
    connection.handshake === undefined &&
    connection.synTime !== undefined &&
    control.ack &&
    !control.syn &&
    atFirst
  )
    connection.handshake = time - connection.synTime;
  const acknowledged = control.ack ? acknowledge(other, acknowledgment, time) : undefined;
  connection.completeness |= seen(header, length, packets);
  if (control.fin) connection.firstFin ??= way;

  return {
    length,
    sequence: distance(sequence, own.base) >>> 0,
    acknowledgment: control.ack ? distance(acknowledgment, other.base!) >>> 0 : acknowledgment,
    next: distance(next, own.base) >>> 0,
    window: control.syn || own.scale < 0 ? header.window : header.window * 2 ** own.scale,
    scale: own.scale,
    sinceFirst: time - connection.first,
    sinceBefore: time - connection.before,
    completeness,
    signs,
    acknowledged,
    handshake: connection.handshake,
    ...flight(own, other, length, control.psh === 1),
    duplicate,
    timeout,
    endsFirst: connection.firstFin === way,
  };
}

/** RFC 7323 §2.2: both sides scale, or neither. */
function scales({ control, options }: Header, own: Half, other: Half): void {
  if (!control.syn) return;
  const shift = optionOf(options, TcpOption["window scale"]);
  if (shift !== undefined) own.scale = Math.min(shift, 14);
  own.opened = true;
  if (!control.ack) return;
  if (own.scale === -1 || (other.opened && other.scale === -1)) own.scale = other.scale = -2;
}

/** What a segment is by its own numbers, and the last ones of both sides. */
function signsOf(header: Header, length: number, own: Half, other: Half, next: number): Sign[] {
  const { control, sequence, acknowledgment, window } = header;
  const signs: Sign[] = [];
  const opensOrEnds = control.syn || control.fin || control.rst;
  const inOrder = own.next !== undefined && sequence === own.next;
  if (length === 1 && inOrder && other.window === 0 && other.base !== undefined && other.next !== undefined)
    return ["zero_window_probe"];
  if (window === 0 && !opensOrEnds) signs.push("zero_window");
  if (own.next !== undefined && distance(sequence, own.next) > 0 && !control.rst) {
    signs.push("lost_segment");
    own.countsFlight = false;
  }
  if (length <= 1 && own.next !== undefined && distance(sequence, own.next) === -1 && !opensOrEnds)
    signs.push("keep_alive");
  const same = length === 0 && inOrder && acknowledgment === own.acknowledgment && !opensOrEnds;
  if (same && window > 0 && window !== own.window) signs.push("window_update");
  if (length > 0 && other.scale !== -1 && !opensOrEnds) {
    const edge = other.acknowledgment + other.window * 2 ** Math.max(0, other.scale);
    if (distance(next, edge >>> 0) === 0) signs.push("window_full");
  }
  if (same && window > 0 && window === own.window && other.last.includes("keep_alive")) {
    signs.push("keep_alive_ack");
    return signs;
  }
  if (same && window === 0 && own.window === 0 && other.last.includes("zero_window_probe")) {
    signs.push("zero_window_probe_ack");
    return signs;
  }
  if (same && window > 0 && window === own.window) signs.push("duplicate_ack");
  return signs;
}

/** What a segment is that does not bring the connection forward. */
function repetition(
  own: Half,
  other: Half,
  sequence: number,
  length: number,
  next: number,
  time: bigint,
  { handshake }: Connection,
): Sign {
  const soon = time - other.acknowledgmentTime < fast;
  if (other.duplicates >= 2 && other.acknowledgment === sequence && soon) return "fast_retransmission";
  if (soon && other.duplicates >= 2 && other.sacked.length > 0) {
    const sacked = other.sacked.some(
      ({ left, right }) => distance(sequence, left) >= 0 && distance(next, right) <= 0,
    );
    if (!sacked) return "fast_retransmission";
  }
  const patience = handshake && handshake > 0n ? handshake : overtaking;
  if (time - own.nextTime < patience && own.next !== next) {
    const known = own.waiting.some(
      one => distance(sequence, one.sequence) >= 0 && distance(sequence + length, one.next) <= 0,
    );
    if (!known) return "out_of_order";
  }
  if (length > 0 && other.acknowledgment !== 0 && distance(sequence + length, other.acknowledgment) <= 0)
    return "spurious_retransmission";
  return "retransmission";
}

/** Since when it was waited for: the oldest segment that may be the one repeated. */
function timeoutOf(own: Half, sequence: number, time: bigint): Analysis["timeout"] {
  let [packet, since] = [own.nextPacket, own.nextTime];
  for (const one of own.waiting.toReversed())
    if (distance(one.sequence, sequence) >= 0) [packet, since] = [one.packet, one.time];
  return { packet, after: time - since };
}

function advance(
  own: Half,
  signs: readonly Sign[],
  sequence: number,
  next: number,
  end: number,
  counts: boolean,
  packet: number,
  time: bigint,
): void {
  if (counts && own.waiting.length < mostWaiting) own.waiting.push({ packet, sequence, next, end, time });
  if (signs.includes("zero_window_probe")) return;
  if (own.next === undefined || distance(next, own.next) > 0) {
    own.next = next;
    own.nextPacket = packet;
    own.nextTime = time;
  }
  if (own.contiguous === undefined || sequence === own.contiguous) own.contiguous = own.next;
}

/** Takes off what is acknowledged; tells the segment that ends there. */
function acknowledge(other: Half, acknowledgment: number, time: bigint): Analysis["acknowledged"] {
  let found: Analysis["acknowledged"];
  const left: Waiting[] = [];
  for (const one of other.waiting.toReversed()) {
    if (one.next === acknowledgment) found = { packet: one.packet, after: time - one.time };
    else if (distance(acknowledgment, one.sequence) > 0 && distance(acknowledgment, one.next) <= 0) {
      one.sequence = acknowledgment;
      left.push(one);
    } else if (distance(one.next, acknowledgment) > 0) left.push(one);
  }
  if (left.length < other.waiting.length) other.waiting = left.reverse();
  return found;
}

/** Octets that are on their way, and those since the last PSH. */
function flight(
  own: Half,
  other: Half,
  length: number,
  push: boolean,
): Pick<Analysis, "inFlight" | "sincePush"> {
  const [first] = own.waiting;
  if (length === 0 || !first || !own.countsFlight) return {};
  let [low, high] = [first.sequence, first.end];
  for (const one of own.waiting) {
    if (distance(one.end, high) > 0) high = one.end;
    if (distance(one.sequence, low) < 0) low = one.sequence;
  }
  own.sincePush = own.pushed ? length : own.sincePush + length;
  own.pushed = push;
  const sacked = other.sacked.reduce((sum, { left, right }) => sum + distance(right, left), 0);
  const inFlight = distance(high, low) - sacked;
  return inFlight > 0 ? { inFlight, sincePush: own.sincePush } : {};
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
