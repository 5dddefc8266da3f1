// Topic names, topic filters, and what is kept under them. The examples are those of MQTT 5 §4.7.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TopicTree } from "./broker/tree.ts";
import { faultOfFilter, faultOfName, levelsOf, matches } from "./topics.ts";

test.each([
  "sport/tennis/#",
  "#",
  "+",
  "+/tennis/#",
  "sport/+/player1",
  "/",
  "/+",
  "$SYS/#",
  "a b",
  "$share/g/a",
  "$shared",
])("%s is a filter", filter => expect(faultOfFilter(filter)).toBeUndefined());

test.each([
  "",
  "sport/tennis#",
  "sport/tennis/#/ranking",
  "sport+",
  "##",
  "$share",
  "$share/g",
  "$share//a",
  "$share/g/",
  "$share/+/a",
])("%s is none", filter => expect(faultOfFilter(filter)).toBeString());

test("a topic name has no wildcards, and at least one character", () => {
  expect(faultOfName("a/b c/ñ")).toBeUndefined();
  expect(faultOfName("a/+/b")).toBe('the wildcard "+" is for topic filters only');
  expect(faultOfName("")).toBe("a topic name has at least one character");
});

test.each([
  ["a", 1],
  ["/", 2],
  ["a/b/c", 3],
  ["a//", 3],
])("%s has %d levels", (topic, levels) => expect(levelsOf(topic)).toBe(levels));

/** Filter, name, whether it matches: the standard's examples, and the corners around them. */
const table: readonly (readonly [string, string, boolean])[] = [
  ["sport/tennis/player1/#", "sport/tennis/player1", true],
  ["sport/tennis/player1/#", "sport/tennis/player1/ranking", true],
  ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
  ["sport/tennis/player1/#", "sport/tennis/player2", false],
  ["sport/#", "sport", true],
  ["sport/tennis/+", "sport/tennis/player1", true],
  ["sport/tennis/+", "sport/tennis/player1/ranking", false],
  ["sport/+", "sport", false],
  ["sport/+", "sport/", true],
  ["+/+", "/finance", true],
  ["/+", "/finance", true],
  ["+", "/finance", false],
  ["#", "$SYS/monitor/Clients", false],
  ["+/monitor/Clients", "$SYS/monitor/Clients", false],
  ["$SYS/#", "$SYS/monitor/Clients", true],
  ["$SYS/monitor/+", "$SYS/monitor/Clients", true],
  ["+/tennis/#", "sport/tennis", true],
  ["#", "/", true],
  ["a//b", "a//b", true],
  ["ACCOUNTS", "Accounts", false],
  ["a/+/$x", "a/b/$x", true],
];

test.each(table)("%s and %s: %p", (filter, name, expected) => {
  expect(matches(filter, name)).toBe(expected);
  const byFilter = new TopicTree<string>();
  byFilter.set(filter, filter);
  expect([...byFilter.matchingName(name)]).toEqual(expected ? [filter] : []);
  const byName = new TopicTree<string>();
  byName.set(name, name);
  expect([...byName.matchingFilter(filter)]).toEqual(expected ? [name] : []);
});

describe("the tree", () => {
  const level = fc.constantFrom("a", "b", "", "$a");
  const name = fc.array(level, { minLength: 1, maxLength: 4 }).map(levels => levels.join("/"));
  const filter = fc
    .array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 4 })
    .chain(levels => fc.boolean().map(open => [...levels, ...(open ? ["#"] : [])].join("/")));

  test("finds what looking at each one would find", () => {
    fc.assert(
      fc.property(fc.uniqueArray(filter), fc.uniqueArray(name), (filters, names) => {
        const kept = new TopicTree<string>();
        for (const each of filters) kept.set(each, each);
        const named = new TopicTree<string>();
        for (const each of names) named.set(each, each);
        for (const each of names)
          expect([...kept.matchingName(each)].sort()).toEqual(filters.filter(f => matches(f, each)).sort());
        for (const each of filters)
          expect([...named.matchingFilter(each)].sort()).toEqual(names.filter(n => matches(each, n)).sort());
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  test("is empty again once everything is deleted, and deletes nothing else", () => {
    const tree = new TopicTree<number>();
    tree.set("a/b/c", 1);
    tree.set("a/b", 2);
    tree.delete("a/x/y");
    tree.delete("a/b/c");
    expect([tree.at("a/b/c"), tree.at("a/b")]).toEqual([undefined, 2]);
    tree.delete("a/b");
    expect([...tree.matchingFilter("#")]).toEqual([]);
    expect(JSON.stringify(tree.at("a"))).toBeUndefined();
  });
});
