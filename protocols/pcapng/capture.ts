// What a capture file holds: frames, what is said of them and of where they are from, and what could not be read.
import type { Frame } from "../packet/index.ts";
import { type Malformed, Truncated, type Value } from "../wire/index.ts";
import type { interfaceDescription, interfaceStatistics, sectionHeader } from "./format.ts";

/** A frame, and where it lies in the file. It keeps alive the octets around it, up to 64 MiB: copy what is to stay. */
export interface RecordedFrame extends Frame {
  /** Of an interface's point of view, where the capture says so. */
  readonly direction: "in" | "out" | undefined;
  /** Where its block (or record) begins in the file. */
  readonly at: number;
}

/**
 * Asked of each frame before it is made: one that is not wanted is passed over, and counts. Offsets are those of
 * `view`; `number` counts from 1.
 */
export type Wants = (view: DataView, start: number, end: number, linkType: number, number: number) => boolean;

/** What a capture says besides frames, as it is met: always before the frames that it is about. `at`: offset in the file. */
export type Met = Section | Interface | Names | Secrets | Statistics | Other | Damage;

/** A pcapng section, or a classic pcap file as a whole. */
export interface Section {
  readonly kind: "section";
  readonly at: number;
  readonly format: "pcapng" | "pcap";
  readonly little: boolean;
  /** Of the format: "1.0", "2.4". */
  readonly version: string;
  readonly comments: readonly string[];
  readonly hardware?: string;
  readonly system?: string;
  readonly application?: string;
  /** All that is said of a pcapng section. */
  readonly options: Value<typeof sectionHeader>["options"];
}

export interface Interface {
  readonly kind: "interface";
  readonly at: number;
  /** Counted from 0 over all sections: `Frame.interface`. */
  readonly number: number;
  readonly linkType: number;
  /** Octets kept of each packet; 0: all. */
  readonly snapLength: number;
  /** "10^-6 s". */
  readonly resolution: string;
  readonly comments: readonly string[];
  readonly name?: string;
  readonly description?: string;
  /** All that is said of a pcapng interface. */
  readonly options: Value<typeof interfaceDescription>["options"];
}

/** Names of one address: "192.168.1.3", ["jorge-pc", "broker.lan"]. A MAC address is written "02:00:00:00:00:01". */
export interface NameEntry {
  readonly address: string;
  readonly names: readonly string[];
}

export interface Names {
  readonly kind: "names";
  readonly at: number;
  readonly entries: readonly NameEntry[];
}

export interface Secrets {
  readonly kind: "secrets";
  readonly at: number;
  /** One of `SecretsType`, or a number not known. */
  readonly type: number;
  readonly octets: Uint8Array;
  /** The text of a TLS key log. */
  readonly keylog?: string;
}

/** What an interface counted, as far as it says. Times in nanoseconds since the Unix epoch. */
export interface Statistics {
  readonly kind: "statistics";
  readonly at: number;
  readonly interface: number;
  readonly time: bigint;
  readonly start?: bigint;
  readonly end?: bigint;
  readonly received?: bigint;
  readonly dropped?: bigint;
  readonly options: Value<typeof interfaceStatistics>["options"];
}

/** A block that only its maker can read, as it is in the file. */
export interface Other {
  readonly kind: "other";
  readonly at: number;
  readonly type: number;
  readonly octets: Uint8Array;
}

/** Something could not be read. What came before it has been handed over; what follows is, where it can be found. */
export class Damage {
  readonly kind = "damage";

  constructor(
    /** Offsets are those of the file. Truncated, with octets wanted and left, if the file ends too early. */
    readonly error: Malformed,
    /** "enhanced packet block", "record", "file header". */
    readonly what: string,
    /** Which block (record) it is, counted from 1. */
    readonly block: number,
    /** Where the block begins in the file. */
    readonly at: number,
    /** Whether reading ended here. */
    readonly final: boolean,
  ) {}

  /** Whether the file ends within the block. */
  get truncated(): boolean {
    return this.final && this.error instanceof Truncated;
  }

  /** One sentence: what is wrong, where, and what becomes of the rest. */
  toString(): string {
    const where = `${this.what} ${this.block}, at octet ${this.at}`;
    if (this.truncated) {
      const { wanted, left } = this.error as Truncated;
      return `The file is cut short in ${where}: ${wanted} octets wanted, ${left} left.`;
    }
    const why = `${this.error.path ? `${this.error.path}: ` : ""}${this.error.reason}`;
    const rest = this.final ? "; nothing after it can be read" : "";
    return `Damaged ${where}: ${why} (at octet ${this.error.at})${rest}.`;
  }
}

/** The file, or pipe, is not a capture that can be read at all. Its message is one sentence: what, where, what next. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  constructor(
    /** The path, or what else the source is called. */
    readonly where: string,
    /** "is a directory". */
    readonly what: string,
    /** "name a file in it". */
    readonly next: string,
  ) {
    super(`${where} ${what}; ${next}.`);
  }
}
