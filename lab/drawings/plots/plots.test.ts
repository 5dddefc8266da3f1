// Plots: nothing of a capture is lost in them, and their drawings hold every value.
import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Packet } from "../../../protocols/packet/index.ts";
import { openRunOf } from "../../runs/kept.ts";
import { record } from "../../view/testing.ts";
import { markup } from "../markup.ts";
import { plotsOf } from "../reading.ts";
import { AllPlots } from "./drawing.tsx";
import { type Plots, PlotsGatherer, type Reported } from "./plots.ts";

const run = record();
afterAll(() => run[Symbol.dispose]());
const plots = await plotsOf(run.capture, {}, openRunOf(run.folder));
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

const nothing = {
  dns: { exchanges: [] },
  ntp: { exchanges: [] },
  tls: { conversations: [] },
  mqtt: { sessions: [] },
} as unknown as Reported;

test("every packet of the run is in a column, and every octet of its session in the stack", () => {
  const { packets } = JSON.parse(readFileSync(join(run.folder, "run.json"), "utf8"));
  expect(sum(plots.rate.packets)).toBe(packets);
  const [cost] = plots.tls;
  expect(cost!.payload).toBeGreaterThan(100);
  expect(cost!.payload + cost!.tls + cost!.below).toBeLessThanOrEqual(sum(plots.rate.octets));
  expect(plots.dns).toHaveLength(2);
  expect(plots.pings).toHaveLength(1);
  expect(plots.phases[0]!.phases.map(({ label }) => label)).toEqual([
    "dhcp",
    "dns",
    "ntp",
    "tcp",
    "tls",
    "mqtt",
    "work",
  ]);
});

test("a long capture has no more columns than a picture, and loses nothing", () => {
  const gatherer = new PlotsGatherer();
  for (let i = 0; i < 5000; i++)
    gatherer.observe({
      time: BigInt(i) * 7_000_000n,
      frame: { originalLength: 60 },
      layers: [],
    } as unknown as Packet);
  const { rate } = gatherer.plots(nothing);
  expect(rate.packets.length).toBeLessThanOrEqual(240);
  expect(sum(rate.packets)).toBe(5000);
  expect(sum(rate.octets)).toBe(300_000);
  expect(rate.packets.length * rate.seconds).toBeGreaterThanOrEqual(4999 * 0.007);
});

test("a bench is drawn with its intervals, a foreign file is not", () => {
  const summary = { count: 9, median: 20, low: 15, high: 30, p95: 40 };
  const connection = { name: "mutual <TLS>", sizes: [{ octets: 64, write: summary, read: summary }] };
  const { rdwr } = new PlotsGatherer().plots(nothing, { rdwr: { connections: [connection] } });
  expect(rdwr).toHaveLength(1);
  for (const foreign of [
    undefined,
    3,
    { connections: 3 },
    { connections: [{ name: "x", sizes: [{}] }, null] },
  ])
    expect(new PlotsGatherer().plots(nothing, { rdwr: foreign }).rdwr).toEqual([]);
  const all: Plots = { ...plots, rdwr };
  const drawn = markup(AllPlots({ plots: all, width: 700, language: "es" }));
  expect(drawn).toContain("Escritura: µs según los octetos");
  expect(drawn).toContain("mutual &#60;TLS&#62;");
  expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
});
