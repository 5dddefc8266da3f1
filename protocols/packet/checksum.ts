// The internet checksum: one's complement of the one's complement sum of 16-bit words (RFC 1071).

/**
 * The checksum of the octets from `start` to `end`, `initial` being the sum of what is counted as well (a
 * pseudo header). Over octets that hold their own checksum it is 0 if that is right.
 */
export function internetChecksum(view: DataView, start = 0, end = view.byteLength, initial = 0): number {
  let sum = initial;
  let at = start;
  // Words of 32 bits sum up to the same (RFC 1071 §2 C), and of 64 kB they stay far below 2^53.
  for (; at + 4 <= end; at += 4) sum += view.getUint32(at);
  if (at + 2 <= end) {
    sum += view.getUint16(at);
    at += 2;
  }
  if (at < end) sum += view.getUint8(at) << 8;
  return 0xffff - folded(sum);
}

/**
 * The sum of the pseudo header that UDP, TCP and ICMPv6 count as well: addresses (4 or 16 octets each),
 * protocol number and length (RFC 9293 §3.1, RFC 8200 §8.1).
 */
export function pseudoHeader(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): number {
  let sum = protocol + length;
  for (const address of [source, destination])
    for (let i = 0; i < address.length; i += 2) sum += (address[i]! << 8) | address[i + 1]!;
  return sum;
}

/** The view that a checksum is taken over. */
export const viewOf = (octets: Uint8Array): DataView =>
  new DataView(octets.buffer, octets.byteOffset, octets.length);

/** Carries are added in again until none is left. */
function folded(sum: number): number {
  let left = sum;
  while (left > 0xffff) left = (left % 0x1_0000) + Math.floor(left / 0x1_0000);
  return left;
}
