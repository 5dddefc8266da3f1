// Classic capture files (draft-ietf-opsawg-pcap): a header, and records with microseconds or nanoseconds.
import {
  bits,
  Derived,
  i32,
  leaf,
  Malformed,
  many,
  preset,
  Reader,
  rest,
  sized,
  struct,
  Truncated,
  u16,
  u32,
} from "../wire/index.ts";
import { mostBlockOctets } from "./block.ts";
import { Damage, type Met, type RecordedFrame, type Wants } from "./capture.ts";
import type { CaptureParser } from "./parser.ts";
import { type Clock, Recorded } from "./recorded.ts";

/** What the first four octets say: the unit of the fractions of a second, and the octet order of all numbers. */
interface Magic {
  readonly unit: "microseconds" | "nanoseconds";
  readonly little: boolean;
}

const numbers = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d } as const;

/** What a file begins with, if it is one; `undefined` if not. */
export function magicOf(view: DataView, at: number): Magic | undefined {
  for (const little of [true, false])
    for (const unit of ["microseconds", "nanoseconds"] as const)
      if (view.getUint32(at, little) === numbers[unit]) return { unit, little };
  return undefined;
}

/** Sets the octet order for all that follows. */
const magic = leaf<Magic>(
  32,
  from => {
    const at = from.take(4);
    const found = magicOf(from.view, at);
    if (!found) throw new Malformed(at, "not the magic number of a classic capture file");
    from.little = found.little;
    return found;
  },
  (to, { unit, little }) => {
    to.little = little;
    to.u32(numbers[unit]);
  },
).with({ show: ({ unit, little }) => `${unit}, ${little ? "little" : "big"}-endian` });

/** draft-ietf-opsawg-pcap §4. */
export const fileHeader = struct({
  magic,
  major: preset(u16, 2),
  minor: preset(u16, 4),
  zone: preset(i32, 0).with({ label: "Time zone correction", unit: "s" }),
  accuracy: preset(u32, 0),
  snapLength: u32.with({ unit: "octets" }),
  link: bits({ fcsLength: 4, reserved: 1, fcsPresent: 1, reservedToo: 10, type: 16 }),
});

/** §5. The fraction is in the header's unit. */
export const record = struct({
  seconds: u32.with({ unit: "s" }),
  fraction: u32,
  capturedLength: new Derived(u32.with({ unit: "octets" }), whole => whole.octets.length),
  originalLength: u32.with({ unit: "octets" }),
  octets: sized("capturedLength", (length: number) => length, rest),
});

/** A whole file. */
export const classicFile = struct({ header: fileHeader, records: many(record) });

const headerOctets = fileHeader.width! / 8;
const recordOctets = 16;
const nanosecondsASecond = 1_000_000_000;
const noComments: readonly string[] = [];

/** Seconds, and a fraction in a unit of so many nanoseconds. */
const clockOf = (unit: number): Clock => ({
  nanosecondsOf: (seconds, fraction) =>
    BigInt(seconds) * BigInt(nanosecondsASecond) + BigInt(fraction) * BigInt(unit),
  between: (seconds, fraction, toSeconds, toFraction) =>
    (toSeconds - seconds) * nanosecondsASecond + (toFraction - fraction) * unit,
});
const clocks = { microseconds: clockOf(1000), nanoseconds: clockOf(1) } as const;

export class PcapParser implements CaptureParser {
  at = 0;
  wanted = headerOctets;
  stopped = false;

  #view: DataView = new DataView(new ArrayBuffer(0));
  #base = 0;
  #little = false;
  #clock = clocks.nanoseconds;
  #linkType = 0;
  /** Until version 2.3 the two lengths stood the other way round, in 2.3 in some files. */
  #swapped: "never" | "perhaps" | "always" = "never";
  #frames = 0;

  constructor(
    readonly meet: (met: Met) => void,
    readonly wants?: Wants,
  ) {}

  see(view: DataView, base: number): void {
    this.#view = view;
    this.#base = base;
  }

  next(): RecordedFrame | undefined {
    if (this.stopped || (this.at === 0 && !this.#header())) return undefined;
    const view = this.#view;
    const little = this.#little;
    for (;;) {
      const at = this.at - this.#base;
      const left = view.byteLength - at;
      this.wanted = recordOctets;
      if (left < recordOctets) return undefined;
      let captured = view.getUint32(at + 8, little);
      let original = view.getUint32(at + 12, little);
      if (this.#swapped === "always" || (this.#swapped === "perhaps" && captured > original))
        [captured, original] = [original, captured];
      if (captured > mostBlockOctets) {
        this.#stop(at + 8, `${captured} octets captured, more than ${mostBlockOctets}`, "record");
        return undefined;
      }
      this.wanted = recordOctets + captured;
      if (left < this.wanted) return undefined;
      this.at += this.wanted;
      const start = at + recordOctets;
      const end = start + captured;
      const number = ++this.#frames;
      if (this.wants && !this.wants(view, start, end, this.#linkType, number)) continue;
      return new Recorded(
        number,
        this.#clock,
        view.getUint32(at, little),
        view.getUint32(at + 4, little),
        view,
        start,
        end,
        original,
        this.#linkType,
        0,
        noComments,
        undefined,
        this.#base + at,
      );
    }
  }

  end(size: number): void {
    if (this.stopped || this.at === size) return;
    this.stopped = true;
    const what = this.at === 0 ? "file header" : "record";
    const error = new Truncated(this.at, this.wanted, size - this.at);
    this.meet(new Damage(error, what, this.#frames + 1, this.at, true));
  }

  #header(): boolean {
    if (this.#view.byteLength < headerOctets) return false;
    const from = new Reader(this.#view, 0, headerOctets);
    const { magic, major, minor, snapLength, link } = fileHeader.read(from);
    if (major !== 2) {
      this.#stop(4, `version ${major}.${minor}, where 2.4 is known`, "file header");
      return false;
    }
    this.at = headerOctets;
    this.#little = magic.little;
    this.#clock = clocks[magic.unit];
    this.#linkType = link.type;
    this.#swapped = minor < 3 ? "always" : minor === 3 ? "perhaps" : "never";
    this.meet({
      kind: "section",
      at: 0,
      format: "pcap",
      little: magic.little,
      version: `${major}.${minor}`,
      comments: [],
      options: [],
    });
    this.meet({
      kind: "interface",
      at: 0,
      number: 0,
      linkType: link.type,
      snapLength,
      resolution: magic.unit === "nanoseconds" ? "10^-9 s" : "10^-6 s",
      comments: [],
      options: [],
    });
    return true;
  }

  #stop(at: number, reason: string, what: string): void {
    this.stopped = true;
    const error = new Malformed(this.#base + at, reason);
    this.meet(new Damage(error, what, this.#frames + 1, this.at, true));
  }
}
