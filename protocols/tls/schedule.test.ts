// Keys from secrets, held against published values, with both sets of ciphers.
import { describe, expect, test } from "bun:test";
import type { Ciphers, Hash } from "./ciphers.ts";
import { native } from "./native.ts";
import { Version } from "./numbers.ts";
import { portable } from "./portable.ts";
import { expandLabel, keyBlock, nextTrafficSecret, prf, trafficKeys } from "./schedule.ts";
import { suiteOf } from "./suite.ts";
import { CipherSuite } from "./suites.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(/\s/g, ""));

/** P_hash as the TLS working group published it for "test label" (mailing list, "TLS 1.2 PRF test vectors"). */
const published: Record<"SHA-256" | "SHA-384", { secret: string; seed: string; output: string }> = {
  "SHA-256": {
    secret: "9bbe436ba940f017b17652849a71db35",
    seed: "a0ba9f936cda311827a6f796ffd5198c",
    output: `e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af
      0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66`,
  },
  "SHA-384": {
    secret: "b80b733d6ceefcdc71566ea48e5567df",
    seed: "cd665cf6a8447dd6ff8b27555edb7465",
    output: `7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0
      e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d918425
      9b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e099070
      3d73e56f`,
  },
};

for (const [name, ciphers] of Object.entries({ native, portable }) as [string, Ciphers][])
  describe(`${name} ciphers`, () => {
    for (const [hash, { secret, seed, output }] of Object.entries(published))
      test(`stretch a secret with ${hash} as published`, () => {
        const wanted = hex(output);
        expect(prf(ciphers, hash as Hash, hex(secret), "test label", hex(seed), wanted.length)).toEqual(
          wanted,
        );
      });

    test("make the keys of TLS 1.3 as RFC 8448 §3 has them", () => {
      const secret = hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
      const { key, iv } = trafficKeys(ciphers, "AES-128-GCM", "SHA-256", secret);
      expect(key).toEqual(hex("3fce516009c21727d0f2e4e86ee403bc"));
      expect(iv).toEqual(hex("5d313eb2671276ee13000b30"));
      expect(expandLabel(ciphers, "SHA-256", secret, "finished", 32)).toEqual(
        hex("008d3b66f816ea559f96b537e885c31fc068bf492c652f01f288a1d8cdc19fc8"),
      );
    });

    test("hash", () => {
      const empty = new Uint8Array();
      expect(ciphers.hash("SHA-256", empty).toHex()).toStartWith("e3b0c44298fc1c14");
      expect(ciphers.hash("SHA-384", empty).toHex()).toStartWith("38b060a751ac9638");
    });

    test("open AES-CCM as NIST SP 800-38C, example 3, has it", () => {
      const key = hex("404142434445464748494a4b4c4d4e4f");
      const nonce = hex("101112131415161718191a1b");
      const sealed = hex("e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951");
      const additional = hex("000102030405060708090a0b0c0d0e0f10111213");
      const open = (octets: Uint8Array) => ciphers.open("AES-128-CCM-8", key, nonce, octets, additional);
      expect(open(sealed)).toEqual(hex("202122232425262728292a2b2c2d2e2f3031323334353637"));
      sealed[0]! ^= 1;
      expect(open(sealed)).toBeUndefined();
      expect(open(sealed.subarray(0, 7))).toBeUndefined();
    });

    test("unchain whole blocks only", () => {
      const open = (octets: Uint8Array) =>
        ciphers.unchain(
          "AES-128",
          hex("2b7e151628aed2a6abf7158809cf4f3c"),
          hex("000102030405060708090a0b0c0d0e0f"),
          octets,
        );
      // NIST SP 800-38A, F.2.1
      expect(open(hex("7649abac8119b246cee98e9b12e9197d"))).toEqual(hex("6bc1bee22e409f96e93d7e117393172a"));
      expect(open(new Uint8Array(15))).toBeUndefined();
    });

    test("open nothing whose key, nonce, tag or additional data are another's", () => {
      // The tags of an empty message under a key and a nonce of zeros.
      for (const [aead, key, tag] of [
        ["AES-128-GCM", 16, "58e2fccefa7e3061367f1d57a4e7455a"],
        ["AES-256-GCM", 32, "530f8afbc74536b9a963b4f1c4cb738b"],
        ["ChaCha20-Poly1305", 32, "4eb972c9a8fb3a1b382bb4d36f5ffad1"],
      ] as const) {
        const open = (nonce: number, additional: number, sealed: Uint8Array) =>
          ciphers.open(
            aead,
            new Uint8Array(key),
            new Uint8Array(12).fill(nonce),
            sealed,
            new Uint8Array(additional),
          );
        expect(open(0, 0, hex(tag))).toEqual(new Uint8Array());
        expect(open(1, 0, hex(tag))).toBeUndefined();
        expect(open(0, 1, hex(tag))).toBeUndefined();
        expect(open(0, 0, hex(tag).fill(0))).toBeUndefined();
        expect(open(0, 0, hex(tag).subarray(0, 15))).toBeUndefined();
      }
    });
  });

test("each way has keys of its own, cut from one block", () => {
  const randoms = { client: new Uint8Array(32).fill(1), server: new Uint8Array(32).fill(2) };
  const suite = suiteOf(CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)!;
  const { client, server } = keyBlock(native, Version["TLS 1.2"], suite, new Uint8Array(48), randoms);
  expect([client.key.length, client.iv.length, server.key.length, server.iv.length]).toEqual([32, 4, 32, 4]);
  expect(client.key).not.toEqual(server.key);
  expect(nextTrafficSecret(native, suite, new Uint8Array(48))).toHaveLength(48);
});
