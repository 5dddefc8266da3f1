// How far the bench has come, on a terminal: what it measures, how much of it, how long that will take.
import type { Language } from "../words.ts";

/** "times", "cipher", "wire", or the connection whose memory is measured. */
export type Stage = string;

/** Without a stage, it is over: the line is empty again. */
export function progress(
  stage: Stage | undefined,
  done: number,
  of: number,
  milliseconds: number,
  language: Language,
): void {
  if (!process.stderr.isTTY) return;
  if (stage === undefined) return void process.stderr.write(erased);
  const left = Math.ceil(((milliseconds / done) * (of - done)) / 1000);
  const what = names[stage]?.[language] ?? `${names.memory![language]}, ${stage}`;
  process.stderr.write(
    `${erased}${what}: ${done} ${words[language].of} ${of}, ${words[language].left} ${left} s`,
  );
}

const erased = "\r\x1b[K";
const words = { en: { of: "of", left: "still" }, es: { of: "de", left: "faltan" } } as const;
const names: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  times: { en: "handshakes, writing and reading", es: "negociaciones, escritura y lectura" },
  cipher: { en: "ciphering alone", es: "solo el cifrado" },
  memory: { en: "memory", es: "memoria" },
  wire: { en: "recorded messages", es: "mensajes grabados" },
};
