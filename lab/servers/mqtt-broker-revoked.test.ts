// The broker and revocation lists: who was revoked is not let in, and the log says so.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { broken } from "../../pki/broken.ts";
import { intranet } from "../../pki/index.ts";
import { encodePem } from "../../protocols/x509/pem.ts";
import { connection } from "../tls/connection.ts";
import { startBroker } from "./mqtt-broker.ts";
import { configurationIn } from "./mqtt-configuration.ts";

const folder = mkdtempSync(join(tmpdir(), "mqtt-revoked-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a crlfile keeps out who was revoked, and nobody else", async () => {
  const authority = await intranet(join(folder, "pki"), { keys: "P-256", notice: () => {} });
  const revoked = await broken(authority, "revoked", { role: "client", keys: "P-256" });
  const crls = join(folder, "lists.pem");
  writeFileSync(crls, revoked.crls.map(der => encodePem(der, "X509 CRL")).join(""));
  const settings = [
    "listener 0",
    `cafile ${authority.root.files.pem}`,
    `certfile ${authority.chain("JORGE-PC").file}`,
    `keyfile ${authority.key("JORGE-PC").files.pem}`,
    `crlfile ${crls}`,
    "require_certificate true",
  ];
  const log: string[] = [];
  const running = await startBroker(configurationIn(settings.join("\n"), "broker.conf"), {
    log: line => log.push(line),
  });
  try {
    const wish = {
      ...{ address: "127.0.0.1", port: running.ports[0]!, serverName: "JORGE-PC", patience: 3000 },
      ...{ roots: [authority.root.der], version: "1.2" as const },
      clock: { now: () => BigInt(Date.now()) * 1_000_000n },
    };
    const own = {
      certificate: authority.chain("NUCLEO-H723ZG").pem,
      key: authority.key("NUCLEO-H723ZG").pem,
    };
    const good = await connection({ ...wish, ...own });
    expect(good.failure).toBeUndefined();
    good.stream?.duplex.destroy();
    const bad = await connection({ ...wish, certificate: revoked.ders, key: revoked.keyDer });
    expect(bad.failure?.message).toMatch(/after our certificate: .* it is expired or revoked/);
    expect(log.join("\n")).toMatch(/failed: the client certificate of .* was revoked/);
  } finally {
    await running.close();
  }
});
