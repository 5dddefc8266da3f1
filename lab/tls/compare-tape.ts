// What passed over a stream that TLS was laid over: noted piece by piece, and put into frames that stand for the connection.
import { Duplex } from "node:stream";
import { EtherType, enclose as inFrame } from "../../protocols/ethernet/index.ts";
import { IpProtocol, enclose as inPacket, parseIpv4 } from "../../protocols/ipv4/index.ts";
import type { Way } from "../../protocols/packet/protocol.ts";
import { enclose as inSegment } from "../../protocols/tcp/index.ts";

export interface Piece {
  /** 0 is the client's, 1 the server's. */
  readonly way: Way;
  /** Milliseconds, of the machine's monotonic clock. */
  readonly at: number;
  readonly octets: Uint8Array;
}

/** The same stream, with a note of each piece that passes. */
export function taped(below: Duplex, tell: (piece: Piece) => void): Duplex {
  const note = (way: Way, octets: Buffer) =>
    tell({ way, at: performance.now(), octets: new Uint8Array(octets) });
  const above = new Duplex({
    read: () => void below.resume(),
    write(octets: Buffer, _encoding, done) {
      note(0, octets);
      below.write(octets, done);
    },
    final: done => void below.end(done),
    destroy(error, done) {
      below.destroy();
      done(error);
    },
  });
  below.on("data", (octets: Buffer) => {
    note(1, octets);
    if (!above.push(octets)) below.pause();
  });
  below.on("end", () => above.push(null));
  below.on("error", error => above.destroy(error));
  below.on("close", () => above.destroy());
  return above;
}

const macs = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)] as const;
const loopback = "127.0.0.1";
const serverPort = 443;
/** What a segment carries at the most on Ethernet. */
const segmentSize = 1460;

/** The connection opened, and each piece cut into segments. */
export function* framesOf(
  pieces: readonly Piece[],
  clientPort: number,
): Generator<{ readonly at: number; readonly octets: Uint8Array }> {
  const ports = [clientPort, serverPort] as const;
  const sequences: [number, number] = [1000, 5000];
  const began = pieces[0]?.at ?? 0;
  const frame = (at: number, way: Way, data: Uint8Array, flags: { syn?: 1; ack?: 1; psh?: 1 }) => {
    const other = way === 0 ? 1 : 0;
    const header = {
      sourcePort: ports[way],
      destinationPort: ports[other],
      sequence: sequences[way],
      acknowledgment: flags.ack ? sequences[other] : 0,
      flags,
      window: 0xffff,
    };
    sequences[way] += data.length + (flags.syn ?? 0);
    const address = parseIpv4(loopback);
    const segment = inSegment(header, data, { source: loopback, destination: loopback });
    const packet = inPacket({ source: address, destination: address, protocol: IpProtocol.TCP }, segment);
    const ends = { destination: macs[other], source: macs[way], type: EtherType.IPv4 };
    return { at, octets: inFrame(ends, packet) };
  };
  const none = new Uint8Array();
  yield frame(began, 0, none, { syn: 1 });
  yield frame(began, 1, none, { syn: 1, ack: 1 });
  yield frame(began, 0, none, { ack: 1 });
  for (const { way, at, octets } of pieces)
    for (let from = 0; from < octets.length; from += segmentSize)
      yield frame(at, way, octets.subarray(from, from + segmentSize), { ack: 1, psh: 1 });
}
