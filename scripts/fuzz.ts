// bun scripts/fuzz.ts PROTOCOL [--count N] [--seconds S] [--seed N]: mutated vectors, each read or refused, its tree whole, in bounded time.
import { parseArgs } from "node:util";
import { type Fuzzed, fuzzable } from "./fuzz/fuzz.ts";
import type { Task } from "./fuzz/worker.ts";

const usage = `usage: bun scripts/fuzz.ts PROTOCOL [--count N (2000000)] [--seconds S] [--seed N], with PROTOCOL of ${fuzzable.join(", ")}.`;
/** A mutant that takes longer will take for ever. */
const patienceMilliseconds = 10_000;

function refuse(reason: string): never {
  console.error(`fuzz: ${reason}; ${usage}`);
  process.exit(2);
}

function wordsOf() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { count: { type: "string" }, seconds: { type: "string" }, seed: { type: "string" } },
    });
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse(`--${name} takes a whole number, not "${text}"`);
}

const { values, positionals } = wordsOf();
const [protocol, ...more] = positionals;
if (protocol === undefined || more.length > 0 || !fuzzable.includes(protocol))
  refuse(protocol === undefined ? "no protocol is named" : `"${positionals.join(" ")}" is no protocol here`);
const seed = whole("seed", values.seed) ?? 1;
const progress = new SharedArrayBuffer(8);
const task: Task = {
  protocol,
  count: whole("count", values.count) ?? 2_000_000,
  seconds: whole("seconds", values.seconds),
  seed,
  progress,
};

const worker = new Worker(new URL("./fuzz/worker.ts", import.meta.url).href);
const begun = new Int32Array(progress);
const start = performance.now();
let last = { number: -1, at: performance.now() };
const watch = setInterval(() => {
  const number = Atomics.load(begun, 0);
  if (number !== last.number) last = { number, at: performance.now() };
  else if (performance.now() - last.at > patienceMilliseconds) hangs(number);
  if (process.stderr.isTTY) process.stderr.write(`\r${protocol}: ${number} of ${task.count} `);
}, 500);

// Who stops it learns how far it came.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)
  process.on(signal, () => {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const [mutants, failures] = [Atomics.load(begun, 0), Atomics.load(begun, 1)];
    console.log(
      `${protocol}: stopped by ${signal} at mutant ${mutants} of ${task.count} after ${seconds} s, ${failures} failures`,
    );
    process.exit(code);
  });

function hangs(number: number): never {
  console.error(
    `fuzz: ${protocol}: mutant ${number} of seed ${seed} was not done after ${patienceMilliseconds / 1000} s; --count ${number} --seed ${seed} ends with it`,
  );
  process.exit(1);
}

worker.onmessage = ({ data }: MessageEvent<Fuzzed>) => {
  clearInterval(watch);
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const { mutants, milliseconds, slowest, failures } = data;
  console.log(
    `${protocol}: ${mutants} mutants in ${(milliseconds / 1000).toFixed(1)} s, ${failures.length} failures; the slowest took ${slowest.milliseconds.toFixed(1)} ms (${slowest.vector})`,
  );
  for (const { vector, reason } of failures) console.error(`${vector}: ${reason}`);
  process.exit(failures.length > 0 ? 1 : 0);
};
worker.onerror = ({ message }) => {
  console.error(`fuzz: ${message}`);
  process.exit(1);
};
worker.postMessage(task);
