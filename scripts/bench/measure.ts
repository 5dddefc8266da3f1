// How the benches measure: rounds in turn, medians, and what they ran on.
import { cpus, loadavg, release } from "node:os";
import { peerVersion } from "../peers.ts";

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Milliseconds that each of these takes, medians of `rounds`. They take turns, so that what else the machine does
 * falls on all alike; `before` rounds more come first and don't count, while the engine compiles.
 */
export function timesOf<K extends string>(
  work: Readonly<Record<K, () => unknown>>,
  rounds: number,
  before: number,
): Record<K, number> {
  const all = Object.entries(work) as [K, () => unknown][];
  const times = new Map(all.map(([name]) => [name, [] as number[]]));
  for (let round = -before; round < rounds; round++)
    for (const [name, run] of all) {
      const start = performance.now();
      keep(run());
      if (round >= 0) times.get(name)!.push(performance.now() - start);
    }
  return Object.fromEntries([...times].map(([name, each]) => [name, median(each)])) as Record<K, number>;
}

const kept: { value: unknown } = { value: undefined };
/** What is kept can't be left out by the engine as work for nothing. */
export function keep(value: unknown): void {
  kept.value = value;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  readonly bun: string;
  readonly tshark: string | undefined;
  /** Processes that wanted to run in the last minute: beyond what one bench needs, others were at work. */
  readonly load: number;
}

export const machine = (): Machine => ({
  processor: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  system: `${process.platform} ${release()}`,
  bun: Bun.version,
  tshark: peerVersion("tshark"),
  load: Math.round(loadavg()[0]! * 100) / 100,
});

/** A table of text: the first column to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const wide = head.map((_, column) => Math.max(...all.map(row => row[column]!.length)));
  return all
    .map(row =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(wide[i]!) : cell.padStart(wide[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
