// Recorded conversations as frames, for tests: dissected here, or written to a capture that tshark reads.
import { EtherType, ethernet, enclose as inFrame } from "../ethernet/index.ts";
import { IpProtocol, enclose as inPacket, ipv4, parseIpv4 } from "../ipv4/index.ts";
import { dissector, type Frame, type Packet } from "../packet/index.ts";
import type { AnyProtocol, Way } from "../packet/protocol.ts";
import { CaptureWriter } from "../pcapng/index.ts";
import { enclose as inSegment, tcp } from "../tcp/index.ts";
import type { Recording } from "./recording.ts";

const addresses = ["192.168.1.101", "192.168.1.20"] as const;
const macs = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)] as const;
/** What a segment carries at the most on Ethernet. */
const segmentSize = 1460;

type Pieces = Pick<Recording, "pieces">;

/** Frames: the connection opened, and each way's octets cut into segments. `port`: the server's; `calling`: the client's. */
export function* framesOf({ pieces }: Pieces, port = 8883, calling = 49152): Generator<Uint8Array> {
  const sequences: [number, number] = [1000, 5000];
  const frame = (way: Way, data: Uint8Array, flags: { syn?: 1; ack?: 1; psh?: 1 }) => {
    const other = way === 0 ? 1 : 0;
    const between = { source: addresses[way], destination: addresses[other] };
    const ports = [calling, port] as const;
    const header = {
      sourcePort: ports[way],
      destinationPort: ports[other],
      sequence: sequences[way],
      acknowledgment: flags.ack ? sequences[other] : 0,
      flags,
      window: 0xffff,
    };
    sequences[way] += data.length + (flags.syn ?? 0);
    const packet = inPacket(
      {
        source: parseIpv4(between.source),
        destination: parseIpv4(between.destination),
        protocol: IpProtocol.TCP,
      },
      inSegment(header, data, between),
    );
    return inFrame({ destination: macs[other], source: macs[way], type: EtherType.IPv4 }, packet);
  };
  const none = new Uint8Array();
  yield frame(0, none, { syn: 1 });
  yield frame(1, none, { syn: 1, ack: 1 });
  yield frame(0, none, { ack: 1 });
  for (const { way, octets } of pieces)
    for (let at = 0; at < octets.length; at += segmentSize)
      yield frame(way, octets.subarray(at, at + segmentSize), { ack: 1, psh: 1 });
}

const timeOf = (index: number): bigint => 1_633_695_980_000_000_000n + BigInt(index) * 1_000_000n;

/** What the dissector makes of a recording with these protocols over TCP. */
export const packetsOf = (recording: Pieces, protocols: readonly AnyProtocol[], port?: number): Packet[] =>
  packetsOfFrames([...framesOf(recording, port)], protocols);

export function packetsOfFrames(frames: readonly Uint8Array[], protocols: readonly AnyProtocol[]): Packet[] {
  const { packet } = dissector([ethernet, ipv4, tcp, ...protocols]);
  return frames.map((octets, i) =>
    packet({
      number: i + 1,
      time: timeOf(i),
      view: new DataView(octets.buffer, octets.byteOffset, octets.length),
      start: 0,
      end: octets.length,
      originalLength: octets.length,
      linkType: 1,
      interface: 0,
      comments: [],
    }),
  );
}

/** The same as a pcapng file with the secrets inside. */
export const captureOf = (recording: Recording, port?: number): Uint8Array =>
  captureOfAll([recording], recording.keyLog, port);

/** Recordings one after the other, each a TCP stream, in a pcapng file with those secrets inside. */
export function captureOfAll(recordings: readonly Pieces[], keyLog: string, port?: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = new CaptureWriter(octets => parts.push(octets.slice()));
  writer.secrets(keyLog);
  const on = writer.interface({ name: "eth0", linkType: 1 });
  const frames = recordings.flatMap((one, i) => [...framesOf(one, port, 49152 + i)]);
  for (const [i, octets] of frames.entries()) writer.packet(on, timeOf(i), octets);
  writer.flush();
  return new Uint8Array(Buffer.concat(parts));
}

/** Frames of any captures on Ethernet in one, a millisecond apart. */
export function captureOfFrames(frames: readonly Frame[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = new CaptureWriter(octets => parts.push(octets.slice()));
  const on = writer.interface({ name: "eth0", linkType: 1 });
  for (const [i, { view, start, end }] of frames.entries())
    writer.packet(on, timeOf(i), new Uint8Array(view.buffer, view.byteOffset + start, end - start));
  writer.flush();
  return new Uint8Array(Buffer.concat(parts));
}
