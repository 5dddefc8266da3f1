// What `bun test` says of a run: the totals at the end of what it printed, and the skipped tests in its JUnit report.

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

export interface Skipped {
  readonly file: string;
  /** The groups that the test stands in, and its own name: "OpenSSL > verifies every chain". */
  readonly name: string;
}

/**
 * The totals of a run, from what it printed last. A run that failed without counting a failure (a file that can't be
 * loaded, a run that died before its totals) counts as one failed.
 */
export function outcome(printed: string, exitCode: number): Outcome {
  const total = (word: string) =>
    Number([...printed.matchAll(new RegExp(`^\\s*(\\d+) ${word}s?$`, "gm"))].at(-1)?.[1] ?? 0);
  const failed = total("fail");
  return {
    passed: total("pass"),
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
  };
}

/** The skipped tests of a JUnit report, in its order, without the hooks of skipped groups, which Bun counts as tests too. */
export function skipped(report: string): Skipped[] {
  const cases = [...report.matchAll(/<testcase ([^>]*)>\s*<skipped/g)];
  const tests = cases.map(([, attributes]) => {
    const value = (name: string) => text(new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes!)?.[1] ?? "");
    return { file: value("file"), name: [value("classname"), value("name")].filter(Boolean).join(" > ") };
  });
  return tests.filter(({ name }) => !/(^|> )\(unnamed\)$/.test(name));
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const text = (xml: string) =>
  xml
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(\w+);/g, (whole, name) => entities[name] ?? whole);
