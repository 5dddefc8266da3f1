// Writes pcapng as it is recorded (draft-ietf-opsawg-pcapng): whole blocks, nanosecond times, any number of interfaces.

import { addressOctets } from "../ipv6/address.ts";
import { type Draft, Unwritable, Writer } from "../wire/index.ts";
import { mostBlockOctets, spanOf } from "./block.ts";
import type { NameEntry } from "./capture.ts";
import { type BlockDraft, BlockType, block, SecretsType, type sectionHeader } from "./format.ts";
import { TimeScale } from "./time.ts";

/** What is said of the whole recording: who made it, on what. */
export interface SectionNotes {
  readonly application?: string;
  readonly comment?: string;
  readonly hardware?: string;
  /** Octet order of the numbers; little-endian by default. */
  readonly little?: boolean;
  /** Whatever else a section can say, as described. */
  readonly options?: Draft<typeof sectionHeader>["options"];
}

export interface InterfaceNotes {
  /** "eth0". */
  readonly name: string;
  readonly description?: string;
  /** 1: Ethernet. */
  readonly linkType: number;
  /** Octets kept of each packet; 0, the default: all. */
  readonly snapLength?: number;
}

export interface PacketNotes {
  /** Octets on the wire, if more than were captured. */
  readonly originalLength?: number;
  readonly comments?: readonly string[];
  readonly direction?: "in" | "out";
}

/** What an interface counted. Times in nanoseconds since the Unix epoch. */
export interface StatisticsNotes {
  readonly time: bigint;
  readonly received: number | bigint;
  readonly dropped: number | bigint;
  readonly start?: bigint;
  readonly end?: bigint;
}

/**
 * Writes a capture. Blocks are gathered and handed to `sink` several at a time, always whole, so that what has been
 * handed over is a good file at any moment. The octets remain the writer's: the sink has done with them, or has
 * copied them, when it returns. What can't be written is Unwritable and leaves no trace.
 */
export class CaptureWriter {
  /** Blocks so far that the sink has not. */
  #octets = new Uint8Array(gatheredOctets);
  #view = new DataView(this.#octets.buffer);
  #filled = 0;
  #interfaces = 0;
  #little = true;

  /** Octet order of the section's numbers. */
  get little(): boolean {
    return this.#little;
  }

  constructor(
    readonly sink: (octets: Uint8Array) => void,
    notes: SectionNotes = {},
  ) {
    this.block({
      type: BlockType["section header"],
      order: notes.little === false ? "big-endian" : "little-endian",
      options: [
        ...option(1, notes.comment),
        ...option(2, notes.hardware),
        ...option(4, notes.application),
        ...(notes.options ?? []),
      ],
    });
  }

  /** Declares an interface; returns its number, counted from 0. Its times are in nanoseconds. */
  interface(notes: InterfaceNotes): number {
    this.block({
      type: BlockType["interface description"],
      linkType: notes.linkType,
      snapLength: notes.snapLength ?? 0,
      options: [
        { code: 2, value: notes.name },
        ...option(3, notes.description),
        { code: 9, value: TimeScale.nanoseconds.resolution },
      ],
    });
    return this.#interfaces - 1;
  }

  /** Records a packet. `time`: nanoseconds since the Unix epoch. */
  packet(on: number, time: bigint, octets: Uint8Array, notes?: PacketNotes): void {
    this.#refuseUnknown(on);
    const captured = octets.length;
    const originalLength = notes?.originalLength ?? captured;
    if (!(originalLength >= captured && originalLength <= 0xffff_ffff))
      throw new Unwritable(`an original length of ${originalLength} for ${captured} captured octets`);
    if (!notes?.comments?.length && !notes?.direction) {
      this.#plainPacket(on, time, octets, originalLength);
      return;
    }
    const { comments = [], direction } = notes;
    this.block({
      type: BlockType["enhanced packet"],
      interface: on,
      time,
      originalLength,
      octets,
      options: [
        ...comments.map(comment => ({ code: 1 as const, value: comment })),
        ...option(2, direction && { direction: direction === "in" ? 1 : 2 }),
      ],
    });
  }

  /** Names that readers shall see for addresses, IPv4 and IPv6. @throws RangeError if it is neither */
  names(entries: readonly NameEntry[]): void {
    const records = entries.map(({ address: text, names }) => {
      const address = addressOctets(text);
      if (names.length === 0 || names.includes("")) throw new Unwritable(`an empty name for ${text}`);
      const value = { address, names: [...names] };
      return address.length === 4 ? { code: 1 as const, value } : { code: 2 as const, value };
    });
    this.block({ type: BlockType["name resolution"], records, options: [] });
  }

  /** TLS secrets in the key log format. Some readers use them only for what comes after. */
  secrets(keylog: string): void {
    this.block({
      type: BlockType["decryption secrets"],
      kind: SecretsType["TLS key log"],
      octets: new TextEncoder().encode(keylog),
      options: [],
    });
  }

  statistics(on: number, notes: StatisticsNotes): void {
    this.block({
      type: BlockType["interface statistics"],
      interface: on,
      time: notes.time,
      options: [
        ...option(2, notes.start),
        ...option(3, notes.end),
        { code: 4, value: BigInt(notes.received) },
        { code: 5, value: BigInt(notes.dropped) },
      ],
    });
  }

  /** Any block. A section header begins a new section, without interfaces. */
  block(draft: BlockDraft): void {
    const { type } = draft as { type: number };
    if (type === BlockType["enhanced packet"] || type === BlockType["interface statistics"])
      this.#refuseUnknown((draft as { interface: number }).interface);
    const to = new Writer(undefined, 256);
    to.little = this.#little;
    block.write(to, draft);
    this.copy(to.written());
    if (type === BlockType["section header"]) {
      this.#little = to.little;
      this.#interfaces = 0;
    }
    if (type === BlockType["interface description"]) this.#interfaces++;
  }

  /** A block that is written already, in this section's octet order. */
  copy(written: Uint8Array): void {
    const at = this.#room(written.length);
    this.#octets.set(written, at);
    this.#filled = at + written.length;
  }

  /** Hands over what has gathered. */
  flush(): void {
    if (this.#filled === 0) return;
    const gathered = this.#octets.subarray(0, this.#filled);
    this.#filled = 0;
    this.sink(gathered);
  }

  /** An enhanced packet without options by hand: what a recorder writes by the million. */
  #plainPacket(on: number, time: bigint, octets: Uint8Array, originalLength: number): void {
    if (BigInt.asUintN(64, time) !== time) throw new Unwritable(`${time} does not fit 64 bits, unsigned`);
    const captured = octets.length;
    const length = 32 + spanOf(captured);
    const at = this.#room(length);
    const view = this.#view;
    const little = this.#little;
    halves.setBigUint64(0, time);
    // The last 32 bits of the packet may be padding, and the room has been used before.
    view.setUint32(at + length - 8, 0);
    view.setUint32(at, BlockType["enhanced packet"], little);
    view.setUint32(at + 4, length, little);
    view.setUint32(at + 8, on, little);
    view.setUint32(at + 12, halves.getUint32(0), little);
    view.setUint32(at + 16, halves.getUint32(4), little);
    view.setUint32(at + 20, captured, little);
    view.setUint32(at + 24, originalLength, little);
    this.#octets.set(octets, at + 28);
    view.setUint32(at + length - 4, length, little);
    this.#filled = at + length;
  }

  /** Where the next `size` octets go; what has gathered is handed over if they don't fit behind it. */
  #room(size: number): number {
    if (size > mostBlockOctets)
      throw new Unwritable(`a block of ${size} octets, where readers take ${mostBlockOctets}`);
    if (this.#filled + size > this.#octets.length) this.flush();
    if (size > this.#octets.length) {
      this.#octets = new Uint8Array(size);
      this.#view = new DataView(this.#octets.buffer);
    }
    return this.#filled;
  }

  #refuseUnknown(on: number): void {
    if (!(Number.isInteger(on) && on >= 0 && on < this.#interfaces))
      throw new Unwritable(`interface ${on}, where ${this.#interfaces || "none"} are declared`);
  }
}

/** Handed over at once: large enough that the system calls don't count. */
const gatheredOctets = 256 * 1024;
/** Parts a time without making bigints of its halves. */
const halves = new DataView(new ArrayBuffer(8));

/** None, or one. */
const option = <const C extends number, V>(code: C, value: V | undefined): { code: C; value: V }[] =>
  value === undefined ? [] : [{ code, value }];
