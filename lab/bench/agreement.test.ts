// Whether runs agree: by the figures that ought to be the same.
import { expect, test } from "bun:test";
import { type Agreement, agreementLines, agreementOf, isAgreed } from "./agreement.ts";
import type { ConnectionResult } from "./result.ts";

const passed = (octets: number) => ({ octets, frames: 1, payload: octets });
const run = (seal: number, resident: number | undefined): ConnectionResult =>
  ({
    name: "TLS 1.2",
    cipher: { seal, open: 1 },
    shortest: 2,
    computed: 1.5,
    sizes: [{ wire: { out: passed(100), back: passed(50) } }],
    memory: resident === undefined ? undefined : { resident, heap: 0 },
  }) as unknown as ConnectionResult;
const spreadOf = (agreement: readonly Agreement[], figure: string): number | undefined =>
  agreement.find(one => one.figure === figure)?.spread;

test("the spread is that of the largest and the least, and a fifth is the most", () => {
  const agreement = agreementOf([[run(1, 100)], [run(1.1, 120)], [run(1.2, 110)]]);
  expect(spreadOf(agreement, "cipher")).toBeCloseTo(0.2);
  expect(spreadOf(agreement, "octets")).toBe(0);
  expect(isAgreed(agreement)).toBe(true);
  const apart = agreementOf([[run(1, 100)], [run(1, 121)]]);
  expect(isAgreed(apart)).toBe(false);
  expect([...agreementLines(apart, "en")].at(-1)).toBe(
    "Not within 20 %: memory of TLS 1.2 (100, 121: 21 % apart).",
  );
});

test("what a run does not tell is not held against it", () => {
  const agreement = agreementOf([[run(1, undefined)], [run(1, undefined)]]);
  expect(spreadOf(agreement, "memory")).toBeUndefined();
  expect([...agreementLines(agreement, "es")].at(-1)).toBe("Todas coinciden dentro de un 20 %.");
});
