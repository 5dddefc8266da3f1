// The text form of vectors, and the judge that the tests of every format rely on.
import { expect, test } from "bun:test";
import { bits, leaf, Malformed, options, struct, text, u8, u16 } from "./index.ts";
import { parseVector, writeVector } from "./vector.ts";
import { judge, mutants } from "./vectors.ts";

const format = struct({ flags: bits({ a: 1, b: 7 }), size: u16, list: options({ 1: text, 2: u16 }) });
const written = `# A message
# source: made by hand
# version: 5

80        # flags.a = 1
          # flags.b = 0
00 09     # size = 9
01        # list.1.code = 1
03        # list.1.length = 3
61 62 63  # list.1.value = "abc"
ff        # list.end = 255
`;

test("the comments are made from the tree, and make the same octets", () => {
  const bare = parseVector("x", "# A message\n# source: made by hand\n# version: 5\n80 0009 0103616263\nFF");
  expect(bare.title).toBe("A message");
  expect(bare.about).toEqual({ source: "made by hand", version: "5" });
  expect(writeVector(bare, () => ({ codec: format }))).toBe(written);
  expect(parseVector("x", written).octets).toEqual(bare.octets);
});

test("bad octets are marked where they lie", () => {
  const vector = parseVector("x", "# Bad\n# source: by hand\n80 0009 020161 030999");
  expect(
    writeVector(vector, () => ({ codec: format }))
      .split("\n")
      .slice(6, 14),
  ).toEqual([
    "02     # list.2.code = 2",
    "01     # list.2.length = 1",
    "61     # list.2.value !! 2 octets wanted, 1 left",
    "03     # list.3.code = 3",
    "09     # list.3.length = 9",
    "99     # list.3.value !! 9 octets wanted, 1 left",
    "",
  ]);
});

test("a file without title or source, or with half an octet, is refused with the place", () => {
  expect(() => parseVector("x", "01 # a\n")).toThrow("x, line 1: a vector begins with its title");
  expect(() => parseVector("x", "# T\n01 # a\n")).toThrow('add "# source: …"');
  expect(() => parseVector("x", "# T\n# source: s\n\n01 2\n")).toThrow("x, line 4: not whole octets");
});

test("the judge sees a codec that fails in any other way than Malformed", () => {
  const careless = leaf<string>(
    undefined,
    from => JSON.parse(text.read(from)),
    (to, value) => text.write(to, JSON.stringify(value)),
  );
  expect(() => judge(careless, Uint8Array.of(0x7b))).toThrow("of the octets 7b");
});

test("the judge sees a reader that can't be written again, and octets that no leaf covers", () => {
  const forgetful = leaf<number>(
    8,
    from => from.u8() & 1,
    (to, value) => to.u8(value + 1),
  );
  expect(() => judge(forgetful, Uint8Array.of(2))).toThrow();
  const hiding = struct({ a: u8 });
  hiding.annotate = (from, field) => {
    field.fields = [];
    return { a: from.u8() };
  };
  expect(() => judge(hiding, Uint8Array.of(2))).toThrow("the leaves end at octet 0, the tree at 1");
});

test("mutants are the same for the same seed", () => {
  const some = () => [...mutants(Uint8Array.of(1, 2, 3, 4), "seed", 50)];
  expect(some()).toEqual(some());
  expect(new Set(some().map(octets => octets.toHex())).size).toBeGreaterThan(40);
});

test("an error of the octets says where", () => {
  expect(String(new Malformed(3, "too long"))).toBe("too long (at octet 3)");
});
