// What a packet is in the story: a sentence in each language, and the state that it takes each host to.
import type { Language, Said } from "../words.ts";

/** In a standard's own words, or in both languages. */
export type State = string | Said;

/** `host` goes to the state `to`. */
export interface Step {
  readonly host: string;
  readonly from: State | undefined;
  readonly to: State;
}

export interface Telling {
  readonly says: Said;
  readonly steps: readonly Step[];
}

/** Who sends and who receives a packet, by name. */
export interface Parties {
  readonly from: string;
  readonly to: string;
}

export const telling = (en: string, es: string, ...steps: readonly Step[]): Telling => ({
  says: { en, es },
  steps,
});

export const step = (host: string, from: State | undefined, to: State): Step => ({ host, from, to });

export function stepText({ host, from, to }: Step, language: Language): string {
  const word = (state: State): string => (typeof state === "string" ? state : state[language]);
  return `${host}: ${from === undefined ? "" : `${word(from)} → `}${word(to)}`;
}
