// A hundred thousand damaged conversations and certificates: each is told where it breaks, and the rest is decoded.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Malformed } from "../wire/index.ts";
import { vectorsIn } from "../wire/vectors.ts";
import { certificate } from "../x509/format.ts";
import { analyzer } from "./analyzer.ts";
import { handshake } from "./format.ts";
import { packetsOf } from "./frames.ts";
import { KeyLog, tls } from "./index.ts";
import { native } from "./native.ts";
import { authority, record } from "./recording.ts";
import { codecOf } from "./vectors/codecs.ts";

/** A generator with a seed, so that what fails fails again (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** One to four octets changed, or the end cut off. */
function damaged(octets: Uint8Array, pick: (below: number) => number): Uint8Array {
  const copy = octets.slice(0, pick(8) === 0 ? pick(octets.length) + 1 : octets.length);
  for (let n = pick(4) + 1; n > 0; n--) copy[pick(copy.length)] = pick(256);
  return copy;
}

test("99 000 damaged messages are decoded or malformed, and nothing else", () => {
  const vectors = vectorsIn(join(import.meta.dir, "vectors")).filter(({ about }) => !about.malformed);
  const pick = random(4);
  for (let n = 0; n < 99_000; n++) {
    const vector = vectors[n % vectors.length]!;
    const { codec, state } = codecOf(vector);
    try {
      codec.decode(damaged(vector.octets, pick), state);
    } catch (error) {
      if (!(error instanceof Malformed)) throw new Error(`${vector.name}, mutation ${n}`, { cause: error });
    }
  }
}, 30_000);

test("1 000 damaged conversations, some of them opened, end in findings", async () => {
  const hosts = authority();
  const recordings = [
    await record({ ...hosts, version: "TLSv1.2", mutual: true, said: ["hola"] }),
    await record({ ...hosts, version: "TLSv1.2", suite: "ECDHE-ECDSA-AES128-SHA", said: ["hola"] }),
    await record({ ...hosts, version: "TLSv1.3", mutual: true, said: ["hola"] }),
  ];
  const pick = random(8446);
  let findings = 0;
  for (let n = 0; n < 1000; n++) {
    const recording = recordings[n % recordings.length]!;
    const hit = pick(recording.pieces.length);
    const pieces = recording.pieces.map((piece, i) =>
      i === hit ? { ...piece, octets: damaged(piece.octets, pick) } : piece,
    );
    const analysis = analyzer();
    const protocols = tls({ keyLog: new KeyLog(recording.keyLog), ciphers: native });
    for (const packet of packetsOf({ pieces }, protocols)) findings += [...analysis.observe(packet)].length;
    analysis.report();
  }
  expect(findings).toBeGreaterThan(500);
});

test("certificates that nest without end, or claim to be huge, are refused in their own place", () => {
  // A TLS 1.2 Certificate whose one certificate is a tower of SEQUENCEs: 30 80 would be BER, so lengths are written out.
  let tower: Uint8Array = new Uint8Array();
  for (let depth = 0; depth < 2000; depth++) {
    const size = tower.length;
    const header = size < 128 ? [0x30, size] : [0x30, 0x82, size >> 8, size & 0xff];
    tower = Uint8Array.from([...header, ...tower]);
  }
  expect(() => certificate.decode(tower)).toThrow(Malformed);
  const huge = Uint8Array.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 0]);
  expect(() => certificate.decode(huge)).toThrow(Malformed);
  const u24 = (n: number) => [n >> 16, (n >> 8) & 0xff, n & 0xff];
  for (const bomb of [tower, huge]) {
    const list = [...u24(bomb.length), ...bomb];
    const body = [...u24(list.length), ...list];
    expect(() => handshake.decode(Uint8Array.from([11, ...u24(body.length), ...body]))).toThrow(Malformed);
  }
});
