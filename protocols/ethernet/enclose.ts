// Frames composed: a header, a payload, and the padding that a short frame needs.
import { type FrameDraft, format } from "./format.ts";

/** No frame is shorter on the wire, its check sequence of four octets left out (IEEE 802.3 §3.2.8). */
export const leastOctets = 60;

/**
 * The frame of this header and payload. `pad`: zeros up to the least size of a frame, as a network card adds
 * them; a sender's own capture shows frames without. @throws Unwritable if an address is not of six octets
 */
export function enclose(header: FrameDraft, payload: Uint8Array, { pad = false } = {}): Uint8Array {
  const head = format.encode(header);
  const size = head.length + payload.length;
  const frame = new Uint8Array(pad ? Math.max(size, leastOctets) : size);
  frame.set(head);
  frame.set(payload, head.length);
  return frame;
}
