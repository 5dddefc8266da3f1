// The ARIA block cipher (RFC 5794), for captures: no library here has it, and no live connection is to use this.
import type { Keyed } from "./blocks.ts";
import { rotated, xored } from "./camellia.ts";

/** The cipher with a key of 16, 24 or 32 octets. */
export function aria(key: Uint8Array): Keyed {
  const subkeys = subkeysOf(key);
  // RFC 5794 §2.3: in reverse, those in between diffused.
  const reversed = subkeys
    .toReversed()
    .map((subkey, i) => (i === 0 || i === subkeys.length - 1 ? subkey : diffused(subkey)));
  return {
    encipher: block => passed(block, subkeys),
    decipher: block => passed(block, reversed),
  };
}

/** RFC 5794 §2.3.1: odd and even rounds in turn; the last has a second subkey for its diffusion. */
function passed(block: Uint8Array, subkeys: readonly Uint8Array[]): Uint8Array {
  let state = block;
  for (let i = 0; i < subkeys.length - 2; i++)
    state = (i % 2 === 0 ? oddRound : evenRound)(state, subkeys[i]!);
  return xored(substituted(xored(state, subkeys.at(-2)!), layers.even), subkeys.at(-1)!);
}

/** FO and FE, RFC 5794 §2.4.1. */
const oddRound = (state: Uint8Array, key: Uint8Array): Uint8Array =>
  diffused(substituted(xored(state, key), layers.odd));
const evenRound = (state: Uint8Array, key: Uint8Array): Uint8Array =>
  diffused(substituted(xored(state, key), layers.even));

/** The S-boxes go in turn over the octets (RFC 5794 §2.4.2). */
const substituted = (state: Uint8Array, boxes: readonly Uint8Array[]): Uint8Array =>
  state.map((octet, i) => boxes[i % 4]![octet]!);

/** A, RFC 5794 §2.4.3: each octet becomes the exclusive or of seven; twice is nothing. */
function diffused(state: Uint8Array): Uint8Array {
  const octets = new Uint8Array(16);
  for (let i = 0; i < 16; i++) {
    let sum = 0;
    for (const j of sevens[i]!) sum ^= state[j]!;
    octets[i] = sum;
  }
  return octets;
}

/** RFC 5794 §2.2: 13, 15 or 17 subkeys. */
function subkeysOf(key: Uint8Array): Uint8Array[] {
  const [kl, kr] = [key.slice(0, 16), new Uint8Array(16)];
  kr.set(key.subarray(16));
  // The constants take turns by the size of the key.
  const first = (key.length - 16) / 8;
  const [ck1, ck2, ck3] = [0, 1, 2].map(i => constants[(first + i) % 3]!) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const w1 = xored(oddRound(kl, ck1), kr);
  const w2 = xored(evenRound(w1, ck2), kl);
  const w3 = xored(oddRound(w2, ck3), w1);
  const w = [kl, w1, w2, w3] as const;
  // Rotated to the right by 19 and 31, then to the left by 61, 31 and 19.
  const subkeys = [128 - 19, 128 - 31, 61, 31, 19].flatMap(count =>
    w.map((part, i) => xored(part, rotated(w[(i + 1) % 4]!, count))),
  );
  return subkeys.slice(0, 13 + 2 * first);
}

const constants = [
  "517cc1b727220a94fe13abe8fa9a6ee0",
  "6db14acc9e21c820ff28b1d5ef5de2b0",
  "db92371d2126e9700324977504e8c90e",
].map(hex => Uint8Array.fromHex(hex));

/** Which octets each becomes the sum of. */
const sevens = [
  ...["34689de", "25789cf", "146abcf", "057abde", "0258bef", "1349aef", "0279acd", "1368bcd"],
  ...["0147adf", "0156bce", "23568df", "23479ce", "12679bc", "03678ad", "03459be", "12458af"],
].map(row => Uint8Array.from(row, digit => Number.parseInt(digit, 16)));

/** The S-box of AES. */
const sb1 = Uint8Array.fromHex(
  [
    "637c777bf26b6fc53001672bfed7ab76ca82c97dfa5947f0add4a2af9ca472c0",
    "b7fd9326363ff7cc34a5e5f171d8311504c723c31896059a071280e2eb27b275",
    "09832c1a1b6e5aa0523bd6b329e32f8453d100ed20fcb15b6acbbe394a4c58cf",
    "d0efaafb434d338545f9027f503c9fa851a3408f929d38f5bcb6da2110fff3d2",
    "cd0c13ec5f974417c4a77e3d645d197360814fdc222a908846eeb814de5e0bdb",
    "e0323a0a4906245cc2d3ac629195e479e7c8376d8dd54ea96c56f4ea657aae08",
    "ba78252e1ca6b4c6e8dd741f4bbd8b8a703eb5664803f60e613557b986c11d9e",
    "e1f8981169d98e949b1e87e9ce5528df8ca1890dbfe6426841992d0fb054bb16",
  ].join(""),
);
const sb2 = Uint8Array.fromHex(
  [
    "e24e54fc94c24acc620d6a463c4d8bd15efa64cbb497be2bbc772e03d31959c1",
    "1d06416b55f09969ea9c18ae63dfe7bb007366fb964c85e43a0945aa0fee10eb",
    "2d7ff429accfad918d78c895f92fcecd087a88385c832a2847dbb8c793a41253",
    "ff870e3136215848018e377432cae9b1b7ab0cd7c4564226079860d9b6b91140",
    "ec208cbda0c984044923f14f501f13dcd8c09e57e3c37b653b028f3ee82592e5",
    "15ddfd17a9bfd49a7ec53967fe769d43a7e1d0f568f21b347005a38ad57986a8",
    "30c6514b1ea627f635d26e2416825fdae675a2ef2cb21c9f5d6f800a72449b6c",
    "900b5b337d5a52f361a1f7b0d63f7c6ded14e0a53d22b3f889de711aafbab581",
  ].join(""),
);
const inverse = (box: Uint8Array): Uint8Array => box.map((_, octet) => box.indexOf(octet));
const [sb3, sb4] = [inverse(sb1), inverse(sb2)];
const layers = { odd: [sb1, sb2, sb3, sb4], even: [sb3, sb4, sb1, sb2] } as const;
