// Two dissectors' rows compared: which of tshark's fields we have, which of ours it has, and where they lie.
import { intended } from "./intended.ts";
import type { Row, Rows } from "./rows.ts";

/** Counts of one field, or of one protocol. */
export interface Count {
  /** tshark's fields; of those the ones that we have too, with the same text; of these the ones at the same octets. */
  theirs: number;
  matched: number;
  placed: number;
  /** Our fields. */
  ours: number;
}

export interface Difference {
  missing: number;
  extra: number;
  moved: number;
  /** Where it was first seen, and how it differs. */
  readonly examples: string[];
}

/** What is known of a set of captures. */
export class Comparison {
  readonly protocols = new Map<string, Count>();
  readonly labels: Count = { theirs: 0, matched: 0, placed: 0, ours: 0 };
  readonly differences = new Map<string, Difference>();
  readonly excused = new Map<string, number>();
  files = 0;

  constructor(readonly mostExamples = 3) {}

  add(file: string, theirs: Rows, ours: Rows, only?: { protocol?: string; field?: string }): void {
    this.files++;
    for (const packet of new Set([...theirs.keys(), ...ours.keys()])) {
      const [left, right] = [theirs.get(packet), ours.get(packet)];
      for (const protocol of new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])) {
        if (only?.protocol && only.protocol !== protocol) continue;
        const where = `${file}#${packet}`;
        this.#compare(where, protocol, left?.get(protocol) ?? [], right?.get(protocol) ?? [], only?.field);
      }
    }
  }

  #compare(
    where: string,
    protocol: string,
    theirs: readonly Row[],
    ours: readonly Row[],
    field?: string,
  ): void {
    const count = counted(this.protocols, protocol);
    const left = byName(theirs, field);
    const right = byName(ours, field);
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const [a, b] = [left.get(name) ?? [], right.get(name) ?? []];
      const reason = intended(protocol, name);
      if (reason) {
        this.excused.set(reason, (this.excused.get(reason) ?? 0) + a.length + b.length);
        continue;
      }
      const into = name === "" ? this.labels : count;
      into.theirs += a.length;
      into.ours += b.length;
      const { missing, extra, moved } = paired(a, b);
      into.matched += a.length - missing.length;
      into.placed += a.length - missing.length - moved.length;
      if (name !== "" && missing.length + extra.length + moved.length > 0)
        this.#differ(`${protocol} ${name}`, where, missing, extra, moved);
    }
  }

  #differ(
    key: string,
    where: string,
    missing: readonly Row[],
    extra: readonly Row[],
    moved: readonly (readonly [Row, Row])[],
  ): void {
    const difference = this.differences.get(key) ?? { missing: 0, extra: 0, moved: 0, examples: [] };
    this.differences.set(key, difference);
    difference.missing += missing.length;
    difference.extra += extra.length;
    difference.moved += moved.length;
    if (difference.examples.length >= this.mostExamples) return;
    const [pair] = moved;
    if (missing.length + extra.length > 0)
      difference.examples.push(`${where} tshark ${told(missing[0])}, we ${told(extra[0])}`);
    else if (pair) difference.examples.push(`${where} tshark ${told(pair[0])}, we ${told(pair[1])}`);
  }
}

const told = (row: Row | undefined): string =>
  row ? `"${row.show.slice(0, 70)}" @${row.pos}+${row.size}` : "nothing";

export function counted(all: Map<string, Count>, name: string): Count {
  const known = all.get(name);
  if (known) return known;
  const count: Count = { theirs: 0, matched: 0, placed: 0, ours: 0 };
  all.set(name, count);
  return count;
}

/** The rows that are shown, by name. */
function byName(rows: readonly Row[], field?: string): Map<string, Row[]> {
  const all = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.hidden || (field !== undefined && row.name !== field)) continue;
    const own = all.get(row.name);
    if (own) own.push(row);
    else all.set(row.name, [row]);
  }
  return all;
}

/** Pairs rows of one name: first those that are the same, then those with the same text elsewhere. */
function paired(theirs: readonly Row[], ours: readonly Row[]) {
  const left: Row[] = [];
  const right = [...ours];
  for (const row of theirs) {
    const at = right.findIndex(
      other => other.show === row.show && other.pos === row.pos && other.size === row.size,
    );
    if (at < 0) left.push(row);
    else right.splice(at, 1);
  }
  const missing: Row[] = [];
  const moved: (readonly [Row, Row])[] = [];
  for (const row of left) {
    const at = right.findIndex(other => other.show === row.show);
    if (at < 0) missing.push(row);
    else moved.push([row, right.splice(at, 1)[0]!]);
  }
  return { missing, extra: right, moved };
}
