// Whether several runs of the bench tell the same: the figures of each connection that ought to, and how far apart they lie.
import { paint, table } from "../terminal.ts";
import type { Language } from "../words.ts";
import type { ConnectionResult } from "./result.ts";
import { summaryOf } from "./summary.ts";

/** What the processor, the protocols and the process' memory decide: no run should tell it otherwise. */
const figures = {
  /** Microseconds a thousand octets. */
  cipher: ({ cipher }: ConnectionResult) => cipher?.seal,
  decipher: ({ cipher }: ConnectionResult) => cipher?.open,
  /** Milliseconds: over the network, what a tenth did not exceed; and computed. */
  handshake: ({ shortest }: ConnectionResult) => shortest,
  computed: ({ computed }: ConnectionResult) => computed,
  /** Of a message there and back, the mean of all sizes. */
  octets: ({ sizes }: ConnectionResult) =>
    sizes.reduce((sum, { wire }) => sum + wire.out.octets + wire.back.octets, 0) / sizes.length,
  /** Octets a session. */
  memory: ({ memory }: ConnectionResult) => memory?.resident,
} as const;
export type Figure = keyof typeof figures;

/** By how much the largest may exceed the least. */
export const mostSpread = 0.2;

export interface Agreement {
  readonly connection: string;
  readonly figure: Figure;
  /** A value a run. */
  readonly values: readonly number[];
  /** The largest less the least, as a share of the least. */
  readonly spread: number;
}

/** `runs`: the connections of each, in the same order. */
export function agreementOf(runs: readonly (readonly ConnectionResult[])[]): Agreement[] {
  const [first = []] = runs;
  return first.flatMap(({ name }, i) =>
    (Object.keys(figures) as Figure[]).flatMap(figure => {
      const values = runs.map(connections => figures[figure](connections[i]!));
      if (!values.every(value => value !== undefined)) return [];
      const least = Math.min(...values);
      return [{ connection: name, figure, values, spread: (Math.max(...values) - least) / least }];
    }),
  );
}

export const isAgreed = (agreement: readonly Agreement[]): boolean =>
  agreement.every(({ spread }) => spread <= mostSpread);

export function* agreementLines(agreement: readonly Agreement[], lang: Language): Generator<string> {
  const { title, heads, all, not } = words[lang];
  const runs = agreement[0]?.values.length ?? 0;
  const names = [...new Set(agreement.map(({ connection }) => connection))];
  const cell = (connection: string, figure: Figure): string => {
    const one = agreement.find(each => each.connection === connection && each.figure === figure);
    if (!one) return "–";
    const scaled = figure === "memory" ? summaryOf(one.values).median / 1000 : summaryOf(one.values).median;
    const text = `${shown(scaled)} ±${((one.spread * 100) / 2).toFixed(0)} %`;
    return one.spread > mostSpread ? paint(text, "red") : text;
  };
  yield paint(title(runs), "bold");
  yield table(
    [...heads],
    names.map(name => [name, ...(Object.keys(figures) as Figure[]).map(figure => cell(name, figure))]),
  );
  const apart = agreement.filter(({ spread }) => spread > mostSpread);
  if (apart.length === 0) yield all;
  for (const { connection, figure, values, spread } of apart)
    yield not(connection, figure, values.map(shown).join(", "), spread);
}

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const words = {
  en: {
    title: (runs: number) => `${runs} runs: median of each figure, and how far the runs lie from each other`,
    heads: [
      "connection",
      "cipher µs/kB",
      "decipher",
      "handshake ms",
      "computed",
      "octets/message",
      "memory kB",
    ],
    all: `All agree within ${percent(mostSpread)}.`,
    not: (connection: string, figure: string, values: string, spread: number) =>
      `Not within ${percent(mostSpread)}: ${figure} of ${connection} (${values}: ${percent(spread)} apart).`,
  },
  es: {
    title: (runs: number) => `${runs} ejecuciones: mediana de cada cifra, y cuánto se apartan unas de otras`,
    heads: [
      "conexión",
      "cifrar µs/kB",
      "descifrar",
      "negociación ms",
      "calculado",
      "octetos/mensaje",
      "memoria kB",
    ],
    all: `Todas coinciden dentro de un ${percent(mostSpread)}.`,
    not: (connection: string, figure: string, values: string, spread: number) =>
      `No dentro de un ${percent(mostSpread)}: ${figure} de ${connection} (${values}: ${percent(spread)} de diferencia).`,
  },
} as const;
