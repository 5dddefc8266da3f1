// The short look at common packets never lets through what the description, or a rule, refuses: held against mutated packets.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Malformed, Reader } from "../wire/index.ts";
import { mutants, vectorsIn } from "../wire/vectors.ts";
import { Inbox } from "./client/inbox.ts";
import { frame } from "./decoder.ts";
import { packet } from "./format.ts";
import { violations } from "./judge.ts";
import { isPlainlyRight } from "./plain.ts";
import { maySend } from "./types.ts";

const vectors = vectorsIn(join(import.meta.dir, "vectors"));
const common = [
  ...["40020001", "4003000100", "5003000110", "62020002", "7003000300", "d000"],
  ...["300400016178", "3005000161007a", "320700016100050078", "3a0700016100050078", "34080003612f62000700"],
].map(hex => Uint8Array.fromHex(hex));

function isRight(octets: Uint8Array, version: number): boolean {
  try {
    const read = packet.decode(octets, { version });
    if (!maySend("server", read.type, version)) return false;
    return [...violations(read, version)].length === 0;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

/** Only whole packets are looked at. */
function isWhole(octets: Uint8Array): boolean {
  try {
    return frame(Reader.over(octets.slice())) === octets.length;
  } catch {
    return false;
  }
}

test("what looks right is right, in every version", () => {
  let plain = 0;
  for (const octets of [...vectors.map(vector => vector.octets), ...common])
    for (const mutant of mutants(octets, octets.toHex(), 300))
      for (const version of isWhole(mutant) ? [3, 4, 5] : []) {
        if (!isPlainlyRight(mutant, version)) continue;
        plain++;
        if (!isRight(mutant, version)) throw new Error(`version ${version}: ${mutant.toHex()}`);
      }
  // The common packets were not all left to the long look.
  for (const octets of common.slice(0, 2)) expect(isPlainlyRight(octets, 5)).toBe(true);
  expect(plain).toBeGreaterThan(1000);
});

/** What an inbox makes of octets, in one piece or octet by octet: the packets, and the rule that was broken. */
function read(pieces: readonly Uint8Array[], version: number) {
  const packets: unknown[] = [];
  const inbox = new Inbox(4096, version, packet => packets.push({ ...packet }));
  try {
    for (const piece of pieces) inbox.feed(piece);
    return { packets };
  } catch (error) {
    return { packets, rule: (error as { rule?: string }).rule ?? String(error) };
  }
}

const each = (octets: Uint8Array) => [...octets].map(octet => Uint8Array.of(octet));

test("what was read before is read again as mqtt-packet reads it, and what differs from it is judged anew", () => {
  for (const octets of [...vectors.map(vector => vector.octets), ...common])
    for (const [i, mutant] of [...mutants(octets, `${octets.toHex()} heard`, 60)].entries()) {
      const version = 3 + (i % 3);
      // Octet by octet nothing is recognized.
      expect(read([octets, octets, mutant, octets], version)).toEqual(
        read([octets, octets, mutant, octets].flatMap(each), version),
      );
    }
});

test.each([
  ["PUBLISH", "300400016100", "30840000016100"],
  ["PUBACK", "4003000100", "4082000100"],
])("a length of %s in more octets than it needs is refused, even of what was read before", (_, good, bad) => {
  const { packets, rule } = read([Uint8Array.fromHex(good + good), Uint8Array.fromHex(bad)], 5);
  expect(packets).toHaveLength(2);
  expect(rule).toBe("mqtt.malformed");
});

test("mutated packets are taken or refused, in any pieces, and never anything else", () => {
  for (const octets of [...vectors.map(vector => vector.octets), ...common])
    for (const [i, mutant] of [...mutants(octets, `${octets.toHex()} inbox`, 60)].entries()) {
      const version = 3 + (i % 3);
      const [whole, pieces] = [read([mutant], version), read(each(mutant), version)];
      if (whole.rule !== undefined) expect(whole.rule).toStartWith("mqtt.");
      expect(pieces).toEqual(whole);
    }
});
