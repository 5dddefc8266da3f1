// MQTT in captures: packets over segments and records, several in one, and what somebody who only listens learns.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mqtt, type PacketDraft, packet, Type } from "../../protocols/mqtt/index.ts";
import { captureOf, packetsOf } from "../../protocols/tls/frames.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { authority, record } from "../../protocols/tls/recording.ts";
import { protocols } from "../protocols.ts";
import { lab } from "../scenarios/lab.ts";

const flags = { cleanStart: 1, userName: 1 } as const;
const drafts = [
  {
    ...{ type: Type.CONNECT, protocolName: "MQTT", protocolVersion: 5, flags, keepAlive: 60 },
    ...{ clientIdentifier: "board", userName: "joe" },
  },
  { type: Type.SUBSCRIBE, packetIdentifier: 1, subscriptions: [{ filter: "secret", options: {} }] },
  { type: Type.PUBLISH, topic: "secret", payload: new TextEncoder().encode("x".repeat(100)) },
  { type: Type.PINGREQ },
  { type: Type.DISCONNECT },
] as readonly PacketDraft[];
const octets = Buffer.concat(drafts.map(draft => packet.encode(draft, { version: 5 })));
const said = [
  "Connect Command",
  "Subscribe Request (id=1) [secret]",
  "Publish Message [secret]",
  "Ping Request",
  "Disconnect Req",
];

const pieces = (size: number): Uint8Array[] => {
  const all: Uint8Array[] = [];
  for (let at = 0; at < octets.length; at += size) all.push(octets.subarray(at, at + size));
  return all;
};
const heard = (packets: ReturnType<typeof packetsOf>): string[] =>
  packets
    .filter(({ way }) => way === 0)
    .flatMap(one => one.all(mqtt).flatMap(({ value }) => (value ? [mqtt.summary(value)] : [])));

test("packets over segments of any size, and several in one, are read alike", () => {
  for (const size of [1, 2, 3, 5, 17, 64, 130, octets.length]) {
    const sent = pieces(size).map(octets => ({ way: 0 as const, octets }));
    expect(heard(packetsOf({ pieces: sent }, protocols(new KeyLog()), 1883))).toEqual(said);
  }
});

describe.each(["TLSv1.2", "TLSv1.3"] as const)("under %s", version => {
  test("packets over records of any size, and several in one, are read alike with the secrets, and not without", async () => {
    for (const size of [30, 64, octets.length]) {
      const recording = await record({ ...authority(), version, said: pieces(size) });
      expect(heard(packetsOf(recording, protocols(new KeyLog(recording.keyLog)), 8883))).toEqual(said);
      expect(heard(packetsOf(recording, protocols(new KeyLog()), 8883))).toEqual([]);
    }
  });
});

describe("what an eavesdropper learns", () => {
  const folder = mkdtempSync(join(tmpdir(), "overheard-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const files: string[] = [];
  beforeAll(async () => {
    const plain = { pieces: [{ way: 0 as const, octets: new Uint8Array(octets) }], keyLog: "" };
    const write = (name: string, content: Uint8Array) => {
      files.push(join(folder, name));
      writeFileSync(join(folder, name), content);
    };
    // A port that is not MQTT's.
    write("plain", captureOf({ ...plain, version: "", suite: "", session: undefined }, 2000));
    for (const [mutual, version] of [
      [false, "TLSv1.2"],
      [true, "TLSv1.2"],
      [true, "TLSv1.3"],
    ] as const)
      write(
        `${version} ${mutual}`,
        captureOf(await record({ ...authority(), version, mutual, said: [octets] })),
      );
  });

  test("without TLS all, with TLS 1.2 the certificates, with TLS 1.3 not even these; with the secrets it is all told", async () => {
    const { code, stdout } = await lab(["mqtt", "analyze", ...files, "-d", "tcp.port==2000,mqtt"]);
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    const rows = lines.flatMap((line, i) =>
      line.startsWith("an eavesdropper learns") ? [lines[i + 1]] : [],
    );
    expect(rows.map(row => row?.trim().split(/ {2,}/))).toEqual([
      ["0 board", "plain", "board", "user", "secret", "100", "–"],
      ["0", "TLS", ...Array(4).fill("enciphered"), "the server's"],
      ["0", "mutual TLS", ...Array(4).fill("enciphered"), "both"],
      ["0", "mutual TLS", ...Array(4).fill("enciphered"), "–"],
    ]);
    // Who has the secrets reads the topic of each.
    expect(lines.filter(line => /^secret +\d/.test(line))).toHaveLength(4);
  });
});
