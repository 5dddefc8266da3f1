// What the language promises of every description, held against arbitrary ones.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { described, state } from "./arbitrary.ts";
import { type Codec, Malformed, Reader, Unwritable, Writer } from "./index.ts";
import { unstitched } from "./stitch.ts";
import { judge, mutants, partition } from "./vectors.ts";

const runs = { numRuns: 200, includeErrorInReport: true };

test("what was written is read back as it was meant", () => {
  fc.assert(
    fc.property(described, ({ format, draft }) => {
      const codec = format.build();
      const value = codec.decode(codec.encode(draft, state), state);
      expect(value).toEqual(format.value(draft));
    }),
    runs,
  );
});

test("what was read is written as the same octets, for what is written is canonical", () => {
  fc.assert(
    fc.property(described, ({ format, draft }) => {
      const codec = format.build();
      const octets = codec.encode(draft, state);
      expect(codec.encode(codec.decode(octets, state), state)).toEqual(octets);
    }),
    runs,
  );
});

test("a message lies the same wherever it begins", () => {
  fc.assert(
    fc.property(described, fc.integer({ min: 1, max: 9 }), ({ format, draft }, before) => {
      const codec = format.build();
      const to = new Writer(state, 1);
      to.octets(new Uint8Array(before).fill(0xa5));
      to.origin = before;
      codec.write(to, draft);
      expect(to.written(before)).toEqual(codec.encode(draft, state));
      to.octets(new Uint8Array(9).fill(0xa5));
      const all = to.written();
      const view = new DataView(all.buffer, all.byteOffset, all.length);
      const reader = () => new Reader(view, before, all.length - 9, before, state);
      expect(codec.read(reader())).toEqual(format.value(draft));
      const tree = codec.dissect(reader(), "");
      partition(tree);
      expect([tree.start, tree.end]).toEqual([before, all.length - 9]);
    }),
    runs,
  );
});

test("any octets are a message, or Malformed with a path, and the leaves of their tree partition them", () => {
  fc.assert(
    fc.property(described, fc.uint8Array({ maxLength: 40 }), ({ format, draft }, any) => {
      const codec = format.build();
      const octets = codec.encode(draft, state);
      judge(codec, any, state);
      judge(codec, octets, state);
      judge(codec, octets.subarray(0, octets.length >> 1), state);
      for (const mutant of mutants(octets, format.name, 8)) judge(codec, mutant, state);
    }),
    runs,
  );
});

test("readers and writers made of loops do as the stitched ones", () => {
  fc.assert(
    fc.property(described, ({ format, draft }) => {
      const stitched = format.build();
      const looped = unstitched(() => format.build());
      const octets = stitched.encode(draft, state);
      expect(looped.encode(draft, state)).toEqual(octets);
      for (const some of [octets, ...mutants(octets, format.name, 8)])
        expect(outcome(looped, some)).toEqual(outcome(stitched, some));
      const spoilt = spoil(draft);
      if (spoilt) expect(refusal(looped, spoilt.draft)).toEqual(refusal(stitched, spoilt.draft)!);
    }),
    runs,
  );
});

test("a value that does not fit is refused with the path that leads to it", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(described, ({ format, draft }) => {
      const spoilt = spoil(draft);
      if (spoilt === undefined) return;
      const refused = refusal(format.build(), spoilt.draft);
      expect(refused?.path).toBe(spoilt.path);
      seen.add(spoilt.path.replace(/\d+/g, "*"));
    }),
    runs,
  );
  expect(seen.size).toBeGreaterThan(10);
});

function outcome(codec: Codec<any, any>, octets: Uint8Array): unknown {
  try {
    return codec.decode(octets, state);
  } catch (error) {
    if (error instanceof Malformed) return { name: error.name, at: error.at, says: String(error) };
    throw error;
  }
}

function refusal(codec: Codec<any, any>, draft: any): Unwritable | undefined {
  try {
    codec.encode(draft, state);
    return undefined;
  } catch (error) {
    if (error instanceof Unwritable) return error;
    throw error;
  }
}

/** The draft with its first number replaced by one that fits no codec, and the path to it. */
function spoil(draft: any, path = ""): { draft: any; path: string } | undefined {
  if (typeof draft === "number") return { draft: 0.5, path };
  if (typeof draft === "bigint") return { draft: 2n ** 64n, path };
  if (typeof draft !== "object" || draft === null || draft instanceof Uint8Array) return undefined;
  for (const [key, inner] of Object.entries(draft)) {
    const keyInPath = key === "value" && "code" in draft ? "" : key;
    const spoilt = spoil(inner, [path, keyInPath].filter(Boolean).join("."));
    if (!spoilt || (key === "code" && "value" in draft) || key === "kind") continue;
    const copy = Array.isArray(draft) ? [...draft] : { ...draft };
    copy[key as keyof typeof copy] = spoilt.draft;
    return { draft: copy, path: spoilt.path };
  }
  return undefined;
}
