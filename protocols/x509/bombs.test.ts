// ASN.1 bombs: what is nested without end, or claims to be huge, is malformed at once, whatever it is taken for.
import { describe, expect, test } from "bun:test";
import { leaves, Malformed, Reader } from "../wire/index.ts";
import { element } from "./any.ts";
import { certificate, certificateList, certificationRequest } from "./format.ts";
import { pfx } from "./pkcs12.ts";
import {
  encryptedPrivateKeyInfo,
  passwordEncryptedKey,
  privateKeyInfo,
  scryptEncryptedKey,
} from "./private-key.ts";
import { verify } from "./verify.ts";

const size = 1 << 20;

/** SEQUENCE in SEQUENCE in SEQUENCE, each to the end of a mebioctet. */
function tower(): Uint8Array {
  const octets = new Uint8Array(size);
  for (let at = 0; at + 6 < size; at += 5) octets.set([0x30, 0x83, ...u24(size - at - 5)], at);
  return octets;
}

const u24 = (n: number): number[] => [n >> 16, (n >> 8) & 0xff, n & 0xff];

/** A SEQUENCE of so many empty ones. */
function crowd(): Uint8Array {
  const octets = new Uint8Array(size);
  octets.set([0x30, 0x83, ...u24(size - 5)]);
  for (let at = 5; at + 1 < size; at += 2) octets[at] = 0x30;
  return octets;
}

const bombs: readonly (readonly [string, Uint8Array])[] = [
  ["a tower of 200 000 sequences", tower()],
  ["half a million empty sequences in one", crowd()],
  ["a length of two gibioctets", Uint8Array.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 0x30, 0x00])],
  ["a length of 2^64 octets", Uint8Array.from([0x30, 0x88, ...Array(8).fill(0xff), 0x30, 0x00])],
  ["a length of 127 octets", Uint8Array.from([0x30, 0xff, ...Array(127).fill(0xff)])],
  ["no length at all", Uint8Array.from([0x30, 0x80, 0x30, 0x80, 0x30, 0x80, 0x00, 0x00])],
  ["a tag of endless octets", Uint8Array.from([0x1f, ...Array(1000).fill(0xff)])],
  [
    "an object identifier of one endless number",
    Uint8Array.from([0x30, 0x7f, 0x06, 0x7d, ...Array(125).fill(0xff)]),
  ],
];

const codecs = {
  certificate,
  certificateList,
  certificationRequest,
  privateKeyInfo,
  encryptedPrivateKeyInfo,
  passwordEncryptedKey,
  scryptEncryptedKey,
  pfx,
} as const;

describe.each(bombs)("%s", (_, octets) => {
  test.each(Object.entries(codecs))("is no %s, and says where", (_, codec) => {
    expect(() => codec.decode(octets)).toThrow(Malformed);
    const tree = codec.dissect(Reader.over(octets), "");
    expect([...leaves(tree)].length).toBeLessThan(1000);
  });

  test("makes a chain that is refused in a sentence", () => {
    const { trusted, verdicts } = verify([octets], { roots: [], at: 0n });
    expect([trusted, verdicts.map(({ fault }) => fault)]).toEqual([false, ["unreadable"]]);
  });
});

test("what is opened without a description nests sixteen deep, and no deeper", () => {
  const nested = (depth: number): Uint8Array => {
    let octets: number[] = [];
    for (let i = 0; i < depth; i++) octets = [0x30, octets.length, ...octets];
    return Uint8Array.from(octets);
  };
  expect(() => element.decode(nested(16))).not.toThrow();
  expect(() => element.decode(nested(17))).toThrow("nested more than 16 deep");
});
