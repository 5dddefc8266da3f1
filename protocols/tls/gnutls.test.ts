// Sessions of GnuTLS with itself, recorded for each suite: what they said is what we decipher.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { issue } from "../x509/issued.ts";
import { heardByTshark } from "./followed.ts";
import { KeyLog } from "./index.ts";
import type { Recording } from "./recording.ts";
import { deciphered, heard, listed, recordedEach, serving, type Talk } from "./stacks.ts";

const [serv, cli] = [Bun.which("gnutls-serv"), Bun.which("gnutls-cli")];
const folder = mkdtempSync(join(tmpdir(), "tls-suites-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content?: string): string => {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const root = issue({ name: "Root CA", keys: "RSA-2048" });
const rsa = issue({ name: "JORGE-PC", use: "server", issuer: root, keys: "RSA-2048" });

describe.skipIf(!serv || !cli)("GnuTLS", () => {
  let server: Awaited<ReturnType<typeof serving>>;
  const every =
    "NORMAL:+VERS-ALL:+DHE-RSA:+RSA:+AES-128-CBC:+AES-256-CBC:+AES-128-CCM:+AES-256-CCM-8:+CAMELLIA-128-GCM:+CAMELLIA-256-GCM:+CAMELLIA-128-CBC:+3DES-CBC:+AES-128-CCM-8:+SHA256:+SHA384:+ANON-ECDH";
  beforeAll(async () => {
    const credentials = [
      "--x509certfile",
      file("rsa.pem", rsa.pem),
      "--x509keyfile",
      file("rsa.key", rsa.key),
    ];
    server = await serving(port => [
      ...[serv!, "--port", `${port}`, "--echo", "--quiet", "--priority", every, ...credentials],
    ]);
  });
  afterAll(() => server?.stop());

  const kept: { pieces: Recording["pieces"]; log: string }[] = [];
  /** What the client's words made of the server, by connection, with the secrets. */
  const sessions = async (
    priority: string,
    says: Talk["says"] = [
      ["", "Simple Client Mode"],
      ["hola\n", "hola"],
    ],
    ...options: string[]
  ): Promise<{ pieces: Recording["pieces"]; log: string }[]> => {
    const keys = file(`gnutls-${kept.length}`);
    const connections = await recordedEach(server.port, port => ({
      command: [cli!, "--insecure", "--priority", priority, ...options, "-p", `${port}`, "127.0.0.1"],
      environment: { SSLKEYLOGFILE: keys },
      says,
    }));
    const log = readFileSync(keys, "utf8");
    const made = connections.map(pieces => ({ pieces, log }));
    kept.push(...made);
    return made;
  };

  for (const [version, cipher, mac] of [
    ["TLS1.3", "AES-128-GCM", "AEAD"],
    ["TLS1.3", "AES-256-GCM", "AEAD"],
    ["TLS1.3", "CHACHA20-POLY1305", "AEAD"],
    ["TLS1.3", "AES-128-CCM", "AEAD"],
    ["TLS1.3", "AES-128-CCM-8", "AEAD"],
    ["TLS1.2", "AES-256-GCM", "AEAD"],
    ["TLS1.2", "AES-128-CCM", "AEAD"],
    ["TLS1.2", "AES-128-CCM-8", "AEAD"],
    ["TLS1.2", "AES-256-CCM-8", "AEAD"],
    ["TLS1.2", "CHACHA20-POLY1305", "AEAD"],
    ["TLS1.2", "CAMELLIA-128-GCM", "AEAD"],
    ["TLS1.2", "CAMELLIA-256-GCM", "AEAD"],
    ["TLS1.2", "CAMELLIA-128-CBC", "SHA1"],
    ["TLS1.2", "3DES-CBC", "SHA1"],
    ["TLS1.2", "AES-128-CBC", "SHA1"],
    ["TLS1.2", "AES-256-CBC", "SHA384"],
    ["TLS1.2", "AES-256-CBC", "SHA1:%NO_ETM"],
    ["TLS1.1", "AES-256-CBC", "SHA1"],
    ["TLS1.0", "AES-128-CBC", "SHA1"],
  ] as const)
    test(`${cipher} ${mac === "AEAD" ? "" : `with ${mac} `}in ${version}`, async () => {
      const wanted = `NORMAL:-VERS-ALL:+VERS-${version}:-CIPHER-ALL:+${cipher}:-MAC-ALL:+${mac}`;
      const [one] = await sessions(wanted);
      const packets = deciphered(one!.pieces, new KeyLog(one!.log));
      expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "hola\n"]);
    });

  for (const version of ["TLS1.2", "TLS1.3"])
    test(`a session that is taken up again in ${version}`, async () => {
      const both = await sessions(
        `NORMAL:-VERS-ALL:+VERS-${version}`,
        [
          ["", "Simple Client Mode"],
          ["hola\n", "hola"],
        ],
        "--resume",
      );
      expect(both).toHaveLength(2);
      // Until TLS 1.2 GnuTLS logs a master secret once: the session is found again by its ticket.
      const log = new KeyLog(both[0]!.log);
      const [first, second] = both.map(({ pieces }) => deciphered(pieces, log));
      expect(listed(first!)).toContain("Certificate");
      expect(listed(second!)).not.toContain("Certificate");
      expect([heard(second!, 0), heard(second!, 1)]).toEqual(["hola\n", "hola\n"]);
    });

  for (const [version, command, said, message] of [
    ["TLS1.2", "^renegotiate^", "***", "Client Hello"],
    ["TLS1.3", "^rekey^", "Rekey was completed", "Key Update"],
  ] as const)
    test(`new keys in the middle of the conversation in ${version}`, async () => {
      const [one] = await sessions(
        `NORMAL:-VERS-ALL:+VERS-${version}`,
        [
          ["", "Simple Client Mode"],
          ["hola\n", "hola"],
          [`${command}\n`, said],
          ["otra vez\n", "otra vez"],
        ],
        "--inline-commands",
      );
      const packets = deciphered(one!.pieces, new KeyLog(one!.log));
      expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\notra vez\n", "hola\notra vez\n"]);
      expect(listed(packets).split(message).length).toBeGreaterThan(version === "TLS1.2" ? 2 : 1);
    });

  test.skipIf(!peer("tshark"))("tshark hears the same in each of these", async () => {
    const log = new KeyLog(kept.map(one => one.log).join("\n"));
    const ours = kept.map(({ pieces }) => {
      const packets = deciphered(pieces, log);
      return [heard(packets, 0), heard(packets, 1)];
    });
    expect(await heardByTshark(kept)).toEqual(ours as [string, string][]);
    expect(ours.length).toBeGreaterThan(20);
  });
});
