// What many measurements come to: the median, how sure it is, and how long the slow ones take.

export interface Summary {
  readonly count: number;
  readonly median: number;
  /** The median of what was sampled from lies between these two with 95 % confidence; with fewer than six values nobody knows. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Nineteen of twenty are no larger. */
  readonly p95: number;
}

/** @throws RangeError without values */
export function summaryOf(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError("a summary of no values");
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const rank = rankOfLow(count);
  return {
    count,
    median: medianOf(sorted),
    low: rank === undefined ? undefined : sorted[rank - 1],
    high: rank === undefined ? undefined : sorted[count - rank],
    p95: sorted[Math.ceil(0.95 * count) - 1]!,
  };
}

/**
 * What a tenth of the values do not exceed: for work of the processor alone, that others at work on the machine can make
 * longer and nothing shorter.
 */
export const undisturbed = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length / 10) - 1]!;

/** Of values in order. */
function medianOf(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * The rank, counted from 1, of the order statistic that the median lies above with a probability of 97.5 % or more,
 * whatever the distribution: how many of the values lie below it is binomial with one half (David and Nagaraja, Order
 * Statistics, §7.1). By symmetry the interval ends at the rank that is as far from the other end.
 */
export function rankOfLow(count: number): number | undefined {
  // In logarithms: one half to the power of a thousand is no number of a computer any more.
  let logarithm = -count * Math.LN2;
  let below = Math.exp(logarithm);
  let rank = 0;
  while (below <= 0.025 && rank < count / 2) {
    logarithm += Math.log((count - rank) / (rank + 1));
    below += Math.exp(logarithm);
    rank++;
  }
  return rank === 0 ? undefined : rank;
}
