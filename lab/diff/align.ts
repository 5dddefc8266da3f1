// Two lists laid side by side: the longest common subsequence, by what their elements are known by (E. W. Myers, "An O(ND)
// Difference Algorithm and Its Variations", 1986).

/** An element of both lists, or of one. */
export interface Pair<T> {
  readonly a?: T;
  readonly b?: T;
}

/** Steps of the search: beyond them two lists have so little in common that what is left is taken as all different. */
const mostEdits = 1_000;

export function align<T>(a: readonly T[], b: readonly T[], keyOf: (one: T) => string): Pair<T>[] {
  const [left, right] = [a.map(keyOf), b.map(keyOf)];
  const least = Math.min(left.length, right.length);
  let head = 0;
  while (head < least && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < least - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  const matches = common(left.slice(head, left.length - tail), right.slice(head, right.length - tail));
  const both = [
    ...Array.from({ length: head }, (_, i) => [i, i] as const),
    ...matches.map(([i, j]) => [i + head, j + head] as const),
    ...Array.from({ length: tail }, (_, i) => [a.length - tail + i, b.length - tail + i] as const),
  ];
  const pairs: Pair<T>[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...both, [a.length, b.length] as const]) {
    while (i < x) pairs.push({ a: a[i++]! });
    while (j < y) pairs.push({ b: b[j++]! });
    if (x < a.length && y < b.length) pairs.push({ a: a[i++]!, b: b[j++]! });
  }
  return pairs;
}

/** Places of the common elements, ascending in both. */
function common(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return [];
  /** How far along `a` each diagonal has come after so many edits. */
  const reached = new Map<number, number>([[1, 0]]);
  const history: Map<number, number>[] = [];
  for (let edits = 0; edits <= Math.min(n + m, mostEdits); edits++) {
    history.push(new Map(reached));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const [below, above] = [reached.get(diagonal - 1) ?? -1, reached.get(diagonal + 1) ?? -1];
      const isDown = diagonal === -edits || (diagonal !== edits && below < above);
      let x = isDown ? above : below + 1;
      while (x < n && x - diagonal < m && a[x] === b[x - diagonal]) x++;
      reached.set(diagonal, x);
      if (x >= n && x - diagonal >= m) return traced(history, n, m);
    }
  }
  return [];
}

/** Back from the end, edit by edit. */
function traced(
  history: readonly Map<number, number>[],
  n: number,
  m: number,
): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  let [x, y] = [n, m];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const reached = history[edits]!;
    const diagonal = x - y;
    const [below, above] = [reached.get(diagonal - 1) ?? -1, reached.get(diagonal + 1) ?? -1];
    const isDown = diagonal === -edits || (diagonal !== edits && below < above);
    const before = isDown ? diagonal + 1 : diagonal - 1;
    const fromX = reached.get(before) ?? 0;
    const fromY = fromX - before;
    while (x > fromX && y > fromY && x > 0 && y > 0) found.push([--x, --y]);
    if (edits > 0) [x, y] = [fromX, fromY];
  }
  return found.reverse();
}
