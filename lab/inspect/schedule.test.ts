// A session's key schedule told: every step, every record, and no secret.
import { describe, expect, test } from "bun:test";
import { packetsOf } from "../../protocols/tls/frames.ts";
import { KeyLog, tls, Walker } from "../../protocols/tls/index.ts";
import { native } from "../../protocols/tls/native.ts";
import { authority, type Recording, record } from "../../protocols/tls/recording.ts";
import { linesOf } from "./schedule.ts";

const hosts = authority();

function told(
  { pieces, keyLog }: Pick<Recording, "pieces" | "keyLog">,
  language: "en" | "es" = "en",
): string {
  const walker = new Walker();
  for (const packet of packetsOf({ pieces }, tls({ keyLog: new KeyLog(keyLog), ciphers: native })))
    walker.observe(packet);
  return walker
    .walks()
    .flatMap(walk => [...linesOf(walk, language)])
    .join("\n");
}

describe("the key schedule of TLS 1.3", async () => {
  const recording = await record({ ...hosts, version: "TLSv1.3", said: ["hola"] });
  const text = told(recording);

  test("goes from the halves of a key to the traffic secrets", () => {
    for (const step of [
      "the client's half of X25519MLKEM768: 1216 octets (packet 4)",
      "Early Secret ← HKDF-Extract(0, 0)",
      "Handshake Secret ← HKDF-Extract(Early Secret, X25519MLKEM768 of both halves)",
      'Derive-Secret(Handshake Secret, "s hs traffic", hash(ClientHello … ServerHello)): known',
      'Derive-Secret(Master Secret, "c ap traffic", hash(ClientHello … server Finished)): known',
    ])
      expect(text).toContain(step);
  });

  test("gives the nonce and the additional data of each record, whose number is in the nonce", () => {
    const records = text.match(
      /→ application #\d+ .*nonce [0-9a-f]{24}, authenticated beside it 170303[0-9a-f]{4}$/gm,
    );
    expect(records).toHaveLength(2);
    const nonces = records!.map(line => BigInt(`0x${/nonce ([0-9a-f]{24})/.exec(line)![1]}`));
    expect(nonces[0]! ^ nonces[1]!).toBe(1n);
  });

  test("shows no secret, and without the key log says what stays closed", () => {
    for (const [secret] of recording.keyLog.matchAll(/[0-9a-f]{64,}$/gm)) expect(text).not.toContain(secret);
    expect(told({ ...recording, keyLog: "" })).toMatch(
      /"c hs traffic".*: not known, \d+ records stay closed/,
    );
  });

  test("is told in Spanish too", () => {
    expect(told(recording, "es")).toContain(
      "la mitad del cliente en X25519MLKEM768: 1216 octetos (paquete 4)",
    );
  });
});

test("the key schedule of TLS 1.2 goes from the premaster secret to the key block", async () => {
  const suite = "ECDHE-ECDSA-AES256-GCM-SHA384";
  const text = told(await record({ ...hosts, version: "TLSv1.2", suite, said: ["hola"] }));
  for (const step of [
    "Premaster Secret ← x25519 of both halves",
    'Master Secret ← PRF (SHA-384)(Premaster Secret, "extended master secret"',
    "2 × 32 (AES-256-GCM) + 2 iv × 4 octets",
    "session #0",
  ])
    expect(text).toContain(step);
});

test("a session that is taken up again has its master secret from before", async () => {
  const tickets = Buffer.alloc(48, 1);
  const first = await record({ ...hosts, version: "TLSv1.2", said: ["hola"], tickets });
  const again = await record({
    ...hosts,
    version: "TLSv1.2",
    said: ["hola"],
    tickets,
    session: first.session,
  });
  expect(told(again)).toContain("Master Secret: that of an earlier session");
});
