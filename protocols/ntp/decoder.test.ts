// What lists show of a message, and that what is explained is there.
import { describe, expect, test } from "bun:test";
import { type Field, Reader } from "../wire/index.ts";
import { vectorsIn } from "../wire/vectors.ts";
import { ntp } from "./decoder.ts";
import { explain } from "./explain.ts";
import { message, messageIn } from "./format.ts";
import { rules } from "./rules.ts";

const vectors = new Map(vectorsIn(`${import.meta.dir}/vectors`).map(vector => [vector.name, vector.octets]));

test.each([
  ["client", "NTP Version 4, client"],
  ["server", "NTP Version 4, server"],
  ["secondary", "NTP Version 3, server"],
  ["control", "NTP Version 2, control"],
  ["private", "NTP Version 2, private"],
])("the summary of %s", (vector, line) => {
  expect(ntp.summary(messageIn(vectors.get(vector)!)!)).toBe(line);
});

describe("explain", () => {
  const pathsOf = (field: Field, path = ""): string[] =>
    field.fields
      ? field.fields.flatMap(inner =>
          pathsOf(inner, [path, inner.key.replace(/^\d+$/, "*")].filter(Boolean).join(".")),
        )
      : [path];
  const pathsIn = (names: Iterable<string>) =>
    new Set([...names].flatMap(name => pathsOf(message.dissect(Reader.over(vectors.get(name)!), ""))));

  test("every field of every message is explained", () => {
    expect([...pathsIn(vectors.keys())].filter(path => !explain[path])).toEqual([]);
  });

  test("nothing is explained that is not in a message", () => {
    const paths = [...pathsIn(vectors.keys())];
    const isThere = (path: string) => paths.some(one => one === path || one.startsWith(`${path}.`));
    expect(Object.keys(explain).filter(path => !isThere(path))).toEqual([]);
  });

  test("every explanation has both languages and a reference", () => {
    for (const said of Object.values(explain)) {
      expect(said.en).toEndWith(".");
      expect(said.es).toEndWith(".");
      expect(said.reference).toContain("RFC");
    }
  });
});

test("the README has every finding, and no other", async () => {
  const readme = await Bun.file(`${import.meta.dir}/README.md`).text();
  const told = [...readme.matchAll(/^\| `(ntp\.[a-z-]+)` \| (\w+) \| (.+) \|$/gm)].map(
    ([, ...cells]) => cells,
  );
  expect(told).toEqual(Object.values(rules).map(({ id, severity, says }) => [id, severity, says.en]));
});
