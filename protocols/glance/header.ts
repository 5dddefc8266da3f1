// A TCP header in numbers, read again and again into the same place.
import type { Segment as Numbers } from "../packet/protocol.ts";
import { format, TcpOption } from "../tcp/format.ts";
import { type Block, Flag, noBlocks, type Segment } from "../tcp/track.ts";
import { offsetOf, peek } from "../wire/index.ts";

const sourcePort = peek(format, "sourcePort");
const destinationPort = peek(format, "destinationPort");
const sequence = peek(format, "sequence");
const acknowledgment = peek(format, "acknowledgment");
const dataOffset = peek(format, "control.dataOffset");
const window = peek(format, "window");
const controlAt = offsetOf(format, "control");
const leastOctets = offsetOf(format, "options");
/** The nine control bits of the sixteen that they share with the data offset. */
const flagsMask = 0x1ff;
/** Two no-operations, then the timestamps: what nearly every segment has and nothing else (RFC 7323, appendix A). */
const aloneStamps = 0x0101080a;

export class Header implements Segment, Numbers {
  sourcePort = 0;
  destinationPort = 0;
  sequence = 0;
  acknowledgment = 0;
  flags = 0;
  window = 0;
  /** Octets of data on the wire; whoever reads the header sets it. */
  length = 0;
  /** Where the data begin. */
  end = 0;
  /** -1: the option is not there. */
  segmentSize = -1;
  shift = -1;
  permitted = false;
  sacked: readonly Block[] = noBlocks;
  stamped = false;
  stamp = 0;
  echo = 0;

  get syn(): boolean {
    return (this.flags & Flag.syn) !== 0;
  }
  get ack(): boolean {
    return (this.flags & Flag.ack) !== 0;
  }
  get fin(): boolean {
    return (this.flags & Flag.fin) !== 0;
  }
  get rst(): boolean {
    return (this.flags & Flag.rst) !== 0;
  }

  /** False: it is malformed. */
  read(view: DataView, start: number, end: number): boolean {
    if (start + leastOctets > end) return false;
    this.end = start + dataOffset(view, start) * 4;
    if (this.end > end || this.end < start + leastOctets) return false;
    this.sourcePort = sourcePort(view, start);
    this.destinationPort = destinationPort(view, start);
    this.sequence = sequence(view, start);
    this.acknowledgment = acknowledgment(view, start);
    this.flags = view.getUint16(start + controlAt) & flagsMask;
    this.window = window(view, start);
    this.shift = -1;
    this.segmentSize = -1;
    this.permitted = false;
    this.sacked = noBlocks;
    this.stamped = false;
    const at = start + leastOctets;
    if (this.end === at) return true;
    if (this.end === at + 12 && view.getUint32(at) === aloneStamps) {
      this.#stamps(view, at + 4);
      return true;
    }
    return this.#options(view, at);
  }

  #stamps(view: DataView, at: number): void {
    this.stamped = true;
    this.stamp = view.getUint32(at);
    this.echo = view.getUint32(at + 4);
  }

  #options(view: DataView, start: number): boolean {
    for (let at = start; at < this.end; ) {
      const kind = view.getUint8(at++);
      if (kind === 0) return true;
      if (kind === 1) continue;
      if (at >= this.end) return false;
      const size = view.getUint8(at++) - 2;
      if (size < 0 || at + size > this.end) return false;
      if (!this.#option(kind, view, at, size)) return false;
      at += size;
    }
    return true;
  }

  #option(kind: number, view: DataView, at: number, size: number): boolean {
    switch (kind) {
      case TcpOption["maximum segment size"]:
        if (size === 2) this.segmentSize = view.getUint16(at);
        return size === 2;
      case TcpOption["window scale"]:
        if (size === 1) this.shift = view.getUint8(at);
        return size === 1;
      case TcpOption["SACK permitted"]:
        this.permitted = true;
        return size === 0;
      case TcpOption.timestamps:
        if (size === 8) this.#stamps(view, at);
        return size === 8;
      case TcpOption.SACK:
        if (size % 8 === 0) this.#blocks(view, at, size);
        return size % 8 === 0;
      case TcpOption["user timeout"]:
        return size === 2;
      default:
        return true;
    }
  }

  #blocks(view: DataView, start: number, size: number): void {
    const sacked: Block[] = [];
    for (let at = start; at < start + size; at += 8)
      sacked.push({ left: view.getUint32(at), right: view.getUint32(at + 4) });
    this.sacked = sacked;
  }
}
