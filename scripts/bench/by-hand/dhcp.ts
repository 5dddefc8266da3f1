// DHCP read by hand: the header, and the options that the bench's capture has.
import { need, octetsAt } from "./octets.ts";

export function readDhcp(view: DataView, at: number, end: number) {
  need(at, 241, end);
  const flags = view.getUint16(at + 10);
  const hlen = view.getUint8(at + 2);
  return {
    op: view.getUint8(at),
    htype: view.getUint8(at + 1),
    hlen,
    hops: view.getUint8(at + 3),
    xid: view.getUint32(at + 4),
    secs: view.getUint16(at + 8),
    flags: { broadcast: flags >> 15, reserved: flags & 0x7fff },
    ciaddr: view.getUint32(at + 12),
    yiaddr: view.getUint32(at + 16),
    siaddr: view.getUint32(at + 20),
    giaddr: view.getUint32(at + 24),
    chaddr: octetsAt(view, at + 28, hlen),
    sname: textIn(view, at + 44, 64),
    file: textIn(view, at + 108, 128),
    cookie: view.getUint32(at + 236),
    options: readOptions(view, at + 240, end),
    vendor: undefined,
  };
}

function readOptions(view: DataView, start: number, end: number) {
  const options: { code: number; value: unknown }[] = [];
  for (let at = start; at < end; ) {
    const code = view.getUint8(at++);
    if (code === 255) break;
    if (code === 0) continue;
    const size = view.getUint8(at++);
    need(at, size, end);
    options.push({ code, value: readValue(code, view, at, size) });
    at += size;
  }
  return options;
}

function readValue(code: number, view: DataView, at: number, size: number): unknown {
  switch (code) {
    case 1:
    case 50:
    case 51:
    case 54:
      return view.getUint32(at);
    case 3:
    case 6:
    case 42:
      return Array.from({ length: size / 4 }, (_, i) => view.getUint32(at + i * 4));
    case 12:
      return textOf(view, at, size);
    case 53:
      return view.getUint8(at);
    case 55:
      return Array.from({ length: size }, (_, i) => view.getUint8(at + i));
    case 61:
      return { type: view.getUint8(at), identifier: octetsAt(view, at + 1, size - 1) };
    default:
      return octetsAt(view, at, size);
  }
}

const latin1 = new TextDecoder("latin1");
const textOf = (view: DataView, at: number, size: number): string => latin1.decode(octetsAt(view, at, size));

function textIn(view: DataView, at: number, size: number): string {
  let length = 0;
  while (length < size && view.getUint8(at + length) !== 0) length++;
  return length === 0 ? "" : textOf(view, at, length);
}
