// Messages cut from a stream: several in one piece, or one over several pieces; found again after octets were lost.
import { Malformed, Reader } from "../wire/index.ts";
import { Held } from "./held.ts";
import type { Source } from "./packet.ts";
import type { AnyProtocol } from "./protocol.ts";

/** A message larger than this is not put together: MQTT alone may announce 256 MB and never send them. */
export const mostMessageOctets = 16 * 1024 * 1024;

/** What a stream is cut into. */
export interface Cut {
  message(source: Source, start: number, end: number, malformed?: Malformed): void;
  /** Octets of a message whose beginning was not captured. */
  passedOver(source: Source, start: number, end: number): void;
}

/** Shared, for most streams hold nothing most of the time. */
const nothing = new Uint8Array(0);
const noPieces: Piece[] = [];

interface Piece {
  packet: number;
  size: number;
}

/** One way of one conversation, as the protocol that it belongs to cuts it. */
export class Messages {
  #held = nothing;
  #size = 0;
  #pieces: Piece[] = noPieces;
  /** Why it is not known where the next message begins: unless one is found, nothing more is cut from this stream. */
  #lost: Malformed | undefined;
  /** Whether a message is being looked for: octets were missing, or made no sense. */
  #seeking = false;
  /** So many octets belong to a message that octets are missing of. */
  #rest = 0;

  constructor(
    readonly protocol: AnyProtocol,
    /** What the stream is made of: "tcp". */
    readonly carrier: string,
    readonly together = new Held(),
  ) {}

  /** Takes the next octets of the stream, and cuts off every message that they complete. */
  feed(source: Source, start: number, end: number, packet: number, cut: Cut): void {
    let at = this.#passOver(source, start, end, cut);
    while (at < end) {
      if (this.#seeking && this.#size > 0) {
        this.#hold(source, at, end, packet);
        return this.#feedHeld(packet, cut);
      }
      if (this.#seeking) {
        at = this.#seek(source, at, end, packet, cut);
        continue;
      }
      if (this.#lost) return cut.message(source, at, end, this.#lost);
      if (this.#size > 0) {
        this.#hold(source, at, end, packet);
        const size = this.#measureHeld();
        if (this.#lost) return this.protocol.begins ? this.#feedHeld(packet, cut) : this.#giveUp(cut);
        if ((size === undefined || size > this.#size) && this.together.full) return this.#giveUpAll(cut);
        if (size === undefined || size > this.#size) return;
        // What was held beyond this message is read from the piece it came in.
        const excess = this.#size - size;
        this.#pieces.at(-1)!.size -= excess;
        cut.message(this.#taken(size), 0, size);
        at = end - excess;
        continue;
      }
      const size = this.#measure(new Reader(source.view, at, end));
      if (this.#lost) continue;
      if (size === undefined || at + size > end) return this.#holdOrGiveUp(source, at, end, packet, cut);
      cut.message(source, at, at + size);
      at += size;
    }
  }

  /**
   * Octets are missing, `missing` of them where that is known. What was held is given up; its rest, if it was longer
   * than that, is passed over, else a message is looked for, or, where that can't be, the next piece begins one.
   */
  skip(cut: Cut, missing = Number.POSITIVE_INFINITY): void {
    const announced = this.#size > 0 && !this.#seeking ? (this.#measureHeld() ?? 0) - this.#size : this.#rest;
    const size = this.#size;
    if (size > 0 && this.#seeking) cut.passedOver(this.#taken(size), 0, size);
    else if (size > 0) this.#giveUp(cut, new Malformed(0, "the rest of this message was not captured"));
    this.#lost = undefined;
    this.#rest = Math.max(0, announced - missing);
    this.#seeking = this.protocol.begins !== undefined && announced < missing;
  }

  #passOver(source: Source, start: number, end: number, cut: Cut): number {
    const at = Math.min(end, start + this.#rest);
    this.#rest -= at - start;
    if (at > start) cut.passedOver(source, start, at);
    return at;
  }

  /** Goes on where a message may begin; of what lies before it, and of what nobody can tell yet, little is held. */
  #seek(source: Source, start: number, end: number, packet: number, cut: Cut): number {
    const from = new Reader(source.view, start, end);
    let begins: boolean | undefined = false;
    let at = start;
    for (; at < end; at++) {
      from.at = at;
      begins = this.protocol.begins!(from);
      if (begins !== false) break;
    }
    if (at > start && this.#lost) cut.message(source, start, at, this.#lost);
    else if (at > start) cut.passedOver(source, start, at);
    if (begins === undefined) {
      this.#hold(source, at, end, packet);
      return end;
    }
    if (begins) [this.#seeking, this.#lost] = [false, undefined];
    return at;
  }

  #feedHeld(packet: number, cut: Cut): void {
    const size = this.#size;
    this.feed(this.#taken(size), 0, size, packet, cut);
  }

  #measureHeld(): number | undefined {
    return this.#measure(new Reader(new DataView(this.#held.buffer, 0, this.#size)));
  }

  #measure(from: Reader): number | undefined {
    const start = from.at;
    try {
      const size = this.protocol.frame ? this.protocol.frame(from) : from.end - start;
      if (size !== undefined && size > mostMessageOctets)
        throw new Malformed(start, `a message of ${size} octets is beyond the limit of ${mostMessageOctets}`);
      if (size === 0) throw new Malformed(start, "a message of no octets");
      return size;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#lost = error;
      this.#seeking = this.protocol.begins !== undefined;
      return undefined;
    }
  }

  #holdOrGiveUp(source: Source, start: number, end: number, packet: number, cut: Cut): void {
    this.#hold(source, start, end, packet);
    if (this.together.full) this.#giveUpAll(cut);
  }

  /** All streams together hold too much: this one begins anew where its next message can be found. */
  #giveUpAll(cut: Cut): void {
    const held = this.#size;
    const reason = `gave up a message of which ${held} octets were held: all streams together hold more than ${this.together.most}`;
    this.#giveUp(cut, new Malformed(0, reason));
    this.#seeking = this.protocol.begins !== undefined;
  }

  /** Lets go of what is held. */
  release(): void {
    this.together.octets -= this.#size;
    this.#size = 0;
    this.#pieces = noPieces;
    this.#held = nothing;
  }

  #hold(source: Source, start: number, end: number, packet: number): void {
    const size = end - start;
    if (this.#size + size > this.#held.length) {
      const grown = new Uint8Array(Math.max(256, this.#held.length * 2, this.#size + size));
      grown.set(this.#held.subarray(0, this.#size));
      this.#held = grown;
    }
    this.#held.set(new Uint8Array(source.view.buffer, source.view.byteOffset + start, size), this.#size);
    this.#size += size;
    this.together.octets += size;
    if (this.#pieces === noPieces) this.#pieces = [];
    this.#pieces.push({ packet, size });
  }

  /** What is held, up to that size, as a source of its own. */
  #taken(size: number): Source {
    const octets = this.#held.slice(0, size);
    const pieces = this.#pieces;
    this.together.octets -= this.#size;
    this.#pieces = noPieces;
    this.#size = 0;
    this.#held = nothing;
    const count = new Set(pieces.map(piece => piece.packet)).size;
    const carrier = this.carrier.toUpperCase();
    const title = `Reassembled ${carrier} (${size} octets from ${count} ${count === 1 ? "packet" : "packets"})`;
    return { title, view: new DataView(octets.buffer), pieces };
  }

  #giveUp(cut: Cut, why = this.#lost): void {
    const size = this.#size;
    cut.message(this.#taken(size), 0, size, why);
  }
}
