// The flags that choose a way to the broker: from which address, trusting whom, with which suites, over WebSocket.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { lab } from "../scenarios/lab.ts";
import { type Running, startBroker } from "../servers/mqtt-broker.ts";
import { listening } from "../servers/mqtt-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "mqtt-transports-"));
const log: string[] = [];
let broker: Running;
let roots = "";
const port = { plain: "", safe: "", web: "", safeWeb: "" };

beforeAll(async () => {
  const authority = await intranet();
  roots = authority.root.files.pem;
  const safe = {
    certificate: authority.chain("JORGE-PC").file,
    key: authority.key("JORGE-PC").files.pem,
    version: "1.2" as const,
  };
  const web = { isWebSocket: true };
  const listeners = [{}, safe, web, { ...safe, ...web }].map(more => ({ ...listening(0), ...more }));
  broker = await startBroker(
    { listeners, system: 0, limits: {}, passedOver: [] },
    { log: line => log.push(line) },
  );
  const [plain, secure, webSocket, secureWebSocket] = broker.ports.map(String);
  Object.assign(port, { plain, safe: secure, web: webSocket, safeWeb: secureWebSocket });
});
afterAll(async () => {
  await broker.close();
  rmSync(folder, { recursive: true });
});

const pub = (at: string, ...words: string[]) =>
  lab(["mqtt", "pub", "-h", "127.0.0.1", "-p", at, "-t", "a", "-m", "b", "-q", "1", ...words]);
const done = { code: 0, stdout: "", stderr: "" };
/** The same, and whoever asked for it is told what it means. */
const warned = { ...done, stderr: expect.stringMatching(/^lab: --insecure: the name in .* is not checked/) };
const patience = 30_000;

test.concurrent(
  "-A: the connection comes from that address",
  async () => {
    expect(await pub(port.plain, "-A", "127.0.0.5", "-i", "bound")).toMatchObject(done);
    expect(log.join("\n")).toMatch(/New client connected from 127\.0\.0\.5:\d+ as bound/);
    expect(await pub(port.plain, "-A", "eth0")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/-A takes an address/),
    });
  },
  patience,
);

test.concurrent(
  "--capath trusts whoever has a certificate in that folder, whatever else lies there",
  async () => {
    const words = ["--insecure", "--capath"];
    expect(await pub(port.safe, ...words, dirname(roots))).toMatchObject(warned);
    writeFileSync(join(folder, "notes"), "no certificate");
    const nobody = await pub(port.safe, ...words, folder);
    expect(nobody).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no file there holds a certificate/),
    });
  },
  patience,
);

test.concurrent(
  "--ciphers takes OpenSSL's names, and names a suite that there is not",
  async () => {
    const words = ["--cafile", roots, "--insecure", "--tls-alpn", "mqtt", "--ciphers"];
    expect(await pub(port.safe, ...words, "ECDHE-RSA-AES128-GCM-SHA256")).toMatchObject(warned);
    expect(await pub(port.safe, ...words, "ROT13")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/"ROT13" is no suite/),
    });
    expect(await pub(port.plain, "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/go with --cafile/),
    });
  },
  patience,
);

test.concurrent(
  "--websocket: over WebSocket, and what does not go with it is refused",
  async () => {
    expect(await pub(port.web, "--websocket", "-i", "web")).toMatchObject(done);
    expect(log.join("\n")).toMatch(/as web \(/);
    expect(await pub(port.web, "--websocket", "--keylog", join(folder, "keys"))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/do not go with --websocket/),
    });
    // The certificate is for JORGE-PC: its name is checked there too.
    const other = await pub(port.safeWeb, "--websocket", "--cafile", roots);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/no WebSocket is to be had/) });
  },
  patience,
);

test.concurrent(
  "--store: two at a time are one too many",
  async () => {
    const { FileStore } = await import("../../protocols/mqtt/client.ts");
    const path = join(folder, "session");
    const other = new FileStore(path);
    const words = ["--store", path, "-c", "-i", "kept"];
    expect(await pub(port.plain, ...words)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/in use by another client/),
    });
    other.close();
    expect(await pub(port.plain, ...words)).toMatchObject(done);
    expect(await pub(port.plain, "--store", join(folder, "no/where"), "-c", "-i", "x")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/its folder is missing/),
    });
  },
  patience,
);
