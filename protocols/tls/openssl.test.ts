// Sessions of OpenSSL with itself, recorded for each suite: what they said is what we decipher.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { issue } from "../x509/issued.ts";
import { heardByTshark } from "./followed.ts";
import { KeyLog } from "./index.ts";
import { native, rsaKey } from "./native.ts";
import { portable } from "./portable.ts";
import type { Recording } from "./recording.ts";
import { deciphered, heard, listed, recorded, serving, type Talk } from "./stacks.ts";

const openssl = peer("openssl");
const folder = mkdtempSync(join(tmpdir(), "tls-suites-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content?: string): string => {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const root = issue({ name: "Root CA", keys: "RSA-2048" });
const rsa = issue({ name: "JORGE-PC", use: "server", issuer: root, keys: "RSA-2048" });
const ecdsa = issue({ name: "JORGE-PC", use: "server", issuer: root });

describe.skipIf(!openssl)("OpenSSL", () => {
  let server: Awaited<ReturnType<typeof serving>>;
  beforeAll(async () => {
    const credentials = ["-cert", file("rsa.pem", rsa.pem), "-key", file("rsa.key", rsa.key)];
    const others = ["-dcert", file("ecdsa.pem", ecdsa.pem), "-dkey", file("ecdsa.key", ecdsa.key)];
    server = await serving(port => [
      ...[openssl!, "s_server", "-accept", `${port}`, ...credentials, ...others, "-rev", "-quiet"],
      ...["-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-ciphersuites", suites13.join(":")],
      ...["-psk", "0102030405060708", "-client_renegotiation"],
    ]);
  });
  afterAll(() => server?.stop());

  /** Each session, with its secrets. */
  const kept: { pieces: Recording["pieces"]; log: string; options: string }[] = [];
  const session = async (
    options: readonly string[],
    says: Talk["says"] = [["hola\n", "aloh"]],
  ): Promise<{ pieces: Recording["pieces"]; log: string }> => {
    const log = file(`${kept.length}.log`);
    const pieces = await recorded(server.port, port => ({
      command: [openssl!, "s_client", "-connect", `127.0.0.1:${port}`, "-keylogfile", log, ...options],
      says,
    }));
    const secrets = existsSync(log) ? readFileSync(log, "utf8") : "";
    const one = { pieces, log: secrets, options: options.join(" ") };
    kept.push(one);
    return one;
  };
  const suite = (name: string, version: string) => [version, "-cipher", `${name}:@SECLEVEL=0`];

  const suites13 = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_CCM_SHA256",
    "TLS_AES_128_CCM_8_SHA256",
  ];
  for (const name of suites13)
    test(`${name} in TLS 1.3`, async () => {
      const { pieces, log } = await session(["-tls1_3", "-ciphersuites", name]);
      for (const ciphers of [native, portable]) {
        const packets = deciphered(pieces, new KeyLog(log), ciphers);
        expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "aloh\n"]);
      }
    });

  for (const name of [
    "ECDHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-CCM",
    "ECDHE-ECDSA-AES256-CCM8",
    "DHE-RSA-AES256-CCM",
    "AES128-CCM8",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "DHE-RSA-CHACHA20-POLY1305",
    "PSK-AES128-CCM8",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-RSA-AES256-SHA384",
    "DHE-RSA-AES256-SHA256",
    "AES128-SHA",
    "AES256-SHA256",
    "ECDHE-RSA-NULL-SHA",
    "CAMELLIA128-SHA256",
    "ECDHE-ECDSA-CAMELLIA256-SHA384",
    "DHE-RSA-CAMELLIA256-SHA",
    "ARIA128-GCM-SHA256",
    "ECDHE-ARIA256-GCM-SHA384",
  ])
    test(`${name} in TLS 1.2`, async () => {
      const psk = name.startsWith("PSK") ? ["-psk", "0102030405060708"] : [];
      const { pieces, log } = await session([...suite(name, "-tls1_2"), ...psk]);
      for (const ciphers of [native, portable]) {
        const packets = deciphered(pieces, new KeyLog(log), ciphers);
        expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "aloh\n"]);
      }
    });

  for (const version of ["-tls1", "-tls1_1", "-tls1_2"])
    for (const etm of [[], ["-legacy_server_connect", "-no_etm"]])
      test(`AES in CBC, ${version.slice(1)}, ${etm.length > 0 ? "MAC then encrypt" : "encrypt then MAC"}`, async () => {
        const { pieces, log } = await session([...suite("ECDHE-RSA-AES256-SHA", version), ...etm.slice(1)]);
        const packets = deciphered(pieces, new KeyLog(log));
        expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "aloh\n"]);
      });

  for (const version of ["-tls1", "-tls1_2"])
    for (const name of version === "-tls1" ? ["AES128-SHA"] : ["AES256-GCM-SHA384", "AES128-SHA"])
      test(`${name}, ${version.slice(1)}: the server's RSA key opens what it was sent, and no other session`, async () => {
        const { pieces } = await session(suite(name, version));
        const own = new KeyLog();
        own.addKey(rsaKey(issue({ name: "other", keys: "RSA-2048" }).key));
        expect(heard(deciphered(pieces, own), 0)).toBe("");
        own.addKey(rsaKey(rsa.key));
        const packets = deciphered(pieces, own);
        expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "aloh\n"]);
        const forward = await session(suite("ECDHE-RSA-AES128-SHA", version));
        expect(heard(deciphered(forward.pieces, own), 0)).toBe("");
      });

  for (const ticket of [[], ["-no_ticket"]])
    test(`the server's RSA key opens a session that is taken up again${ticket.length ? " by its ID" : " by its ticket"}`, async () => {
      const saved = file(`session${ticket.length}`);
      const options = [...suite("AES128-SHA", "-tls1_2"), ...ticket];
      const first = await session([...options, "-sess_out", saved]);
      const second = await session([...options, "-sess_in", saved]);
      const log = new KeyLog();
      log.addKey(rsaKey(rsa.key));
      expect(heard(deciphered(second.pieces, log), 0)).toBe("");
      expect(heard(deciphered(first.pieces, log), 0)).toBe("hola\n");
      const packets = deciphered(second.pieces, log);
      expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "aloh\n"]);
      expect(listed(packets)).not.toContain("Client Key Exchange");
    });

  test("a renegotiation: the second handshake is enciphered with the keys of the first", async () => {
    const { pieces, log } = await session(suite("ECDHE-RSA-AES256-SHA", "-tls1_2"), [
      ["hola\n", "aloh"],
      ["R\n", "RENEGOTIATING"],
      ["otra vez\n", "zev arto"],
    ]);
    const packets = deciphered(pieces, new KeyLog(log));
    expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\notra vez\n", "aloh\nzev arto\n"]);
    expect(listed(packets).match(/Client Hello/g)).toHaveLength(2);
  });

  test("early data that the server takes, and the same again, which it does not take", async () => {
    const credentials = ["-cert", file("rsa.pem"), "-key", file("rsa.key")];
    const other = await serving(port => [
      openssl!,
      "s_server",
      "-accept",
      `${port}`,
      ...credentials,
      "-early_data",
    ]);
    const [saved, log, early] = [file("early.session"), file("early.log"), file("early.data", "temprano")];
    const talking = (says: Talk["says"], ...options: string[]) =>
      recorded(other.port, port => ({
        command: [openssl!, "s_client", "-connect", `127.0.0.1:${port}`, "-keylogfile", log, ...options],
        says,
      }));
    const again = ["-sess_in", saved, "-early_data", early];
    try {
      await talking([["", "Early data was not sent", saved]], "-sess_out", saved);
      for (const taken of [true, false]) {
        const pieces = await talking(
          [
            ["", `Early data was ${taken ? "accepted" : "rejected"}`],
            ["hola\n", ""],
          ],
          ...again,
        );
        const secrets = readFileSync(log, "utf8");
        kept.push({ pieces, log: secrets, options: "" });
        const packets = deciphered(pieces, new KeyLog(secrets));
        expect(heard(packets, 0)).toBe("tempranohola\n");
        expect(listed(packets).includes("End Of Early Data")).toBe(taken);
        const without = new KeyLog(secrets.replace(/^CLIENT_EARLY.*\n/gm, ""));
        expect(heard(deciphered(pieces, without), 0)).toBe("hola\n");
      }
    } finally {
      await other.stop();
    }
  });

  test("key updates in TLS 1.3, both ways", async () => {
    const { pieces, log } = await session(
      ["-tls1_3"],
      [
        ["hola\n", "aloh"],
        ["K\n", "KEYUPDATE"],
        ["otra vez\n", "zev arto"],
      ],
    );
    const packets = deciphered(pieces, new KeyLog(log));
    expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\notra vez\n", "aloh\nzev arto\n"]);
    expect(listed(packets).match(/Key Update/g)).toHaveLength(2);
  });

  test.skipIf(!peer("tshark"))(
    "tshark hears the same in each of these, but in ARIA, which it does not open",
    async () => {
      const ours = kept.map(({ pieces, log, options }) => {
        const packets = deciphered(pieces, new KeyLog(log));
        return options.includes("ARIA") ? ["", ""] : [heard(packets, 0), heard(packets, 1)];
      });
      expect(await heardByTshark(kept)).toEqual(ours as [string, string][]);
      expect(ours.filter(([client]) => client !== "").length).toBeGreaterThan(40);
    },
  );
});
