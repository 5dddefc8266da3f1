// How much memory a run takes.
import { readdirSync, readFileSync } from "node:fs";

/**
 * Octets that this process and all that it started have in use, each shared page counted once (proportional set size,
 * Linux); elsewhere those of this process.
 */
export function memoryInUse(): number {
  if (process.platform !== "linux") return process.memoryUsage.rss();
  return family(process.pid).reduce((sum, pid) => sum + ofProcess(pid), 0);
}

/** A process and its descendants. */
function family(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // The name of the program, in parentheses, may hold anything.
    const after = text(`/proc/${name}/stat`).replace(/^.*\) /s, "");
    parents.set(Number(name), Number(after.split(" ")[1]));
  }
  const found = [root];
  for (let i = 0; i < found.length; i++)
    for (const [pid, parent] of parents) if (parent === found[i]) found.push(pid);
  return found;
}

const ofProcess = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(text(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;

/** Nothing where the process has just ended. */
function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
