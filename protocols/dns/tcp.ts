// DNS over TCP: messages one after the other, each with its length in front (RFC 1035 §4.2.2, RFC 7766 §8).
import type { Stream } from "../endpoint/index.ts";

/**
 * The messages of a stream, without their lengths, until it ends or nothing comes for `milliseconds`. A message
 * that has begun and does not end is dropped.
 */
export async function* messagesOf(stream: Stream, milliseconds: number): AsyncGenerator<Uint8Array> {
  let held = new Uint8Array(0);
  for (;;) {
    const piece = await stream.read(milliseconds);
    if (!piece) return;
    const joined = new Uint8Array(held.length + piece.length);
    joined.set(held);
    joined.set(piece, held.length);
    held = joined;
    for (;;) {
      if (held.length < 2) break;
      const end = 2 + ((held[0]! << 8) | held[1]!);
      if (held.length < end) break;
      yield held.slice(2, end);
      held = held.slice(end);
    }
  }
}

/** A message as it goes into a stream. */
export function framed(octets: Uint8Array): Uint8Array {
  const whole = new Uint8Array(2 + octets.length);
  new DataView(whole.buffer).setUint16(0, octets.length);
  whole.set(octets, 2);
  return whole;
}
