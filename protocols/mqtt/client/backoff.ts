// How long to wait before a connection is tried again: twice as long each time, up to a limit, and never quite the same.
import type { Clock } from "../../endpoint/index.ts";
import type { Line, Reconnect } from "./options.ts";
import { isFinal } from "./refusals.ts";

/**
 * Milliseconds before attempt number `attempt`, counted from 1: between half of and the whole of `first` doubled that
 * often. Without the jitter all clients of a broker that went down would come back to it in one moment.
 */
export function waitBefore(
  attempt: number,
  { first = 1000, most = 60_000, random = Math.random }: Partial<Reconnect>,
): number {
  const whole = Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
  return whole / 2 + (whole / 2) * random();
}

/**
 * Tries until a connection is open, or `ended`, or no further attempt makes sense: then returns the error of the last one.
 * `error`: what the connection before was lost by.
 */
export async function connectAgain(
  error: Error,
  reconnect: Reconnect,
  clock: Clock,
  ended: AbortSignal,
  {
    onWait,
    open,
  }: {
    readonly onWait: (attempt: number, milliseconds: number) => void;
    readonly open: (stream: Line) => Promise<void>;
  },
): Promise<Error | undefined> {
  let last = error;
  for (let attempt = 1; attempt <= (reconnect.attempts ?? Number.POSITIVE_INFINITY); attempt++) {
    const milliseconds = waitBefore(attempt, reconnect);
    onWait(attempt, milliseconds);
    await clock.sleep(milliseconds, ended);
    if (ended.aborted) return undefined;
    try {
      const stream = await reconnect.dial();
      if (ended.aborted) return void (await stream.close());
      await open(stream);
      return undefined;
    } catch (caught) {
      last = caught as Error;
      if (isFinal(last)) break;
    }
  }
  return last;
}
