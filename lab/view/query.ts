// The words of a request, each read as what is expected of it.
import { usage } from "../failure.ts";

export class Query {
  constructor(readonly words: URLSearchParams) {}

  /** A whole number within these bounds. @throws Failure */
  whole(name: string, least: number, most: number, otherwise?: number): number {
    const text = this.words.get(name);
    if (text === null && otherwise !== undefined) return otherwise;
    const value = Number(text);
    if (text !== null && /^\d{1,15}$/.test(text) && value >= least && value <= most) return value;
    throw usage(`${name} is expected to be a whole number from ${least} to ${most}.`);
  }

  /** A text of at most so many characters. @throws Failure */
  text(name: string, most: number, otherwise?: string): string {
    const text = this.words.get(name) ?? otherwise;
    if (text === undefined) throw usage(`${name} is missing.`);
    if (text.length > most) throw usage(`${name} is longer than ${most} characters.`);
    return text;
  }

  /** One of these words. @throws Failure */
  choice<Word extends string>(name: string, words: readonly Word[], otherwise?: Word): Word {
    const text = this.words.get(name) ?? otherwise;
    const found = words.find(word => word === text);
    if (found === undefined) throw usage(`${name} is expected to be one of ${words.join(", ")}.`);
    return found;
  }
}
