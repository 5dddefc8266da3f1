// TLS records read by hand: plain ones up to their fragment, enciphered ones whole.
import { need, octetsAt } from "./octets.ts";

export function readRecord(view: DataView, at: number, end: number) {
  need(at, 5, end);
  const contentType = view.getUint8(at);
  const version = view.getUint16(at + 1);
  const length = view.getUint16(at + 3);
  if (contentType !== 23) return { contentType, version, length };
  need(at + 5, length, end);
  return { contentType, version, length, fragment: { enciphered: octetsAt(view, at + 5, length) } };
}
