// Keys: the files they stand in, and digests that are those of other implementations.
import { describe, expect, test } from "bun:test";
import { cmac } from "@noble/ciphers/aes.js";
import { vectorsIn } from "../wire/vectors.ts";
import { message, type Time } from "./format.ts";
import { parseKeys, sealed, sealedBy } from "./keys.ts";

const vectors = new Map(vectorsIn(`${import.meta.dir}/vectors`).map(vector => [vector.name, vector.octets]));
const time = (octets: Uint8Array) => message.decode(octets) as Time;

describe("parseKeys", () => {
  test("reads a file of ntpd's", () => {
    const file = `# ntpkey
 1 M plain        # a comment
2 SHA1 0123456789abcdef0123456789abcdef01234567

3\tAES 000102030405060708090a0b0c0d0e0f
65535 AES-256 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
`;
    expect(parseKeys(file).map(({ id, algorithm, secret }) => [id, algorithm, secret.length])).toEqual([
      [1, "MD5", 5],
      [2, "SHA1", 20],
      [3, "AES-CMAC", 16],
      [65535, "AES-CMAC", 32],
    ]);
  });

  test("reads a file of chronyd's", () => {
    const [hex, ascii] = parseKeys("1 MD5 HEX:6b6579\n2 MD5 ASCII:key");
    expect(hex!.secret).toEqual(ascii!.secret);
  });

  test.each([
    ["1 MD5", "line 1 of the keys: number, type and key are expected"],
    ["\n0 MD5 x", 'line 2 of the keys: "0" is no key number'],
    ["65536 MD5 x", '"65536" is no key number'],
    ["1 CRC32 x", '"CRC32" is no type that is known'],
    ["1 MD5 HEX:6b6", "the key is no hexadecimal of whole octets"],
    ["1 MD5 secretsecretsecretsecret", "the key is no hexadecimal"],
    ["1 AES short", "a key of AES has 16 octets, this one 5; write 32 hexadecimal digits"],
    ["1 MD5 a\n1 MD5 b", "line 2 of the keys: there is a key 1 already"],
  ])("refuses %j, and shows no key", (file, why) => {
    expect(() => parseKeys(file)).toThrow(why);
    expect(() => parseKeys(file)).not.toThrow("secretsecret");
  });
});

describe("authenticators", () => {
  const keys = parseKeys(
    "1 MD5 HEX:6b6579\n2 SHA1 HEX:6b6579\n3 AES128 HEX:2b7e151628aed2a6abf7158809cf4f3c",
  );
  const draft = { ...time(vectors.get("client")!), authenticator: undefined };

  test.each(keys)("of a message are verified, and of a changed one are not: %#", key => {
    const octets = sealed(draft, key);
    expect(sealedBy(octets, time(octets), keys)).toBe(key);
    for (let at = 0; at < octets.length; at++) {
      const changed = octets.slice();
      changed[at]! ^= 0x80;
      const read = message.decode(changed);
      if ("authenticator" in read) expect(sealedBy(changed, read, keys)).toBeUndefined();
    }
  });

  test("are the hashes of the key and then the message, or the message's CMAC", () => {
    const digest = (id: number) => time(sealed(draft, keys[id - 1]!)).authenticator!.digest.toHex();
    const content = message.encode(draft);
    const by = (name: string) =>
      new Bun.CryptoHasher(name as "md5").update("key").update(content).digest("hex");
    expect([digest(1), digest(2)]).toEqual([by("md5"), by("sha1")]);
    expect(digest(3)).toBe(cmac(content, keys[2]!.secret).toHex());
  });

  test("a digest of another length than the key's is none", () => {
    const [md5, sha1] = keys;
    const octets = sealed(draft, md5!);
    expect(sealedBy(octets, time(octets), [{ ...sha1!, id: 1 }])).toBeUndefined();
    expect(sealedBy(octets, time(octets), [])).toBeUndefined();
  });
});
