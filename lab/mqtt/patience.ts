// `-W`: work that must end within so many seconds, or ends as mosquitto's clients do then.
import { exit, Failure } from "../failure.ts";

/** @throws Failure, exit code 27 */
export async function within<T>(seconds: number | undefined, work: Promise<T>): Promise<T> {
  if (seconds === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Failure(`timed out after ${seconds} s.`, exit.timedOut)),
    seconds * 1000,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
