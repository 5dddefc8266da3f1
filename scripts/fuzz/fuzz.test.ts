// A hundred thousand mutants of each application protocol's vectors; scripts/fuzz.ts makes millions.
import { expect, test } from "bun:test";
import { fuzz, fuzzable } from "./fuzz.ts";

const longMilliseconds = 60_000;

for (const protocol of ["dhcp", "dns", "ntp"])
  test(
    `100 000 mutants of ${protocol} are read or refused, and none takes long`,
    async () => {
      const { mutants, failures } = await fuzz(protocol, { count: 100_000, seed: 1, trees: 20 });
      expect(failures).toEqual([]);
      expect(mutants).toBe(100_000);
    },
    longMilliseconds,
  );

// Certificates, requests, lists and keys; records and messages of TLS; and whole conversations, opened or not.
for (const [protocol, count] of [
  ["x509", 20_000],
  ["tls", 20_000],
  ["tls-conversations", 500],
] as const)
  test(
    `${count} mutants of ${protocol} are read or refused too`,
    async () => {
      const { mutants, failures } = await fuzz(protocol, { count, seed: 1, trees: 20 });
      expect(failures).toEqual([]);
      expect(mutants).toBe(count);
    },
    longMilliseconds,
  );

test("time can end it", async () => {
  const short = await fuzz("ntp", { count: 1_000_000_000, seconds: 0, seed: 1, trees: 1 });
  expect(short.mutants).toBeLessThan(1000);
});

test("a protocol without vectors is refused by name", async () => {
  expect(fuzzable).toContain("dhcp");
  await expect(fuzz("dhpc", { count: 1, seed: 1, trees: 1 })).rejects.toThrow('no vectors of "dhpc"');
});
