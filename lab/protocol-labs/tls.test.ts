// `bun lab tls` as a person runs it, on both networks; and what it teaches, in each version and without TLS.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { probe } from "../network/probe.ts";
import { type Ended, lab } from "../scenarios/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "tls-lab-"));
afterAll(() => rmSync(folder, { recursive: true }));
const state = join(folder, "state");
await intranet(join(state, "intranet"), { notice: () => {} });
const { namespaces } = await probe();

const tls = (...words: string[]): Promise<Ended> => lab(["tls", ...words, "-o", folder], { LAB_PKI: state });

for (const network of ["namespaces", "relay"] as const) {
  const missing = network === "namespaces" && !namespaces.ok ? namespaces.reason : undefined;
  describe.skipIf(missing !== undefined)(missing ? `on ${network} (${missing})` : `on ${network}`, () => {
    test("TLS 1.2 with both certificates: what each side knows, and all that is read on the way", async () => {
      const ended = await tls("--network", network);
      expect(ended.stderr).not.toContain("mistake");
      expect(ended.code).toBe(0);
      for (const part of [
        "TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "NUCLEO-H723ZG hears: Hola XD",
        "NUCLEO-H723ZG  who JORGE-PC is: an address, nothing is proven · keys: none",
        "NUCLEO-H723ZG, who JORGE-PC is: an address, nothing is proven → claims to be JORGE-PC; MQTT CA vouches",
        "the eavesdropper, who NUCLEO-H723ZG is: – → NUCLEO-H723ZG, its certificate is in clear",
        "the eavesdropper, keys: the public half of JORGE-PC → both public halves",
        "JORGE-PC, who NUCLEO-H723ZG is: claims to be NUCLEO-H723ZG; MQTT CA vouches for that, the key is not proven → NUCLEO-H723ZG, proven",
        "of Finished, from JORGE-PC: – → nothing but its kind (handshake)",
        "JORGE-PC, what NUCLEO-H723ZG says: – → “Hola XD”",
        "the eavesdropper, what NUCLEO-H723ZG says: – → nothing but a record of 31 octets, and when",
        "NUCLEO-H723ZG sends 31 enciphered octets",
        "No findings.",
      ])
        expect(ended.stdout).toContain(part);
    }, 30_000);
  });
}

test("in TLS 1.3 the certificates are hidden from who listens, in Spanish too", async () => {
  const { code, stdout } = await lab(
    ["--lang", "es", "tls", "--network", "relay", "--tls", "server", "--tls-version", "1.3", "-o", folder],
    { LAB_PKI: state },
  );
  expect(code).toBe(0);
  for (const part of [
    "JORGE-PC: el cliente no se ha identificado",
    "el fisgón, quién es JORGE-PC: – → oculto",
    "el fisgón, de Certificate, de JORGE-PC: – → nada más que un registro de",
    "NUCLEO-H723ZG, la negociación: – → la misma que vio JORGE-PC: nadie cambió un octeto",
    "Sin hallazgos.",
  ])
    expect(stdout).toContain(part);
}, 30_000);

test("without TLS everybody reads what is said, and nobody knows who said it", async () => {
  const { code, stdout } = await tls("--network", "relay", "--tls", "off");
  expect(code).toBe(0);
  for (const part of [
    "the eavesdropper, what NUCLEO-H723ZG says: – → “Hola XD”",
    "JORGE-PC  who NUCLEO-H723ZG is: an address, nothing is proven · what NUCLEO-H723ZG says",
  ])
    expect(stdout).toContain(part);
  expect(stdout).not.toContain("keys");
}, 30_000);
