// Random messages that a seed repeats.

/** Numbers from 0 to 1, always the same for the same seed (xorshift32, Marsaglia 2003). */
export function seeded(seed: number): () => number {
  // Neighbouring seeds must not begin alike, and zero is the one state that never changes.
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** So many octets of printable ASCII, 32 to 126. */
export const printableAscii = (size: number, random: () => number): Uint8Array =>
  Uint8Array.from({ length: size }, () => 32 + Math.floor(random() * 95));

/** The same in another order (Fisher and Yates). */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
