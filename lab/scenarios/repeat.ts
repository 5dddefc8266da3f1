// The same scenario several times over: each run with a folder of its own, and how long their phases took, side by side.
import { extname } from "node:path";
import { exit, usage } from "../failure.ts";
import { type BoardResult, type Phases, phases } from "../runs/boards.ts";
import { table } from "../terminal.ts";
import type { Language } from "../words.ts";
import type { ScenarioOptions } from "./options.ts";
import { perform } from "./perform.ts";
import type { Scenario } from "./scenario.ts";

/** Plays it `repeat` times, quietly; a run that fails ends them all. Returns the exit code. */
export async function repeat(name: string, scenario: Scenario, options: ScenarioOptions): Promise<number> {
  if (options.play === true) throw usage("--repeat needs no person: give --play what is to be done.");
  const starts: Phases[] = [];
  for (let run = 1; run <= options.repeat; run++) {
    const write = options.write && numbered(options.write, run);
    const { boards, result } = await perform(name, scenario, { ...options, write, quiet: true });
    starts.push(...boards.flatMap((board: BoardResult) => board.starts));
    if (options.json || options.quiet) continue;
    const seconds = (result.milliseconds / 1000).toFixed(2);
    console.error(`${run}/${options.repeat}  ${seconds} s  ${result.packets} ${words[options.lang].packets}`);
  }
  const rows = statistics(starts);
  if (options.json) console.log(JSON.stringify({ kind: "repeated", runs: options.repeat, phases: rows }));
  else if (!options.quiet) console.log(shown(rows, options.lang));
  return exit.done;
}

interface Statistics {
  readonly phase: string;
  /** Milliseconds. */
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Of each phase that a start came through. */
export function statistics(starts: readonly Phases[]): Statistics[] {
  return phases.flatMap(phase => {
    const times = starts.flatMap(start => start[phase] ?? []).sort((a, b) => a - b);
    if (times.length === 0) return [];
    const middle = times.length >> 1;
    const median = times.length % 2 ? times[middle]! : (times[middle - 1]! + times[middle]!) / 2;
    return [{ phase, least: times[0]!, median, most: times.at(-1)! }];
  });
}

function shown(rows: readonly Statistics[], language: Language): string {
  const ms = (value: number): string => value.toFixed(2);
  const { heads } = words[language];
  return table(
    [...heads],
    rows.map(({ phase, least, median, most }) => [phase, ms(least), ms(median), ms(most)]),
  );
}

/** "run.pcapng", "run-2.pcapng", "run-3.pcapng". */
function numbered(file: string, run: number): string {
  if (run === 1) return file;
  const extension = extname(file);
  return `${file.slice(0, file.length - extension.length)}-${run}${extension}`;
}

const words = {
  en: { packets: "packets", heads: ["phase", "least ms", "median ms", "most ms"] },
  es: { packets: "paquetes", heads: ["fase", "mínimo ms", "mediana ms", "máximo ms"] },
} as const;
