// Chance that is the same for the same seed: what a faulty network throws.

/** The generator xoshiro128** (Blackman and Vigna, 2018), its state filled from the seed by splitmix32. */
export class Dice {
  readonly #state = new Uint32Array(4);

  /** A whole number, or any text. */
  constructor(seed: number | string) {
    let mixed = typeof seed === "number" ? seed | 0 : hashOf(seed);
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e37_79b9) | 0;
      let z = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
      this.#state[i] = z ^ (z >>> 15);
    }
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    const state = this.#state;
    const [, second = 0] = state;
    const result = Math.imul(rotated(Math.imul(second, 5), 7), 9) >>> 0;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= second << 9;
    state[3] = rotated(state[3]!, 11);
    return result / 2 ** 32;
  }
}

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** FNV-1a over the text's UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return hash;
}
