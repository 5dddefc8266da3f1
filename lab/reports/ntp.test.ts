// What people read of a capture's NTP.
import { expect, test } from "bun:test";
import type { Report } from "../../protocols/ntp/index.ts";
import { ntpLines } from "./ntp.ts";

const exchange = {
  ...{
    asked: 1,
    answered: 2,
    client: "192.168.1.101",
    server: "192.168.1.20",
    version: 4,
    stratum: 1,
    leap: 0,
  },
  ...{ kiss: undefined, offset: 3_000_000_000n, delay: 200_000n, dispersion: 1000n, rootDistance: 101_000n },
  clientAhead: undefined,
};
const report: Report = {
  exchanges: [
    exchange,
    { ...exchange, asked: 3, answered: 4, kiss: "RATE" },
    { ...exchange, asked: 5, answered: 6, stratum: 16, offset: undefined },
    { ...exchange, asked: 7, answered: undefined },
  ],
  associations: [
    {
      ...{ client: "192.168.1.101", server: "192.168.1.20", asked: 4, answered: 3 },
      best: { packets: [1, 2], offset: 3_000_000_000n, delay: 200_000n, error: 101_000n },
      ...{ jitter: 0n, dispersion: 500n, drift: { ppm: 50, error: 2 } },
    },
  ],
  broadcasts: [{ packet: 8, server: "192.168.1.20", stratum: 1, offset: -1_000_000n }],
};

test("each exchange has a line, and what came of many stands below", () => {
  const lines = [...ntpLines(report, "en")];
  expect(lines.slice(1, 5).map(line => line.trimEnd())).toEqual([
    "1, 2     192.168.1.101 → 192.168.1.20  1        +3000.000  0.200     0.001          0.101",
    "3, 4     192.168.1.101 → 192.168.1.20  0        RATE",
    "5, 6     192.168.1.101 → 192.168.1.20  16       not set",
    "7        192.168.1.101 → 192.168.1.20           no reply",
  ]);
  expect(lines.slice(6)).toEqual([
    "192.168.1.101 → 192.168.1.20: 4 asked, 3 answered",
    "  best exchange (1, 2): offset +3000.000 ± 0.101 ms",
    "  jitter 0.000 ms, dispersion 0.001 ms",
    "  the server's clock gains 50.0 ± 2.0 ppm",
    "broadcast, packet 8: 192.168.1.20, stratum 1, -1.000 ms",
  ]);
});

test("a capture without NTP says so, in either language", () => {
  const nothing: Report = { exchanges: [], associations: [], broadcasts: [] };
  expect([...ntpLines(nothing, "en")]).toEqual(["No NTP messages that tell time."]);
  expect([...ntpLines(nothing, "es")]).toEqual(["No hay mensajes NTP que den la hora."]);
});

test("a long capture's table ends, and says how much is left out", () => {
  const exchanges = Array.from({ length: 250 }, () => exchange);
  const lines = [...ntpLines({ ...report, exchanges }, "en")];
  expect(lines).toContain("… 50 more");
});
