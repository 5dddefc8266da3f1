// Words for people: the two languages, and what a mistyped word was meant to be.

export const languages = ["en", "es"] as const;
export type Language = (typeof languages)[number];

/** The same said in each language. */
export type Said = Readonly<Record<Language, string>>;

/** The language of the environment: `LAB_LANG`, else the locale's, else English. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const wanted = environment.LAB_LANG ?? environment.LC_ALL ?? environment.LANG ?? "en";
  return wanted.toLowerCase().startsWith("es") ? "es" : "en";
}

/** The candidate closest to `word`, if one is close enough that it may have been meant. */
export function meant(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = edits(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** How many letters are to be changed, added, left out or swapped with their neighbour (optimal string alignment). */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
