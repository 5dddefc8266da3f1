// Packets written by mqtt-packet one behind the other, so that many of them leave in one write.
import { type Packet, writeToStream } from "mqtt-packet";
import { Unwritable } from "../../wire/index.ts";
import { Written } from "./written.ts";

/** Beyond it a buffer is not kept for the next packets. */
const keptRoom = 256 * 1024;
const utf8 = new TextEncoder();

export class Encoder {
  /** What the broker takes, in octets. */
  largest = Number.POSITIVE_INFINITY;
  #octets = new Uint8Array(16 * 1024);
  #spare: Uint8Array<ArrayBuffer> | undefined;
  #taken: Uint8Array<ArrayBuffer> | undefined;
  #size = 0;
  readonly #options: { readonly protocolVersion: number };
  readonly #written: Written;
  /** The stream that mqtt-packet believes to write to. */
  readonly #sink = {
    write: (chunk: Uint8Array | string): boolean => {
      if (typeof chunk === "string") {
        this.#room(chunk.length * 3);
        this.#size += utf8.encodeInto(chunk, this.#octets.subarray(this.#size)).written;
      } else {
        this.#room(chunk.length);
        // `set` costs more than it moves where it moves a header.
        if (chunk.length <= 4) for (const octet of chunk) this.#octets[this.#size++] = octet;
        else {
          this.#octets.set(chunk, this.#size);
          this.#size += chunk.length;
        }
      }
      return true;
    },
    destroy: (error: Error) => {
      throw new Unwritable(error.message);
    },
  };

  constructor(protocolVersion: number) {
    this.#options = { protocolVersion };
    this.#written = new Written(protocolVersion);
  }

  /** Octets that wait. */
  get size(): number {
    return this.#size;
  }

  /** @throws Unwritable if the packet can't be written, or is larger than the broker takes; then nothing of it is */
  add(packet: Packet): void {
    const before = this.#size;
    try {
      this.#write(packet);
      const size = this.#size - before;
      if (size > this.largest)
        throw new Unwritable(`a packet of ${size} octets, and the broker takes ${this.largest}`);
    } catch (error) {
      this.#size = before;
      throw error;
    }
  }

  /** What waits, which waits no more; it is the caller's until `giveBack`. */
  take(): Uint8Array<ArrayBuffer> {
    // Of few octets a copy costs less than a view.
    if (this.#size <= 512) {
      const few = this.#octets.slice(0, this.#size);
      this.#size = 0;
      return few;
    }
    const taken = new Uint8Array(this.#octets.buffer, 0, this.#size);
    this.#taken = this.#octets;
    this.#octets = this.#spare ?? new Uint8Array(16 * 1024);
    this.#spare = undefined;
    this.#size = 0;
    return taken;
  }

  /** What was taken last has been written: its room may be used again. */
  giveBack(): void {
    if (this.#taken && this.#taken.length <= keptRoom) this.#spare = this.#taken;
    this.#taken = undefined;
  }

  #write(packet: Packet): void {
    const pattern = this.#written.of(packet);
    if (!pattern) {
      writeToStream(packet, this.#sink as never, this.#options);
      return;
    }
    this.#room(pattern.sizeWith(packet));
    this.#size = pattern.write(packet, this.#octets, this.#size);
  }

  #room(more: number): void {
    if (this.#size + more <= this.#octets.length) return;
    const grown = new Uint8Array(Math.max(this.#size + more, this.#octets.length * 2));
    grown.set(this.#octets.subarray(0, this.#size));
    this.#octets = grown;
  }
}
