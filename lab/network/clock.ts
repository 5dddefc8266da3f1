// A host's clock: the machine's, moved by what the host was told. The machine's own is never set.
import type { HostClock } from "./contract.ts";

/** A clock that shows the machine's time until it is set. */
export function hostClock(): HostClock {
  let ahead = 0n;
  return {
    now: () => machineTime() + ahead,
    set: nanoseconds => {
      ahead = nanoseconds - machineTime();
    },
    elapsed: () => process.hrtime.bigint(),
    sleep,
  };
}

/** Nanoseconds since the Unix epoch: the same clock that stamps the frames of a recording. */
export function machineTime(): bigint {
  return Temporal.Now.instant().epochNanoseconds;
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end);
  });
}
