// The longest common subsequence, held against the textbook's table.
import { expect, test } from "bun:test";
import { seeded } from "../board/random.ts";
import { align } from "./align.ts";

const self = (one: string): string => one;
const laid = (a: string, b: string): string =>
  align([...a], [...b], self)
    .map(({ a, b }) => (a && b ? a : a ? `-${a}` : `+${b}`))
    .join("");

test("lists are laid side by side with as much in common as there is", () => {
  expect(laid("abc", "abc")).toBe("abc");
  expect(laid("abc", "axc")).toBe("a-b+xc");
  expect(laid("", "ab")).toBe("+a+b");
  expect(laid("ab", "")).toBe("-a-b");
  expect(laid("", "")).toBe("");
});

test("none has less in common than the table of all prefixes says", () => {
  const dice = seeded(7);
  const list = () => Array.from({ length: Math.floor(dice() * 14) }, () => "abc"[Math.floor(dice() * 3)]!);
  for (let i = 0; i < 500; i++) {
    const [a, b] = [list(), list()];
    const pairs = align(a, b, self);
    expect(pairs.filter(pair => pair.a && pair.b && pair.a === pair.b).length).toBe(tabled(a, b));
    expect(pairs.flatMap(pair => pair.a ?? [])).toEqual(a);
    expect(pairs.flatMap(pair => pair.b ?? [])).toEqual(b);
  }
});

test("lists with nothing in common are given up on, whole", () => {
  const [a, b] = ["a", "b"].map(letter => Array.from({ length: 1500 }, (_, i) => letter + i)) as [
    string[],
    string[],
  ];
  expect(align(a, b, self).length).toBe(3000);
});

function tabled(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++)
      table[i]![j] =
        a[i - 1] === b[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
  return table[a.length]![b.length]!;
}
