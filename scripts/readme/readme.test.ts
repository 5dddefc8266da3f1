// What the README shows of an output, and what of it is compared.
import { expect, test } from "bun:test";
import { shown } from "./commands.ts";
import { masked } from "./masks.ts";

const output = ["starts", "a 1", "a 2", "b 1", "a 3", "ends", ""].join("\n");

test("shows the parts asked for, in order, and says where something is left out", () => {
  const parts = [
    { from: "a ", to: 1 },
    { from: "b ", to: "a " },
  ];
  expect(shown(output, parts)).toBe("  …\na 1\n  …\nb 1\na 3\n  …");
  expect(shown(output, undefined)).toBe("starts\na 1\na 2\nb 1\na 3\nends");
  expect(() => shown(output, [{ from: "nowhere", to: 1 }])).toThrow('contains "nowhere"');
});

/** The same twice, as two runs print it. */
const twice: readonly (readonly [string, string])[] = [
  ["  0.262 Published: Sun 22-11-2026 - 15:58:18", " 10.001 Published: Fri 08-10-2021 - 14:26:20"],
  ["    9      13.703  ┼┄┄┄ 0x2771 A pc ┄┄►│", "   12     203.703  ┼┄ 0x12771ab A pc ┄►│"],
  ["0010  00 4c 71 7a c0 a8  .Lqz", "0010  01 4d 71 7a c0 a8  .Mqz"],
  ["TLS 1.2, handshake 30.8 ms, port 54328", "TLS 1.2, handshake 9 ms, port 33001"],
  ["best so far: – → +848688601.138077 ± 0.001920 s", "best so far: – → -3.000030 ± 1 s"],
  [
    "✓ tshark   4.0.17 at /usr/bin/tshark",
    `✗ tshark   missing\n${" ".repeat(17)}no second opinion\n`.trimEnd(),
  ],
  [
    "  Transmit timestamp: 2026-11-22 15:58:17.7 UTC  @82+8",
    "  Transmit timestamp: 2021-01-02 05:08:07.77 UTC  @82+8",
  ],
];

test("what differs from run to run is the same once masked", () => {
  for (const [one, other] of twice) expect(masked(`${one}\n`).trim()).toBe(masked(`${other}\n`).trim());
});

test("what does not differ from run to run is compared", () => {
  const differ = [
    "192.168.1.20",
    "LED 2 on",
    "[TEMA_SECRETO] <- LD2OFF",
    "TLS 1.2 with AES_256",
    "Stratum: 1 @43+1",
    "for 86400",
  ];
  for (const text of differ) expect(masked(text)).toBe(text);
});
