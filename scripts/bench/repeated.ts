// A long capture made of a short one: repeated, each copy with other addresses, so that its conversations are new ones.
import { closeSync, openSync, writeSync } from "node:fs";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { CaptureWriter } from "../../protocols/pcapng/writer.ts";

const ETHERNET = 1;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** Between the first frames of two copies. */
const apart = 10_000_000_000n;

/** Writes `packets` frames of `source`, an Ethernet capture, over and over. Returns how many copies were begun. */
export function repeat(source: string, packets: number, path: string): number {
  const frames = [...fileFrames(source, () => {})].map(({ time, view, start, end, originalLength }) => ({
    time,
    octets: new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice(),
    originalLength,
  }));
  const descriptor = openSync(path, "w");
  const writer = new CaptureWriter(octets => {
    for (let written = 0; written < octets.length; ) written += writeSync(descriptor, octets, written);
  });
  const port = writer.interface({ name: "bench", linkType: ETHERNET });
  let copy = 0;
  for (let left = packets; left > 0; copy++) {
    for (const { time, octets, originalLength } of frames.slice(0, left)) {
      shift(octets);
      writer.packet(port, time + BigInt(copy) * apart, octets, { originalLength });
      left--;
    }
  }
  writer.flush();
  closeSync(descriptor);
  return copy;
}

/** Counts both addresses up by one in their second 16 bits, where they are no multicast or broadcast addresses. */
function shift(octets: Uint8Array): void {
  if (octets.length < 34) return;
  const view = new DataView(octets.buffer, octets.byteOffset);
  const type = view.getUint16(12);
  const places = type === IPV4 ? [26, 30] : type === IPV6 ? [22, 38] : [];
  for (const place of places) {
    if (place + 4 > octets.length || octets[place]! >= 224 || (type === IPV6 && octets[place] === 0xff))
      continue;
    const at = type === IPV6 ? place + 4 : place + 1;
    if (at + 2 <= octets.length) view.setUint16(at, (view.getUint16(at) + 1) & 0xffff);
  }
}
