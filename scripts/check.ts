// The whole check, as CI runs it: types, lint and format, figures, README, tests. Ends with "N passed, N failed, N skipped",
// in which each of the others counts as one test. With --peers no real program may be missing. Other words go to `bun test`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lack, missingPeers } from "./peers.ts";
import { outcome, type Skipped, skipped } from "./tests.ts";

const root = join(import.meta.dir, "..");
/** Longer than any run should take: a hang becomes a failure instead of an endless wait. */
const limit = 20 * 60_000;
/** All tests. */
const parts: readonly (readonly string[])[] = [["./pki", "./scripts"], ["./protocols"], ["./lab"]];

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** The script that is run, where it may not be there. */
  readonly needs?: string;
}

const bun = process.execPath;
const colours = process.stdout.isTTY && !process.env.NO_COLOR ? "force" : "off";
const steps: readonly Step[] = [
  { name: "types", command: [bun, "node_modules/.bin/tsc", "-p", "."] },
  { name: "lint and format", command: [bun, "node_modules/.bin/biome", "ci", `--colors=${colours}`, "."] },
  { name: "figures", command: [bun, "scripts/figures.ts", "--check"], needs: "scripts/figures.ts" },
  { name: "README", command: [bun, "scripts/readme.ts", "--check"], needs: "scripts/readme.ts" },
];

const words = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };

for (const step of steps) {
  if (step.needs && !existsSync(join(root, step.needs))) continue;
  tell(
    step.name,
    Bun.spawnSync([...step.command], { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).success,
  );
}
if (words.includes("--peers")) {
  const missing = missingPeers();
  for (const name of missing) console.log(lack(name));
  tell("real programs", missing.length === 0);
}
const tests = words.filter(word => word !== "--peers");
// Each part by a process of its own: what the lab's tests leave in the process slowed those of the protocols tenfold.
for (const part of tests.length > 0 ? [tests] : parts) await test(part);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);

function tell(name: string, good: boolean): void {
  counts[good ? "passed" : "failed"] += 1;
  console.log(`${good ? "ok" : "FAILED"}: ${name}`);
}

async function test(words: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lab-check-"));
  const report = join(folder, "report.xml");
  try {
    const run = Bun.spawn(
      [bun, "test", "--timeout=20000", "--reporter=junit", `--reporter-outfile=${report}`, ...words],
      {
        cwd: root,
        stdio: ["ignore", "inherit", "pipe"],
        timeout: limit,
        killSignal: "SIGKILL",
      },
    );
    const printed = passOn(run.stderr);
    const exitCode = await run.exited;
    // What a test has left running may keep the pipe open for ever.
    await Promise.race([printed.done, Bun.sleep(2000)]);
    const totals = outcome(printed.end, exitCode);
    const left = existsSync(report) ? skipped(readFileSync(report, "utf8")) : [];
    counts.passed += totals.passed;
    counts.failed += totals.failed;
    counts.skipped += left.length;
    list(left);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lets what is printed through as it comes, and keeps its end, where the totals stand. */
function passOn(stream: ReadableStream<Uint8Array>): { end: string; done: Promise<void> } {
  const decoder = new TextDecoder();
  const printed = { end: "", done: Promise.resolve() };
  printed.done = (async () => {
    for await (const octets of stream) {
      process.stderr.write(octets);
      printed.end = (printed.end + decoder.decode(octets, { stream: true })).slice(-4096);
    }
  })();
  return printed;
}

function list(tests: readonly Skipped[]): void {
  const reasons = Map.groupBy(tests, ({ file, name }) => reason(file, name));
  for (const [why, which] of reasons) {
    console.log(`${which.length} skipped: ${why}`);
    for (const { file, name } of which) console.log(`  ${file}: ${name}`);
  }
}

/** Why a test was skipped: what its name says in brackets at the end, or the programs that its file asks for in vain. */
function reason(file: string, name: string): string {
  const said = /\[([^\]]+)\]$/.exec(name)?.[1];
  if (said) return said;
  const source = readFileSync(join(root, file), "utf8");
  const missing = missingPeers().filter(peer => source.includes(`"${peer}"`));
  if (missing.length > 0) return missing.map(lack).join("; ");
  return /\(([^()]+(?:\([^()]*\)[^()]*)*)\)$/.exec(name)?.[1] ?? "for the reason that its file gives";
}
