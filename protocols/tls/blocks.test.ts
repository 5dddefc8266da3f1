// Camellia and ARIA against the test vectors of their RFCs, and against OpenSSL for every octet of their tables.
import { describe, expect, test } from "bun:test";
import { createCipheriv, createDecipheriv } from "node:crypto";
import { peer } from "../../scripts/peers.ts";
import { aria } from "./aria.ts";
import { blocksOf, type Keyed, openGcm, unchained } from "./blocks.ts";
import { camellia } from "./camellia.ts";

const hex = (digits: string): Uint8Array => Uint8Array.fromHex(digits.replaceAll(" ", ""));
const key16 = hex("0123456789abcdef fedcba9876543210");
const key = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i);

describe("deciphers what it enciphers, as its RFC has it", () => {
  const text = hex("00112233445566778899aabbccddeeff");
  const camelliaKey = (size: number) =>
    hex("0123456789abcdeffedcba98765432100011223344556677 8899aabbccddeeff").slice(0, size);
  const vectors: readonly (readonly [name: string, Keyed, clear: Uint8Array, enciphered: string])[] = [
    [
      "Camellia, 128 bits (RFC 3713 §A)",
      camellia(camelliaKey(16)),
      key16,
      "67673138549669730857065648eabe43",
    ],
    [
      "Camellia, 192 bits (RFC 3713 §A)",
      camellia(camelliaKey(24)),
      key16,
      "b4993401b3e996f84ee5cee7d79b09b9",
    ],
    [
      "Camellia, 256 bits (RFC 3713 §A)",
      camellia(camelliaKey(32)),
      key16,
      "9acc237dff16d76c20ef7c919e3a7509",
    ],
    ["ARIA, 128 bits (RFC 5794 §A.1)", aria(key(16)), text, "d718fbd6ab644c739da95f3be6451778"],
    ["ARIA, 192 bits (RFC 5794 §A.2)", aria(key(24)), text, "26449c1805dbe7aa25a468ce263a9e79"],
    ["ARIA, 256 bits (RFC 5794 §A.3)", aria(key(32)), text, "f92bd7c79fb72e2f2b8f80c1972d24fc"],
  ];
  for (const [name, blocks, clear, enciphered] of vectors)
    test(name, () => {
      expect(blocks.encipher(clear).toHex()).toBe(enciphered);
      expect(blocks.decipher(hex(enciphered))).toEqual(clear);
    });
});

describe.skipIf(!peer("openssl"))("agrees with OpenSSL in CBC, over all octets", () => {
  const clear = Uint8Array.from({ length: 4096 }, (_, i) => (i * 167 + (i >> 8) * 29) & 0xff);
  const iv = key16;
  for (const [name, size] of [
    ["Camellia-128", 16],
    ["Camellia-256", 32],
    ["ARIA-128", 16],
    ["ARIA-256", 32],
  ] as const)
    test(name, () => {
      const options = ["-K", key(size).toHex(), "-iv", iv.toHex(), "-nopad"];
      const { stdout } = Bun.spawnSync([peer("openssl")!, "enc", `-${name.toLowerCase()}-cbc`, ...options], {
        stdin: clear,
      });
      expect(stdout.length).toBe(clear.length);
      expect(unchained(blocksOf(name, key(size))!, iv, new Uint8Array(stdout))).toEqual(clear);
    });
});

describe("GCM on any block cipher", () => {
  // Of AES, which node:crypto has: what is made here must open what that sealed.
  const aes: Keyed = {
    encipher: block => new Uint8Array(createCipheriv("aes-128-ecb", key(16), null).update(block)),
    decipher: block => new Uint8Array(createDecipheriv("aes-128-ecb", key(16), null).update(block)),
  };
  const [nonce, additional] = [key(12), key(13)];
  const sealed = (clear: Uint8Array): Uint8Array => {
    const cipher = createCipheriv("aes-128-gcm", key(16), nonce).setAAD(additional);
    return new Uint8Array(Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()]));
  };

  for (const size of [0, 1, 15, 16, 17, 100])
    test(`opens ${size} octets`, () => {
      expect(openGcm(aes, nonce, sealed(key(size)), additional)).toEqual(key(size));
    });

  test("opens nothing that was changed, cut or is of another place", () => {
    const whole = sealed(key(40));
    for (let i = 0; i < whole.length; i++) {
      const changed = whole.slice();
      changed[i]! ^= 1;
      expect(openGcm(aes, nonce, changed, additional)).toBeUndefined();
      expect(openGcm(aes, nonce, whole.subarray(0, i), additional)).toBeUndefined();
    }
    expect(openGcm(aes, nonce, whole, key(12))).toBeUndefined();
    expect(openGcm(aes, key(12).reverse(), whole, additional)).toBeUndefined();
  });
});

test("blocks that are not whole are not unchained, and AES is not made here", () => {
  expect(unchained(camellia(key(16)), key16, key(17))).toBeUndefined();
  expect(blocksOf("AES-128-GCM", key(16))).toBeUndefined();
});
