// Sessions whose secret travels under the server's RSA key: opened with that key, or with the premaster secret in a log.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { issue } from "../x509/issued.ts";
import { bodyOf, HandshakeType, KeyLog, kinds } from "./index.ts";
import { rsaKey } from "./native.ts";
import type { Recording } from "./recording.ts";
import { deciphered, heard, recorded, serving } from "./stacks.ts";

const openssl = peer("openssl");
const folder = mkdtempSync(join(tmpdir(), "tls-rsa-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const root = issue({ name: "Root CA", keys: "RSA-2048" });
const server = issue({ name: "JORGE-PC", use: "server", issuer: root, keys: "RSA-2048" });
const client = issue({ name: "NUCLEO-H723ZG", use: "client", issuer: root, keys: "RSA-2048" });

/** TRUE must be 0xff in DER (X.690 §11.1); OpenSSL takes any octet. */
const notDer = (pem: string): string => {
  const base64 = pem.replace(/-----.*-----|\s/g, "");
  const hex = Uint8Array.fromBase64(base64).toHex().replaceAll("0101ff", "010101");
  return `-----BEGIN CERTIFICATE-----\n${Uint8Array.fromHex(hex).toBase64()}\n-----END CERTIFICATE-----\n`;
};

describe.skipIf(!openssl)("with RSA as key exchange", () => {
  let session: (...options: string[]) => Promise<Recording["pieces"]>;
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const { port, stop: end } = await serving(port => [
      ...[openssl!, "s_server", "-accept", `${port}`, "-rev", "-quiet", "-Verify", "1"],
      ...["-cert", file("server.pem", notDer(server.pem)), "-key", file("server.key", server.key)],
      ...["-cipher", "ALL:@SECLEVEL=0"],
    ]);
    stop = end;
    session = (...options) =>
      recorded(port, through => ({
        command: [
          ...[openssl!, "s_client", "-connect", `127.0.0.1:${through}`, ...options],
          ...["-cert", file("client.pem", notDer(client.pem)), "-key", file("client.key", client.key)],
        ],
        says: [["hola\n", "aloh"]],
      }));
  });
  afterAll(() => stop?.());

  for (const [version, suite] of [
    ["-tls1", "AES128-SHA"],
    ["-tls1_2", "AES256-GCM-SHA384"],
  ] as const)
    test(`${suite}, ${version.slice(1)}: the handshake is hashed as it was sent, certificates that are no DER included`, async () => {
      const pieces = await session(version, "-cipher", `${suite}:@SECLEVEL=0`);
      const log = new KeyLog();
      log.addKey(rsaKey(server.key));
      const packets = deciphered(pieces, log);
      const messages = packets.flatMap(packet => packet.all(kinds.handshake));
      expect(messages.filter(({ malformed }) => malformed)).toHaveLength(2);
      expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "aloh\n"]);
    });

  test("the premaster secret in the log, by what it was enciphered as or by the client's random, opens it as well", async () => {
    const pieces = await session("-tls1_2", "-cipher", "AES128-GCM-SHA256");
    const messages = deciphered(pieces, new KeyLog())
      .flatMap(packet => packet.all(kinds.handshake))
      .flatMap(({ value }) => value ?? []);
    const hello = messages.flatMap(one => bodyOf(one, HandshakeType.client_hello) ?? [])[0]!;
    const exchange = messages.flatMap(one => bodyOf(one, HandshakeType.client_key_exchange) ?? [])[0]!;
    const sent = (exchange as { encryptedPremasterSecret: Uint8Array }).encryptedPremasterSecret;
    const premaster = rsaKey(server.key)(sent)!.toHex();
    for (const line of [
      `RSA ${sent.subarray(0, 8).toHex()} ${premaster}`,
      `PMS_CLIENT_RANDOM ${hello.random.toHex()} ${premaster}`,
    ])
      expect(heard(deciphered(pieces, new KeyLog(line)), 0)).toBe("hola\n");
    expect(heard(deciphered(pieces, new KeyLog(`RSA ${"00".repeat(8)} ${premaster}`)), 0)).toBe("");
  });
});
