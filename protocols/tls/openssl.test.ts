// Sessions of OpenSSL and of GnuTLS with themselves, recorded for each suite: what they said is what we decipher.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { infoOf, type Packet } from "../packet/index.ts";
import { rest } from "../wire/index.ts";
import { issue } from "../x509/issued.ts";
import type { Ciphers } from "./ciphers.ts";
import { packetsOf } from "./frames.ts";
import { KeyLog, kinds, tls } from "./index.ts";
import { native, rsaKey } from "./native.ts";
import { portable } from "./portable.ts";
import type { Recording } from "./recording.ts";

const [openssl, serv, cli] = [peer("openssl"), Bun.which("gnutls-serv"), Bun.which("gnutls-cli")];
const folder = mkdtempSync(join(tmpdir(), "tls-suites-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content?: string): string => {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const carried = {
  name: "carried",
  title: "Carried",
  reference: "",
  format: rest,
  over: [{ table: "tls.port", key: 8883 }] as const,
  summary: (octets: Uint8Array) => JSON.stringify(new TextDecoder().decode(octets)),
};
const heard = (packets: readonly Packet[], way: 0 | 1): string =>
  packets
    .flatMap(packet => packet.all(carried))
    .filter(layer => layer.way === way)
    .map(layer => new TextDecoder().decode(layer.value))
    .join("");
const deciphered = (pieces: Recording["pieces"], keyLog: KeyLog, ciphers: Ciphers = native): Packet[] =>
  packetsOf({ pieces }, [...tls({ keyLog, ciphers }), carried]);
const listed = (packets: readonly Packet[]): string =>
  packets
    .filter(packet => packet.layer(kinds.record))
    .map(infoOf)
    .join(" | ");

const root = issue({ name: "Root CA", keys: "RSA-2048" });
const rsa = issue({ name: "JORGE-PC", use: "server", issuer: root, keys: "RSA-2048" });
const ecdsa = issue({ name: "JORGE-PC", use: "server", issuer: root });

/** A connection to `port`, passed on by a process of ours that keeps what passes. */
async function tapped(
  port: number,
): Promise<{ port: number; pieces: Recording["pieces"][number][]; close(): void }> {
  const pieces: Recording["pieces"][number][] = [];
  const listener = createServer(near => {
    const far = connect(port, "127.0.0.1");
    const pass = (way: 0 | 1, from: Socket, to: Socket) => {
      from.on("data", (octets: Buffer) => {
        pieces.push({ way, octets: new Uint8Array(octets) });
        to.write(octets);
      });
      from.on("close", () => to.end());
      from.on("error", () => {});
    };
    pass(0, near, far);
    pass(1, far, near);
  });
  await new Promise<void>(resolve => listener.listen(0, "127.0.0.1", () => resolve()));
  return { port: (listener.address() as { port: number }).port, pieces, close: () => listener.close() };
}

interface Talk {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What goes to its standard input; what must have come out, and which file must be there, before the next. */
  readonly says: readonly (readonly [text: string, until: string, saved?: string])[];
}

/** Lets a client speak to the server on that port, and gives what passed. */
async function recorded(server: number, talk: (port: number) => Talk): Promise<Recording["pieces"]> {
  const tap = await tapped(server);
  const { command, environment, says } = talk(tap.port);
  const client = Bun.spawn(["sh", "-c", 'exec "$@" 2>&1', "sh", ...command], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    env: { ...process.env, ...environment },
  });
  const patience = setTimeout(() => client.kill(), 4000);
  try {
    const out = client.stdout.getReader();
    let text = "";
    for (const [say, until, saved] of says) {
      client.stdin.write(say);
      client.stdin.flush();
      for (const from = text.length; !text.slice(from).includes(until); ) {
        const { value, done } = await out.read();
        if (done)
          throw new Error(`the client ended before it said ${JSON.stringify(until)}: ${text.slice(-500)}`);
        text += new TextDecoder().decode(value);
      }
      for (let tries = 0; saved && !existsSync(saved) && tries < 100; tries++) await Bun.sleep(20);
    }
    client.stdin.end();
    await client.exited;
  } finally {
    clearTimeout(patience);
    client.kill();
    tap.close();
  }
  return tap.pieces;
}

async function serving(
  command: (port: number) => string[],
): Promise<{ port: number; stop(): Promise<void> }> {
  const listener = createServer();
  await new Promise<void>(resolve => listener.listen(0, "127.0.0.1", () => resolve()));
  const { port } = listener.address() as { port: number };
  await new Promise(resolve => listener.close(resolve));
  const server = Bun.spawn(command(port), { stdin: "pipe", stdout: "ignore", stderr: "ignore" });
  for (let attempt = 0; attempt < 100; attempt++) {
    const open = await new Promise<boolean>(resolve => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) break;
    await Bun.sleep(20);
  }
  return {
    port,
    async stop() {
      server.kill();
      await server.exited;
    },
  };
}

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

  let sessions = 0;
  const session = async (
    options: readonly string[],
    says: Talk["says"] = [["hola\n", "aloh"]],
  ): Promise<{ pieces: Recording["pieces"]; log: string }> => {
    const log = file(`${sessions++}.log`);
    const pieces = await recorded(server.port, port => ({
      command: [openssl!, "s_client", "-connect", `127.0.0.1:${port}`, "-keylogfile", log, ...options],
      says,
    }));
    return { pieces, log: existsSync(log) ? readFileSync(log, "utf8") : "" };
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
});

describe.skipIf(!serv || !cli)("GnuTLS", () => {
  let server: Awaited<ReturnType<typeof serving>>;
  const every =
    "NORMAL:+VERS-ALL:+DHE-RSA:+RSA:+AES-128-CBC:+AES-256-CBC:+AES-128-CCM:+AES-128-CCM-8:+SHA256:+SHA384:+ANON-ECDH";
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

  for (const [version, cipher, mac] of [
    ["TLS1.3", "AES-128-GCM", "AEAD"],
    ["TLS1.3", "AES-256-GCM", "AEAD"],
    ["TLS1.3", "CHACHA20-POLY1305", "AEAD"],
    ["TLS1.3", "AES-128-CCM", "AEAD"],
    ["TLS1.3", "AES-128-CCM-8", "AEAD"],
    ["TLS1.2", "AES-256-GCM", "AEAD"],
    ["TLS1.2", "AES-128-CCM", "AEAD"],
    ["TLS1.2", "AES-128-CCM-8", "AEAD"],
    ["TLS1.2", "CHACHA20-POLY1305", "AEAD"],
    ["TLS1.2", "AES-128-CBC", "SHA1"],
    ["TLS1.2", "AES-256-CBC", "SHA384"],
    ["TLS1.1", "AES-256-CBC", "SHA1"],
    ["TLS1.0", "AES-128-CBC", "SHA1"],
  ] as const)
    test(`${cipher} ${mac === "AEAD" ? "" : `with ${mac} `}in ${version}`, async () => {
      const log = file(`gnutls-${version}-${cipher}-${mac}`);
      const wanted = `NORMAL:-VERS-ALL:+VERS-${version}:-CIPHER-ALL:+${cipher}:-MAC-ALL:+${mac}`;
      const pieces = await recorded(server.port, port => ({
        command: [...[cli!, "--insecure", "--priority", wanted, "-p", `${port}`, "127.0.0.1"]],
        environment: { SSLKEYLOGFILE: log },
        says: [
          ["", "Simple Client Mode"],
          ["hola\n", "hola"],
        ],
      }));
      const packets = deciphered(pieces, new KeyLog(readFileSync(log, "utf8")));
      expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "hola\n"]);
    });
});
