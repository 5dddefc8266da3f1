// Which servers can be right together: the intersection of their intervals (RFC 5905 §11.2.1, after Marzullo).

/** Between `low` and `high` the true time lies, if that server is right. */
export interface Interval {
  readonly server: string;
  readonly low: bigint;
  readonly high: bigint;
}

export interface Selection {
  /** They agree, and are more than half. Empty: no majority agrees. */
  readonly truechimers: readonly string[];
  readonly falsetickers: readonly string[];
}

/** The largest group of servers whose intervals share a point; `falsetickers` are empty if all do. */
export function selectionOf(intervals: readonly Interval[]): Selection {
  let together: readonly Interval[] = [];
  // A point that most share can always be the lower end of one of them.
  for (const { low } of intervals) {
    const sharing = intervals.filter(one => one.low <= low && low <= one.high);
    if (sharing.length > together.length) together = sharing;
  }
  const majority = together.length * 2 > intervals.length;
  const named = (some: readonly Interval[]) => some.map(({ server }) => server);
  if (!majority) return { truechimers: [], falsetickers: named(intervals) };
  return {
    truechimers: named(together),
    falsetickers: named(intervals.filter(one => !together.includes(one))),
  };
}
