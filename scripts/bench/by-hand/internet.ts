// Ethernet, ARP, IPv4, UDP and TCP read by hand.
import { need, octetsAt } from "./octets.ts";

export function readEthernet(view: DataView, at: number, end: number) {
  need(at, 14, end);
  return {
    destination: octetsAt(view, at, 6),
    source: octetsAt(view, at + 6, 6),
    type: view.getUint16(at + 12),
  };
}

export function readArp(view: DataView, at: number, end: number) {
  need(at, 28, end);
  return {
    hardwareType: view.getUint16(at),
    protocolType: view.getUint16(at + 2),
    hardwareLength: view.getUint8(at + 4),
    protocolLength: view.getUint8(at + 5),
    operation: view.getUint16(at + 6),
    senderHardware: octetsAt(view, at + 8, 6),
    senderProtocol: view.getUint32(at + 14),
    targetHardware: octetsAt(view, at + 18, 6),
    targetProtocol: view.getUint32(at + 24),
  };
}

export function readIpv4(view: DataView, at: number, end: number) {
  need(at, 20, end);
  const start = view.getUint8(at);
  const service = view.getUint8(at + 1);
  const fragment = view.getUint16(at + 6);
  return {
    start: { version: start >> 4, headerLength: start & 15 },
    service: { dscp: service >> 2, ecn: service & 3 },
    totalLength: view.getUint16(at + 2),
    identification: view.getUint16(at + 4),
    fragment: {
      reserved: fragment >> 15,
      dontFragment: (fragment >> 14) & 1,
      moreFragments: (fragment >> 13) & 1,
      offset: fragment & 0x1fff,
    },
    timeToLive: view.getUint8(at + 8),
    protocol: view.getUint8(at + 9),
    checksum: view.getUint16(at + 10),
    source: view.getUint32(at + 12),
    destination: view.getUint32(at + 16),
    options: [],
  };
}

export function readUdp(view: DataView, at: number, end: number) {
  need(at, 8, end);
  return {
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    length: view.getUint16(at + 4),
    checksum: view.getUint16(at + 6),
  };
}

export function readTcp(view: DataView, at: number, end: number) {
  need(at, 20, end);
  const control = view.getUint16(at + 12);
  const dataOffset = control >> 12;
  need(at, dataOffset * 4, end);
  return {
    sourcePort: view.getUint16(at),
    destinationPort: view.getUint16(at + 2),
    sequence: view.getUint32(at + 4),
    acknowledgment: view.getUint32(at + 8),
    control: {
      dataOffset,
      reserved: (control >> 9) & 7,
      ae: (control >> 8) & 1,
      cwr: (control >> 7) & 1,
      ece: (control >> 6) & 1,
      urg: (control >> 5) & 1,
      ack: (control >> 4) & 1,
      psh: (control >> 3) & 1,
      rst: (control >> 2) & 1,
      syn: (control >> 1) & 1,
      fin: control & 1,
    },
    window: view.getUint16(at + 14),
    checksum: view.getUint16(at + 16),
    urgent: view.getUint16(at + 18),
    options: readTcpOptions(view, at + 20, at + dataOffset * 4),
  };
}

function readTcpOptions(view: DataView, start: number, end: number) {
  const options: { code: number; value: unknown }[] = [];
  for (let at = start; at < end; ) {
    const code = view.getUint8(at++);
    if (code === 0) break;
    if (code === 1) continue;
    const size = view.getUint8(at++) - 2;
    need(at, size, end);
    if (code === 2) options.push({ code, value: view.getUint16(at) });
    else if (code === 3) options.push({ code, value: view.getUint8(at) });
    else if (code === 4) options.push({ code, value: undefined });
    else if (code === 8)
      options.push({ code, value: { value: view.getUint32(at), echo: view.getUint32(at + 4) } });
    else options.push({ code, value: octetsAt(view, at, size) });
    at += size;
  }
  return options;
}
