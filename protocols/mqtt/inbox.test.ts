// The short look at common packets never lets through what the description, or a rule, refuses: held against mutated packets.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Malformed, Reader } from "../wire/index.ts";
import { mutants, vectorsIn } from "../wire/vectors.ts";
import { Inbox, isPlainlyRight } from "./client/inbox.ts";
import { frame } from "./decoder.ts";
import { packet } from "./format.ts";
import { violations } from "./judge.ts";
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
    return [...violations(read, version)].every(({ rule }) => rule.severity !== "error");
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

test("mutated packets are taken or refused, in any pieces, and never anything else", () => {
  for (const octets of [...vectors.map(vector => vector.octets), ...common])
    for (const [i, mutant] of [...mutants(octets, `${octets.toHex()} inbox`, 60)].entries()) {
      const whole: unknown[] = [];
      const pieces: unknown[] = [];
      const failed = [whole, pieces].map((into, piecewise) => {
        const inbox = new Inbox(4096, 3 + (i % 3), read => into.push({ ...read }));
        try {
          if (piecewise) for (const octet of mutant) inbox.feed(Uint8Array.of(octet));
          else inbox.feed(mutant);
          return undefined;
        } catch (error) {
          return (error as { rule?: string }).rule ?? String(error);
        }
      });
      expect(failed[0]).toBe(failed[1]);
      if (failed[0] !== undefined) expect(failed[0]).toStartWith("mqtt.");
      expect(pieces).toEqual(whole);
    }
});
