// Other implementations: tshark reads what we read, OpenSSL talks with both of our ends.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { rest } from "../wire/index.ts";
import { certificate, inspect } from "../x509/index.ts";
import { issue } from "../x509/issued.ts";
import { secure } from "./client.ts";
import { captureOf, packetsOf } from "./frames.ts";
import { KeyLog, kinds, tls } from "./index.ts";
import { native } from "./native.ts";
import { authority, record } from "./recording.ts";
import { accept } from "./server.ts";
import { streamOf } from "./sockets.ts";

const [tshark, openssl, mosquitto] = [peer("tshark"), peer("openssl"), peer("mosquitto")];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tls-peers-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};
const run = (command: string[]): string => {
  const { stdout, stderr, exitCode } = Bun.spawnSync(command, { stdin: "ignore", timeout: 15_000 });
  if (exitCode !== 0) throw new Error(`${command[0]}: ${stderr}`);
  return stdout.toString();
};

const ecdsa = authority();
const text = (octets: Uint8Array | undefined) => new TextDecoder().decode(octets);
const octets = (said: string) => new TextEncoder().encode(said);

describe.skipIf(!tshark)("tshark", () => {
  const data = {
    name: "data8883",
    title: "Data",
    reference: "",
    format: rest,
    over: [{ table: "tls.port", key: 8883 }] as const,
    summary: () => "",
  };

  for (const [version, suite] of [
    ["TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"],
    ["TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"],
    ["TLSv1.2", "ECDHE-ECDSA-CHACHA20-POLY1305"],
    ["TLSv1.3", undefined],
  ] as const)
    test(`sees the same messages and the same octets inside: ${version} ${suite ?? ""}`, async () => {
      const recording = await record({ ...ecdsa, version, suite, mutual: true, said: ["Hola XD", "LD2OFF"] });
      const capture = file(`${version}-${suite}.pcapng`, captureOf(recording));
      const fields = [
        "tls.handshake.type",
        "tls.handshake.ciphersuite",
        "tls.handshake.extension.type",
        "data.data",
      ];
      const theirs = run([
        tshark!,
        ...["-r", capture, "-d", "tls.port==8883,data", "-Y", "tls", "-T", "fields"],
        ...fields.flatMap(field => ["-e", field]),
      ]).split("\n");

      const packets = packetsOf(recording, [
        ...tls({ keyLog: new KeyLog(recording.keyLog), ciphers: native }),
        data,
      ]);
      const ours = packets
        .filter(packet => packet.layer(kinds.record))
        .map(packet => {
          const messages = packet.all(kinds.handshake).map(({ value }) => value!);
          const bodies = messages.map(({ body }) => body as Record<string, unknown>);
          const suites = bodies.flatMap(
            body => [body.cipherSuites ?? [], body.cipherSuite ?? []].flat() as number[],
          );
          const types = bodies.flatMap(extensionTypes);
          return [
            messages.map(({ type }) => type).join(),
            suites.map(number => `0x${number.toString(16).padStart(4, "0")}`).join(),
            types.join(),
            packet
              .all(data)
              .map(({ value }) => value!.toHex())
              .join(),
          ].join("\t");
        });
      const telling = (rows: string[]) => rows.filter(row => row.trim() !== "");
      expect(telling(theirs)).toEqual(telling(ours));
      expect(ours.join()).toContain(Buffer.from("Hola XD").toString("hex"));
    });

  test("reads the same in a certificate", async () => {
    const recording = await record({ ...ecdsa, version: "TLSv1.2", said: [] });
    const capture = file("certificate.pcapng", captureOf(recording));
    const names = ["x509af.serialNumber", "x509sat.printableString", "x509sat.uTF8String", "x509ce.dNSName"];
    const theirs = run([
      tshark!,
      ...["-r", capture, "-Y", "tls.handshake.type==11", "-T", "fields"],
      ...names.flatMap(name => ["-e", name]),
    ]);
    const { tbsCertificate } = certificate.decode(ecdsa.server.der);
    expect(theirs).toContain(tbsCertificate.serialNumber.toString(16).padStart(2, "0"));
    expect(theirs).toContain("JORGE-PC");
  });
});

const extensionTypes = (body: Record<string, unknown>): number[] => {
  const listed = (part: unknown) => ((part ?? []) as { code: number }[]).map(({ code }) => code);
  const certificates = (body.certificates ?? []) as { extensions?: unknown }[];
  return [...listed(body.extensions), ...certificates.flatMap(one => listed(one.extensions))];
};

describe.skipIf(!openssl)("OpenSSL", () => {
  const root = issue({ name: "Root CA", keys: "RSA-2048" });
  const server = issue({ name: "JORGE-PC", use: "server", issuer: root, keys: "RSA-2048" });
  const board = issue({ name: "NUCLEO-H723ZG", use: "client", issuer: root, keys: "RSA-2048" });
  const clock = { now: () => BigInt(Date.now()) * 1_000_000n };
  const suite = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";

  test("takes our certificates for good, and prints of them what we print", () => {
    const [top, leaf] = [file("root.pem", root.pem), file("leaf.pem", server.pem)];
    const verified = run([openssl!, "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", top, leaf]);
    expect(verified).toEndWith("OK\n");
    const printed = run([openssl!, "x509", "-in", leaf, "-noout", "-serial", "-subject", "-issuer"]);
    const ours = Object.fromEntries(inspect(certificate.decode(server.der)));
    expect(printed).toContain(ours["serial number"]!.replaceAll(":", "").toUpperCase());
    expect(printed.replaceAll(" = ", "=")).toContain(`subject=${ours.subject}`);
    expect(printed.replaceAll(" = ", "=")).toContain(`issuer=${ours.issuer}`);
  });

  for (const version of ["1.2", "1.3"] as const) {
    test(`answers our client with its certificate, TLS ${version}`, async () => {
      const port = await freePort();
      const process = Bun.spawn(
        [
          ...[openssl!, "s_server", "-accept", `127.0.0.1:${port}`, "-quiet", "-rev", "-naccept", "1"],
          ...["-cert", file("server.pem", server.pem), "-key", file("server.key", server.key)],
          ...["-CAfile", file("root.pem", root.pem), "-Verify", "1", "-verify_return_error"],
        ],
        { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
      );
      try {
        const stream = await secure(streamOf(await connected(port)), {
          serverName: "JORGE-PC",
          roots: [root.pem],
          certificate: board.pem,
          key: board.key,
          version,
          clock,
        });
        expect(stream.version).toBe(`TLS ${version}`);
        if (version === "1.2") expect(stream.suite).toBe(suite);
        await stream.write(octets("Hola XD\n"));
        expect(text(await stream.read(3000))).toBe("DX aloH\n");
        await stream.close();
      } finally {
        process.kill();
        await process.exited;
      }
    });

    test(`is answered by our server, which knows its certificate, TLS ${version}`, async () => {
      const { promise: accepted, resolve } = Promise.withResolvers<ReturnType<typeof accept>>();
      const listener = createServer(socket =>
        resolve(
          accept(streamOf(socket), {
            certificate: server.pem,
            key: server.key,
            clientRoots: [root.pem],
            require: true,
            version,
            clock,
          }),
        ),
      );
      const port = await new Promise<number>(ready =>
        listener.listen(0, "127.0.0.1", () => ready((listener.address() as { port: number }).port)),
      );
      const process = Bun.spawn(
        [
          ...[openssl!, "s_client", "-connect", `127.0.0.1:${port}`, "-quiet", "-servername", "JORGE-PC"],
          ...["-CAfile", file("root.pem", root.pem), "-verify_return_error", "-verify_hostname", "JORGE-PC"],
          ...["-cert", file("board.pem", board.pem), "-key", file("board.key", board.key)],
        ],
        { stdin: "pipe", stdout: "pipe", stderr: "ignore" },
      );
      try {
        const stream = await accepted;
        expect([stream.commonName, stream.version]).toEqual(["NUCLEO-H723ZG", `TLS ${version}`]);
        process.stdin.write("Hola XD\n");
        process.stdin.flush();
        expect(text(await stream.read(3000))).toBe("Hola XD\n");
        await stream.write(octets("adiós\n"));
        await stream.close();
        expect(await new Response(process.stdout).text()).toContain("adiós");
      } finally {
        process.kill();
        await process.exited;
        listener.close();
      }
    });
  }
});

describe.skipIf(!mosquitto)("Mosquitto", () => {
  const root = issue({ name: "Root CA", keys: "RSA-2048" });
  const server = issue({ name: "JORGE-PC", use: "server", issuer: root, keys: "RSA-2048" });
  const board = issue({ name: "NUCLEO-H723ZG", use: "client", issuer: root });
  const old = issue({
    name: "OLD",
    use: "client",
    issuer: root,
    validity: { notBefore: 1e9, notAfter: 1.1e9 },
  });
  const stranger = issue({ name: "STRANGER", use: "client", issuer: issue({ name: "Other CA" }) });
  /** MQTT 5, clean start, no client identifier. */
  const connectPacket = Uint8Array.fromHex("100d00044d5154540502003c000000");
  let process: ReturnType<typeof Bun.spawn> | undefined;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    const settings = [
      `listener ${port} 127.0.0.1`,
      `cafile ${file("mosquitto-root.pem", root.pem)}`,
      `certfile ${file("mosquitto.pem", server.pem)}`,
      `keyfile ${file("mosquitto.key", server.key)}`,
      ...["require_certificate true", "use_identity_as_username true", "user root"],
    ];
    process = Bun.spawn([mosquitto!, "-c", file("mosquitto.conf", settings.join("\n"))], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    (await connected(port)).destroy();
  });
  afterAll(async () => {
    process?.kill();
    await process?.exited;
  });

  /** What it answers to a CONNECT, in hexadecimal, or why it does not. */
  const answered = async (
    version: "1.2" | "1.3",
    own: { pem: string; key: string } | undefined,
  ): Promise<string> => {
    const clock = { now: () => BigInt(Date.now()) * 1_000_000n };
    const credentials = own && { certificate: own.pem, key: own.key };
    try {
      const security = { serverName: "JORGE-PC", roots: [root.pem], clock, version, ...credentials };
      const stream = await secure(streamOf(await connected(port)), security);
      await stream.write(connectPacket);
      const answer = await stream.read(3000);
      await stream.close();
      return answer?.toHex() ?? "nothing";
    } catch (error) {
      return String(error);
    }
  };

  for (const version of ["1.2", "1.3"] as const)
    test(`lets in whose certificate is in order, and says of others why not, TLS ${version}`, async () => {
      expect(await answered(version, board)).toStartWith("20");
      expect(await answered(version, old)).toMatch(
        /alert certificate_expired: our client certificate has expired/,
      );
      expect(await answered(version, stranger)).toMatch(
        /alert unknown_ca: our client certificate is of an authority/,
      );
      expect(await answered(version, undefined)).toMatch(
        version === "1.2"
          ? /alert handshake_failure: .*demands a client certificate/
          : /alert certificate_required/,
      );
    });
});

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const listener = createServer();
    listener.listen(0, "127.0.0.1", () => {
      const { port } = listener.address() as { port: number };
      listener.close(() => resolve(port));
    });
  });

/** Tries until the server listens, three seconds at the most. */
async function connected(port: number) {
  for (let attempt = 0; ; attempt++) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise<boolean>(resolve => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (open) return socket;
    if (attempt === 60) throw new Error(`nothing listens on port ${port}`);
    await Bun.sleep(50);
  }
}
