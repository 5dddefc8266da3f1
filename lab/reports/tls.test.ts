// The report on TLS in words: the handshake's steps, the grade, the cost, and what stayed visible, in both languages.
import { expect, test } from "bun:test";
import { analyzer } from "../../protocols/tls/analyzer.ts";
import { packetsOf } from "../../protocols/tls/frames.ts";
import { KeyLog, tls } from "../../protocols/tls/index.ts";
import { native } from "../../protocols/tls/native.ts";
import { authority, record } from "../../protocols/tls/recording.ts";
import { tlsLines } from "./tls.ts";

test("tells a session in English and in Spanish", async () => {
  const { pieces, keyLog } = await record({
    ...authority(),
    version: "TLSv1.2",
    suite: "ECDHE-ECDSA-AES256-GCM-SHA384",
    said: ["hola"],
  });
  const analysis = analyzer();
  for (const packet of packetsOf({ pieces }, tls({ keyLog: new KeyLog(keyLog), ciphers: native })))
    Array.from(analysis.observe(packet));
  const english = [...tlsLines(analysis.report(), "en")].join("\n");
  for (const told of [
    "TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "Grade: strong",
    "+ Forward secrecy:",
    "→ client_hello (packet 4)",
    "2 round trips (complete)",
    "Certificate of the server: JORGE-PC, P-256 256",
    "for 8 carried",
    "Stayed visible: the server's name JORGE-PC; the certificates; the size and the time of every record",
    "JA4 t12d",
  ])
    expect(english).toContain(told);
  const spanish = [...tlsLines(analysis.report(), "es")].join("\n");
  for (const told of [
    "Valoración: fuerte",
    "2 vueltas (completa)",
    "Quedó a la vista: el nombre del servidor JORGE-PC",
  ])
    expect(spanish).toContain(told);
});

test("says that there is nothing where there is nothing", () => {
  expect([...tlsLines({ conversations: [] }, "en")]).toEqual(["No TLS handshakes."]);
});
