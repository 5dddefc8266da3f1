// A glance at a frame: its usual headers at their fixed places, enough to tell whose conversation it is.
import { format as ethernet, tag } from "../ethernet/format.ts";
import { EtherType, longestLength } from "../ethernet/types.ts";
import { format as ipv4 } from "../ipv4/format.ts";
import { IpProtocol } from "../ipv4/protocols.ts";
import { format as ipv6 } from "../ipv6/format.ts";
import { format as tcp } from "../tcp/format.ts";
import { format as udp } from "../udp/format.ts";
import { offsetOf } from "../wire/index.ts";

const ETHERNET = 1;
/** EtherTypes of VLAN tags. */
export const tags: ReadonlySet<number> = new Set([EtherType.VLAN, EtherType.QinQ, 0x9100]);

// Offsets, by the descriptions.
const frameType = offsetOf(ethernet, "type");
const frameOctets = frameType + 2;
const tagType = offsetOf(tag, "type");
const tagOctets = tag.width! / 8;
const v4 = {
  totalLength: offsetOf(ipv4, "totalLength"),
  fragment: offsetOf(ipv4, "fragment"),
  protocol: offsetOf(ipv4, "protocol"),
  source: offsetOf(ipv4, "source"),
  destination: offsetOf(ipv4, "destination"),
  octets: offsetOf(ipv4, "destination") + 4,
} as const;
const v6 = {
  payloadLength: offsetOf(ipv6, "payloadLength"),
  nextHeader: offsetOf(ipv6, "nextHeader"),
  source: offsetOf(ipv6, "source"),
  octets: offsetOf(ipv6, "destination") + 16,
} as const;
const segment = {
  sequence: offsetOf(tcp, "sequence"),
  control: offsetOf(tcp, "control"),
  octets: offsetOf(tcp, "urgent") + 2,
} as const;
const sourcePort = offsetOf(udp, "sourcePort");
const destinationPort = offsetOf(udp, "destinationPort");
const datagramLength = offsetOf(udp, "length");
const datagramOctets = udp.width! / 8;
const SYN = 2;

/** One is enough for a whole capture: `look` tells it anew what it saw. */
export class Glance {
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the frame begins and ends. */
  frame = 0;
  frameEnd = 0;
  /** False: it is not all where it usually is, as in fragments and tunnels; nothing else here counts then. */
  sure = false;
  etherType = 0;
  /** Where each header begins; -1: there is none. */
  ipv4 = -1;
  ipv6 = -1;
  tcp = -1;
  udp = -1;
  sourcePort = 0;
  destinationPort = 0;
  /** What UDP or TCP carries. */
  payload = 0;
  end = 0;
  /** Of TCP, without the octet that a SYN counts as. */
  sequence = 0;
  opens = false;
  /** Alike for all packets of a conversation; of a packet without one its own. */
  pair = 0;
  way: 0 | 1 = 0;

  constructor(
    /** Numbers of protocols over IP, TCP and UDP aside, that somebody dissects. */
    readonly carried: ReadonlySet<number>,
    /** Ports of UDP where packets lie within packets. */
    readonly tunnels: ReadonlySet<number>,
  ) {}

  look(view: DataView, start: number, end: number, linkType: number, number: number): void {
    this.view = view;
    this.frame = start;
    this.frameEnd = end;
    this.ipv4 = this.ipv6 = this.tcp = this.udp = -1;
    this.payload = this.end = end;
    this.pair = Math.imul(number, 0x9e3779b1);
    this.sure = linkType === ETHERNET && end - start >= frameOctets && this.#link(start, end);
  }

  #link(start: number, end: number): boolean {
    const { view } = this;
    let type = view.getUint16(start + frameType);
    let at = start + frameOctets;
    while (tags.has(type)) {
      if (at + tagOctets > end) return false;
      type = view.getUint16(at + tagType);
      at += tagOctets;
    }
    this.etherType = type;
    if (type === EtherType.IPv4) return this.#ipv4(at, end);
    if (type === EtherType.IPv6) return this.#ipv6(at, end);
    return type > longestLength;
  }

  #ipv4(at: number, end: number): boolean {
    const { view } = this;
    if (at + v4.octets > end) return false;
    const start = view.getUint8(at);
    const header = (start & 15) * 4;
    const total = view.getUint16(at + v4.totalLength);
    // All but "don't fragment".
    const isPart = (view.getUint16(at + v4.fragment) & 0x3fff) !== 0;
    if (start >> 4 !== 4 || header < v4.octets || at + header > end || isPart) return false;
    if (total !== 0 && total < header) return false;
    this.ipv4 = at;
    const from = view.getUint32(at + v4.source);
    const to = view.getUint32(at + v4.destination);
    const last = total === 0 ? end : Math.min(end, at + total);
    return this.#transport(view.getUint8(at + v4.protocol), at + header, last, from, to);
  }

  #ipv6(at: number, end: number): boolean {
    const { view } = this;
    if (at + v6.octets > end || view.getUint8(at) >> 4 !== 6) return false;
    const next = view.getUint8(at + v6.nextHeader);
    if (next !== IpProtocol.TCP && next !== IpProtocol.UDP) return false;
    this.ipv6 = at;
    const length = view.getUint16(at + v6.payloadLength);
    const body = at + v6.octets;
    const last = length === 0 ? end : Math.min(end, body + length);
    const source = at + v6.source;
    return this.#transport(next, body, last, this.#folded(source), this.#folded(source + 16));
  }

  /** Sixteen octets as a number of 32 bits, alike for the same address. */
  #folded(at: number): number {
    const { view } = this;
    let number = view.getUint32(at);
    for (let i = 4; i < 16; i += 4) number = Math.imul(number, 0x01000193) ^ view.getUint32(at + i);
    return number;
  }

  #transport(protocol: number, at: number, end: number, from: number, to: number): boolean {
    const { view } = this;
    const isTcp = protocol === IpProtocol.TCP;
    if (!isTcp && protocol !== IpProtocol.UDP) return !this.carried.has(protocol);
    if (at + (isTcp ? segment.octets : datagramOctets) > end) return false;
    this.sourcePort = view.getUint16(at + sourcePort);
    this.destinationPort = view.getUint16(at + destinationPort);
    if (isTcp) {
      const control = view.getUint16(at + segment.control);
      const header = (control >> 12) * 4;
      if (header < segment.octets || at + header > end) return false;
      this.tcp = at;
      this.opens = (control & SYN) !== 0;
      this.sequence = (view.getUint32(at + segment.sequence) + (this.opens ? 1 : 0)) >>> 0;
      this.payload = at + header;
    } else {
      if (this.tunnels.has(this.sourcePort) || this.tunnels.has(this.destinationPort)) return false;
      this.udp = at;
      this.payload = at + datagramOctets;
    }
    const length = isTcp ? 0 : view.getUint16(at + datagramLength);
    this.end = length === 0 ? end : Math.max(this.payload, Math.min(end, at + length));
    const here = mixed(from, this.sourcePort);
    const there = mixed(to, this.destinationPort);
    this.way = here < there ? 0 : 1;
    this.pair = Math.imul((here + there) ^ Math.imul(here ^ there, 0x85ebca6b) ^ protocol, 0xc2b2ae35);
    return true;
  }
}

const mixed = (address: number, port: number): number => {
  const number = Math.imul(address ^ Math.imul(port, 0x9e3779b1), 0x85ebca6b);
  return number ^ (number >>> 13);
};
