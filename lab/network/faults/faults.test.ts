// The parts of a faulty network by themselves: dice, paths, agenda, and octets put in order for who cuts.
import { describe, expect, test } from "bun:test";
import { Agenda } from "./agenda.ts";
import { Direction } from "./cutting.ts";
import { Dice } from "./dice.ts";
import type { Fault } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Path } from "./path.ts";
import { faultInWords, faultLines } from "./words.ts";

describe("dice", () => {
  test("fall the same for the same seed, and evenly", () => {
    const [one, again, other] = ["a", "a", "b"].map(seed => new Dice(seed));
    const thrown = Array.from({ length: 10_000 }, () => one!.next());
    expect(thrown.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => again!.next()));
    expect(thrown[0]).not.toBe(other!.next());
    for (const tenth of [0, 3, 9]) {
      const share = thrown.filter(value => Math.floor(value * 10) === tenth).length;
      expect(Math.abs(share - 1000)).toBeLessThan(150);
    }
  });
});

describe("a path", () => {
  test("without faults lets every frame out at once", () => {
    expect(new Path({}, "1").frame(1514, 5)).toEqual({ arrivals: [5], faults: [] });
  });

  test("keeps the order, whatever the jitter, and stays within it", () => {
    const path = new Path({ delay: 100, jitter: 50 }, "1");
    let before = 0;
    for (let now = 0; now < 1000; now++) {
      const [arrival = 0] = path.frame(60, now).arrivals;
      expect(arrival).toBeGreaterThanOrEqual(Math.max(before, now + 50));
      expect(arrival).toBeLessThanOrEqual(now + 150);
      before = arrival;
    }
  });

  test("loses the same frames whether or not they are delayed too", () => {
    const lost = (path: Path) =>
      Array.from({ length: 200 }, (_, i) => i).filter(now => path.frame(60, now).arrivals.length === 0);
    const alone = lost(new Path({ loss: 0.1 }, "1"));
    expect(alone.length).toBeGreaterThan(8);
    expect(lost(new Path({ loss: 0.1, delay: 300, duplicate: 0.5 }, "1"))).toEqual(alone);
  });

  test("spares a frame that must come through", () => {
    const path = new Path({ loss: 1, duplicate: 1, reorder: 1, delay: 3 }, "1");
    expect(path.frame(60, 0, true)).toEqual({ arrivals: [3], faults: [] });
  });

  test("of 10 Mbit/s takes 1.2304 ms for a full frame, and throws away what would wait for a second", () => {
    const path = new Path({ rate: 10_000_000 }, "1");
    expect(path.frame(1514, 0).arrivals).toEqual([1.2304]);
    expect(path.frame(1514, 0).arrivals).toEqual([2.4608]);
    const rest = Array.from({ length: 1000 }, () => path.frame(1514, 0).faults);
    expect(rest.filter(faults => faults.includes("too fast"))).toHaveLength(1002 - Math.floor(1000 / 1.2304));
  });
});

test("what is due is done in the order of its time, and of equal times in the order in which it was added", () => {
  const agenda = new Agenda();
  const done: string[] = [];
  for (const [i, at] of [5, 1, 3, 1, 4, 1, 5].entries())
    agenda.add(at, () => done.push(`${at}${"abcdefg"[i]}`));
  expect(agenda.left(0.5)).toBe(1);
  agenda.run(3.5);
  expect(done).toEqual(["1b", "1d", "1f", "3c"]);
  agenda.run(9);
  expect(done.slice(4)).toEqual(["4e", "5a", "5g"]);
  expect(agenda.left(9)).toBe(Number.POSITIVE_INFINITY);
});

test("who cuts sees each octet once and in order, across the end of the sequence numbers, whatever comes twice or late", () => {
  const seen: number[] = [];
  const direction = new Direction(octets => {
    seen.push(...octets);
    return octets.at(-1) === 8 && "behind 8";
  }, "client");
  direction.begin(0xffff_fffe);
  expect(direction.take(0xffff_fffe, Uint8Array.of(1, 2))).toBe(false);
  expect(direction.take(2, Uint8Array.of(5, 6))).toBe(false);
  expect(direction.take(0xffff_fffe, Uint8Array.of(1, 2, 3))).toBe(false);
  expect(direction.take(4, Uint8Array.of(7, 8))).toBe(false);
  expect(direction.take(1, Uint8Array.of(4))).toBe("behind 8");
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("the book tells what befell each cable, in both languages", () => {
  const ledger = new Ledger();
  for (let i = 0; i < 3; i++) ledger.met("board", "up");
  ledger.befell("board", "up", ["lost"], 5n, 7n);
  ledger.cut("pc", "down", 6n, undefined, "PUBREC");
  const report = ledger.report();
  expect([...faultLines(report)]).toEqual(["board up: 3 frames, 1 lost", "pc down: 0 frames, 1 cut"]);
  expect([...faultLines(report, "es")][0]).toBe("board subida: 3 tramas, 1 perdida");
  const [lost, cut] = report.faults as [Fault, Fault];
  expect(faultInWords(lost, "en")).toBe("Lost on its way from board to the switch.");
  expect(faultInWords(cut, "es")).toBe("La conexión se corta justo después, entre el conmutador y pc.");
  expect(cut.name).toBe("PUBREC");
});
