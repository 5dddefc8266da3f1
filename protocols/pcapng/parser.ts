// Reads the blocks of a pcapng file as they come into view: packets by hand, for there are millions; all else as described.
import { type Codec, Malformed, malformations, nameOf, optionOf, Reader, Truncated } from "../wire/index.ts";
import { isLittle, leastBlockOctets, mostBlockOctets, sectionType, spanOf } from "./block.ts";
import { Damage, type Met, type RecordedFrame, type Wants } from "./capture.ts";
import {
  BlockType,
  decryptionSecrets,
  enhancedPacket,
  interfaceDescription,
  interfaceStatistics,
  nameResolution,
  sectionHeader,
} from "./format.ts";
import {
  commentsOf,
  directionOf,
  interfaceOf,
  namesOf,
  secretsOf,
  sectionOf,
  statisticsOf,
} from "./metadata.ts";
import { Recorded } from "./recorded.ts";
import { TimeScale } from "./time.ts";

/** Reads a capture through a window that is moved along it. */
export interface CaptureParser {
  /** Offset in the file of the block that is read next. */
  readonly at: number;
  /** Octets that must be in view from there on for `next` to get further. */
  readonly wanted: number;
  /** Nothing further can be read. */
  readonly stopped: boolean;
  /** Moves the window: `view` begins at offset `base` of the file. */
  see(view: DataView, base: number): void;
  /** The next frame that is whole in the window. */
  next(): RecordedFrame | undefined;
  /** The file ends at `size`, with the window: says what is missing. */
  end(size: number): void;
}

/** What packets need to know of their interface. */
interface Source {
  readonly number: number;
  readonly linkType: number;
  readonly snapLength: number;
  readonly scale: TimeScale;
}

/** Each takes memory for as long as the capture is read; the obsolete packet block could number no more. */
const mostInterfaces = 0x10000;
const enhancedPacketType = BlockType["enhanced packet"];
const packetOptions = enhancedPacket.shape.options;
const noComments: readonly string[] = [];
/** Simple packets have no time: they all are of the epoch. */
const noClock = new TimeScale(9);

export class PcapngParser implements CaptureParser {
  at = 0;
  wanted = leastBlockOctets;
  stopped = false;

  #view: DataView = new DataView(new ArrayBuffer(0));
  #base = 0;
  #little = false;
  /** Of this section; `undefined` where an interface's description could not be read. */
  #sources: (Source | undefined)[] = [];
  #interfaces = 0;
  #frames = 0;
  /** The block being read: its number, its type, and where it begins in the file. */
  #block = 0;
  #type = 0;
  #start = 0;

  constructor(
    readonly meet: (met: Met) => void,
    readonly wants?: Wants,
  ) {}

  see(view: DataView, base: number): void {
    this.#view = view;
    this.#base = base;
  }

  next(): RecordedFrame | undefined {
    while (!this.stopped) {
      const view = this.#view;
      const at = this.at - this.#base;
      const left = view.byteLength - at;
      this.wanted = leastBlockOctets;
      if (left < leastBlockOctets) return undefined;
      const type = view.getUint32(at, this.#little);
      this.#type = type;
      this.#start = this.at;
      if (type === sectionType && !this.#turn(at)) return undefined;
      const length = view.getUint32(at + 4, this.#little);
      const span = spanOf(length);
      if (length >= leastBlockOctets && span <= mostBlockOctets && left < span) {
        this.wanted = span;
        return undefined;
      }
      this.#block++;
      if (length < leastBlockOctets) {
        this.#stop(at + 4, `a block of ${length} octets, less than the ${leastBlockOctets} of any block`);
        return undefined;
      }
      this.at += span;
      if (span > mostBlockOctets) {
        this.#damaged(at + 4, `a block of ${length} octets, more than ${mostBlockOctets}: passed over`);
        continue;
      }
      const end = at + span - 4;
      const again = view.getUint32(end, this.#little);
      if (again !== length)
        this.#damaged(end, `a length of ${again} at the block's end, ${length} at its beginning`);
      const frame =
        type === enhancedPacketType
          ? this.#packet(at, end, view.getUint32(at + 8, this.#little))
          : this.#lessUsual(type, at, end);
      if (frame) return frame;
    }
    return undefined;
  }

  end(size: number): void {
    if (this.stopped || this.at === size) return;
    this.stopped = true;
    if (this.at > size) {
      this.#report(new Truncated(this.#start, this.at - this.#start, size - this.#start), true);
      return;
    }
    this.#block++;
    this.#start = this.at;
    const left = size - this.at;
    this.#type = left >= 4 ? this.#view.getUint32(this.at - this.#base, this.#little) : -1;
    this.#report(new Truncated(this.at, this.wanted, left), true);
  }

  /** Turns to the octet order of the section that begins here. */
  #turn(at: number): boolean {
    try {
      this.#little = isLittle(this.#view, at, this.#view.byteLength);
      return true;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#block++;
      this.#stop(error.at, error.reason);
      return false;
    }
  }

  /** Enhanced packets, and obsolete ones, which differ in nothing but the width of the interface's number. */
  #packet(at: number, end: number, on: number): RecordedFrame | undefined {
    const view = this.#view;
    const little = this.#little;
    const start = at + 28;
    if (start > end)
      return this.#damaged(at + 8, `${end - at - 8} octets where a packet has 20 before its own`);
    const source = this.#sources[on];
    if (!source) return this.#damaged(at + 8, this.#lacking(on));
    const captured = view.getUint32(at + 20, little);
    if (captured > end - start)
      return this.#damaged(at + 20, `${captured} octets captured where the block holds ${end - start}`);
    const number = ++this.#frames;
    if (this.wants && !this.wants(view, start, start + captured, source.linkType, number)) return undefined;
    const [high, low] = [view.getUint32(at + 12, little), view.getUint32(at + 16, little)];
    if (source.scale.offset < 0n) this.#notBefore1970(source, high, low, at + 12);
    const optionsAt = start + spanOf(captured);
    const options = optionsAt < end ? this.#described(packetOptions, optionsAt, end) : undefined;
    return new Recorded(
      number,
      source.scale,
      high,
      low,
      view,
      start,
      start + captured,
      view.getUint32(at + 24, little),
      source.linkType,
      source.number,
      options ? commentsOf(options) : noComments,
      options && directionOf(optionOf(options, 2)?.direction),
      this.#base + at,
    );
  }

  #simplePacket(at: number, end: number): RecordedFrame | undefined {
    const source = this.#sources[0];
    if (!source) return this.#damaged(at, this.#lacking(0));
    const start = at + 12;
    const original = start <= end ? this.#view.getUint32(at + 8, this.#little) : 0;
    const captured = source.snapLength === 0 ? original : Math.min(original, source.snapLength);
    if (captured > end - start)
      return this.#damaged(at + 8, `${captured} octets captured where the block holds ${end - start}`);
    return new Recorded(
      ++this.#frames,
      noClock,
      0,
      0,
      this.#view,
      start,
      start + captured,
      original,
      source.linkType,
      source.number,
      noComments,
      undefined,
      this.#base + at,
    );
  }

  #lessUsual(type: number, at: number, end: number): RecordedFrame | undefined {
    switch (type) {
      case BlockType.packet:
        return this.#packet(at, end, this.#view.getUint16(at + 8, this.#little));
      case BlockType["simple packet"]:
        return this.#simplePacket(at, end);
      case BlockType["section header"]:
        return this.#section(at + 8, end);
      case BlockType["interface description"]:
        return this.#interface(at + 8, end);
      case BlockType["name resolution"]:
        this.meet(namesOf(this.#start, this.#described(nameResolution, at + 8, end)));
        return undefined;
      case BlockType["interface statistics"]:
        return this.#statistics(at + 8, end);
      case BlockType["decryption secrets"]:
        return this.#secrets(at + 8, end);
      default:
        this.meet({ kind: "other", at: this.#start, type, octets: this.#octets(at + 8, end) });
        return undefined;
    }
  }

  #section(at: number, end: number): undefined {
    const said = this.#described(sectionHeader, at, end);
    if (said.major !== 1)
      return this.#stop(at + 4, `version ${said.major}.${said.minor} of pcapng, where 1.0 is known`);
    this.#sources = [];
    this.meet(sectionOf(this.#start, this.#little, said));
  }

  #interface(at: number, end: number): undefined {
    if (this.#interfaces === mostInterfaces)
      return this.#damaged(at, `more than ${mostInterfaces} interfaces: this one is left out`);
    const number = this.#interfaces++;
    const found = interfaceOf(this.#start, number, this.#described(interfaceDescription, at, end));
    // One that can't be read has a number all the same, and so have those after it.
    this.#sources.push(found && { ...found.met, scale: found.scale });
    if (found) this.meet(found.met);
  }

  #statistics(at: number, end: number): undefined {
    const said = this.#described(interfaceStatistics, at, end);
    if (said.interface === undefined) return;
    const source = this.#sources[said.interface];
    if (!source) return this.#damaged(at, this.#lacking(said.interface));
    this.meet(statisticsOf(this.#start, source, said));
  }

  #secrets(at: number, end: number): undefined {
    const secrets = secretsOf(this.#start, this.#described(decryptionSecrets, at, end));
    if (secrets) this.meet(secrets);
  }

  #notBefore1970({ scale }: Source, high: number, low: number, at: number): void {
    const time = scale.nanosecondsOf(high, low);
    if (time < 0n) this.#damaged(at, `a time before 1970, by ${-time} ns`);
  }

  /** What a block says. Of a malformed one, what could be read of it is kept, and the rest reported. */
  #described<V>(codec: Codec<V, never>, at: number, end: number): Described<V> {
    try {
      return codec.read(this.#reader(at, end)) as Described<V>;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      const tree = codec.dissect(this.#reader(at, end), "");
      for (const malformed of malformations(tree)) this.#report(this.#inFile(malformed));
      return tree.value as Described<V>;
    }
  }

  #reader(at: number, end: number): Reader {
    const from = new Reader(this.#view, at, end, at);
    from.little = this.#little;
    return from;
  }

  #octets(at: number, end: number): Uint8Array {
    return this.#reader(at, end).octets(end - at);
  }

  #lacking(on: number): string {
    return `interface ${on}, where the section describes ${this.#sources.length || "none"}`;
  }

  #inFile({ at, reason, path }: Malformed): Malformed {
    return Object.assign(new Malformed(this.#base + at, reason), { path });
  }

  /** `at` is in the window. */
  #damaged(at: number, reason: string): undefined {
    this.#report(new Malformed(this.#base + at, reason));
  }

  #stop(at: number, reason: string): undefined {
    this.stopped = true;
    this.#report(new Malformed(this.#base + at, reason), true);
  }

  #report(error: Malformed, final = false): void {
    this.meet(new Damage(error, whatOf(this.#type), this.#block, this.#start, final));
  }
}

/** A list may be short of malformed items, a structure of malformed fields. */
type Described<V> = V extends readonly unknown[] ? V : Partial<V>;

const whatOf = (type: number): string => {
  const name = nameOf(BlockType, type);
  return name ? `${name} block` : "block";
};
