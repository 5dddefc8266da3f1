// Who asks too often, and what becomes of it.
import { expect, test } from "bun:test";
import { Pacing } from "./pacing.ts";

const second = 1_000_000_000n;

test("a burst is answered, then one kiss, then silence, and with time it is answered again", () => {
  const pacing = new Pacing({ interval: 2, burst: 3 });
  const judged = (at: bigint) => pacing.judge("192.168.1.101", at);
  expect([0n, 0n, 0n, 0n, 0n, second].map(judged)).toEqual([
    ...["answer", "answer", "answer", "kiss", "silence", "silence"],
  ] as never);
  expect(judged(2n * second)).toBe("answer");
  expect(judged(2n * second)).toBe("kiss");
  expect(judged(100n * second)).toBe("answer");
});

test("each address has its own account", () => {
  const pacing = new Pacing({ interval: 2, burst: 1 });
  expect(pacing.judge("192.168.1.101", 0n)).toBe("answer");
  expect(pacing.judge("192.168.1.102", 0n)).toBe("answer");
  expect(pacing.judge("192.168.1.101", 0n)).toBe("kiss");
});

test("a flood from many addresses makes it forget, not grow", () => {
  const pacing = new Pacing({ interval: 1000, burst: 1 });
  const address = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
  for (let i = 0; i <= 10_000; i++) pacing.judge(address(i), 0n);
  expect(pacing.judge(address(10_000), 0n)).toBe("kiss");
  expect(pacing.judge(address(0), 0n)).toBe("answer");
});

test("asks for the next power of two that is no shorter", () => {
  const poll = (interval: number) => new Pacing({ interval }).poll;
  expect([0.125, 0.2, 1, 2, 3, 64, 1e9].map(poll)).toEqual([-3, -2, 0, 1, 2, 6, 17]);
});

test("refuses a pace that is none", () => {
  expect(() => new Pacing({ interval: 0 })).toThrow(RangeError);
  expect(() => new Pacing({ interval: 1, burst: 0 })).toThrow(RangeError);
});
