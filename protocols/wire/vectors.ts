// Tests of a folder of vectors: each is read, written and compared with its comments, then cut and mutated.
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Codec } from "./codec.ts";
import { type Field, leaves, malformations } from "./field.ts";
import { Malformed } from "./malformed.ts";
import { Reader } from "./reader.ts";
import { type CodecOf, parseVector, type Vector, writeVector } from "./vector.ts";
import { Writer } from "./writer.ts";

export type { CodecOf, Vector };

/** The vectors of a folder, by name. */
export function vectorsIn(folder: string): Vector[] {
  const files = readdirSync(folder).filter(file => file.endsWith(".vector"));
  return files
    .sort()
    .map(file => parseVector(basename(file, ".vector"), readFileSync(join(folder, file), "utf8")));
}

/**
 * Registers the tests of every vector in `folder`, read by the codec that `codecOf` names. A vector whose
 * header says `# not canonical: why` is not written back octet for octet; one that says
 * `# malformed: path: reason (at octet n)` must be refused with those words.
 */
export function describeVectors(folder: string, codecOf: CodecOf): void {
  for (const vector of vectorsIn(folder)) {
    const { codec, state } = codecOf(vector);
    const { octets, about } = vector;
    describe(`${vector.name}: ${vector.title}`, () => {
      test("the comments say what the tree says", () => {
        const text = readFileSync(join(folder, `${vector.name}.vector`), "utf8");
        expect(text).toBe(writeVector(vector, codecOf));
      });

      if (about.malformed) {
        test("is refused, and the error says where and why", () => {
          expect(refusal(codec, octets, state)?.toString()).toBe(about.malformed!);
          judge(codec, octets, state);
        });
      } else {
        test("is read, and written again", () => {
          const value = codec.decode(octets, state);
          const written = codec.encode(value, state);
          if (!about["not canonical"]) expect(written.toHex()).toBe(octets.toHex());
          else expect(written.toHex()).not.toBe(octets.toHex());
          judge(codec, octets, state);
        });

        test("is read and written the same between foreign octets", () => {
          const value = codec.decode(octets, state);
          expect(readAmid(codec, octets, state)).toEqual(value);
          expect(writtenAfter(codec, value, state)).toEqual(codec.encode(value, state));
        });
      }

      test("every proper prefix is a message, or is refused and its tree says where", () => {
        for (let size = 0; size < octets.length; size++) judge(codec, octets.slice(0, size), state);
      });

      test("mutated octets are a message, or are refused and their tree says where", () => {
        for (const mutant of mutants(octets, vector.name, 300)) judge(codec, mutant, state);
      });
    });
  }
}

/**
 * Any octets either are a message, whose value can be written again, or are Malformed with a path; and the
 * leaves of their tree partition them. @throws with the octets in the message if that does not hold.
 */
export function judge(codec: Codec<any, any>, octets: Uint8Array, state?: unknown): void {
  try {
    const refused = refusal(codec, octets, state);
    const tree = codec.dissect(Reader.over(octets, state), "");
    partition(tree);
    if (tree.end !== octets.length) throw new Error(`the tree ends at ${tree.end}, not with the octets`);
    const marked = malformations(tree);
    if (refused) {
      if (refused.path === undefined) throw new Error(`refused without a path: ${refused}`);
      if (marked.length === 0) throw new Error(`refused (${refused}), but the tree marks nothing`);
      return;
    }
    if (marked.length > 0) throw new Error(`read, but the tree marks ${marked[0]}`);
    const value = codec.decode(octets, state);
    if (!Bun.deepEquals(tree.value, value)) expect(tree.value).toEqual(value);
    // What the writer works out may differ from what non-canonical octets said, so octets are compared.
    const written = codec.encode(value, state);
    const again = codec.encode(codec.decode(written, state), state);
    if (!Bun.deepEquals(again, written)) expect(again.toHex()).toBe(written.toHex());
  } catch (error) {
    if (error instanceof Error) error.message += `\nof the octets ${octets.toHex()}`;
    throw error;
  }
}

function refusal(codec: Codec<any, any>, octets: Uint8Array, state: unknown): Malformed | undefined {
  try {
    codec.decode(octets, state);
    return undefined;
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
}

/** The leaves follow one another from the tree's first octet to its last; parts of bits from first to last bit. */
export function partition(tree: Field): void {
  let at = tree.start;
  let bits = 0;
  for (const leaf of leaves(tree)) {
    const first = leaf.bits?.first ?? 0;
    const start = bits > 0 ? leaf.start * 8 : at * 8;
    if (leaf.start * 8 + first !== start + bits)
      throw new Error(
        `"${leaf.key}" begins at octet ${leaf.start}, bit ${first}; expected octet ${at}, bit ${bits}`,
      );
    if (leaf.end < leaf.start) throw new Error(`"${leaf.key}" ends before it begins`);
    const last = leaf.bits ? first + leaf.bits.width : (leaf.end - leaf.start) * 8;
    const whole = last === (leaf.end - leaf.start) * 8;
    bits = whole ? 0 : last;
    at = whole ? leaf.end : leaf.start;
  }
  if (bits > 0 || at !== tree.end) throw new Error(`the leaves end at octet ${at}, the tree at ${tree.end}`);
}

const filler = 0xa5;

function readAmid(codec: Codec<any, any>, octets: Uint8Array, state: unknown): unknown {
  const [before, after] = [5, 9];
  const amid = new Uint8Array(before + octets.length + after).fill(filler);
  amid.set(octets, before);
  const end = before + octets.length;
  const from = new Reader(new DataView(amid.buffer), before, end, before, state);
  const value = codec.read(from);
  expect(from.at).toBe(end);
  const tree = codec.dissect(new Reader(new DataView(amid.buffer), before, end, before, state), "");
  partition(tree);
  expect([tree.start, tree.end]).toEqual([before, end]);
  return value;
}

function writtenAfter(codec: Codec<any, any>, value: unknown, state: unknown): Uint8Array {
  const to = new Writer(state, 1);
  to.octets(new Uint8Array(5).fill(filler));
  to.origin = to.at;
  codec.write(to, value);
  return to.written(5);
}

/** So many changed copies, the same in every run: octets set, dropped, added, doubled, bits flipped. */
export function* mutants(octets: Uint8Array, seed: string, count: number): Generator<Uint8Array> {
  const below = seeded(seed);
  const telling = [0x00, 0x01, 0x7f, 0x80, 0xc0, 0xff];
  for (let i = 0; i < count; i++) {
    const all = [...octets];
    for (let changes = 1 + below(3); changes > 0; changes--) {
      const at = below(all.length);
      const change = below(6);
      if (change === 0) all[at] = (all[at] ?? 0) ^ (1 << below(8));
      else if (change === 1) all[at] = telling[below(telling.length)]!;
      else if (change === 2) all[at] = below(256);
      else if (change === 3) all.splice(at, 1 + below(4));
      else if (change === 4) all.splice(at, 0, below(256));
      else all.splice(at, 0, ...all.slice(at, at + 1 + below(16)));
    }
    yield Uint8Array.from(all);
  }
}

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
function seeded(seed: string): (bound: number) => number {
  let state = Bun.hash.crc32(seed);
  return bound => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(bound, 1);
  };
}
