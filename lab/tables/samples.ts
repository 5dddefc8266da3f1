// A small capture for tests: two DNS questions, one of them answered, and a TCP stream with a hole in it.
import { message, Type } from "../../protocols/dns/index.ts";
import * as ethernet from "../../protocols/ethernet/index.ts";
import * as ipv4 from "../../protocols/ipv4/index.ts";
import type { Frame } from "../../protocols/packet/index.ts";
import { CaptureWriter } from "../../protocols/pcapng/writer.ts";
import * as tcp from "../../protocols/tcp/index.ts";
import * as udp from "../../protocols/udp/index.ts";

const client = "192.0.2.1";
const server = "192.0.2.2";

function frame(protocol: number, from: string, to: string, datagram: Uint8Array): Uint8Array {
  const ends = { source: ipv4.parseIpv4(from), destination: ipv4.parseIpv4(to) };
  const [source, destination] = [new Uint8Array(6).fill(2), new Uint8Array(6).fill(4)];
  return ethernet.enclose(
    { source, destination, type: ethernet.EtherType.IPv4 },
    ipv4.enclose({ ...ends, protocol }, datagram),
  );
}

function dnsFrame(id: number, answers: string[] | undefined): Uint8Array {
  const [source, destination] = answers ? [server, client] : [client, server];
  const question = { name: "example.org", type: Type.A };
  const octets = message.encode({
    id,
    flags: { response: answers ? 1 : 0 },
    questions: [question],
    authorities: [],
    additionals: [],
    answers: (answers ?? []).map(address => ({ ...question, ttl: 60, data: ipv4.parseIpv4(address) })),
  } as never);
  const ports = answers
    ? { sourcePort: 53, destinationPort: 40_000 }
    : { sourcePort: 40_000, destinationPort: 53 };
  return frame(ipv4.IpProtocol.UDP, source, destination, udp.enclose(ports, octets, { source, destination }));
}

/** From the client, or back. */
export function tcpFrame(
  sequence: number,
  said: string | Uint8Array,
  flags: Record<string, 1> = { ack: 1 },
  back = false,
  port = 7777,
): Uint8Array {
  const [source, destination] = back ? [server, client] : [client, server];
  const [sourcePort, destinationPort] = back ? [port, 50_000] : [50_000, port];
  const header = { sourcePort, destinationPort, sequence, acknowledgment: 0, window: 1000, flags };
  const segment = tcp.enclose(
    header as never,
    typeof said === "string" ? new TextEncoder().encode(said) : said,
    { source, destination },
  );
  return frame(ipv4.IpProtocol.TCP, source, destination, segment);
}

const octets = [
  dnsFrame(1, undefined),
  dnsFrame(1, ["192.0.2.80"]),
  dnsFrame(2, undefined),
  tcpFrame(99, "", { syn: 1 }),
  tcpFrame(499, "", { syn: 1, ack: 1 }, true),
  tcpFrame(106, "world\n"),
  tcpFrame(100, "hello "),
  tcpFrame(100, "hello "),
  tcpFrame(500, "hi\x01\n", { ack: 1 }, true),
];

/** A frame every quarter of a second. */
export const frames = octets.map(
  (one, i): Frame => ({
    number: i + 1,
    time: BigInt(i) * 250_000_000n,
    view: new DataView(one.buffer),
    start: 0,
    end: one.length,
    originalLength: one.length,
    linkType: 1,
    interface: 0,
    comments: [],
  }),
);

/** MQTT's PUBLISH, QoS 0, of "hi" to this topic. */
export function publishFrame(topic: string, sequence = 1000): Uint8Array {
  const name = new TextEncoder().encode(topic);
  const octets = Uint8Array.of(0x30, name.length + 4, 0, name.length, ...name, 0x68, 0x69);
  return tcpFrame(sequence, octets, { ack: 1 }, false, 1883);
}

/** The same as a file's octets, with more frames after them. */
export function sampleCapture(more: readonly Uint8Array[] = []): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = new CaptureWriter(part => parts.push(part.slice()));
  const port = writer.interface({ name: "lan", linkType: 1 });
  for (const [i, one] of [...octets, ...more].entries())
    writer.packet(port, epoch + BigInt(i) * 250_000_000n, one);
  writer.flush();
  return Buffer.concat(parts);
}

/** 2026-01-01 */
const epoch = 1_767_225_600_000_000_000n;
