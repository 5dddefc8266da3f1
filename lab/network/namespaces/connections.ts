// The TCP connections over a cable, as its forwarder sees them: watched, and cut by a forged reset (RFC 9293 §3.10.7.4).
import { EtherType, enclose as frameOf } from "../../../protocols/ethernet/index.ts";
import { dotted, IpProtocol, enclose as packetOf, parseIpv4 } from "../../../protocols/ipv4/index.ts";
import { enclose as segmentOf } from "../../../protocols/tcp/index.ts";
import { Direction } from "../faults/cutting.ts";
import type { Cutter } from "../faults/faults.ts";

/** What a frame means to its cable: nothing, the last of a connection that is cut now, or one of a connection that is gone. */
export type Seen =
  | {
      readonly is: "cut" /** Resets to whom the frame goes, and to whom it comes from. */;
      readonly forward: Uint8Array;
      readonly back: Uint8Array;
      readonly name: string | undefined;
    }
  | { readonly is: "gone"; readonly reset: Uint8Array };

interface Connection {
  readonly client: Direction;
  readonly server: Direction;
  isCut: boolean;
}

const mostConnections = 10_000;
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;

export class Connections {
  readonly #all = new Map<string, Connection>();

  constructor(readonly cutter: ReturnType<Cutter>) {}

  see(frame: Uint8Array): Seen | undefined {
    const segment = segmentIn(frame);
    if (!segment) return undefined;
    const { from, to, flags, sequence } = segment;
    const isClients = flags & SYN && !segment.acknowledges;
    if (isClients) this.#begin(segment);
    const [asClient, asServer] = [this.#all.get(`${from} ${to}`), this.#all.get(`${to} ${from}`)];
    const connection = asClient ?? asServer;
    if (!connection) return undefined;
    if (connection.isCut) {
      // Whoever still speaks is told with the number that it expects next.
      return flags & RST ? undefined : { is: "gone", reset: resetTo(segment, segment.acknowledgment) };
    }
    const direction = asClient ? connection.client : connection.server;
    if (flags & SYN && !isClients) direction.begin(sequence + 1);
    const cut = direction.take(sequence, segment.data);
    if (cut === false) return undefined;
    connection.isCut = true;
    const name = typeof cut === "string" ? cut : undefined;
    const end = sequence + segment.data.length + (flags & FIN);
    return {
      is: "cut",
      name,
      forward: resetFrom(segment, end),
      back: resetTo(segment, segment.acknowledgment),
    };
  }

  #begin({ from, to, sequence }: Segment): void {
    const key = `${from} ${to}`;
    this.#all.delete(key);
    const watch = this.cutter({ client: from, server: to });
    if (!watch) return;
    if (this.#all.size >= mostConnections) this.#all.delete(this.#all.keys().next().value!);
    const client = new Direction(watch, "client");
    client.begin(sequence + 1);
    this.#all.set(key, { client, server: new Direction(watch, "server"), isCut: false });
  }
}

interface Segment {
  readonly frame: Uint8Array;
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly acknowledges: boolean;
  readonly data: Uint8Array;
}

const ipAt = 14;

/** The TCP segment of an untagged frame with a whole IPv4 packet. Each frame is looked at, so by its offsets alone. */
function segmentIn(frame: Uint8Array): Segment | undefined {
  if (frame.length < ipAt + 40) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint16(12) !== EtherType.IPv4 || view.getUint8(ipAt + 9) !== IpProtocol.TCP) return undefined;
  const isFragment = (view.getUint16(ipAt + 6) & 0x3fff) !== 0;
  const tcpAt = ipAt + (view.getUint8(ipAt) & 0x0f) * 4;
  const end = ipAt + view.getUint16(ipAt + 2);
  if (isFragment || end > frame.length || tcpAt + 20 > end) return undefined;
  const dataAt = tcpAt + (view.getUint8(tcpAt + 12) >> 4) * 4;
  const flags = view.getUint8(tcpAt + 13);
  return {
    frame,
    from: `${dotted(view.getUint32(ipAt + 12))}:${view.getUint16(tcpAt)}`,
    to: `${dotted(view.getUint32(ipAt + 16))}:${view.getUint16(tcpAt + 2)}`,
    sequence: view.getUint32(tcpAt + 4),
    acknowledgment: view.getUint32(tcpAt + 8),
    flags,
    acknowledges: (flags & 0x10) !== 0,
    data: frame.subarray(Math.min(dataAt, end), end),
  };
}

/** A reset in the name of the segment's sender, behind what it sent. */
const resetFrom = ({ frame, from, to, acknowledgment }: Segment, sequence: number): Uint8Array =>
  reset({
    source: frame.subarray(6, 12),
    destination: frame.subarray(0, 6),
    from,
    to,
    sequence,
    acknowledgment,
  });

/** A reset in the name of the one that the segment was for. */
const resetTo = ({ frame, from, to, sequence }: Segment, number: number): Uint8Array =>
  reset({
    source: frame.subarray(0, 6),
    destination: frame.subarray(6, 12),
    from: to,
    to: from,
    sequence: number,
    acknowledgment: sequence,
  });

function reset(told: {
  source: Uint8Array;
  destination: Uint8Array;
  from: string;
  to: string;
  sequence: number;
  acknowledgment: number;
}): Uint8Array {
  const [source = "", sourcePort] = told.from.split(":");
  const [destination = "", destinationPort] = told.to.split(":");
  const header = {
    sourcePort: Number(sourcePort),
    destinationPort: Number(destinationPort),
    sequence: told.sequence >>> 0,
    acknowledgment: told.acknowledgment >>> 0,
    flags: { rst: 1, ack: 1 },
    window: 0,
  };
  const segment = segmentOf(header, nothing, { source, destination });
  const packet = packetOf(
    { source: parseIpv4(source), destination: parseIpv4(destination), protocol: IpProtocol.TCP },
    segment,
  );
  return frameOf({ source: told.source, destination: told.destination, type: EtherType.IPv4 }, packet);
}

const nothing = new Uint8Array();
