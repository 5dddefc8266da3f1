// The figures in their forms: table, bars, comma-separated values, SVG.
import { expect, test } from "bun:test";
import { csvOf } from "./csv.ts";
import { connections } from "./figures.ts";
import type { Rdwr } from "./rdwr.ts";
import { roundUp, svgOf } from "./svg.ts";
import { bars, linesOf } from "./table.ts";

const rdwr: Rdwr = {
  network: "namespaces",
  ...{ cycles: 7, warmUp: 7, handshakes: 7, crowd: 200, seed: 1 },
  machine: { processor: "one", cores: 2, bun: "1.4.5" },
  capture: "run/capture.pcapng",
  packets: 10,
  seconds: 3,
  connections,
};

test("the tables have a row for each size of each connection, in both languages", () => {
  for (const lang of ["en", "es"] as const) {
    const text = [...linesOf(rdwr, "run", lang)].join("\n");
    expect(text.match(/^plain +16 /gm)).toHaveLength(3);
    expect(text.match(/^mutual TLS 1\.2 +16 /gm)).toHaveLength(3);
    expect(text.match(/^ +2048 {2}/gm)).toHaveLength(7);
    expect(text).toMatch(/ 33\.0 +\[30\.0, 36\.0\] +36\.0 +63\.0 +\[60\.0, 66\.0\] +66\.0$/m);
    expect(text).toMatch(/^plain +0\.30 +– +– +– +66 +66 +– +– +40\.0 +30\.0$/m);
    expect(text).toMatch(
      /^mutual TLS 1\.2 +0\.30 +4\.30 +\[4\.00, 4\.60\] +4\.60 +3\.00 +2066 +4066 +0\.130 +0\.180 +– /m,
    );
    expect(text).not.toContain("undefined");
    expect(text).not.toContain("NaN");
  }
});

test("on a relay no memory is told, and the reason is", () => {
  const text = [...linesOf({ ...rdwr, network: "relay", crowd: 0 }, "run", "en")].join("\n");
  expect(text).toContain("On a relay all hosts share one process");
});

test("bars share one scale that begins at 0, and the longest is as long as the plot", () => {
  const [head, ...lines] = [...bars(connections, "head")];
  expect(head).toContain("head");
  const long = (line: string) => line.match(/[█░]/g)!.length;
  expect(lines.map(line => line.slice(0, 24))).toEqual([
    "    16  plain           ",
    "        mutual TLS 1.2  ",
    "  2048  plain           ",
    "        mutual TLS 1.2  ",
  ]);
  expect(long(lines[3]!)).toBe(48);
  expect(long(lines[0]!)).toBe(Math.round((48 * 96) / 100));
});

test("comma-separated values have one head and as many cells in each line; what was not measured is empty", () => {
  const rows = csvOf(connections)
    .trimEnd()
    .split("\r\n")
    .map(line => line.split(","));
  expect(rows).toHaveLength(5);
  expect(new Set(rows.map(row => row.length))).toEqual(new Set([rows[0]!.length]));
  const cell = (row: number, name: string) => rows[row]![rows[0]!.indexOf(name)];
  expect(cell(1, "connection")).toBe("plain");
  expect(cell(1, "handshake_tls_ms")).toBe("");
  expect(cell(4, "octets")).toBe("2048");
  expect(cell(4, "write_us")).toBe("35");
  expect(cell(4, "seal_us_per_kB")).toBe("0.13");
  expect(cell(4, "memory_heap")).toBe("");
});

test("the plot is well-formed, has a line for each connection in both panels, and marks the segment size", () => {
  const svg = svgOf(connections, "en");
  const open: string[] = [];
  for (const [, closing, name, single] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!single) open.push(name!);
  }
  expect(open).toEqual([]);
  expect(svg.match(/<polyline /g)).toHaveLength(4);
  expect(svg.match(/<circle /g)).toHaveLength(8);
  expect(svg.match(/>MSS</g)).toHaveLength(2);
  expect(svg).toContain(">mutual TLS 1.2</text>");
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  expect(
    svgOf(
      connections.map(one => ({ ...one, sizes: one.sizes.slice(0, 1) })),
      "es",
    ),
  ).not.toMatch(/NaN|MSS/);
});

test("the axis of times ends at a number whose fifths are round", () => {
  expect([0.7, 1, 66, 101, 210, 260, 600].map(roundUp)).toEqual([1, 1, 100, 200, 250, 500, 1000]);
});
