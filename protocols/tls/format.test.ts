// Records and handshake messages: the vectors, and what the hellos say.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Malformed, optionOf, Reader } from "../wire/index.ts";
import { describeVectors, vectorsIn } from "../wire/vectors.ts";
import {
  bodyOf,
  CipherSuite,
  chosenVersion,
  ExtensionType,
  HandshakeType,
  handshake,
  isGrease,
  isRetry,
  recordSize,
  SignatureScheme,
  serverName,
  suiteOf,
  Version,
} from "./format.ts";
import { codecOf } from "./vectors/codecs.ts";

const folder = join(import.meta.dir, "vectors");
describeVectors(folder, codecOf);

const messageOf = (name: string) => {
  const vector = vectorsIn(folder).find(vector => vector.name === name)!;
  return handshake.decode(vector.octets, codecOf(vector).state);
};

describe("a ClientHello", () => {
  const hello = bodyOf(messageOf("client-hello-1.3"), HandshakeType.client_hello)!;

  test("names the host that it wants", () => {
    expect(serverName(hello)).toBe("JORGE-PC");
    const old = bodyOf(messageOf("client-hello-without-extensions"), HandshakeType.client_hello)!;
    expect([serverName(old), old.extensions]).toEqual([undefined, undefined]);
  });

  test("gives its extensions with their types", () => {
    const { extensions = [] } = hello;
    expect(optionOf(extensions, ExtensionType.supported_versions)).toEqual([Version["TLS 1.3"]]);
    expect(optionOf(extensions, ExtensionType.signature_algorithms)).toContain(
      SignatureScheme.ecdsa_secp256r1_sha256,
    );
    const keys = optionOf(extensions, ExtensionType.key_share)?.map(({ group, key }) => [group, key.length]);
    expect(keys).toEqual([
      [4588, 1216],
      [29, 32],
    ]);
  });

  test("is no body of another type", () => {
    expect(bodyOf(messageOf("client-hello-1.3"), HandshakeType.server_hello)).toBeUndefined();
  });
});

describe("a ServerHello", () => {
  const helloOf = (name: string) => bodyOf(messageOf(name), HandshakeType.server_hello)!;

  test("chooses the version, which in TLS 1.3 hides in an extension", () => {
    expect(helloOf("server-hello-1.2").version).toBe(Version["TLS 1.2"]);
    expect(helloOf("server-hello-1.3").version).toBe(Version["TLS 1.2"]);
    expect(["server-hello-1.2", "server-hello-1.3"].map(name => chosenVersion(helloOf(name)))).toEqual([
      Version["TLS 1.2"],
      Version["TLS 1.3"],
    ]);
  });

  test("may choose a draft of TLS 1.3, which counts as it from the 18th to the 28th", () => {
    const hello = helloOf("server-hello-1.3");
    const drafted = (version: number) =>
      chosenVersion({ ...hello, extensions: [{ code: ExtensionType.supported_versions, value: version }] });
    const drafts = [0x7f12, 0x7f16, 0x7f1c];
    expect(drafts.map(drafted)).toEqual(drafts.map(() => Version["TLS 1.3"]));
    expect([0x7f11, 0x7f1d].map(drafted)).toEqual([0x7f11, 0x7f1d]);
  });

  test("may be a HelloRetryRequest, which names a group and brings no key", () => {
    expect([isRetry(helloOf("hello-retry-request")), isRetry(helloOf("server-hello-1.3"))]).toEqual([
      true,
      false,
    ]);
    const { extensions = [] } = helloOf("hello-retry-request");
    expect(optionOf(extensions, ExtensionType.key_share)).toEqual({ group: 24, key: undefined });
  });
});

describe("the name of a suite", () => {
  test("says how keys are agreed on, and what opens the records", () => {
    const said = (name: keyof typeof CipherSuite) => {
      const { keyExchange, aead, hash } = suiteOf(CipherSuite[name])!;
      return [keyExchange, aead, hash];
    };
    expect(said("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")).toEqual(["ECDHE", "AES-256-GCM", "SHA-384"]);
    expect(said("TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256")).toEqual([
      "DHE",
      "ChaCha20-Poly1305",
      "SHA-256",
    ]);
    expect(said("TLS_RSA_WITH_AES_128_GCM_SHA256")).toEqual(["RSA", "AES-128-GCM", "SHA-256"]);
    expect(said("TLS_ECDH_anon_WITH_AES_256_CBC_SHA")).toEqual(["ECDHE", undefined, "SHA-256"]);
    expect(said("TLS_DHE_PSK_WITH_AES_128_CBC_SHA256")).toEqual(["DHE_PSK", undefined, "SHA-256"]);
    expect(said("TLS_AES_128_GCM_SHA256")).toEqual([undefined, "AES-128-GCM", "SHA-256"]);
    expect(said("TLS_AES_128_CCM_8_SHA256")).toEqual([undefined, "AES-128-CCM-8", "SHA-256"]);
  });

  test("is read of every suite but the signals", () => {
    const unread = Object.entries(CipherSuite).filter(([, number]) => !suiteOf(number));
    expect(unread.map(([name]) => name)).toEqual(["TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_FALLBACK_SCSV"]);
    expect([suiteOf(0xfefe), suiteOf(undefined)]).toEqual([undefined, undefined]);
  });
});

describe("the size of a record", () => {
  const size = (...octets: number[]) => recordSize(Reader.over(Uint8Array.from(octets)));

  test("is known with its header", () => {
    expect([size(), size(22), size(22, 3, 1), size(22, 3, 1, 0), size(22, 3, 1, 0, 5)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      10,
    ]);
  });

  test("is refused as soon as the octets can be none of TLS", () => {
    for (const octets of [[0x10], [22, 2, 0, 0, 5], [23, 3, 3, 0x48, 1]])
      expect(() => size(...octets)).toThrow(Malformed);
    expect(size(23, 3, 3, 0x48, 0)).toBe(5 + 2 ** 14 + 2048);
  });
});

test("GREASE is told from other numbers", () => {
  expect([0x0a0a, 0x1a1a, 0xfafa].every(isGrease)).toBe(true);
  expect([0x0a1a, 0x000a, 0x1301, 0xc02f].some(isGrease)).toBe(false);
});
