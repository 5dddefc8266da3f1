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

/** Characters of a text of the peers that a telling quotes: a comment has room for 65 535 octets, a reader for less. */
export const mostQuoted = 80;

/** What the peers wrote, cut to what can be read; `octets`: how long it really is. */
export function quoted(text: string, octets?: number): string {
  const characters = [...text];
  if (characters.length <= mostQuoted) return text;
  const size = octets ?? new TextEncoder().encode(text).length;
  return `${characters.slice(0, mostQuoted).join("")}… (${size} octets)`;
}
