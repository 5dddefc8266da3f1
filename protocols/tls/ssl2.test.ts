// A client that offers TLS in a hello of SSL 2.0: what is shown of it, and that the session opens by its challenge.
import { expect, test } from "bun:test";
import { infoOf } from "../packet/index.ts";
import { analyzer } from "./analyzer.ts";
import { packetsOf } from "./frames.ts";
import { handshake, KeyLog, tls } from "./index.ts";
import { native } from "./native.ts";
import { ssl2ClientHello } from "./ssl2.ts";

const challenge = new Uint8Array(16).fill(0xc4);
const hello = ssl2ClientHello.encode({
  type: 1,
  version: 0x0301,
  cipherSpecs: [0x2f, 0x0700c0],
  sessionId: new Uint8Array(0),
  challenge,
});
const answer = handshake.encode({
  type: 2,
  body: {
    version: 0x0301,
    random: new Uint8Array(32).fill(5),
    sessionId: new Uint8Array(0),
    cipherSuite: 0x0002,
    compressionMethod: 0,
  },
});
const protocols = (log: string) => tls({ keyLog: new KeyLog(log), ciphers: native });

test("is told, and the server's answer after it is read", () => {
  const pieces = [
    { way: 0 as const, octets: Uint8Array.of(0x80, hello.length, ...hello) },
    { way: 1 as const, octets: Uint8Array.of(22, 3, 1, 0, answer.length, ...answer) },
  ];
  const packets = packetsOf({ pieces }, protocols(""));
  expect(packets.slice(3).map(infoOf)).toEqual(["Client Hello (in SSL 2.0)", "Server Hello"]);
  expect(packets.flatMap(({ layers }) => layers.filter(({ malformed }) => malformed))).toEqual([]);
  const analysis = analyzer();
  for (const packet of packets) for (const _ of analysis.observe(packet));
  const [session] = analysis.report().conversations;
  expect(session?.timeline.map(({ message }) => message)).toEqual(["client_hello", "server_hello"]);
  expect(session?.suite).toBe("TLS_RSA_WITH_NULL_SHA");
});

test("other messages of SSL 2.0, and hellos that are cut, are refused or waited for", () => {
  for (const octets of [Uint8Array.of(0x80, 20, 4, 0, 0), Uint8Array.of(0x80, 3, 1, 3, 1)]) {
    const packets = packetsOf({ pieces: [{ way: 0, octets }] }, protocols(""));
    const reasons = packets.flatMap(({ layers }) =>
      layers.flatMap(({ malformed }) => malformed?.reason ?? []),
    );
    expect(reasons).toEqual([
      "no TLS record: the content type is 128, nor the hello of a client of SSL 2.0, of which nothing else is described",
    ]);
  }
  const cut = packetsOf(
    { pieces: [{ way: 0, octets: Uint8Array.of(0x80, hello.length, 1, 3) }] },
    protocols(""),
  );
  expect(cut.flatMap(({ layers }) => layers.filter(({ malformed }) => malformed))).toEqual([]);
});
