// `bun scripts/parity.ts [FOLDER]`: our fields held against tshark's, packet by packet, over a folder of captures.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Comparison, type Count } from "./parity/compare.ts";
import { ourRows } from "./parity/ours.ts";
import { tsharkRows } from "./parity/tshark.ts";

const usage = `bun scripts/parity.ts [FOLDER or FILE…]

Compares what "bun lab inspect -T pdml" and tshark say of each packet: of tshark's shown fields how many we have
(recall), of ours how many it has (precision), and how many of those lie at the same octets (range). The worst fields
come first. By default over ../shared/corpus/captures.

  --protocol NAME   only this protocol: ntp
  --field NAME      only this field: dns.time
  --file PART       only captures whose name holds PART
  -2                two passes, as tshark -2
  --all             captures that are not "core" by INDEX.tsv too (they are counted apart)
  --cached          ask no tshark: only what the cache has
  --cache FOLDER    where tshark's answers are kept (by default lab-parity among the temporary files)
  --top N           so many of the worst fields (40)
  --examples N      so many examples of each (3)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    protocol: { type: "string" },
    field: { type: "string" },
    file: { type: "string" },
    two: { type: "boolean", short: "2" },
    all: { type: "boolean" },
    cached: { type: "boolean" },
    cache: { type: "string", default: join(tmpdir(), "lab-parity") },
    top: { type: "string", default: "40" },
    examples: { type: "string", default: "3" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const standard = join(import.meta.dir, "../../shared/corpus/captures");
const places = positionals.length > 0 ? positionals : [standard];
const missing = places.find(place => !existsSync(place));
if (missing) {
  console.error(
    missing === standard
      ? "parity: there is no corpus beside the project; name a folder of captures, or --help."
      : `parity: ${missing} is not there.`,
  );
  process.exit(2);
}
const files = places
  .flatMap(place =>
    statSync(place).isDirectory()
      ? readdirSync(place)
          .sort()
          .map(name => join(place, name))
      : [place],
  )
  .filter(file => !values.file || basename(file).includes(values.file));

const passes = values.two ? 2 : 1;
const tshark = values.cached ? undefined : (Bun.which("tshark") ?? undefined);
const examples = Number(values.examples);
const core = new Comparison(examples);
const other = new Comparison(examples);
const unjudged: string[] = [];
const failures: string[] = [];
const scopes = scopesOf(files[0]);

for (const [i, file] of files.entries()) {
  const comparison = (scopes.get(basename(file)) ?? "core") === "core" ? core : other;
  if (comparison === other && !values.all) continue;
  if (process.stderr.isTTY) process.stderr.write(`\r${i + 1}/${files.length} ${basename(file).padEnd(60)}`);
  const theirs = await tsharkRows(file, { cache: values.cache, passes, tshark });
  if (!theirs) {
    unjudged.push(basename(file));
    continue;
  }
  try {
    comparison.add(basename(file), theirs, await ourRows(file, passes), values);
  } catch (error) {
    failures.push(`${basename(file)}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  }
}
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

report(core, "core");
if (values.all) report(other, "others: nested, or other link layers");
if (unjudged.length > 0)
  console.log(
    `\n${unjudged.length} captures without an answer of tshark's: it is not here, nor in the cache.`,
  );
for (const failure of failures.slice(0, 5)) console.log(`\nfailed: ${failure}`);
if (failures.length > 5) console.log(`… and ${failures.length - 5} more failed`);

/** "core" or not, by INDEX.tsv beside the folder of captures. */
function scopesOf(file: string | undefined): Map<string, string> {
  const index = file && join(dirname(file), "../INDEX.tsv");
  if (!index || !existsSync(index)) return new Map();
  const [names = "", ...rows] = readFileSync(index, "utf8").trim().split("\n");
  const columns = names.split("\t");
  const [name, scope] = [columns.indexOf("file"), columns.indexOf("scope")];
  return new Map(rows.map(row => row.split("\t")).map(row => [row[name]!, row[scope]!]));
}

function report(comparison: Comparison, title: string): void {
  console.log(`\n${title}: ${comparison.files} captures`);
  console.log(`${"protocol".padEnd(12)}${"fields".padStart(10)}   recall  precision    range`);
  const rows = [...comparison.protocols].sort(([, a], [, b]) => ratio(a) - ratio(b));
  for (const [name, count] of rows) console.log(lineOf(name, count));
  console.log(lineOf("(labels)", comparison.labels));
  const worst = [...comparison.differences]
    .map(([key, one]) => ({ key, ...one, weight: one.missing + one.extra + one.moved }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, Number(values.top));
  if (worst.length > 0) console.log("\nworst fields: missing, ours alone, elsewhere");
  for (const { key, missing: lost, extra, moved, examples: seen } of worst) {
    console.log(`${key.padEnd(52)}${[lost, extra, moved].map(n => String(n).padStart(8)).join("")}`);
    for (const example of seen) console.log(`    ${example}`);
  }
  for (const [reason, count] of comparison.excused) console.log(`\nintended (${count}): ${reason}`);
}

function lineOf(name: string, { theirs, ours, matched, placed }: Count): string {
  const part = (of: number, all: number): string =>
    (all === 0 ? "–" : `${((of / all) * 100).toFixed(2)} %`).padStart(9);
  return `${name.padEnd(12)}${String(theirs).padStart(10)}${part(matched, theirs)}  ${part(matched, ours)}${part(placed, matched)}`;
}

function ratio({ theirs, matched }: Count): number {
  return theirs === 0 ? 1 : matched / theirs;
}
