// TCP for the dissector.
import { IpProtocol } from "../ipv4/protocols.ts";
import { addressOctets } from "../ipv6/address.ts";
import { internetChecksum, pseudoHeader, viewOf } from "../packet/checksum.ts";
import type { Protocol } from "../packet/index.ts";
import { optionOf } from "../wire/index.ts";
import { format, type Header, TcpOption } from "./format.ts";

export const tcp: Protocol<Header> = {
  name: "tcp",
  title: "Transmission Control Protocol",
  reference: "RFC 9293",
  format,
  over: [{ table: "ip.proto", key: IpProtocol.TCP }],
  summary,
  ends: ({ sourcePort, destinationPort }) => [sourcePort, destinationPort],
  segment: ({ sequence, acknowledgment, control }) => ({
    sequence,
    acknowledgment,
    syn: control.syn === 1,
    ack: control.ack === 1,
    fin: control.fin === 1,
    rst: control.rst === 1,
  }),
  payload: ({ sourcePort, destinationPort }) => ({
    // The lower port is likelier the service's.
    bindings: [Math.min(sourcePort, destinationPort), Math.max(sourcePort, destinationPort)].map(key => ({
      table: "tcp.port",
      key,
    })),
    stream: true,
  }),
  checksum: (_, whole, { source, destination }) => {
    const size = whole.length;
    const above = pseudoHeader(addressOctets(source), addressOctets(destination), IpProtocol.TCP, size);
    return internetChecksum(viewOf(whole), 0, size, above) === 0;
  },
};

/** From the last bit to the first, as they are usually named: "SYN, ACK". */
const flagNames = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ae"] as const;

/** "57102 → 8884 [SYN] Seq=1000 Win=64240 MSS=1460 WS=128 SACK_PERM": numbers as they are on the wire. */
function summary({
  sourcePort,
  destinationPort,
  sequence,
  acknowledgment,
  control,
  window,
  options,
}: Header) {
  const flags = flagNames.filter(flag => control[flag] === 1).map(flag => flag.toUpperCase());
  const size = optionOf(options, TcpOption["maximum segment size"]);
  const scale = optionOf(options, TcpOption["window scale"]);
  const stamps = optionOf(options, TcpOption.timestamps);
  return [
    `${sourcePort} → ${destinationPort}`,
    `[${flags.join(", ") || "<None>"}]`,
    `Seq=${sequence}`,
    control.ack && `Ack=${acknowledgment}`,
    `Win=${window}`,
    size !== undefined && `MSS=${size}`,
    scale !== undefined && `WS=${2 ** Math.min(scale, mostShift)}`,
    options.some(({ code }) => code === TcpOption["SACK permitted"]) && "SACK_PERM",
    stamps !== undefined && `TSval=${stamps.value} TSecr=${stamps.echo}`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** RFC 7323 §2.3. */
const mostShift = 14;
