// Blocks of a Markdown file that a script writes: what stands between `<!-- KIND: WHAT -->` and `<!-- /KIND -->`.

export interface Block {
  /** What it shows, as its marker says: "modules". */
  readonly what: string;
  /** What stands there. */
  readonly text: string;
}

/** The files that may have such blocks: every README, and the course. Paths from the root, sorted. */
export const documents = (root: string): string[] =>
  ["README.md", "{protocols,pki,lab}/**/README.md", "docs/course/*/*.md"]
    .flatMap(pattern => [...new Bun.Glob(pattern).scanSync(root)])
    .sort();

/** The blocks of that kind, in order. @throws where one does not end */
export function blocksIn(markdown: string, kind: string): Block[] {
  return [...markdown.matchAll(between(kind))].map(([whole, what, text]) => {
    if (text === undefined) throw new Error(`"${whole}" has no "<!-- /${kind} -->" after it`);
    return { what: what!, text: text.trim() };
  });
}

/** The file with the block `what` of that kind written anew. */
export const withBlock = (markdown: string, kind: string, what: string, text: string): string =>
  markdown.replace(between(kind), (whole, found) =>
    found === what ? `<!-- ${kind}: ${what} -->\n${text.trim()}\n<!-- /${kind} -->` : whole,
  );

/** Text as it stands, in a fence that it can't end itself. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.trimEnd()}\n${fence}`;
}

const between = (kind: string) =>
  new RegExp(`<!-- ${kind}: (.*?) -->(?:\\n((?:(?!<!-- ${kind}: )[\\s\\S])*?)<!-- /${kind} -->)?`, "g");
