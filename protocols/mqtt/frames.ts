// Packets cut out of a stream of octets, none larger than a limit: what is announced beyond it is never buffered.
import { Violated } from "../endpoint/index.ts";
import { Reader } from "../wire/index.ts";
import { frame } from "./decoder.ts";
import { rules } from "./rules.ts";

/** Takes octets as they come and gives whole packets. It holds what has arrived of one packet, nothing else. */
export class Frames {
  #held = new Uint8Array(0);
  #size = 0;

  /** `limit`: the largest packet, its header included, in octets. */
  constructor(readonly limit: number) {}

  /** Octets set aside for the packet that is on its way. */
  get room(): number {
    return this.#held.length;
  }

  /** The size of the packet that begins at `at`, if it is all there and has a length of one or two octets; else 0. */
  plainSize(octets: Uint8Array, at: number): number {
    if (this.#size > 0 || at + 1 >= octets.length) return 0;
    const low = octets[at + 1]!;
    let size = low + 2;
    if (low >= 0x80) {
      const high = at + 2 < octets.length ? octets[at + 2]! : 0x80;
      if (high >= 0x80) return 0;
      size = (low & 0x7f) + high * 128 + 3;
    }
    return size <= this.limit && at + size <= octets.length ? size : 0;
  }

  /**
   * The packets that are whole now, each as a view that holds until the octets are given away.
   * @throws Violated if a packet announces more than the limit; Malformed if its length can't be one.
   */
  *feed(octets: Uint8Array): Generator<Uint8Array> {
    let at = 0;
    while (at < octets.length) {
      if (this.#size === 0) {
        const size = this.#sizeOf(octets.subarray(at));
        if (size !== undefined && at + size <= octets.length) {
          yield octets.subarray(at, at + size);
          at += size;
          continue;
        }
      }
      const known = this.#sizeOf(this.#held.subarray(0, this.#size));
      const piece = octets.subarray(at, at + (known === undefined ? 1 : known - this.#size));
      this.#hold(piece, known ?? 0);
      at += piece.length;
      if (this.#sizeOf(this.#held.subarray(0, this.#size)) !== this.#size) continue;
      const whole = this.#held.slice(0, this.#size);
      this.#size = 0;
      this.#held = new Uint8Array(0);
      yield whole;
    }
  }

  #sizeOf(octets: Uint8Array): number | undefined {
    const size = frame(Reader.over(octets));
    if (size !== undefined && size > this.limit)
      throw new Violated(
        rules.packetSize.id,
        `a packet of ${size} octets is announced, and ${this.limit} are the limit`,
        octets.slice(0, 16),
      );
    return size;
  }

  /** Room grows with what has arrived, not with what is announced: an announcement costs its sender nothing. */
  #hold(piece: Uint8Array, expected: number): void {
    const size = this.#size + piece.length;
    if (size > this.#held.length) {
      const grown = new Uint8Array(Math.max(size, Math.min(expected, this.#held.length * 2), 16));
      grown.set(this.#held.subarray(0, this.#size));
      this.#held = grown;
    }
    this.#held.set(piece, this.#size);
    this.#size = size;
  }
}
