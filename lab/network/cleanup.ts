// What happens when a person or the system ends the process: Ctrl-C, SIGTERM, or a terminal that is closed.
// This is the one place that listens to those signals.
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** More than stopping hosts and closing a capture takes; after it the process ends anyway. */
const PATIENCE_MILLISECONDS = 5000;

/** Each with how long it may take. */
const tasks = new Map<() => Promise<void>, number>();
const controller = new AbortController();

/** Aborted once the process has been told to end: what fails from then on is no news. */
export const ending: AbortSignal = controller.signal;

/**
 * Has `task` done before the process ends by a signal: the last one registered first, each on its own.
 * Returns what takes it back. The process then exits as by that signal (130 for Ctrl-C, 143 for SIGTERM);
 * a second signal ends it at once.
 */
export function beforeEnd(task: () => Promise<void>, milliseconds = PATIENCE_MILLISECONDS): () => void {
  if (tasks.size === 0) for (const signal of SIGNALS) process.on(signal, end);
  tasks.set(task, milliseconds);
  return () => {
    if (tasks.delete(task) && tasks.size === 0 && !ending.aborted) {
      for (const signal of SIGNALS) process.off(signal, end);
    }
  };
}

async function end(signal: (typeof SIGNALS)[number]): Promise<void> {
  const code = 128 + constants.signals[signal];
  if (ending.aborted) process.exit(code);
  controller.abort();
  setTimeout(() => process.exit(code), Math.max(0, ...tasks.values()));
  for (const task of [...tasks.keys()].reverse()) {
    await task().catch(error => console.error(`while ending: ${(error as Error).message}`));
  }
  process.exit(code);
}
