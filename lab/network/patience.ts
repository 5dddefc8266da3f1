// Waiting, but not for ever.

/** Resolves when `work` has settled, well or badly, or after `milliseconds`; leaves no timer behind. */
export async function settled(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}

/**
 * Waits for the rest of what an ended process printed. It is in the pipe already; only a process that it started, and
 * that lives on, can keep the pipe open, and that is not waited for.
 */
export function lastWords(heard: Promise<unknown>): Promise<void> {
  return settled(heard, 200);
}
