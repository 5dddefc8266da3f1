// The Camellia block cipher (RFC 3713), for captures: no library here has it, and no live connection is to use this.
import type { Keyed } from "./blocks.ts";
import { join } from "./schedule.ts";

/** The cipher with a key of 16, 24 or 32 octets. */
export function camellia(key: Uint8Array): Keyed {
  const subkeys = subkeysOf(key);
  // Deciphering is the same with the subkeys in reverse, but for the pairs at both ends (RFC 3713 §2.3.3).
  const reversed = [...subkeys.slice(-2), ...subkeys.slice(2, -2).reverse(), ...subkeys.slice(0, 2)];
  return {
    encipher: block => passed(block, subkeys),
    decipher: block => passed(block, reversed),
  };
}

/** RFC 3713 §2.3: six rounds at a time, and between them FL; the halves of the block come out exchanged. */
function passed(block: Uint8Array, subkeys: readonly Uint8Array[]): Uint8Array {
  const state = block.slice();
  let at = 0;
  const whiten = (octets: Uint8Array): Uint8Array => {
    mixIn(octets, left, subkeys[at++]!);
    mixIn(octets, right, subkeys[at++]!);
    return octets;
  };
  whiten(state);
  for (;;) {
    for (let pair = 0; pair < 3; pair++) {
      round(state, left, right, subkeys[at++]!);
      round(state, right, left, subkeys[at++]!);
    }
    if (at === subkeys.length - 2) return whiten(join(state.subarray(right), state.subarray(left, right)));
    stir(state, left, subkeys[at++]!);
    unstir(state, right, subkeys[at++]!);
  }
}

/** Where the halves of a block begin. */
const [left, right] = [0, 8] as const;

/** F, RFC 3713 §2.4.1: the S-boxes, then P, of one half with a subkey, into the other half. */
function round(state: Uint8Array, from: number, to: number, key: Uint8Array): void {
  const t1 = s1[state[from]! ^ key[0]!]!;
  const t2 = s2[state[from + 1]! ^ key[1]!]!;
  const t3 = s3[state[from + 2]! ^ key[2]!]!;
  const t4 = s4[state[from + 3]! ^ key[3]!]!;
  const t5 = s2[state[from + 4]! ^ key[4]!]!;
  const t6 = s3[state[from + 5]! ^ key[5]!]!;
  const t7 = s4[state[from + 6]! ^ key[6]!]!;
  const t8 = s1[state[from + 7]! ^ key[7]!]!;
  state[to]! ^= t1 ^ t3 ^ t4 ^ t6 ^ t7 ^ t8;
  state[to + 1]! ^= t1 ^ t2 ^ t4 ^ t5 ^ t7 ^ t8;
  state[to + 2]! ^= t1 ^ t2 ^ t3 ^ t5 ^ t6 ^ t8;
  state[to + 3]! ^= t2 ^ t3 ^ t4 ^ t5 ^ t6 ^ t7;
  state[to + 4]! ^= t1 ^ t2 ^ t6 ^ t7 ^ t8;
  state[to + 5]! ^= t2 ^ t3 ^ t5 ^ t7 ^ t8;
  state[to + 6]! ^= t3 ^ t4 ^ t5 ^ t6 ^ t8;
  state[to + 7]! ^= t1 ^ t4 ^ t5 ^ t6 ^ t7;
}

/** FL, RFC 3713 §2.4.2. */
function stir(state: Uint8Array, at: number, key: Uint8Array): void {
  const [half, k] = [viewOf(state), viewOf(key)];
  let [x1, x2] = [half.getUint32(at), half.getUint32(at + 4)];
  x2 ^= turned(x1 & k.getUint32(0));
  x1 ^= x2 | k.getUint32(4);
  half.setUint32(at, x1);
  half.setUint32(at + 4, x2);
}

/** FLINV, RFC 3713 §2.4.3. */
function unstir(state: Uint8Array, at: number, key: Uint8Array): void {
  const [half, k] = [viewOf(state), viewOf(key)];
  let [y1, y2] = [half.getUint32(at), half.getUint32(at + 4)];
  y1 ^= y2 | k.getUint32(4);
  y2 ^= turned(y1 & k.getUint32(0));
  half.setUint32(at, y1);
  half.setUint32(at + 4, y2);
}

const turned = (word: number): number => (word << 1) | (word >>> 31);
const viewOf = (octets: Uint8Array): DataView => new DataView(octets.buffer, octets.byteOffset);

function mixIn(state: Uint8Array, at: number, key: Uint8Array): void {
  for (let i = 0; i < 8; i++) state[at + i]! ^= key[i]!;
}

/** RFC 3713 §2.2: subkeys of 8 octets in the order of their use. */
function subkeysOf(key: Uint8Array): Uint8Array[] {
  const kl = key.slice(0, 16);
  // A key of 24 octets is filled up with the complement of its last eight.
  const kr = new Uint8Array(16);
  if (key.length === 32) kr.set(key.subarray(16));
  else if (key.length === 24) kr.set([...key.subarray(16), ...key.subarray(16).map(octet => ~octet)]);

  const ka = xored(kl, kr);
  round(ka, left, right, sigma[0]!);
  round(ka, right, left, sigma[1]!);
  ka.set(xored(ka, kl));
  round(ka, left, right, sigma[2]!);
  round(ka, right, left, sigma[3]!);
  const kb = xored(ka, kr);
  round(kb, left, right, sigma[4]!);
  round(kb, right, left, sigma[5]!);

  const parts: Readonly<Record<string, Uint8Array>> = { L: kl, R: kr, A: ka, B: kb };
  const order = key.length === 16 ? "L0 A0 L15 A15 A30 L45 A45> L60< A60 L77 L94 A94 L111 A111" : long;
  return Array.from(order.matchAll(/(\w)(\d+)([<>]?)/g), ([, part = "", count, but]) => {
    const whole = rotated(parts[part]!, Number(count));
    return [
      ...(but === "<" ? [] : [whole.subarray(left, right)]),
      ...(but === ">" ? [] : [whole.subarray(right)]),
    ];
  }).flat();
}

/**
 * Which part of the key, rotated by how many bits, gives the next two subkeys; of keys of 16 octets, "A45>" gives but
 * the first half of them, "L60<" but the second.
 */
const long = "L0 B0 R15 A15 R30 B30 L45 A45 L60 R60 B60 L77 A77 R94 A94 L111 B111";

/** Sixteen octets as one number, rotated to the left. */
export function rotated(octets: Uint8Array, count: number): Uint8Array {
  const number = BigInt(`0x${octets.toHex()}`);
  const [over, bits] = [128n - BigInt(count), BigInt.asUintN(128, number << BigInt(count))];
  return Uint8Array.fromHex((bits | (number >> over)).toString(16).padStart(32, "0"));
}

export const xored = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((octet, i) => octet ^ b[i]!);

const sigma = [
  "a09e667f3bcc908b",
  "b67ae8584caa73b2",
  "c6ef372fe94f82be",
  "54ff53a5f1d36f1c",
  "10e527fade682d1d",
  "b05688c2b3e6c1fd",
].map(hex => Uint8Array.fromHex(hex));

/** RFC 3713 §2.4.1, SBOX1; the others are its rotations. */
const s1 = Uint8Array.fromHex(
  [
    "70822cecb327c0e5e4855735ea0cae4123ef6b934519a521ed0e4f4e1d6592bd",
    "86b8af8f7ceb1fce3e30dc5f5ec50b1aa6e139cad5475d3dd9015ad651566c4d",
    "8b0d9a66fbccb02d74122b20f0b18499df4ccbc2347e76056db7a931d11704d7",
    "14583a61de1b111c320f9c165318f222fe44cfb2c3b57a912408e8a860fc6950",
    "aad0a07da1896297545b1e95e0ff64d210c40048a3f775db8a03e6da093fdd94",
    "875c8302cd4a90337367f6f39d7fbfe2529bd826c837c63b81966f4b13be632e",
    "e979a78c9f6ebc8e29f5f9b62ffdb4597898066ae74671bad425ab4288a28dfa",
    "7207b955f8eeac0a36492a683c38f1a44028d37bbbc943c115e3adf477c7809e",
  ].join(""),
);
const s2 = s1.map(octet => (octet << 1) | (octet >> 7));
const s3 = s1.map(octet => (octet << 7) | (octet >> 1));
const s4 = s1.map((_, i) => s1[((i << 1) | (i >> 7)) & 0xff]!);
