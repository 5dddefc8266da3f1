// A host of the namespaces network: a process of its own, which lives inside the host's namespace and runs its program.
// It is started by running-host.ts, takes its orders from standard input, and ends when that ends.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Program } from "../contract.ts";
import { dieWithParent } from "../linux/system.ts";
import { type HostStart, type LineFromHost, type LineToHost, linesOf } from "./host-lines.ts";
import { NativeHost } from "./native-host.ts";

// A host that is too busy to see the end of its input must not outlive the lab either.
dieWithParent();
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);

const orders = linesOf(Bun.stdin.stream());
const first = await orders.next();
if (first.done) process.exit(0);
const { start } = JSON.parse(first.value) as { start: HostStart };
const host = new NativeHost(start, told => say({ told }));
void obey();
await work().catch(fail);
process.exit(0);

async function work(): Promise<void> {
  const run = await load(start.program);
  say({ running: true });
  await run(host, start.settings as never);
  say({ done: true });
}

/** The `run` of a program's module, given by absolute path or file URL. */
async function load(program: string): Promise<Program> {
  const url = program.startsWith("file:") ? program : pathToFileURL(program).href;
  const module: { run?: unknown } = await import(url);
  if (typeof module.run !== "function") throw new Error(`the program ${program} exports no function "run"`);
  return module.run as Program;
}

async function obey(): Promise<void> {
  for await (const line of orders) {
    const order = JSON.parse(line) as LineToHost;
    if ("tell" in order) host.hear(order.tell);
    if ("carrier" in order) host.carrier.set(order.carrier);
    if ("stop" in order) host.stop();
  }
  process.exit(0);
}

function fail(error: unknown): never {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  say({ failed: { name, message, stack } });
  process.exit(1);
}

/** Written at once and whole: what was said is said, even if the host crashes next. */
function say(line: LineFromHost): void {
  const octets = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
  for (let written = 0; written < octets.length; ) written += writeSync(1, octets, written);
}
