// Conversations that take another course: another group, a session taken up again, keys changed on the way.
import { describe, expect, test } from "bun:test";
import { createCipheriv } from "node:crypto";
import { infoOf, type Packet } from "../packet/index.ts";
import { rest } from "../wire/index.ts";
import { packetsOf } from "./frames.ts";
import { KeyLog, kinds, tls } from "./index.ts";
import { native } from "./native.ts";
import { authority, type Recording, record } from "./recording.ts";
import { join, type Keys, nextTrafficSecret, trafficKeys } from "./schedule.ts";
import { suiteOf } from "./suite.ts";
import { CipherSuite } from "./suites.ts";

const hosts = authority();
const carried = {
  name: "carried",
  title: "Carried",
  reference: "",
  format: rest,
  over: [{ table: "tls.port", key: 8883 }] as const,
  summary: (octets: Uint8Array) => JSON.stringify(new TextDecoder().decode(octets)),
};

/** What each packet of TLS says. */
const told = (recording: Pick<Recording, "pieces" | "keyLog">): string[] => {
  const packets = packetsOf(recording, [
    ...tls({ keyLog: new KeyLog(recording.keyLog), ciphers: native }),
    carried,
  ]);
  return packets.filter((packet: Packet) => packet.layer(kinds.record)).map(infoOf);
};

test("a HelloRetryRequest asks for another group, and everything is deciphered", async () => {
  const recording = await record({ ...hosts, version: "TLSv1.3", group: "P-384", said: ["hola"] });
  expect(told(recording).slice(0, 6)).toEqual([
    "Client Hello (JORGE-PC)",
    "Hello Retry Request, Change Cipher Spec",
    "Change Cipher Spec, Client Hello (JORGE-PC)",
    "Server Hello, Encrypted Extensions, Certificate, Certificate Verify, Finished",
    "Finished",
    '"hola"',
  ]);
});

describe("a session that is taken up again needs no certificate, and is deciphered", () => {
  const resumed = async (version: "TLSv1.2" | "TLSv1.3") => {
    const tickets = Buffer.alloc(48, 7);
    const { session } = await record({ ...hosts, version, tickets, said: ["hola"] });
    return told(await record({ ...hosts, version, tickets, session, said: ["otra vez"] }));
  };

  test("TLS 1.2", async () => {
    expect((await resumed("TLSv1.2")).slice(0, 4)).toEqual([
      "Client Hello (JORGE-PC)",
      "Server Hello, Change Cipher Spec, Finished",
      "Change Cipher Spec, Finished",
      '"otra vez"',
    ]);
  });

  test("TLS 1.3", async () => {
    expect((await resumed("TLSv1.3")).slice(0, 4)).toEqual([
      "Client Hello (JORGE-PC)",
      "Server Hello, Change Cipher Spec, Encrypted Extensions, Finished",
      "Change Cipher Spec, Finished",
      '"otra vez"',
    ]);
  });
});

describe("a KeyUpdate", async () => {
  const recording = await record({ ...hosts, version: "TLSv1.3", said: ["hola"] });
  const suite = suiteOf(CipherSuite.TLS_AES_128_GCM_SHA256)!;
  const random = Uint8Array.fromHex(recording.keyLog.split(" ")[1]!);
  const secret = new KeyLog(recording.keyLog).secret("CLIENT_TRAFFIC_SECRET_0", random)!;
  const next = nextTrafficSecret(native, suite, secret);
  const [before, after] = [secret, next].map(one => trafficKeys(native, "AES-128-GCM", "SHA-256", one)) as [
    Keys,
    Keys,
  ];
  const keyUpdate = Uint8Array.of(24, 0, 0, 1, 0);
  const said = (text: string) => new TextEncoder().encode(text);
  // In place of its last record, an alert, the client says more; its first record said "hola".
  const last = recording.pieces.findLastIndex(({ way }) => way === 0);
  const talk = (...octets: Uint8Array[]) => ({
    ...recording,
    pieces: [...recording.pieces.slice(0, last), ...octets.map(octets => ({ way: 0 as const, octets }))],
  });

  test("changes the keys of its way, and numbers begin anew", () => {
    const more = talk(
      sealed(before, 1, 22, keyUpdate),
      sealed(after, 0, 23, said("nuevas")),
      sealed(after, 1, 23, said("claves")),
    );
    expect(told(more).slice(-3)).toEqual(["Key Update", '"nuevas"', '"claves"']);
  });

  test("makes the old keys worthless", () => {
    const more = talk(sealed(before, 1, 22, keyUpdate), sealed(before, 2, 23, said("viejas")));
    expect(told(more).slice(-2)).toEqual(["Key Update", "Application Data"]);
  });

  test("may be padded, which is taken off", () => {
    const more = talk(sealed(before, 1, 23, said("corto"), 200));
    expect(told(more).at(-1)).toBe('"corto"');
  });

  test("a record of nothing but padding is not opened", () => {
    const more = talk(sealed(before, 1, 0, new Uint8Array(), 20), sealed(before, 2, 23, said("sigue")));
    expect(told(more).slice(-2)).toEqual(["Application Data", '"sigue"']);
  });
});

/** A record of TLS 1.3, RFC 8446 §5.2. */
function sealed(
  { key, iv }: Keys,
  sequence: number,
  type: number,
  octets: Uint8Array,
  padding = 0,
): Uint8Array {
  const inner = join(octets, Uint8Array.of(type), new Uint8Array(padding));
  const size = inner.length + 16;
  const header = Uint8Array.of(23, 3, 3, size >> 8, size & 0xff);
  const nonce = iv.slice();
  nonce[11]! ^= sequence;
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  cipher.setAAD(header);
  return join(header, cipher.update(inner), cipher.final(), cipher.getAuthTag());
}
