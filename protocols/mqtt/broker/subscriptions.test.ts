// Who gets a message: each subscriber once, of those who share one.
import { describe, expect, test } from "bun:test";
import { type Match, Subscriptions } from "./subscriptions.ts";

const plain = { qos: 0, noLocal: false, retainAsPublished: false };

function scene() {
  const all = new Subscriptions<{ name: string }>();
  const names = new Map<string, { name: string }>();
  const who = (name: string) => {
    const known = names.get(name) ?? { name };
    names.set(name, known);
    return known;
  };
  const matching = (topic: string, from?: string, ready?: (name: string) => boolean) => {
    const given: [string, Match][] = [];
    const count = all.matching(
      topic,
      from === undefined ? undefined : who(from),
      ({ name }, match) => given.push([name, match]),
      ready && (({ name }) => ready(name)),
    );
    expect(count).toBe(given.length);
    return given;
  };
  return { all, who, matching };
}

test("a subscriber whose subscriptions overlap gets a message once, at the highest QoS, with all their identifiers", () => {
  const { all, who, matching } = scene();
  all.add("a/#", who("c"), { ...plain, identifier: 1, qos: 2 });
  all.add("a/+", who("c"), { ...plain, identifier: 2, retainAsPublished: true });
  all.add("b", who("c"), plain);
  const [[, match], ...more] = matching("a/b") as [[string, Match]];
  expect(more).toEqual([]);
  expect(match).toMatchObject({ qos: 2, retainAsPublished: true });
  expect([...match.identifiers].sort()).toEqual([1, 2]);
});

test("no local keeps a message from who published it", () => {
  const { all, who, matching } = scene();
  for (const name of ["one", "two"]) all.add("#", who(name), { ...plain, noLocal: true });
  expect(matching("a", "one").map(([name]) => name)).toEqual(["two"]);
});

test("a subscriber who leaves leaves nothing behind", () => {
  const { all, who, matching } = scene();
  for (const filter of ["a/b", "a/+", "#", "$share/g/a/b"]) all.add(filter, who("c"), plain);
  expect([all.countOf(who("c")), all.count]).toEqual([4, 4]);
  expect(all.remove("a/c", who("c"))).toBe(false);
  all.removeAll(who("c"));
  expect([all.countOf(who("c")), all.count]).toEqual([0, 0]);
  expect(matching("a/b")).toEqual([]);
});

test("subscriptions that come and go later are seen for topics that were published before", () => {
  const { all, who, matching } = scene();
  const names = () => matching("a/b").map(([name]) => name);
  expect(names()).toEqual([]);
  all.add("a/+", who("one"), plain);
  expect(names()).toEqual(["one"]);
  all.add("a/+", who("two"), plain);
  all.add("#", who("three"), plain);
  expect(names().sort()).toEqual(["one", "three", "two"]);
  all.removeAll(who("three"));
  all.remove("a/+", who("one"));
  expect(names()).toEqual(["two"]);
  all.remove("a/+", who("two"));
  expect(names()).toEqual([]);
});

describe("a shared subscription", () => {
  const shared = () => {
    const all = scene();
    for (const name of ["one", "two", "three"]) all.all.add("$share/g/a/#", all.who(name), plain);
    return all;
  };
  const chosen = (given: [string, Match][]) => given.map(([name]) => name).join();

  test("gives each message to one of its subscribers, in turn", () => {
    const { matching } = shared();
    expect(Array.from({ length: 6 }, () => chosen(matching("a/b")))).toEqual([
      "one",
      "two",
      "three",
      "one",
      "two",
      "three",
    ]);
  });

  test("passes over who is not ready, unless nobody is", () => {
    const { matching } = shared();
    expect(
      Array.from({ length: 3 }, () => chosen(matching("a/b", undefined, name => name === "two"))),
    ).toEqual(["two", "two", "two"]);
    expect(matching("a/b", undefined, () => false)).toHaveLength(1);
  });

  test("stands beside others, of its subscribers and of other groups", () => {
    const { all, who, matching } = shared();
    all.add("a/b", who("one"), plain);
    all.add("$share/h/a/b", who("two"), plain);
    expect(chosen(matching("a/b"))).toBe("one,one,two");
  });
});
