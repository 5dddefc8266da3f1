// Every field that a packet can have is explained, in both languages, and nothing else is.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { type Field, Reader } from "../wire/index.ts";
import { vectorsIn } from "../wire/vectors.ts";
import { explain } from "./explain.ts";
import { codecOf } from "./vectors/codecs.ts";

/** The paths of all fields, with `*` for places in a list; parts of a field that go without saying left out. */
function paths(field: Field, path = ""): string[] {
  const inner = (field.fields ?? []).flatMap(each => {
    const key = /^\d+$/.test(each.key) ? "*" : each.key;
    return paths(each, path === "" ? key : `${path}.${key}`);
  });
  return field.fields ? inner : [path];
}
/** What explains a leaf: its own sentence, or that of the field whose length, identifier or value it is. */
function explained(path: string): string | undefined {
  if (explain[path]) return path;
  const outer = path.replace(/\.(length|identifier|value|name)$/, "");
  return outer === path ? undefined : explained(outer);
}

const seen = vectorsIn(join(import.meta.dir, "vectors"))
  .filter(({ about }) => !about.malformed)
  .flatMap(vector => {
    const { codec, state } = codecOf(vector);
    return paths(codec.dissect(Reader.over(vector.octets, state), ""));
  });

test("every field of every vector is explained", () => {
  expect([...new Set(seen)].filter(path => !explained(path))).toEqual([]);
});

test("every sentence explains a field of some vector", () => {
  const used = new Set(seen.map(explained));
  expect(Object.keys(explain).filter(path => !used.has(path))).toEqual([]);
});

test("every sentence is one, in both languages, with its section", () => {
  for (const { en, es, reference } of Object.values(explain)) {
    expect(en).toMatch(/^\p{Lu}.*\.$/u);
    expect(es).toMatch(/^\p{Lu}.*\.$/u);
    expect(reference).toMatch(/^MQTT 5 §/);
  }
});
