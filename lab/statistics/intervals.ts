// `io,stat,SECONDS[,FILTER…]`: packets and octets in each interval of time, all of them or those a filter selects.
import type { Packet } from "../../protocols/packet/index.ts";
import { table } from "../terminal.ts";
import type { Selects, Statistic } from "./statistic.ts";

/** An interval for each packet of a long capture is a mistake. */
const mostIntervals = 1_000_000;

export class Intervals implements Statistic {
  #first: bigint | undefined;
  #last = 0n;
  readonly #counts: { packets: number; octets: number }[][] = [];

  /** `width` in nanoseconds; 0: one interval. A column for each filter. */
  constructor(
    readonly width: bigint,
    readonly columns: readonly { readonly title: string; readonly selects: Selects }[],
  ) {}

  observe(packet: Packet): void {
    this.#first ??= packet.time;
    const since = packet.time - this.#first;
    if (since > this.#last) this.#last = since;
    const index = this.width === 0n || since < 0n ? 0 : Math.min(Number(since / this.width), mostIntervals);
    this.columns.forEach(({ selects }, column) => {
      if (!selects(packet)) return;
      this.#counts[index] ??= this.columns.map(() => ({ packets: 0, octets: 0 }));
      const count = this.#counts[index][column]!;
      count.packets++;
      count.octets += packet.frame.originalLength;
    });
  }

  *#intervals() {
    const whole = Number(this.#last) / 1e9;
    const width = this.width === 0n ? whole : Number(this.width) / 1e9;
    const none = this.columns.map(() => ({ packets: 0, octets: 0 }));
    for (let i = 0; i < Math.max(1, this.#counts.length); i++)
      yield { start: i * width, end: (i + 1) * width, counts: this.#counts[i] ?? none };
  }

  *lines(): Generator<string> {
    const heads = [
      "from (s)",
      "to (s)",
      ...this.columns.flatMap(({ title }) => [`packets ${title}`.trim(), "octets"]),
    ];
    const rows = [...this.#intervals()].map(({ start, end, counts }) => [
      start.toFixed(3),
      end.toFixed(3),
      ...counts.flatMap(({ packets, octets }) => [String(packets), String(octets)]),
    ]);
    yield* table(heads, rows).split("\n");
  }

  values(): unknown {
    return [...this.#intervals()].map(({ counts, ...interval }) => ({
      ...interval,
      ...Object.fromEntries(this.columns.map(({ title }, i) => [title || "all", counts[i]!])),
    }));
  }
}
