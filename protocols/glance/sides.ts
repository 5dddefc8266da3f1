// Conversations as a packet list needs them: found by numbers, their ends spelt once, the streams put in order.
import { format as ipv6 } from "../ipv6/format.ts";
import { sayColonHex } from "../ipv6/line.ts";
import { Held } from "../packet/held.ts";
import { Line, octetsOf } from "../packet/line.ts";
import type { Registry } from "../packet/registry.ts";
import { Table } from "../packet/table.ts";
import { Track } from "../tcp/track.ts";
import { offsetOf } from "../wire/index.ts";
import { Flow } from "./flow.ts";
import type { Header } from "./header.ts";

/** Columns that an address takes at least. */
export const endWidth = 15;

/** One way of a conversation, and what a list says of its ends: `text` is shared with others. */
export class Side {
  other: Side | undefined;
  #forgotten = false;

  constructor(
    public flow: Flow,
    public way: 0 | 1,
    readonly text: Uint8Array,
    /** Where "10.0.0.1        → 10.0.0.2       " begins in it, and where that ends. */
    readonly ends: number,
    readonly endsEnd: number,
    /** Where "57102 → 8884", which follows, ends. */
    readonly portsEnd: number,
  ) {}

  /** The connection lets go of what it holds once neither side is known any more. */
  forget(): void {
    this.#forgotten = true;
    if (!this.other || this.other.#forgotten) this.flow.release();
  }
}

/** So many ways are remembered; what was silent while twice as many spoke begins anew. */
const mostSides = 1 << 14;
const mostAddresses = 1 << 14;
/** Texts of sides lie together; they go when the last of these sides does. */
const textOctets = 1 << 16;
const mostTextOctets = 256;

export class Sides {
  readonly #known = new Table<Side>(mostSides, side => side.forget());
  readonly #addresses = new Table<number>(mostAddresses);
  readonly #held = new Held();
  #numbered = 0;
  #text = new Line(textOctets);

  constructor(readonly registry: Registry) {}

  /** A number for the IPv6 address at `at`: the same as long as it is in use. */
  number(view: DataView, at: number): number {
    const a = view.getInt32(at);
    const b = view.getInt32(at + 4);
    const c = view.getInt32(at + 8);
    const d = view.getInt32(at + 12);
    let number = this.#addresses.find(a, b, c, d);
    if (number === undefined) {
      number = this.#numbered++;
      this.#addresses.set(a, b, c, d, number);
    }
    return number;
  }

  /** `ip`: where the header lies that has the addresses. `family`: 0 of IPv4, 1 of IPv6. */
  tcp(view: DataView, here: number, there: number, family: 0 | 1, ip: number, header: Header): Side {
    const ports = (header.sourcePort << 16) | header.destinationPort;
    const { syn, ack } = header;
    let side = this.#known.find(here, there, ports, family);
    if (!side) {
      const first = this.#known.find(there, here, turned(ports), family);
      const answers = syn && ack;
      const flow = first?.flow ?? this.#connection(ports, false);
      const way = first ? (first.way === 0 ? 1 : 0) : answers ? 1 : 0;
      side = this.#add(view, here, there, ports, family, ip, flow, first, way);
      if (!first) return side;
    }
    if (syn && !ack && !(side.way === 0 && !side.flow.directions[0].differs(header))) this.#anew(side, ports);
    return side;
  }

  #add(
    view: DataView,
    here: number,
    there: number,
    ports: number,
    family: 0 | 1,
    ip: number,
    flow: Flow,
    other: Side | undefined,
    way: 0 | 1,
  ): Side {
    if (this.#text.size + mostTextOctets > textOctets) this.#text = new Line(textOctets);
    const text = this.#text;
    const start = text.size;
    sayEnds(text, view, here, there, family, ip);
    const endsEnd = text.size;
    sayPorts(text, ports);
    const side = new Side(flow, way, text.octets, start, endsEnd, text.size);
    if (other) {
      side.other = other;
      other.other = side;
    }
    this.#known.set(here, there, ports, family, side);
    return side;
  }

  #connection(ports: number, reused: boolean): Flow {
    return new Flow(this.registry, ports, new Track(reused), this.#held);
  }

  /** A new connection between the same ends: this side opens it. */
  #anew(side: Side, ports: number): void {
    side.flow.release();
    side.flow = this.#connection(ports, true);
    side.way = 0;
    if (!side.other) return;
    side.other.flow = side.flow;
    side.other.way = 1;
  }
}

/** "10.0.0.1        → 10.0.0.2       ", with a space on either side. */
export function sayEnds(
  to: Line,
  view: DataView,
  here: number,
  there: number,
  family: 0 | 1,
  ip: number,
): void {
  const start = to.size;
  to.octet(0x20);
  if (family === 1) sayColonHex(to, view, ip + source6);
  else to.dotted(here);
  pad(to, start + 1 + endWidth);
  to.copy(arrow);
  const middle = to.size;
  if (family === 1) sayColonHex(to, view, ip + destination6);
  else to.dotted(there);
  pad(to, middle + endWidth);
  to.octet(0x20);
}

/** "57102 → 8884" */
export function sayPorts(to: Line, ports: number): void {
  to.number(ports >>> 16);
  to.copy(arrow);
  to.number(ports & 0xffff);
}

const arrow = octetsOf(" → ");
const source6 = offsetOf(ipv6, "source");
const destination6 = offsetOf(ipv6, "destination");

const turned = (ports: number): number => (ports << 16) | (ports >>> 16);

function pad(text: Line, until: number): void {
  while (text.size < until) text.octet(0x20);
}
