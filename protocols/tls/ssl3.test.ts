// A session of SSL 3.0, made by hand after RFC 6101: its keys, its MAC before there was HMAC, and its padding.
import { expect, test } from "bun:test";
import { createCipheriv, createHash } from "node:crypto";
import { peer } from "../../scripts/peers.ts";
import type { Way } from "../packet/protocol.ts";
import { heardByTshark } from "./followed.ts";
import { handshake } from "./handshake.ts";
import { KeyLog } from "./index.ts";
import { deciphered, heard, listed } from "./stacks.ts";

const [client, server, master] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(48, 3)];
const log = `CLIENT_RANDOM ${client.toString("hex")} ${master.toString("hex")}\n`;
const hashed = (hash: string, ...parts: Uint8Array[]) =>
  createHash(hash).update(Buffer.concat(parts)).digest();

/** RFC 6101 §6.2.2 */
const block = Buffer.concat(
  ["A", "BB", "CCC", "DDDD", "EEEEE", "FFFFFF", "GGGGGGG"].map(salt =>
    hashed("md5", master, hashed("sha1", Buffer.from(salt), master, server, client)),
  ),
);
const keysOf = (way: Way) => ({
  mac: block.subarray(20 * way, 20 * way + 20),
  key: block.subarray(40 + 16 * way, 56 + 16 * way),
  iv: block.subarray(72 + 16 * way, 88 + 16 * way),
});

/** RFC 6101 §5.2.3: records of one way, each chained to the one before it. */
function sealing(way: Way): (contentType: number, octets: Uint8Array) => Uint8Array {
  const { mac, key, iv } = keysOf(way);
  const cipher = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  let sequence = 0;
  return (contentType, octets) => {
    const about = Buffer.from([0, 0, 0, 0, 0, 0, 0, sequence++, contentType, 0, octets.length]);
    const inner = hashed("sha1", mac, Buffer.alloc(40, 0x36), about, octets);
    const proof = hashed("sha1", mac, Buffer.alloc(40, 0x5c), inner);
    const missing = 15 - ((octets.length + proof.length) % 16);
    // Any octets, but the last says how many.
    const padding = Buffer.from([...Buffer.alloc(missing, 0x77), missing]);
    const sealed = cipher.update(Buffer.concat([octets, proof, padding]));
    return Uint8Array.of(contentType, 3, 0, 0, sealed.length, ...sealed);
  };
}

function session(): { way: Way; octets: Uint8Array }[] {
  const plain = (octets: Uint8Array, type = 22) => Uint8Array.of(type, 3, 0, 0, octets.length, ...octets);
  const [none, suite] = [new Uint8Array(0), 0x002f];
  const both = { version: 0x0300, sessionId: none };
  const hello = handshake.encode({
    type: 1,
    body: { ...both, random: client, cipherSuites: [suite], compressionMethods: [0] },
  });
  const answer = handshake.encode({
    type: 2,
    body: { ...both, random: server, cipherSuite: suite, compressionMethod: 0 },
  });
  const finished = handshake.encode({ type: 20, body: { verifyData: new Uint8Array(36) } });
  const [ours, theirs] = [sealing(0), sealing(1)];
  const text = (words: string) => new TextEncoder().encode(words);
  return [
    { way: 0, octets: plain(hello) },
    { way: 1, octets: plain(answer) },
    { way: 0, octets: plain(Uint8Array.of(1), 20) },
    { way: 0, octets: ours(22, finished) },
    { way: 1, octets: plain(Uint8Array.of(1), 20) },
    { way: 1, octets: theirs(22, finished) },
    { way: 0, octets: ours(23, text("hola\n")) },
    { way: 1, octets: theirs(23, text("aloh\n")) },
    { way: 0, octets: ours(23, text("otra vez\n")) },
  ];
}

test("is deciphered, record after record", () => {
  const packets = deciphered(session(), new KeyLog(log));
  expect([heard(packets, 0), heard(packets, 1)]).toEqual(["hola\notra vez\n", "aloh\n"]);
  expect(listed(packets).match(/Finished/g)).toHaveLength(2);
});

test.skipIf(!peer("tshark"))("and by tshark the same", async () => {
  expect(await heardByTshark([{ pieces: session(), log }])).toEqual([["hola\notra vez\n", "aloh\n"]]);
});

test("not if an octet of it was changed", () => {
  const pieces = session();
  const last = pieces.at(-1)!.octets;
  last[8]! ^= 1;
  expect(heard(deciphered(pieces, new KeyLog(log)), 0)).toBe("hola\n");
});
