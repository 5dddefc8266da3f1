// One TCP connection as frames: what two kernels would have sent for what passes through the relay (RFC 9293).
import type { Endpoint } from "../../../protocols/endpoint/index.ts";
import { IpProtocol, parseIpv4 } from "../../../protocols/ipv4/index.ts";
import { type HeaderDraft, enclose as segmentOf, TcpOption } from "../../../protocols/tcp/index.ts";
import type { Lan } from "./lan.ts";
import type { Station } from "./station.ts";

/** What fits a frame: 1500 octets, less the headers of IPv4 and TCP (RFC 9293 §3.7.1). */
const segmentSize = 1460;
/** 64 240 octets at first, then 65 536: what Linux announces, more or less. */
const firstWindow = 44 * segmentSize;
const windowScale = 7;
const window = 65_536 >> windowScale;
/** A receiver acknowledges at least every second full segment (RFC 9293 §3.8.6.3). */
const segmentsAnAcknowledgment = 2;

/** 0: what the client sends; 1: what the server sends. */
export type Way = 0 | 1;
type Flags = Omit<HeaderDraft["control"], "dataOffset">;

interface Side {
  readonly station: Station;
  readonly end: Endpoint;
  /** The next sequence number it sends, and the last one that it has acknowledged. */
  sequence: number;
  acknowledged: number;
  finished: boolean;
}

export class Flow {
  readonly #sides: readonly [Side, Side];
  #over = false;

  constructor(
    readonly lan: Lan,
    client: { readonly station: Station; readonly end: Endpoint },
    server: { readonly station: Station; readonly end: Endpoint },
  ) {
    this.#sides = [sideOf(client), sideOf(server)];
  }

  /** The client asks; again with the same number if it has to repeat itself. */
  ask(): void {
    const [client, server] = this.#sides;
    if (this.lan.tape) this.#record(client, server, { syn: 1 }, nothing);
  }

  /** The server agrees, and the client confirms. */
  agree(): void {
    const [client, server] = this.#sides;
    client.sequence = (client.sequence + 1) >>> 0;
    this.#segment(server, client, { syn: 1, ack: 1 });
    this.#segment(client, server, { ack: 1 });
  }

  /** Nobody listens there (RFC 9293 §3.10.7.1). */
  refuse(): void {
    const [client, server] = this.#sides;
    client.sequence = (client.sequence + 1) >>> 0;
    server.sequence = 0;
    this.#segment(server, client, { rst: 1, ack: 1 });
    this.#over = true;
  }

  /** Octets go one way, in segments, and are acknowledged. */
  data(way: Way, octets: Uint8Array): void {
    const [from, to] = this.#direction(way);
    for (let at = 0, sent = 1; at < octets.length; at += segmentSize, sent++) {
      const isLast = at + segmentSize >= octets.length;
      this.#segment(from, to, { ack: 1, psh: isLast ? 1 : 0 }, octets.subarray(at, at + segmentSize));
      if (isLast || sent % segmentsAnAcknowledgment === 0) this.#acknowledge(to, from);
    }
  }

  /** One side has no more to say. */
  finish(way: Way): void {
    const [from, to] = this.#direction(way);
    if (from.finished || this.#over) return;
    from.finished = true;
    this.#segment(from, to, { fin: 1, ack: 1 });
    this.#acknowledge(to, from);
    this.#over = to.finished;
  }

  /** One side ends it at once. */
  reset(way: Way): void {
    if (this.#over) return;
    this.#over = true;
    const [from, to] = this.#direction(way);
    this.#segment(from, to, { rst: 1, ack: 1 });
  }

  #direction(way: Way): readonly [from: Side, to: Side] {
    const [client, server] = this.#sides;
    return way === 0 ? [client, server] : [server, client];
  }

  #acknowledge(from: Side, to: Side): void {
    if (from.acknowledged !== to.sequence) this.#segment(from, to, { ack: 1 });
  }

  #segment(from: Side, to: Side, flags: Flags, data: Uint8Array = nothing): void {
    if (this.lan.tape) this.#record(from, to, flags, data);
    from.sequence = (from.sequence + data.length + (flags.syn || flags.fin ? 1 : 0)) >>> 0;
    if (flags.ack) from.acknowledged = to.sequence;
  }

  #record(from: Side, to: Side, flags: Flags, data: Uint8Array): void {
    const header = {
      sourcePort: from.end.port,
      destinationPort: to.end.port,
      sequence: from.sequence,
      acknowledgment: flags.ack ? to.sequence : 0,
      flags,
      window: flags.syn ? firstWindow : flags.rst ? 0 : window,
      options: flags.syn ? offered : [],
    };
    const between = { source: from.end.address, destination: to.end.address };
    const segment = segmentOf(header, data, between);
    this.lan.packet(from.station, to.station.mac, parseIpv4(to.end.address), IpProtocol.TCP, segment);
  }
}

const nothing = new Uint8Array();

const offered: HeaderDraft["options"] = [
  { code: TcpOption["maximum segment size"], value: segmentSize },
  { code: TcpOption["SACK permitted"], value: undefined },
  { code: TcpOption["window scale"], value: windowScale },
];

const sideOf = (given: { readonly station: Station; readonly end: Endpoint }): Side => ({
  ...given,
  // Unpredictable, so that nobody else can speak for them (RFC 9293 §3.4.1).
  sequence: crypto.getRandomValues(new Uint32Array(1))[0]!,
  acknowledged: 0,
  finished: false,
});
