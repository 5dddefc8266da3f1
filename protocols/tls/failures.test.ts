// What each side can know of a handshake that failed: the sentence, the word for it, and what other stacks call it.
import { describe, expect, test } from "bun:test";
import { type Circumstances, closed, type Failing, type Passed, refusal } from "./failures.ts";
import { otherStacks, otherStacksText } from "./other-stacks.ts";

const client: Circumstances = { role: "client", peer: "10.0.0.1:8883", certificate: false };
const server: Circumstances = { role: "server", peer: "10.0.0.2:49152", certificate: true };
const passed = (seen: Partial<Passed>) => () => ({
  ...{ first: Uint8Array.of(22, 3, 3), shown: false, requested: false, presented: [] },
  ...seen,
});
const nothing = new Uint8Array();

describe("an end without a word means", () => {
  const cases: readonly [what: string, at: Circumstances, says: RegExp][] = [
    [
      "no TLS, to a client that has heard nothing",
      { ...client, passed: passed({ first: nothing }) },
      /without a word of TLS: that port may not speak TLS/,
    ],
    [
      "a look, to a server that has heard nothing",
      { ...server, passed: passed({ first: nothing }) },
      /before it said a word: somebody looked whether this port is open/,
    ],
    [
      "a demand, to a client that came without",
      { ...client, passed: passed({ requested: true }) },
      /it demands one; give certificate and key/,
    ],
    [
      "a refusal, to a client that showed one",
      { ...client, certificate: true, passed: passed({ shown: true, requested: true }) },
      /after our certificate: it may not trust who issued it, or it is expired or revoked/,
    ],
    [
      "a failure of theirs, to a client whose certificate was not sent yet",
      { ...client, certificate: true, passed: passed({}) },
      /before it had all of ours.*failed itself/,
    ],
    [
      "distrust, to a server that showed its own",
      { ...server, passed: passed({ shown: true }) },
      /most likely it does not trust the authority that issued it/,
    ],
    ["less, where nobody looked on", server, /it may not trust our certificate/],
  ];
  test.each(cases)("%s", (_, at, says) => expect(closed(at)).toMatch(says));
});

test("what came instead of TLS is named", () => {
  const error = { code: "ERR_SSL_WRONG_VERSION_NUMBER", message: "" };
  const said = (first: string | Uint8Array) =>
    refusal(error, {
      ...server,
      passed: passed({ first: typeof first === "string" ? new TextEncoder().encode(first) : first }),
    }).message;
  expect(said(Uint8Array.fromHex("100c00044d5154540402003c0000"))).toEndWith("a CONNECT of MQTT without TLS");
  expect(said(Uint8Array.fromHex("20020005"))).toEndWith("a CONNACK of MQTT without TLS");
  expect(said("SSH-2.0-OpenSSH")).toEndWith("SSH");
  expect(said("HTTP/1.1 400 Bad Request")).toEndWith("HTTP");
  expect(said("hello")).toEndWith("something else");
  expect(refusal(error, server).message).toEndWith("something else");
});

test("an alert on the wire explains what node:tls makes nothing of", () => {
  const error = { code: "ERR_SSL_BAD_PACKET_LENGTH", message: "bad packet length" };
  const { failing, message } = refusal(error, { ...server, passed: passed({ alert: "unknown_ca" }) });
  expect(failing).toBe("alert unknown_ca");
  expect(message).toMatch(/alert unknown_ca: the client says that our certificate is of an authority/);
  expect(refusal(error, server).message).toMatch(/failed: bad packet length \(ERR_SSL_BAD_PACKET_LENGTH\)/);
});

test("every failure but the nameless has a name in mbedTLS and OpenSSL", () => {
  const named: readonly (readonly [Failing, string])[] = [
    [
      "expired",
      "mbedTLS: -0x2700 Certificate verification failed (The certificate validity has expired); OpenSSL: error 10, certificate has expired",
    ],
    [
      "no certificate",
      "mbedTLS: -0x7480 No client certification received from the client; OpenSSL: peer did not return a certificate",
    ],
    [
      "alert unknown_ca",
      "mbedTLS: -0x7780 A fatal alert message was received from our peer; OpenSSL: tlsv1 alert unknown ca, SSL alert number 48",
    ],
    [
      "alert certificate_expired",
      "mbedTLS: -0x7780 A fatal alert message was received from our peer; OpenSSL: sslv3 alert certificate expired, SSL alert number 45",
    ],
    [
      "alert certificate_required",
      "mbedTLS: -0x7780 A fatal alert message was received from our peer; OpenSSL: tlsv13 alert certificate required, SSL alert number 116",
    ],
    ["closed", "mbedTLS: -0x7280 The connection indicated an EOF; OpenSSL: unexpected eof while reading"],
  ];
  for (const [failing, text] of named) expect(otherStacksText(otherStacks(failing)!)).toBe(text);
  expect(otherStacks("other")).toBeUndefined();
});
