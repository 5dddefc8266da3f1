// Sessions of the drafts of TLS 1.3, made by hand after them: what we decipher, and what tshark does.
import { expect, test } from "bun:test";
import { createCipheriv, createHmac } from "node:crypto";
import { peer } from "../../scripts/peers.ts";
import type { Way } from "../packet/protocol.ts";
import { heardByTshark } from "./followed.ts";
import { handshake } from "./handshake.ts";
import { KeyLog, kinds } from "./index.ts";
import { deciphered, heard, listed } from "./stacks.ts";

const random = new Uint8Array(32).fill(1);
const group = { group: 29, key: new Uint8Array(32).fill(9) };
const secrets = ["CLIENT_HANDSHAKE", "SERVER_HANDSHAKE", "CLIENT", "SERVER"].map((name, i) => ({
  label: `${name}_TRAFFIC_SECRET${i > 1 ? "_0" : ""}`,
  secret: new Uint8Array(32).fill(0x10 + i),
}));
const log = secrets.map(({ label, secret }) => `${label} ${random.toHex()} ${secret.toHex()}\n`).join("");

/** The first block of HKDF-Expand-Label, as the draft has it. */
function expanded(draft: number, secret: Uint8Array, label: string, size: number): Buffer {
  const name = Buffer.from(`${draft < 20 ? "TLS 1.3, " : "tls13 "}${label}`);
  const info = Buffer.concat([Buffer.from([0, size, name.length]), name, Buffer.from([0, 1])]);
  return createHmac("sha256", secret).update(info).digest().subarray(0, size);
}

/** The first record of a secret. */
function sealed(draft: number, secret: Uint8Array, contentType: number, octets: Uint8Array): Uint8Array {
  const header = Buffer.from([23, 3, draft < 22 ? 1 : 3, 0, octets.length + 17]);
  const [key, iv] = [expanded(draft, secret, "key", 16), expanded(draft, secret, "iv", 12)];
  const cipher = createCipheriv("aes-128-gcm", key, iv);
  if (draft >= 25) cipher.setAAD(header);
  const inner = cipher.update(Buffer.concat([octets, Buffer.from([contentType])]));
  return new Uint8Array(Buffer.concat([header, inner, cipher.final(), cipher.getAuthTag()]));
}

const plain = (draft: number, octets: Uint8Array) =>
  Uint8Array.of(22, 3, draft < 22 ? 1 : 3, octets.length >> 8, octets.length & 0xff, ...octets);

function session(draft: number): { way: Way; octets: Uint8Array }[] {
  const [version, share] = [0x7f00 + draft, draft < 23 ? 40 : 51] as const;
  const clientHello = handshake.encode({
    type: 1,
    body: {
      version: 0x0303,
      random,
      sessionId: new Uint8Array(0),
      cipherSuites: [0x1301],
      compressionMethods: [0],
      extensions: [
        { code: 43, value: [version] },
        { code: share, value: [group] },
      ],
    },
  });
  const chosen = { code: share, value: group } as const;
  const old = draft < 22;
  const serverHello = handshake.encode({
    type: 2,
    body: {
      version: old ? version : 0x0303,
      random: new Uint8Array(32).fill(2),
      sessionId: old ? undefined : new Uint8Array(0),
      cipherSuite: 0x1301,
      compressionMethod: old ? undefined : 0,
      extensions: old ? [chosen] : [chosen, { code: 43, value: version }],
    },
  });
  const finished = handshake.encode({ type: 20, body: { verifyData: new Uint8Array(32) } });
  const [clientHandshake, serverHandshake, client, server] = secrets.map(({ secret }) => secret);
  const text = (words: string) => new TextEncoder().encode(words);
  return [
    { way: 0, octets: plain(draft, clientHello) },
    { way: 1, octets: plain(draft, serverHello) },
    { way: 1, octets: sealed(draft, serverHandshake!, 22, finished) },
    { way: 0, octets: sealed(draft, clientHandshake!, 22, finished) },
    { way: 0, octets: sealed(draft, client!, 23, text("hola\n")) },
    { way: 1, octets: sealed(draft, server!, 23, text("aloh\n")) },
  ];
}

const drafts = Array.from({ length: 11 }, (_, i) => 18 + i);

for (const draft of drafts)
  test(`draft ${draft} is read and deciphered`, () => {
    const packets = deciphered(session(draft), new KeyLog(log));
    expect(packets.flatMap(({ layers }) => layers.filter(({ malformed }) => malformed))).toEqual([]);
    expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\n", "aloh\n"]);
    expect(listed(packets).match(/Finished/g)).toHaveLength(2);
  });

test.skipIf(!peer("tshark"))("tshark deciphers the same of each", async () => {
  const kept = drafts.map(draft => ({ pieces: session(draft), log }));
  expect(await heardByTshark(kept)).toEqual(drafts.map(() => ["hola\n", "aloh\n"]));
});

test("a draft that is older, or a number that is none, is told as it is", () => {
  const pieces = session(28).slice(0, 2);
  const at = pieces[1]!.octets.length - 1;
  for (const number of [0x11, 0x1d]) {
    pieces[1]!.octets[at] = number;
    const packets = deciphered(pieces, new KeyLog(log));
    const [hello] = packets.flatMap(packet => packet.all(kinds.handshake)).slice(-1);
    expect(hello?.malformed).toBeUndefined();
  }
});
