// One TCP connection as frames: what two kernels would have sent for what passes through the relay (RFC 9293).
import type { Endpoint } from "../../../protocols/endpoint/index.ts";
import { IpProtocol, parseIpv4 } from "../../../protocols/ipv4/index.ts";
import { type HeaderDraft, enclose as segmentOf, TcpOption } from "../../../protocols/tcp/index.ts";
import type { Lan } from "./lan.ts";
import type { Station } from "./station.ts";

/** The headers of IPv4 and TCP, which a packet has besides its data (RFC 9293 §3.7.1). */
const headers = 40;
/** 64 240 octets at first, then 65 536: what Linux announces, more or less. */
const firstWindow = 64_240;
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
  /** The next sequence number it sends, what has reached it of the other's, and the last one that it has acknowledged. */
  sequence: number;
  arrived: number;
  acknowledged: number;
  finished: boolean;
}

export class Flow {
  readonly #sides: readonly [Side, Side];
  readonly #segmentSize: number;
  #over = false;

  constructor(
    readonly lan: Lan,
    client: { readonly station: Station; readonly end: Endpoint },
    server: { readonly station: Station; readonly end: Endpoint },
  ) {
    this.#sides = [sideOf(client), sideOf(server)];
    this.#segmentSize = Math.min(client.station.cable.mtu, server.station.cable.mtu) - headers;
  }

  /** "192.168.1.101:49152" and "192.168.1.20:1883". */
  get ends(): { readonly client: string; readonly server: string } {
    const [client = "", server = ""] = this.#sides.map(({ end }) => `${end.address}:${end.port}`);
    return { client, server };
  }

  /** The client asks; again with the same number if it has to repeat itself. */
  ask(): void {
    const [client, server] = this.#sides;
    if (this.lan.tape) this.#record(client, server, { syn: 1 }, nothing);
  }

  /** The server agrees. */
  agree(): void {
    const [client, server] = this.#sides;
    client.sequence = (client.sequence + 1) >>> 0;
    server.arrived = client.sequence;
    this.#segment(server, client, { syn: 1, ack: 1 });
  }

  /** The client confirms. */
  confirm(): void {
    const [client, server] = this.#sides;
    client.arrived = server.sequence;
    this.#segment(client, server, { ack: 1 });
  }

  /** Nobody listens there (RFC 9293 §3.10.7.1). */
  refuse(): void {
    const [client, server] = this.#sides;
    client.sequence = (client.sequence + 1) >>> 0;
    server.sequence = 0;
    server.arrived = client.sequence;
    this.#segment(server, client, { rst: 1, ack: 1 });
    this.#over = true;
  }

  /** Octets go one way, in segments; `takesTime` if they are not there at once. */
  data(way: Way, octets: Uint8Array, takesTime = false): void {
    const [from, to] = this.#direction(way);
    const size = this.#segmentSize;
    for (let at = 0, sent = 1; at < octets.length; at += size, sent++) {
      const isLast = at + size >= octets.length;
      const segment = octets.subarray(at, at + size);
      this.#segment(from, to, { ack: 1, psh: isLast ? 1 : 0 }, segment);
      if (takesTime) continue;
      to.arrived = from.sequence;
      if (isLast || sent % segmentsAnAcknowledgment === 0) this.#acknowledge(to, from);
    }
  }

  /** So many octets that took their time have arrived, and are acknowledged. */
  arrived(way: Way, octets: number): void {
    if (this.#over) return;
    const [from, to] = this.#direction(way);
    const step = this.#segmentSize * segmentsAnAcknowledgment;
    for (let left = octets; left > 0; left -= step) {
      to.arrived = (to.arrived + Math.min(step, left)) >>> 0;
      this.#acknowledge(to, from);
    }
  }

  /** One side has no more to say; `takesTime` if the other does not know at once. */
  finish(way: Way, takesTime = false): void {
    const [from, to] = this.#direction(way);
    if (from.finished || this.#over) return;
    from.finished = true;
    this.#segment(from, to, { fin: 1, ack: 1 });
    if (!takesTime) this.finished(way);
  }

  /** The other side knows, and says so. */
  finished(way: Way): void {
    const [from, to] = this.#direction(way);
    if (this.#over) return;
    to.arrived = from.sequence;
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
    if (from.acknowledged !== from.arrived) this.#segment(from, to, { ack: 1 });
  }

  #segment(from: Side, to: Side, flags: Flags, data: Uint8Array = nothing): void {
    if (this.lan.tape) this.#record(from, to, flags, data);
    from.sequence = (from.sequence + data.length + (flags.syn || flags.fin ? 1 : 0)) >>> 0;
    if (flags.ack) from.acknowledged = from.arrived;
  }

  #record(from: Side, to: Side, flags: Flags, data: Uint8Array): void {
    const header = {
      sourcePort: from.end.port,
      destinationPort: to.end.port,
      sequence: from.sequence,
      acknowledgment: flags.ack ? from.arrived : 0,
      flags,
      window: flags.syn ? firstWindow : flags.rst ? 0 : window,
      options: flags.syn ? offered(from.station.cable.mtu - headers) : [],
    };
    const between = { source: from.end.address, destination: to.end.address };
    const segment = segmentOf(header, data, between);
    const [source, destination] = [parseIpv4(from.end.address), parseIpv4(to.end.address)];
    this.lan.packet(from.station, to.station.mac, destination, IpProtocol.TCP, segment, source);
  }
}

const nothing = new Uint8Array();

const offered = (segmentSize: number): HeaderDraft["options"] => [
  { code: TcpOption["maximum segment size"], value: segmentSize },
  { code: TcpOption["SACK permitted"], value: undefined },
  { code: TcpOption["window scale"], value: windowScale },
];

const sideOf = (given: { readonly station: Station; readonly end: Endpoint }): Side => ({
  ...given,
  // Unpredictable, so that nobody else can speak for them (RFC 9293 §3.4.1).
  sequence: crypto.getRandomValues(new Uint32Array(1))[0]!,
  arrived: 0,
  acknowledged: 0,
  finished: false,
});
