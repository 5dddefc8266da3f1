// Fuzzing: a protocol's vectors, mutated again and again, and what its decoder makes of them.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Malformed } from "../../protocols/wire/index.ts";
import type { CodecOf } from "../../protocols/wire/vector.ts";
import { judge, mutants, vectorsIn } from "../../protocols/wire/vectors.ts";

const protocols = join(import.meta.dir, "../../protocols");

/** The protocols that have vectors, which are the folders of protocols/; whole conversations of TLS; whole captures. */
export const fuzzable: readonly string[] = [
  ...readdirSync(protocols).filter(name => existsSync(join(protocols, name, "vectors/codecs.ts"))),
  "tls-conversations",
  "captures",
].sort();

/** Octets that are mutated, and who reads them. */
export interface Subject {
  readonly name: string;
  readonly octets: Uint8Array;
  /** `whole`: the tree is judged too. @throws what no octets may bring about */
  readonly read: (octets: Uint8Array, whole: boolean) => void;
  /** How many mutants before the next one's turn. */
  readonly turn?: number;
}

export interface Fuzzing {
  /** How many mutants. */
  readonly count: number;
  /** Stop after so many; by default when all are done. */
  readonly seconds?: number;
  /** The same seed makes the same mutants. */
  readonly seed: number;
  /** Every so many mutants the tree is judged too, and what was read written again: 1, all of them, takes four times as long. */
  readonly trees: number;
  /** Called with the number of each mutant before it is read, and of the failures so far: who watches it sees a decoder that hangs. */
  readonly reading?: (number: number, failures: number) => void;
}

export interface Fuzzed {
  readonly mutants: number;
  readonly milliseconds: number;
  readonly slowest: { readonly milliseconds: number; readonly octets: string; readonly vector: string };
  /** Neither read nor Malformed, or too slow; the first ten. */
  readonly failures: readonly { readonly vector: string; readonly reason: string }[];
}

/** Milliseconds that no message may take: a decoder that is linear takes microseconds. */
const longest = 1000;
const mostFailures = 10;
/** Of one vector at a time. */
const usualTurn = 200;

/** @throws Error if there is no such protocol */
export async function fuzz(
  protocol: string,
  { count, seconds, seed, trees, reading }: Fuzzing,
): Promise<Fuzzed> {
  if (!fuzzable.includes(protocol))
    throw new Error(`there are no vectors of "${protocol}"; there are those of ${fuzzable.join(", ")}`);
  const subjects = await subjectsOf(protocol);
  const began = performance.now();
  const until = began + (seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const failures: { vector: string; reason: string }[] = [];
  let slowest = { milliseconds: 0, octets: "", vector: "" };
  let done = 0;
  for (let round = 0; done < count && failures.length < mostFailures; round++) {
    const { name, octets, read, turn = usualTurn } = subjects[round % subjects.length]!;
    for (const mutant of mutants(octets, `${seed} ${name} ${round}`, Math.min(turn, count - done))) {
      reading?.(done, failures.length);
      const start = performance.now();
      try {
        read(mutant, done++ % trees === 0);
      } catch (error) {
        failures.push({ vector: name, reason: (error as Error).message });
      }
      const milliseconds = performance.now() - start;
      if (milliseconds > longest && isSlow(() => read(mutant, false)))
        failures.push({ vector: name, reason: `${milliseconds} ms for ${mutant.toHex()}` });
      if (milliseconds > slowest.milliseconds)
        slowest = { milliseconds, octets: mutant.toHex(), vector: name };
    }
    if (performance.now() > until) break;
  }
  return { mutants: done, milliseconds: performance.now() - began, slowest, failures };
}

/** Whether it is slow again and again: a machine with other work pauses whom it likes, but not the same one three times. */
function isSlow(read: () => void): boolean {
  for (let turn = 0; turn < 3; turn++) {
    const start = performance.now();
    try {
      read();
    } catch {}
    if (performance.now() - start < longest) return false;
  }
  return true;
}

async function subjectsOf(protocol: string): Promise<readonly Subject[]> {
  if (protocol === "tls-conversations") return (await import("./conversations.ts")).conversations();
  if (protocol === "captures") return (await import("./captures.ts")).captures();
  const folder = join(protocols, protocol, "vectors");
  const { codecOf } = (await import(join(folder, "codecs.ts"))) as { codecOf: CodecOf };
  return vectorsIn(folder).map((vector): Subject => {
    const { codec, state } = codecOf(vector);
    const read = (octets: Uint8Array, whole: boolean) =>
      whole ? judge(codec, octets, state) : readOrRefused(codec, octets, state);
    return { name: vector.name, octets: vector.octets, read };
  });
}

type AnyCodec = ReturnType<CodecOf>["codec"];

function readOrRefused(codec: AnyCodec, octets: Uint8Array, state: unknown): void {
  try {
    codec.decode(octets, state);
  } catch (error) {
    if (!(error instanceof Malformed)) {
      if (error instanceof Error) error.message += `\nof the octets ${octets.toHex()}`;
      throw error;
    }
  }
}
