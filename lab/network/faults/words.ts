// What a fault is in words, for the comments of a recording and for the end of a run.
import type { Fault, FaultKind, FaultReport } from "./faults.ts";

/** One sentence. */
export function faultInWords({ host, way, kind }: Fault, language: "en" | "es"): string {
  const place = {
    en: way === "up" ? `on its way from ${host} to the switch` : `on its way from the switch to ${host}`,
    es: way === "up" ? `entre ${host} y el conmutador` : `entre el conmutador y ${host}`,
  };
  return sentences[kind][language](place[language]);
}

/** A line a cable and direction that carried anything: "NUCLEO up: 120 frames, 12 lost". */
export function* faultLines({ cables }: FaultReport, language: "en" | "es" = "en"): Generator<string> {
  const ways = { en: { up: "up", down: "down" }, es: { up: "subida", down: "bajada" } }[language];
  for (const { host, ...counts } of cables)
    for (const way of ["up", "down"] as const) {
      const { frames, ...kinds } = counts[way];
      const befell = Object.entries(kinds).filter(([, count]) => count > 0);
      if (frames === 0 && befell.length === 0) continue;
      const told = befell.map(([kind, count]) => several(count, counted[kind as FaultKind][language]));
      yield `${host} ${ways[way]}: ${[several(frames, framesIn[language]), ...told].join(", ")}`;
    }
}

const sentences: Record<FaultKind, Record<"en" | "es", (place: string) => string>> = {
  lost: { en: place => `Lost ${place}.`, es: place => `Perdida ${place}.` },
  duplicated: {
    en: place => `Arrives twice: doubled ${place}.`,
    es: place => `Llega dos veces: duplicada ${place}.`,
  },
  "held back": {
    en: place => `Held back ${place}, so that those behind may overtake it.`,
    es: place => `Retenida ${place}: las siguientes pueden adelantarla.`,
  },
  "too large": {
    en: place => `Lost ${place}: larger than the MTU there.`,
    es: place => `Perdida ${place}: mayor que la MTU de ese tramo.`,
  },
  "too fast": {
    en: place => `Lost ${place}: too much was waiting for the slow cable.`,
    es: place => `Perdida ${place}: demasiadas esperaban ante el cable lento.`,
  },
  cut: {
    en: place => `The connection is cut right after this, ${place}.`,
    es: place => `La conexión se corta justo después, ${place}.`,
  },
};

/** Of one, and of several. */
const counted: Record<FaultKind, Record<"en" | "es", readonly [one: string, several: string]>> = {
  lost: { en: ["lost", "lost"], es: ["perdida", "perdidas"] },
  duplicated: { en: ["doubled", "doubled"], es: ["duplicada", "duplicadas"] },
  "held back": { en: ["held back", "held back"], es: ["retenida", "retenidas"] },
  "too large": { en: ["too large", "too large"], es: ["demasiado grande", "demasiado grandes"] },
  "too fast": { en: ["too fast", "too fast"], es: ["demasiado rápida", "demasiado rápidas"] },
  cut: { en: ["cut", "cuts"], es: ["corte", "cortes"] },
};
const framesIn = { en: ["frame", "frames"], es: ["trama", "tramas"] } as const;
const several = (count: number, [one, more]: readonly [string, string]): string =>
  `${count} ${count === 1 ? one : more}`;
