// Turns: when what came together goes out, and that nothing leaves which could not be put down.
import { expect, test } from "bun:test";
import { Turn } from "./turn.ts";

function planned(commit?: () => boolean) {
  const ends: (() => void)[] = [];
  const told: string[] = [];
  const turn = new Turn(end => ends.push(end), commit);
  const sender = { flush: () => told.push("sent"), abandon: () => told.push("abandoned") };
  return { turn, ends, told, sender };
}
const [one, other] = [{ name: "one" }, { name: "other" }];

test("what comes from several is sent when the turn is planned to end", async () => {
  const { turn, ends, told, sender } = planned();
  for (const who of [one, other]) {
    turn.spoken(who);
    turn.add(sender);
  }
  await Promise.resolve();
  expect([ends.length, told]).toEqual([1, []]);
  ends[0]!();
  expect(told).toEqual(["sent", "sent"]);
});

test("who speaks twice in a row waits for nobody", async () => {
  const { turn, ends, told, sender } = planned();
  turn.spoken(one);
  turn.spoken(one);
  turn.add(sender);
  expect(told).toEqual([]);
  await Promise.resolve();
  expect([ends.length, told]).toEqual([0, ["sent"]]);
  turn.spoken(other);
  turn.add(sender);
  await Promise.resolve();
  expect([ends.length, told]).toEqual([1, ["sent"]]);
});

test("what can't be put down is not sent", async () => {
  const { turn, told, sender } = planned(() => false);
  turn.spoken(one);
  turn.spoken(one);
  turn.add(sender);
  await turn.over;
  expect(told).toEqual(["abandoned"]);
});
