// `bun lab inspect FILE -z …`: statistics of a capture, several in one pass.
import { selectionOf } from "../inspect/filter.ts";
import { type Reading, readPackets } from "../inspect/reading.ts";
import { paint } from "../terminal.ts";
import type { Language } from "../words.ts";
import { statisticOf } from "./index.ts";

export interface StatisticsOptions extends Reading {
  readonly json?: boolean;
  /** Only packets that this display filter selects. */
  readonly filter?: string;
  readonly language: Language;
}

/** Returns the exit code: 1 where the capture could not be read to its end. */
export async function statistics(
  file: string,
  wanted: readonly string[],
  options: StatisticsOptions,
): Promise<number> {
  const { language, filter: text, json } = options;
  const filter = (text: string) => {
    const selection = selectionOf(text);
    return selection.selects.bind(selection);
  };
  const made = wanted.map(one => ({ text: one, statistic: statisticOf(one, { language, filter }) }));
  const selects = text === undefined ? undefined : filter(text);
  const code = await readPackets(file, options, packet => {
    if (selects && !selects(packet)) return;
    for (const { statistic } of made) statistic.observe(packet);
  });
  for (const [i, { text, statistic }] of made.entries()) {
    if (json) {
      console.log(JSON.stringify({ statistic: text, values: statistic.values() }));
      continue;
    }
    if (made.length > 1) console.log(paint(`${i > 0 ? "\n" : ""}${text}`, "bold"));
    for (const line of statistic.lines()) console.log(line);
  }
  return code;
}
