// How long to wait before a connection is tried again: twice as long each time, up to a limit, and never quite the same.
import type { Reconnect } from "./options.ts";

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
