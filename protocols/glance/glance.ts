// Packets at a glance: of each frame only what one line of a packet list shows, and no object for what it does not.
import { format as ethernet, tag as vlan } from "../ethernet/format.ts";
import { EtherType } from "../ethernet/types.ts";
import { format as ipv4 } from "../ipv4/format.ts";
import { IpProtocol } from "../ipv4/protocols.ts";
import { format as ipv6 } from "../ipv6/format.ts";
import { Held } from "../packet/held.ts";
import { Line, octetsOf } from "../packet/line.ts";
import type { Cut } from "../packet/messages.ts";
import type { Frame, Source } from "../packet/packet.ts";
import type { AnyProtocol, Glimpse, Way } from "../packet/protocol.ts";
import { type DecodeAs, Registry } from "../packet/registry.ts";
import { serviceOf } from "../packet/services.ts";
import type { Ordered } from "../packet/streams.ts";
import { Flag } from "../tcp/track.ts";
import { numbers, signs } from "../tcp/words.ts";
import { format as udp } from "../udp/format.ts";
import { Malformed, offsetOf, peek, Reader } from "../wire/index.ts";
import { conversationOf, type Flow, high, low } from "./flow.ts";
import { Header } from "./header.ts";
import { Sides, sayEnds, sayPorts } from "./sides.ts";

const at = {
  etherType: peek(ethernet, "type"),
  tagged: peek(vlan, "type"),
  version: peek(ipv4, "start.version"),
  headerLength: peek(ipv4, "start.headerLength"),
  totalLength: peek(ipv4, "totalLength"),
  moreFragments: peek(ipv4, "fragment.moreFragments"),
  fragmentOffset: peek(ipv4, "fragment.offset"),
  protocol: peek(ipv4, "protocol"),
  source: peek(ipv4, "source"),
  destination: peek(ipv4, "destination"),
  payloadLength: peek(ipv6, "payloadLength"),
  nextHeader: peek(ipv6, "nextHeader"),
  length: peek(udp, "length"),
};
const octetsOfEthernet = offsetOf(ethernet, "logicalLink");
const octetsOfTag = vlan.width! / 8;
const leastOctetsOfIpv4 = offsetOf(ipv4, "options");
const sourceOfIpv6 = offsetOf(ipv6, "source");
const destinationOfIpv6 = offsetOf(ipv6, "destination");
const octetsOfIpv6 = offsetOf(ipv6, "extensions");
const portsAt = offsetOf(udp, "sourcePort");
const octetsOfUdp = udp.width! / 8;

const linkEthernet = 1;
/** LINKTYPE_RAW in its spellings, and those of one family. */
const rawIp: ReadonlySet<number> = new Set([12, 14, 101, 228, 229]);

/** Columns of a line behind its time: protocol and length, at least. */
export const protocolWidth = 8;
export const lengthWidth = 5;

export interface GlanceOptions {
  readonly protocols: readonly AnyProtocol[];
  /** Bindings that go before those the protocols name. */
  readonly rules?: readonly DecodeAs[];
  /** Whether secrets are known by now: connections that begin then are not taken at a glance. */
  readonly secrets: () => boolean;
  /** Makes text from strangers fit to be shown. */
  readonly printable: (text: string) => string;
}

/** What a conversation's protocol, and its glance, know of it. */
interface Remembered {
  readonly memory: unknown;
  state: unknown;
}

/**
 * Takes the frames of a capture in their order. A frame that it can't tell is one for the dissector: link layers but
 * Ethernet and raw IP, IP with options, fragments, tunnels, and all that is neither TCP nor UDP.
 */
export class Glance implements Ordered, Cut, Glimpse {
  readonly #registry: Registry;
  readonly #sides: Sides;
  readonly #header = new Header();
  readonly #notes = new Line();
  readonly #datagrams = new Map<AnyProtocol, Remembered>();

  // The packet being looked at.
  #to = new Line();
  #frame!: Frame;
  /** Where the protocol column begins in the line, and what it says. */
  #columnAt = 0;
  #column = "";
  #flow!: Flow;
  #messages = 0;
  /** Whether a message could not even be cut from the stream. */
  #spoilt = false;
  #whole: Source = { title: "Frame", view: new DataView(new ArrayBuffer(0)), pieces: [] };

  // The message being said.
  source!: Source;
  start = 0;
  end = 0;
  packet = 0;
  way: Way = 0;

  constructor(readonly options: GlanceOptions) {
    this.#registry = new Registry(options.protocols, options.rules ?? []);
    this.#sides = new Sides(this.#registry);
  }

  /**
   * Adds ends, protocol, length and what the packet says to the line. `time`: nanoseconds since any moment, the same
   * for the whole capture. False: it can't be told at a glance, and nothing was added.
   */
  look(frame: Frame, time: number, to: Line): boolean {
    const { view, start, end, linkType } = frame;
    let begin = start;
    let type = 0;
    if (linkType === linkEthernet) {
      begin += octetsOfEthernet;
      if (begin > end) return false;
      type = at.etherType(view, start);
      while (type === EtherType.VLAN && begin + octetsOfTag <= end) {
        type = at.tagged(view, begin);
        begin += octetsOfTag;
      }
    } else if (rawIp.has(linkType) && begin < end)
      type = at.version(view, begin) === 6 ? EtherType.IPv6 : EtherType.IPv4;
    if (this.#whole.view !== view) this.#whole = { title: "Frame", view, pieces: [] };
    this.#frame = frame;
    this.#to = to;
    this.#spoilt = false;
    if (type === EtherType.IPv4) return this.#ipv4(view, begin, end, time);
    return type === EtherType.IPv6 && this.#ipv6(view, begin, end, time);
  }

  #ipv4(view: DataView, start: number, end: number, time: number): boolean {
    if (start + leastOctetsOfIpv4 > end) return false;
    const headerEnd = start + at.headerLength(view, start) * 4;
    const size = at.totalLength(view, start);
    // Options may hold anything.
    if (headerEnd !== start + leastOctetsOfIpv4 || (size < leastOctetsOfIpv4 && size > 0)) return false;
    if (at.version(view, start) !== 4 || at.moreFragments(view, start) || at.fragmentOffset(view, start))
      return false;
    const here = at.source(view, start) | 0;
    const there = at.destination(view, start) | 0;
    const protocol = at.protocol(view, start);
    // A packet without a length was recorded before the network card cut it.
    const whole = size === 0 ? end : start + size;
    if (protocol === IpProtocol.TCP)
      return this.#tcp(view, here, there, 0, start, headerEnd, whole, end, time);
    return protocol === IpProtocol.UDP && this.#udp(view, here, there, 0, start, headerEnd, whole, end);
  }

  #ipv6(view: DataView, start: number, end: number, time: number): boolean {
    const headerEnd = start + octetsOfIpv6;
    if (headerEnd > end || at.version(view, start) !== 6) return false;
    const protocol = at.nextHeader(view, start);
    const size = at.payloadLength(view, start);
    const whole = size === 0 ? end : headerEnd + size;
    if (protocol === IpProtocol.UDP) return this.#udp(view, 0, 0, 1, start, headerEnd, whole, end);
    if (protocol !== IpProtocol.TCP) return false;
    const here = this.#sides.number(view, start + sourceOfIpv6);
    const there = this.#sides.number(view, start + destinationOfIpv6);
    return this.#tcp(view, here, there, 1, start, headerEnd, whole, end, time);
  }

  /** `ip`: where its header lies; `whole`: where the packet ended on the wire; `end`: where the frame does. */
  #tcp(
    view: DataView,
    here: number,
    there: number,
    family: 0 | 1,
    ip: number,
    start: number,
    whole: number,
    end: number,
    time: number,
  ): boolean {
    const captured = Math.min(whole, end);
    const header = this.#header;
    if (!header.read(view, start, captured)) return false;
    header.length = whole - header.end;
    const side = this.#sides.tcp(view, here, there, family, ip, header);
    const { flow } = side;
    flow.glanced ??= !this.options.secrets();
    if (!flow.glanced) return false;
    const { track } = flow;
    track.observe(header, side.way, this.#frame.number, time);

    const to = this.#to;
    to.copy(side.text, side.ends, side.endsEnd);
    this.#columns();
    signs(to, track, side.way);
    const saidAt = to.size;
    this.way = side.way;
    this.#flow = flow;
    this.#messages = 0;
    this.#notes.clear();
    this.#segment(header, captured);
    if (this.#messages === 0) {
      const known = header.length > 0 && this.#notes.size === 0 && track.signs === 0;
      this.#column = known ? flow.service : "TCP";
      to.copy(side.text, side.endsEnd, side.portsEnd);
      numbers(to, header, track);
    }
    if (this.#notes.size > 0) to.insert(saidAt, this.#notes);
    this.#named();
    return true;
  }

  #udp(
    view: DataView,
    here: number,
    there: number,
    family: 0 | 1,
    ip: number,
    start: number,
    whole: number,
    end: number,
  ): boolean {
    const captured = Math.min(whole, end);
    const from = start + octetsOfUdp;
    if (from > captured) return false;
    const ports = view.getInt32(start + portsAt);
    const length = at.length(view, start);
    const last = length === 0 ? captured : Math.min(captured, start + Math.max(octetsOfUdp, length));
    const protocol = from < last ? this.#ofDatagram(view, ports, from, last) : undefined;
    // What carries others is for the dissector.
    if (protocol?.payload && !protocol.glance) return false;
    const to = this.#to;
    // Datagrams come two a conversation, or a few: to spell their ends is faster than to find them again.
    sayEnds(to, view, here, there, family, ip);
    this.#columns();
    if (protocol) {
      this.#messages = 0;
      this.way = 0;
      this.#say(protocol, this.#whole, from, last, this.#datagramsOf(protocol));
    } else {
      this.#column = from < last ? serviceOf("udp", low(ports), high(ports)) : "UDP";
      sayPorts(to, ports);
      to.text(" Len=");
      to.number(Math.max(0, length - octetsOfUdp));
    }
    this.#named();
    return true;
  }

  #ofDatagram(view: DataView, ports: number, start: number, end: number): AnyProtocol | undefined {
    const registry = this.#registry;
    return (
      registry.bound("udp.port", low(ports)) ??
      registry.bound("udp.port", high(ports)) ??
      registry.recognizedDatagram(view, start, end)
    );
  }

  /** What is remembered of datagrams: of each as if it were the first. */
  #datagramsOf(protocol: AnyProtocol): Remembered {
    let remembered = this.#datagrams.get(protocol);
    if (!remembered) {
      const conversation = conversationOf("udp", 0);
      remembered = {
        memory: protocol.glance?.memory("udp", new Held()),
        state: protocol.state?.(conversation),
      };
      this.#datagrams.set(protocol, remembered);
    }
    return remembered;
  }

  /** Room for the protocol, which is known only at the end, and the length. */
  #columns(): void {
    const to = this.#to;
    this.#columnAt = to.size;
    to.copy(blankColumn);
    to.number(this.#frame.originalLength, lengthWidth);
    to.octet(0x20);
  }

  #named(): void {
    const name = this.#column;
    let octets = columns.get(name);
    if (!octets) {
      octets = octetsOf(name);
      columns.set(name, octets);
    }
    const to = this.#to;
    if (octets.length > protocolWidth) to.reserveAt(this.#columnAt, octets.length - protocolWidth);
    for (let i = 0; i < octets.length; i++) to.octets[this.#columnAt + i] = octets[i]!;
  }

  /** TCP's octets, put in order with those before. */
  #segment(header: Header, captured: number): void {
    const flow = this.#flow;
    const own = this.way;
    if (header.flags & Flag.ack) {
      this.way = own === 0 ? 1 : 0;
      flow.directions[this.way].acknowledged(header.acknowledgment, this);
      this.way = own;
    }
    flow.directions[own].add(header, this.#whole, header.end, captured, this.#frame.number, this);
  }

  take(source: Source, start: number, end: number, packet: number): void {
    const flow = this.#flow;
    if (start >= end) return;
    if (!flow.bound) flow.recognized ??= this.#registry.recognized(source.view, start, end);
    const protocol = flow.bound ?? flow.recognized;
    if (!protocol) return;
    const before = this.#messages;
    flow.messages(protocol, this.way).feed(source, start, end, packet, this);
    if (this.#messages === before) this.#notes.text(`[part of a message of ${familyOf(protocol)}] `);
  }
  gap(missing: number): void {
    this.#flow.gap(missing, this.way, this);
  }
  /** What the track notices is said by it. */
  note(): void {}

  message(source: Source, start: number, end: number, malformed?: Malformed): void {
    const flow = this.#flow;
    const protocol = flow.bound ?? flow.recognized!;
    flow.remember(protocol);
    this.#say(protocol, source, start, end, flow, malformed);
  }
  passedOver(_source: Source, start: number, end: number): void {
    const family = familyOf(this.#flow.bound ?? this.#flow.recognized!);
    this.#notes.text(`[${end - start} octets of ${family} passed over: their beginning was not captured] `);
  }

  #say(
    protocol: AnyProtocol,
    source: Source,
    start: number,
    end: number,
    remembered: Remembered,
    malformed?: Malformed,
  ): void {
    const to = this.#to;
    const { glance } = protocol;
    const { memory } = remembered;
    if (this.#messages++ > 0) to.text(", ");
    this.source = source;
    this.start = start;
    this.end = end;
    this.packet = this.#frame.number;
    this.#column = familyOf(protocol);
    if (malformed) {
      to.text(`[Malformed: ${malformed.reason}]`);
      this.#spoilt = true;
    } else if (!glance?.say(this, to, memory)) to.text(this.#read(protocol, source, start, end, remembered));
    if (glance?.column) this.#column = glance.column(memory, this.#spoilt);
  }

  /** Of the whole value. */
  #read(protocol: AnyProtocol, { view }: Source, start: number, end: number, remembered: Remembered): string {
    const { state } = remembered;
    const reads = protocol.reads ? protocol.reads(state, this.way) : state;
    try {
      const value = protocol.format.read(new Reader(view, start, end, start, reads));
      if (protocol.after) remembered.state = protocol.after(value, state, this.way);
      if (protocol.column) this.#column = protocol.column(value, remembered.state);
      return this.options.printable(protocol.summary(value));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      if (protocol.column) this.#column = protocol.column(undefined, state);
      return `[Malformed: ${error.reason}]`;
    }
  }
}

const blankColumn = octetsOf(" ".repeat(protocolWidth + 1));
const columns = new Map<string, Uint8Array>();

const families = new Map<AnyProtocol, string>();
/** "MQTT" */
function familyOf(protocol: AnyProtocol): string {
  let family = families.get(protocol);
  if (family === undefined) {
    family = protocol.name.split(".")[0]!.toUpperCase();
    families.set(protocol, family);
  }
  return family;
}
