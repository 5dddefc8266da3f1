// Waiting, but not for ever.

/** Resolves when `work` has settled, well or badly, or after `milliseconds`; leaves no timer behind. */
export async function settled(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}
