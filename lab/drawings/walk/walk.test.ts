// The walk of a run against its key log: each secret worked out a second time by node:crypto, and by tshark what was on the wire.
import { afterAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { peer } from "../../../scripts/peers.ts";
import { lines } from "../../scenarios/lab.ts";
import { record } from "../../view/testing.ts";
import { markup } from "../markup.ts";
import { walksOf } from "../reading.ts";
import { WalkDrawing } from "./drawing.tsx";
import type { Walk } from "./walk.ts";

const tshark = peer("tshark");

for (const version of ["1.2", "1.3"] as const)
  describe(`the walk through TLS ${version}`, async () => {
    const run = record("--tls-version", version);
    afterAll(() => run[Symbol.dispose]());
    const [walk] = await walksOf(run.capture, {}, true);
    const [quiet] = await walksOf(run.capture, {}, false);
    const log = readFileSync(join(run.folder, "keylog.txt"), "utf8").trim().split("\n");
    const secret = (name: string): string | undefined => walk!.secrets.find(one => one.name === name)?.value;

    test("is of the session whose client random the key log names", () => {
      expect(walk!.version).toBe(`TLS ${version}`);
      for (const line of log) expect(line.split(" ")[1]).toBe(walk!.clientRandom!);
    });

    test("has the secrets of the key log, and works the keys out of them as the standard says", () => {
      const logged = new Map(log.map(line => [line.split(" ")[0]!, line.split(" ")[2]!]));
      if (version === "1.2") {
        const master = logged.get("CLIENT_RANDOM")!;
        expect(secret("master secret")).toBe(master);
        const [client, server] = [walk!.clientRandom!, serverRandom(walk!)];
        const seed = Buffer.concat([Buffer.from("key expansion"), Buffer.from(server + client, "hex")]);
        const block = prf(Buffer.from(master, "hex"), seed, 72).toString("hex");
        expect(secret("client write key")).toBe(block.slice(0, 64));
        expect(secret("server write key")).toBe(block.slice(64, 128));
        expect(secret("client write IV")).toBe(block.slice(128, 136));
        expect(secret("server write IV")).toBe(block.slice(136, 144));
        return;
      }
      for (const [label, name] of Object.entries(names)) {
        const value = logged.get(label)!;
        expect(secret(name)).toBe(value);
        if (label === "EXPORTER_SECRET") continue;
        const stem = name.replace(" traffic secret", "");
        expect(secret(`${stem} key`)).toBe(expanded(value, "key", 16));
        expect(secret(`${stem} IV`)).toBe(expanded(value, "iv", 12));
      }
    });

    test("finds in both Finished messages what the handshake before them comes to", () => {
      const verified = walk!.secrets.filter(({ name }) => name.endsWith("verify_data"));
      expect(verified.map(({ matches }) => matches)).toEqual([true, true]);
    });

    test.skipIf(!tshark)("shows the octets that tshark sees [no tshark]", async () => {
      const randoms = ["-Y", "tls.handshake.type==1", "-T", "fields", "-e", "tls.handshake.random"];
      expect(await lines([tshark!, "-r", run.capture, ...randoms])).toEqual([walk!.clientRandom!]);
      const dumped = await lines([tshark!, "-r", run.capture, "-x", "-Y", "tls.handshake.type==20"]);
      const octets = dumped
        .map(line => /^[0-9a-f]{4} {2}((?:[0-9a-f]{2} )+)/.exec(line)?.[1] ?? "-")
        .join("");
      const seen = octets.replaceAll(" ", "");
      for (const { name, value, size } of walk!.secrets)
        if (name.endsWith("verify_data"))
          expect(seen).toContain(`140000${size.toString(16).padStart(2, "0")}${value}`);
    });

    test("accounts for every octet of each record, sealed ones with their key, nonce and place", () => {
      for (const { parts, sealing } of walk!.records) {
        const [wire] = parts;
        expect(wire!.octets.length / 2).toBe(5 + Number.parseInt(wire!.octets.slice(6, 10), 16));
        if (sealing) expect(walk!.secrets[sealing.key!]!.name).toEndWith("key");
      }
      const sealed = walk!.records.filter(({ sealing }) => sealing);
      expect(sealed.length).toBeGreaterThan(3);
      for (const { sealing } of sealed) {
        const { nonce, sequence, key } = sealing!;
        const iv = secret(walk!.secrets[key!]!.name.replace(/key$/, "IV"))!;
        if (version === "1.2") expect(nonce.slice(0, 8)).toBe(iv);
        else expect((BigInt(`0x${nonce}`) ^ BigInt(`0x${iv}`)).toString()).toBe(String(sequence));
      }
    });

    test("tells no key unless it is asked to", () => {
      const text = JSON.stringify(quiet);
      const drawn = markup(WalkDrawing({ walk: quiet!, language: "es", isOpen: true, id: "w" }));
      const kept = walk!.secrets.filter(one => !one.isPublic && one.value && !/IV$/.test(one.name));
      expect(kept.length).toBeGreaterThan(2);
      for (const { value } of kept) {
        expect(text).not.toContain(value!);
        expect(drawn.replaceAll(" ", "")).not.toContain(value!);
      }
      expect(drawn).toContain("aquí no se muestra");
    });

    test("for a listener ends where records are sealed", () => {
      const drawn = markup(WalkDrawing({ walk: walk!, language: "en", isOpen: false, id: "w" }));
      expect(drawn).not.toContain("Finished");
      expect(drawn).not.toContain("Deciphered");
      expect(drawn).toContain("Client Hello");
    });
  });

/** Captures of other people's sessions, with their key logs. */
const corpus = join(import.meta.dir, "../../../../shared/corpus");

test.skipIf(!existsSync(corpus))(
  "fits what other programs sent, in every version and kind of suite [no corpus]",
  async () => {
    const verified = new Map<string, (boolean | undefined)[]>();
    // Every third is enough for each version.
    for (const name of readdirSync(join(corpus, "keys")).filter((_, i) => i % 3 === 0)) {
      const keylog = join(corpus, "keys", name);
      for (const { version = "", secrets } of await walksOf(
        join(corpus, "captures", name.replace(/\.keylog$/, "")),
        { keylog },
        true,
      ))
        for (const one of secrets)
          if (one.name.endsWith("verify_data"))
            verified.set(version, [...(verified.get(version) ?? []), one.matches]);
    }
    expect([...verified.keys()].sort()).toEqual(expect.arrayContaining(["TLS 1.1", "TLS 1.2", "TLS 1.3"]));
    // SSL 3.0 hashes otherwise, and is not worked out.
    verified.delete("SSL 3.0");
    expect([...verified.values()].flat().filter(one => one !== true)).toEqual([]);
  },
);

const serverRandom = (walk: Walk): string => {
  const hello = walk.records.find(({ title }) => title === "Server Hello")!.parts[0]!.octets;
  // Header of the record, then type, length and version of the message.
  return hello.slice(2 * (5 + 4 + 2), 2 * (5 + 4 + 2 + 32));
};

/** RFC 5246 §5 with SHA-384. */
function prf(key: Buffer, seed: Buffer, size: number): Buffer {
  const hmac = (text: Buffer): Buffer => createHmac("sha384", key).update(text).digest();
  let a = seed;
  let out = Buffer.alloc(0);
  while (out.length < size) {
    a = hmac(a);
    out = Buffer.concat([out, hmac(Buffer.concat([a, seed]))]);
  }
  return out.subarray(0, size);
}

/** RFC 8446 §7.1: HKDF-Expand-Label with SHA-256; HKDF-Expand is one HMAC for as little. */
function expanded(hex: string, label: string, size: number): string {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([size >> 8, size & 255, name.length]), name, Buffer.from([0, 1])]);
  return createHmac("sha256", Buffer.from(hex, "hex"))
    .update(info)
    .digest()
    .subarray(0, size)
    .toString("hex");
}

const names = {
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: "client handshake traffic secret",
  SERVER_HANDSHAKE_TRAFFIC_SECRET: "server handshake traffic secret",
  CLIENT_TRAFFIC_SECRET_0: "client application traffic secret",
  SERVER_TRAFFIC_SECRET_0: "server application traffic secret",
  EXPORTER_SECRET: "exporter secret",
} as const;
