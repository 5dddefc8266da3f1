// What a TCP connection's segments tell beyond themselves, in plain numbers: relative numbers, windows, repetitions.
//
// Nothing is made for a segment but the note that its acknowledgment is awaited: packet lists run through millions.

/** What was seen, named as Wireshark's "tcp.analysis.…" are, in the order in which it is noticed. */
export const signNames = [
  "reused_ports",
  "zero_window_probe",
  "zero_window",
  "lost_segment",
  "keep_alive",
  "window_update",
  "window_full",
  "keep_alive_ack",
  "zero_window_probe_ack",
  "duplicate_ack",
  "ack_lost_segment",
  "fast_retransmission",
  "out_of_order",
  "spurious_retransmission",
  "retransmission",
] as const;
export type Sign = (typeof signNames)[number];

/** A bit for each sign. */
export const SignBit = Object.fromEntries(signNames.map((name, i) => [name, 1 << i])) as Readonly<
  Record<Sign, number>
>;
const {
  zero_window_probe: zeroWindowProbe,
  zero_window: zeroWindow,
  lost_segment: lostSegment,
  keep_alive: keepAlive,
  window_update: windowUpdate,
  window_full: windowFull,
  keep_alive_ack: keepAliveAck,
  zero_window_probe_ack: zeroWindowProbeAck,
  duplicate_ack: duplicateAck,
  ack_lost_segment: ackLostSegment,
  fast_retransmission: fastRetransmission,
  out_of_order: outOfOrder,
  spurious_retransmission: spuriousRetransmission,
  retransmission,
  reused_ports: reusedPorts,
} = SignBit;

/** Control bits as they lie in the header (RFC 9293 §3.1). */
export const Flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128, ae: 256 } as const;

/** A segment as its header has it. */
export interface Segment {
  /** Bits of `Flag`. */
  flags: number;
  sequence: number;
  acknowledgment: number;
  /** As announced, not scaled. */
  window: number;
  /** Octets of data, also of those not captured. */
  length: number;
  /** Of the window scale option; -1 without one. */
  shift: number;
  sacked: readonly Block[];
}

export interface Block {
  readonly left: number;
  readonly right: number;
}
export const noBlocks: readonly Block[] = [];

/** A segment whose acknowledgment has not come. Sequence numbers here are signed: they are only subtracted. */
interface Waiting {
  readonly packet: number;
  sequence: number;
  readonly next: number;
  /** Where its data end: a SYN or FIN is none. */
  readonly end: number;
  /** Nanoseconds, as `Track.observe` is told them. */
  readonly time: number;
}

/** More unacknowledged segments than these are not kept: the other direction is not captured. */
const mostWaiting = 10_000;
/** A fast retransmission comes within so many nanoseconds of the duplicate acknowledgment. */
const fast = 20_000_000;
/** Before a round trip is known, what comes sooner than this after a later segment has overtaken, not been repeated. */
const overtaking = 3_000_000;

/** RFC 7323 §2.3. */
export const mostShift = 14;

/** Shared by all that wait for nothing: connections are many. */
const nobody: Waiting[] = [];

/** One direction. */
export class Half {
  /** The sequence number before the first octet, once it is known. */
  based = false;
  base = 0;
  /** Where the next segment begins, once there was one. */
  begun = false;
  next = 0;
  nextPacket = 0;
  nextTime = 0;
  /** Up to here nothing is missing. */
  contiguous = 0;
  acknowledgment = 0;
  acknowledgmentTime = 0;
  window = 0;
  /** -1: not known, -2: there is none. */
  scale = -1;
  /** Whether its SYN was seen. */
  opened = false;
  waiting: Waiting[] = nobody;
  duplicates = 0;
  lastNew = 0;
  /** Signs of its last segment. */
  last = 0;
  sacked: readonly Block[] = noBlocks;
  countsFlight = true;
}

/** One connection. What `observe` found of a segment stands in the fields until the next one. */
export class Track {
  readonly halves: readonly [Half, Half] = [new Half(), new Half()];
  packets = 0;
  /** How long the handshake took in nanoseconds, once it is over. */
  handshake = 0;
  shaken = false;
  #synTime = 0;
  #synSeen = false;

  /** Bits of `SignBit`. */
  signs = 0;
  /** Counted from the connection's first octet, which is 1. */
  sequence = 0;
  acknowledgment = 0;
  /** What the next segment begins with, counted so too. */
  next = 0;
  /** In octets. */
  window = 0;
  /** The segment that this one acknowledges, and when that came; packet 0: none. */
  acknowledged = 0;
  acknowledgedTime = 0;
  /** Since which segment, and when, a retransmission was waited for; packet 0: it is none. */
  waitedFor = 0;
  waitedSince = 0;

  constructor(
    /** Whether an earlier connection had the same ends. */
    readonly reused: boolean,
  ) {}

  /** Takes the next segment. `time` in nanoseconds since any moment, the same for the whole connection. */
  observe(segment: Segment, way: 0 | 1, number: number, time: number): void {
    const { flags, length } = segment;
    const own = this.halves[way];
    const other = this.halves[way === 0 ? 1 : 0];
    const syn = (flags & Flag.syn) !== 0;
    const ack = (flags & Flag.ack) !== 0;
    const sequence = segment.sequence | 0;
    const acknowledgment = ack ? segment.acknowledgment | 0 : 0;
    if (!own.based) {
      own.based = true;
      own.base = syn ? sequence : (sequence - 1) | 0;
    }
    if (ack && !other.based) {
      other.based = true;
      other.base = (acknowledgment - 1) | 0;
    }
    if (syn) scales(segment.shift, ack, own, other);
    const takes = flags & (Flag.syn | Flag.fin) ? 1 : 0;
    const counts = length + takes > 0;
    const next = (sequence + length + takes) | 0;

    let signs = signsOf(segment, own, other, sequence, acknowledgment, next);
    if (this.reused && this.packets === 0) signs |= reusedPorts;
    if (signs & duplicateAck) own.duplicates++;
    if (acknowledgment !== own.acknowledgment) {
      own.lastNew = number;
      own.duplicates = 0;
    }
    if (ack) {
      other.countsFlight = true;
      if (other.begun && ((acknowledgment - other.contiguous) | 0) > 0) {
        signs |= ackLostSegment;
        other.contiguous = other.next;
        other.countsFlight = false;
      }
    }
    this.waitedFor = 0;
    if (counts && own.begun && ((sequence - own.next) | 0) < 0 && !(signs & keepAlive)) {
      const sign = this.#repetition(own, other, sequence, length, next, time);
      signs |= sign === spuriousRetransmission ? sign | retransmission : sign;
      if (sign === retransmission) this.#waited(own, sequence);
    }

    if (counts && own.waiting === nobody) own.waiting = [];
    if (counts && own.waiting.length < mostWaiting)
      own.waiting.push({ packet: number, sequence, next, end: (sequence + length) | 0, time });
    if (!(signs & zeroWindowProbe)) advance(own, sequence, next, number, time);
    own.window = segment.window;
    if (ack) own.acknowledgment = acknowledgment;
    own.acknowledgmentTime = time;
    own.last = signs;
    own.sacked = segment.sacked;

    if (!this.shaken) this.#shakesHands(own, other, syn, ack, sequence, acknowledgment, time);
    this.acknowledged = 0;
    if (ack && other.waiting.length > 0) this.#acknowledge(other, acknowledgment);
    this.packets++;

    this.signs = signs;
    this.sequence = (sequence - own.base) >>> 0;
    this.acknowledgment = ack ? (acknowledgment - other.base) >>> 0 : 0;
    this.next = (next - own.base) >>> 0;
    this.window = syn || own.scale < 0 ? segment.window : segment.window * 2 ** own.scale;
  }

  #shakesHands(
    own: Half,
    other: Half,
    syn: boolean,
    ack: boolean,
    sequence: number,
    acknowledgment: number,
    time: number,
  ): void {
    if (syn && !ack) {
      this.#synSeen = true;
      this.#synTime = time;
    }
    if (!this.#synSeen || !ack || syn || !other.based) return;
    if (((sequence - own.base) | 0) !== 1 || ((acknowledgment - other.base) | 0) !== 1) return;
    this.shaken = true;
    this.handshake = time - this.#synTime;
  }

  /** What a segment is that does not bring the connection forward. */
  #repetition(own: Half, other: Half, sequence: number, length: number, next: number, time: number): number {
    const soon = time - other.acknowledgmentTime < fast;
    if (soon && other.duplicates >= 2) {
      if (other.acknowledgment === sequence) return fastRetransmission;
      if (
        other.sacked.length > 0 &&
        !other.sacked.some(({ left, right }) => within(sequence, next, left, right))
      )
        return fastRetransmission;
    }
    const patience = this.handshake > 0 ? this.handshake : overtaking;
    const end = (sequence + length) | 0;
    if (
      time - own.nextTime < patience &&
      own.next !== next &&
      !own.waiting.some(one => within(sequence, end, one.sequence, one.next))
    )
      return outOfOrder;
    if (length > 0 && other.acknowledgment !== 0 && ((end - other.acknowledgment) | 0) <= 0)
      return spuriousRetransmission;
    return retransmission;
  }

  /** Since when it was waited for: the oldest segment that may be the one repeated. */
  #waited(own: Half, sequence: number): void {
    const oldest = own.waiting.find(one => ((one.sequence - sequence) | 0) >= 0);
    this.waitedFor = oldest?.packet ?? own.nextPacket;
    this.waitedSince = oldest?.time ?? own.nextTime;
  }

  /** Takes off what is acknowledged; notes the segment that ends there. */
  #acknowledge({ waiting }: Half, acknowledgment: number): void {
    let left = 0;
    for (let i = 0; i < waiting.length; i++) {
      const one = waiting[i]!;
      const ahead = (one.next - acknowledgment) | 0;
      if (ahead === 0 && this.acknowledged === 0) {
        this.acknowledged = one.packet;
        this.acknowledgedTime = one.time;
      }
      if (ahead <= 0) continue;
      if (((acknowledgment - one.sequence) | 0) > 0) one.sequence = acknowledgment;
      waiting[left++] = one;
    }
    if (left < waiting.length) waiting.length = left;
  }
}

/** RFC 7323 §2.2: both sides scale, or neither. */
function scales(shift: number, ack: boolean, own: Half, other: Half): void {
  if (shift >= 0) own.scale = Math.min(shift, mostShift);
  own.opened = true;
  if (ack && (own.scale === -1 || (other.opened && other.scale === -1))) own.scale = other.scale = -2;
}

/** What a segment is by its own numbers, and the last ones of both sides. */
function signsOf(
  { flags, length, window }: Segment,
  own: Half,
  other: Half,
  sequence: number,
  acknowledgment: number,
  next: number,
): number {
  const opensOrEnds = (flags & (Flag.syn | Flag.fin | Flag.rst)) !== 0;
  const inOrder = own.begun && sequence === own.next;
  if (length === 1 && inOrder && other.window === 0 && other.based && other.begun) return zeroWindowProbe;
  let signs = window === 0 && !opensOrEnds ? zeroWindow : 0;
  if (own.begun) {
    const ahead = (sequence - own.next) | 0;
    if (ahead > 0 && !(flags & Flag.rst)) {
      signs |= lostSegment;
      own.countsFlight = false;
    }
    if (length <= 1 && ahead === -1 && !opensOrEnds) signs |= keepAlive;
  }
  if (opensOrEnds) return signs;
  if (length > 0) {
    if (other.scale === -1) return signs;
    const edge = other.acknowledgment + other.window * 2 ** Math.max(0, other.scale);
    return ((next - edge) | 0) === 0 ? signs | windowFull : signs;
  }
  if (!inOrder || acknowledgment !== own.acknowledgment) return signs;
  if (window > 0 && window !== own.window) return signs | windowUpdate;
  if (window > 0) return signs | (other.last & keepAlive ? keepAliveAck : duplicateAck);
  return own.window === 0 && other.last & zeroWindowProbe ? signs | zeroWindowProbeAck : signs;
}

function advance(own: Half, sequence: number, next: number, packet: number, time: number): void {
  const first = !own.begun;
  if (first || ((next - own.next) | 0) > 0) {
    own.next = next;
    own.nextPacket = packet;
    own.nextTime = time;
  }
  if (first || sequence === own.contiguous) own.contiguous = own.next;
  own.begun = true;
}

const within = (from: number, to: number, left: number, right: number): boolean =>
  ((from - left) | 0) >= 0 && ((to - right) | 0) <= 0;
