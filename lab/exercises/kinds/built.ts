// What a student builds: a module in a file, run in a process of its own, for a limited time, on the run's own octets.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as v from "valibot";
import type { Said } from "../../words.ts";
import { Illegible, type Kind, type Run } from "../exercise.ts";
import { readWhole } from "../files.ts";

/** Octets, and what a decoder is to make of them: as JSON, octets in hexadecimal, bigints as text. */
export interface BuiltVector {
  readonly hex: string;
  readonly value: unknown;
}

/** What the process tells: why nothing came of it, or of each vector the value and the octets it was encoded to again. */
const trial = v.union([
  v.object({ fails: v.string() }),
  v.object({
    vectors: v.array(
      v.union([v.object({ fails: v.string() }), v.object({ value: v.unknown(), hex: v.string() })]),
    ),
  }),
]);
export type Trial = v.InferOutput<typeof trial>;

const limitMilliseconds = 10_000;
const mostPrinted = 100_000;
const mostShown = 300;

const expects = {
  en: "the path of your file, such as decoder.ts; it exports a codec called option",
  es: "la ruta de tu archivo, por ejemplo decoder.ts; exporta un códec llamado option",
};

/**
 * A file that exports `option`, a codec of the lab's own language (protocols/wire). It decodes each vector to the value
 * there, and encodes that value to the same octets. It is a program: it runs without the lab's environment, but with its
 * user's rights; what is right it is not told.
 */
export function built(vectors: (run: Run<never>) => readonly BuiltVector[]): Kind<string> {
  /** What is wrong is told of the trial that found it: a program that never ends is not run twice. */
  let latest: Said | undefined;
  return {
    name: "built",
    runs: true,
    expects: () => expects,
    read(typed) {
      const path = resolve(typed.trim());
      if (!path.endsWith(".ts") || !existsSync(path)) throw new Illegible(expects);
      readWhole(path);
      return path;
    },
    show: value => value,
    async accepts(path, _expected, run) {
      latest = await faultOf(path, vectors(run as Run<never>));
      return latest === undefined;
    },
    remarks: () => latest,
  };
}

/** None: every vector came out. */
async function faultOf(path: string, vectors: readonly BuiltVector[]): Promise<Said | undefined> {
  const tried = await tryOut(path, vectors);
  if ("fails" in tried)
    return (
      faults[tried.fails] ?? { en: `It does not run: ${tried.fails}.`, es: `No funciona: ${tried.fails}.` }
    );
  for (const [i, { hex, value }] of vectors.entries()) {
    const own = tried.vectors[i] ?? { fails: "nothing came of it" };
    const says = (en: string, es: string): Said => ({
      en: `Vector ${i + 1} of ${vectors.length} (${hex}) ${en}.`,
      es: `El vector ${i + 1} de ${vectors.length} (${hex}) ${es}.`,
    });
    if ("fails" in own) return says(`fails: ${own.fails}`, `falla: ${own.fails}`);
    const shown = JSON.stringify(own.value)?.slice(0, mostShown);
    if (!Bun.deepEquals(own.value, value))
      return says(`is decoded to ${shown}`, `se decodifica como ${shown}`);
    if (own.hex !== hex)
      return says(`is encoded again as ${own.hex}`, `se vuelve a codificar como ${own.hex}`);
  }
  return undefined;
}

const faults: Readonly<Record<string, Said>> = {
  "no codec": {
    en: 'It does not run: it exports no codec called "option".',
    es: 'No funciona: no exporta ningún códec llamado "option".',
  },
  late: {
    en: `It does not run: it was not done after ${limitMilliseconds / 1000} s.`,
    es: `No funciona: no había terminado a los ${limitMilliseconds / 1000} s.`,
  },
  silent: { en: "It does not run: it printed no result.", es: "No funciona: no dio ningún resultado." },
};

async function tryOut(path: string, vectors: readonly BuiltVector[]): Promise<Trial> {
  const child = Bun.spawn([process.execPath, "run", resolve(import.meta.dir, "built-trial.ts"), path], {
    stdin: new TextEncoder().encode(JSON.stringify(vectors.map(({ hex }) => hex))),
    stdout: "pipe",
    stderr: "ignore",
    // Nothing of what this process was told is told to it.
    env: { PATH: process.env.PATH ?? "", NO_COLOR: "1" },
    timeout: limitMilliseconds,
    killSignal: "SIGKILL",
  });
  const printed = await endOf(child.stdout);
  await child.exited;
  if (child.signalCode !== null) return { fails: "late" };
  try {
    return v.parse(trial, JSON.parse(printed.trim().split("\n").at(-1) ?? ""));
  } catch {
    return { fails: "silent" };
  }
}

/** What a program prints has no end if it wants; only the last of it is kept. */
async function endOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream)
    text = (text + decoder.decode(piece, { stream: true })).slice(-mostPrinted);
  return text;
}
