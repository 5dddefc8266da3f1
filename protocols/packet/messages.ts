// Messages cut from a stream: several in one piece, or one over several pieces.
import { Malformed, Reader } from "../wire/index.ts";
import type { Source } from "./packet.ts";
import type { AnyProtocol } from "./protocol.ts";

/** A message larger than this is not put together: MQTT alone may announce 256 MB and never send them. */
export const mostMessageOctets = 16 * 1024 * 1024;

type Emit = (source: Source, start: number, end: number, malformed?: Malformed) => void;

/** One way of one conversation, as the protocol that it belongs to cuts it. */
export class Messages {
  #held = new Uint8Array(0);
  #size = 0;
  #pieces: { packet: number; size: number }[] = [];
  /** Why nothing more is cut from this stream. */
  #lost: Malformed | undefined;

  constructor(
    readonly protocol: AnyProtocol,
    /** What a message over several pieces is called: "Reassembled TCP". */
    readonly title: string,
  ) {}

  /** Takes the next octets of the stream, and emits every message that they complete. */
  feed(source: Source, start: number, end: number, packet: number, emit: Emit): void {
    let at = start;
    while (at < end) {
      if (this.#lost) return emit(source, at, end, this.#lost);
      if (this.#size > 0) {
        this.#hold(source, at, end, packet);
        const message = this.#held.subarray(0, this.#size);
        const size = this.#measure(new Reader(new DataView(message.buffer, 0, this.#size)));
        if (this.#lost) return this.#giveUp(emit);
        if (size === undefined || size > this.#size) return;
        // What was held beyond this message is read from the piece it came in.
        const excess = this.#size - size;
        this.#pieces.at(-1)!.size -= excess;
        this.#complete(size, emit);
        at = end - excess;
        continue;
      }
      const size = this.#measure(new Reader(source.view, at, end));
      if (this.#lost) return emit(source, at, end, this.#lost);
      if (size === undefined || at + size > end) return this.#hold(source, at, end, packet);
      emit(source, at, at + size);
      at += size;
    }
  }

  /** Octets are missing: what was held is given up, and the next piece begins a message. */
  skip(emit: Emit): void {
    if (this.#size > 0) this.#giveUp(emit, new Malformed(0, "the rest of this message was not captured"));
    this.#lost = undefined;
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
      return undefined;
    }
  }

  #hold(source: Source, start: number, end: number, packet: number): void {
    const size = end - start;
    if (this.#size + size > this.#held.length) {
      const grown = new Uint8Array(Math.max(4096, this.#held.length * 2, this.#size + size));
      grown.set(this.#held.subarray(0, this.#size));
      this.#held = grown;
    }
    this.#held.set(new Uint8Array(source.view.buffer, source.view.byteOffset + start, size), this.#size);
    this.#size += size;
    this.#pieces.push({ packet, size });
  }

  #complete(size: number, emit: Emit, malformed?: Malformed): void {
    const octets = this.#held.slice(0, size);
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#size = 0;
    this.#held = new Uint8Array(0);
    const count = new Set(pieces.map(piece => piece.packet)).size;
    const title = `${this.title} (${size} octets from ${count} ${count === 1 ? "packet" : "packets"})`;
    emit({ title, view: new DataView(octets.buffer), pieces }, 0, size, malformed);
  }

  #giveUp(emit: Emit, why = this.#lost): void {
    this.#complete(this.#size, emit, why);
  }
}
