// `bun lab diff A B` and `bun lab compare RUN CAPTURE`: two runs, or a run and a real board's capture, side by side.
import { exit, usage } from "../failure.ts";
import { type Language, meant } from "../words.ts";
import { compare, isIgnored } from "./differences.ts";
import { explain } from "./explanations.ts";
import { hintsFor } from "./hints.ts";
import type { Board } from "./messages.ts";
import { type Compared, lines, object } from "./shown.ts";
import { readSide, type Side } from "./side.ts";

export interface DiffOptions {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly quiet?: boolean;
  /** What may differ: "RST", "CONNACK.*", "DHCP". */
  readonly ignore: readonly string[];
  /** Secrets of both sides' TLS sessions, beside their own. */
  readonly keylog?: string;
  readonly lang: Language;
}

/** As `diff` exits: 0 the same, 1 different, 2 trouble. */
export async function diff(a: string, b: string, options: DiffOptions): Promise<number> {
  return told(await readSide(a, options.keylog), await readSide(b, options.keylog), false, options);
}

export interface CompareOptions extends DiffOptions {
  /** Which board of the capture: name or address. */
  readonly board?: string;
}

/** The run's board of the same name, or its first, beside the one of a real board's capture. Exits as `diff`. */
export async function compareWithReal(
  run: string,
  capture: string,
  options: CompareOptions,
): Promise<number> {
  const a = await readSide(run);
  const b = await readSide(capture, options.keylog);
  const real = boardOf(b, options.board);
  const lab = a.boards.find(({ name }) => name === real?.name) ?? a.boards[0];
  if (!lab) throw usage(`${run}: there is no board in it; give a run of bun lab scenario.`);
  return told({ ...a, boards: [lab] }, { ...b, boards: real ? [real] : [] }, true, options);
}

/** The board that went furthest: a broker's client before whoever only asked for an address or a name. */
function boardOf({ boards, path }: Side, wanted: string | undefined): Board | undefined {
  if (wanted !== undefined) {
    const found = boards.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (found) return found;
    const names = boards.map(({ name }) => name);
    const close = meant(wanted, names);
    const there = names.length > 0 ? `there are ${names.slice(0, 10).join(", ")}` : "there is none";
    throw usage(
      `--board ${wanted}: ${path} has no such board; ${close ? `did you mean ${close}?` : `${there}.`}`,
    );
  }
  const clients = boards.filter(({ messages }) => messages.some(({ dialogue }) => dialogue === "broker"));
  if (clients.length > 1)
    throw usage(
      `${path}: ${clients.length} hosts talk to a broker; say which is the board: --board ${clients[0]!.name}, for instance (${clients.map(({ name }) => name).join(", ")}).`,
    );
  return clients[0] ?? boards.find(({ messages }) => messages.some(({ dialogue }) => dialogue === "DHCP"));
}

function told(a: Side, b: Side, isReal: boolean, options: DiffOptions): number {
  const { all = false, ignore, json, lang, quiet } = options;
  const compared = comparison(a, b, ignore, isReal);
  if (json) console.log(JSON.stringify(object(compared, all, lang)));
  else if (!quiet) for (const line of lines(compared, all, lang)) console.log(line);
  if (!a.isWhole || !b.isWhole) return exit.usage;
  return compared.comparison.differences.length > 0 ? exit.failed : exit.done;
}

/** `isReal`: B is a real board's, and hints are wanted. */
export function comparison(a: Side, b: Side, ignore: readonly string[], isReal = false): Compared {
  const whole = compare(a, b);
  const kept = whole.differences.filter(one => !isIgnored(one, ignore));
  const comparison = { ...whole, differences: kept };
  const hints = isReal ? whole.boards.flatMap(board => hintsFor(board)) : [];
  return { a, b, isReal, comparison, explained: explain(a, b, comparison), hints };
}
