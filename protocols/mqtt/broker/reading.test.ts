// What the broker knows again is what it would have read: held against the description, on packets that were mutated.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { Malformed, Reader } from "../../wire/index.ts";
import { mutants, vectorsIn } from "../../wire/vectors.ts";
import { frame } from "../decoder.ts";
import { Frames } from "../frames.ts";
import { judged, Offence } from "./opening.ts";
import { Reading } from "./reading.ts";

const vectors = vectorsIn(join(import.meta.dir, "../vectors"));
const common = [
  ...["40020001", "4003000100", "5003000110", "62020002", "7003000300", "d000"],
  ...["300400016178", "3005000161007a", "320700016100050078", "3a0700016100050078", "34080003612f62000700"],
].map(hex => Uint8Array.fromHex(hex));

/** The packet, or why it is none. */
function told(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof Offence) return [error.reason, error.detail];
    throw error;
  }
}

/** Only whole packets with a length of one or two octets are asked for. */
function isPlain(octets: Uint8Array): boolean {
  try {
    if (frame(Reader.over(octets.slice())) !== octets.length) return false;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
  return new Frames(4096).plainSize(octets, 0) === octets.length;
}

test("a packet known again is the packet read anew, and what breaks a rule is refused as it was", () => {
  let plain = 0;
  const readings = new Map([3, 4, 5].map(version => [version, new Reading(version)]));
  for (const octets of [...vectors.map(vector => vector.octets), ...common])
    for (const mutant of [octets, ...mutants(octets, `${octets.toHex()} reading`, 60)]) {
      if (!isPlain(mutant)) continue;
      // Where it lies does not matter.
      const among = Uint8Array.from([0xff, ...mutant, 0xff]);
      for (const [version, reading] of readings) {
        const [first, again] = [0, 1].map(() => told(() => reading.packet(among, 1, mutant.length + 1)));
        const anew = told(() => judged(mutant.slice(), version));
        if (!Bun.deepEquals(first, anew) || !Bun.deepEquals(again, anew))
          throw new Error(`version ${version}: ${mutant.toHex()}`);
        plain++;
      }
    }
  expect(plain).toBeGreaterThan(1000);
});
