// The ladder as text.
import { expect, test } from "bun:test";
import { ladderOf, type Rung } from "./ladder.ts";

const rung = (from: string, to: string, more: Partial<Rung> = {}): Rung => ({
  number: 1,
  time: 1.5,
  from,
  to,
  protocol: "DHCP",
  label: "Discover",
  says: "It asks.",
  steps: [],
  ...more,
});

test("a packet is an arrow from its sender to its receiver, with what it says below", () => {
  const lines = [...ladderOf(["board", "router", "pc"], [rung("pc", "board", { steps: ["pc: A → B"] })], 80)];
  expect(lines).toEqual([
    `${" ".repeat(18)}board${" ".repeat(19)}router${" ".repeat(18)}pc`,
    `    1   1.500000  │◄────────────── DHCP Discover ─────────────────│`,
    `${" ".repeat(18)}It asks.  [pc: A → B]`,
  ]);
});

test("a broadcast goes on to the last host, over those between", () => {
  const [, arrow] = [...ladderOf(["board", "router", "pc"], [rung("board", "everybody")])];
  expect(arrow).toMatch(/┼┄+ DHCP Discover ┄+►│$/);
});

test("a label that does not fit is cut, and what a payload holds can't command the terminal", () => {
  const [, arrow, says] = [
    ...ladderOf(["a", "b"], [rung("a", "b", { label: "x".repeat(99), says: "\x1b[2Jgone" })], 50),
  ];
  expect(arrow!.length).toBe(18 + 25);
  expect(says).toContain("\\x1b[2Jgone");
});
