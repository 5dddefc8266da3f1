// TCP's octets put in order: retransmitted, overlapping, out of order, missing (RFC 9293 §3.4).
import { Held } from "./held.ts";
import type { Source } from "./packet.ts";
import type { Segment } from "./protocol.ts";

/** Octets that came early are held up to this size a direction; then the gap before them is given up. */
export const mostHeldOctets = 4 * 1024 * 1024;
/** And up to so many segments: as many as those octets are in segments of the usual size. */
const mostHeldSegments = 4096;

/** a - b on the circle of sequence numbers. */
const distance = (a: number, b: number): number => (a - b) | 0;

interface Early {
  readonly sequence: number;
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly packet: number;
}

/** Shared by all that hold nothing: conversations are many. */
const none: Early[] = [];

export interface Ordered {
  take(source: Source, start: number, end: number, packet: number): void;
  /** So many octets are missing and will not come. */
  gap(missing: number): void;
  note(text: string): void;
}

/** One direction of one TCP connection. */
export class Direction {
  /** The sequence number of the next octet in order. */
  #next: number | undefined;
  /** That of its SYN. */
  #opening: number | undefined;
  #early: Early[] = none;
  #held = 0;
  #fin = false;

  constructor(readonly together = new Held()) {}

  /** Whether this SYN is another than that of the connection, and begins a new one. */
  differs({ sequence }: Segment): boolean {
    if (this.#opening !== undefined) return sequence !== this.#opening;
    return this.#next !== undefined && distance(sequence + 1, this.#next) !== 0;
  }

  /**
   * A segment with its octets; hands on those that are next in order. Returns whether any of its own were:
   * not, if they were seen before, or came too early.
   */
  add(segment: Segment, source: Source, start: number, end: number, packet: number, to: Ordered): boolean {
    const size = end - start;
    let { sequence } = segment;
    if (segment.syn) {
      this.#opening ??= sequence;
      // A SYN counts as one octet, and may carry data after it (RFC 7413).
      sequence = (sequence + 1) >>> 0;
      if (size === 0 && this.#next !== undefined && !this.differs(segment)) to.note("TCP retransmission");
    }
    this.#next ??= sequence;
    if (segment.syn && size === 0) return false;
    const ahead = distance(sequence, this.#next);
    if (size === 0 && !segment.fin) {
      if (ahead === -1 && !segment.rst) to.note("TCP keep-alive");
      return false;
    }
    if (size > 0 && ahead + size <= 0) {
      to.note(ahead === -1 && size === 1 ? "TCP keep-alive" : "TCP retransmission");
      return false;
    }
    if (ahead > 0) {
      to.note(this.#early.length > 0 ? "TCP out of order" : "previous TCP segment not captured");
      if (size > 0) this.#hold({ sequence, source: copied(source, start, end), start: 0, end: size, packet });
      if (this.#held > mostHeldOctets || this.#early.length > mostHeldSegments || this.together.full) {
        to.note(`gave up a gap: ${this.#held} octets were held behind it`);
        this.giveUp(to);
      }
      return false;
    }
    if (ahead < 0) to.note("TCP retransmission in part");
    if (this.#early.length > 0) to.note("TCP out of order");
    this.#deliver(source, start - ahead, end, packet, to);
    if (segment.fin && !this.#fin && this.#early.length === 0) {
      this.#fin = true;
      this.#next = (this.#next + 1) >>> 0;
    }
    this.#catchUp(to);
    return size > 0;
  }

  /** The peer acknowledged octets that the capture has not seen: they will not come any more. */
  acknowledged(acknowledgment: number, to: Ordered): void {
    const first = this.#early[0];
    if (first && distance(acknowledgment, first.sequence) >= 0) this.giveUp(to);
  }

  /** Goes on after the gap, with what came early. */
  giveUp(to: Ordered): void {
    const first = this.#early[0];
    if (!first) return;
    to.gap(distance(first.sequence, this.#next!));
    this.#next = first.sequence;
    this.#catchUp(to);
  }

  /** Lets go of what is held. */
  release(): void {
    this.together.octets -= this.#held;
    this.#held = 0;
    this.#early = none;
  }

  #deliver(source: Source, start: number, end: number, packet: number, to: Ordered): void {
    this.#next = (this.#next! + (end - start)) >>> 0;
    if (start < end) to.take(source, start, end, packet);
  }

  #hold(early: Early): void {
    this.#held += early.end - early.start;
    this.together.octets += early.end - early.start;
    if (this.#early === none) this.#early = [];
    // Nearly always it goes to the end.
    const before = this.#early.findLastIndex(other => distance(early.sequence, other.sequence) >= 0);
    this.#early.splice(before + 1, 0, early);
  }

  #catchUp(to: Ordered): void {
    for (;;) {
      const first = this.#early[0];
      if (!first || distance(first.sequence, this.#next!) > 0) return;
      this.#early.shift();
      this.#held -= first.end - first.start;
      this.together.octets -= first.end - first.start;
      const known = distance(this.#next!, first.sequence);
      if (known < first.end - first.start)
        this.#deliver(first.source, first.start + known, first.end, first.packet, to);
    }
  }
}

/** A source of its own for octets that must outlive their frame. */
function copied(source: Source, start: number, end: number): Source {
  const octets = new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start).slice();
  return { title: `TCP segment (${octets.length} octets)`, view: new DataView(octets.buffer), pieces: [] };
}
