// A clock that is wrong on purpose: ahead or behind, too fast or too slow, or one that jumps.
import type { Clock } from "../endpoint/index.ts";

/** How a clock is wrong; by default in no way. */
export interface Wrongness {
  /** Seconds that it is ahead from the start; negative: behind. */
  readonly ahead?: number;
  /** Parts in a million that it is too fast: 100 gains 8.64 s a day. */
  readonly drift?: number;
  /** Jumps: `by` seconds forward, `after` so many seconds from the start. */
  readonly steps?: readonly { readonly after: number; readonly by: number }[];
}

/** A clock that can be set, and goes on being as wrong as it was made. */
export interface WrongClock extends Clock {
  set(nanoseconds: bigint): void;
}

/** A clock that is wrong by these, on top of a right one. Waits are of the right one. */
export function wrongClock(right: Clock, { ahead = 0, drift = 0, steps = [] }: Wrongness): WrongClock {
  const began = right.elapsed();
  let set = nanoseconds(ahead);
  const wrong = (): bigint => {
    const elapsed = right.elapsed() - began;
    const gained = BigInt(Math.round((Number(elapsed) * drift) / 1e6));
    const jumped = steps.filter(({ after }) => elapsed >= nanoseconds(after));
    return jumped.reduce((sum, { by }) => sum + nanoseconds(by), set + gained);
  };
  return {
    now: () => right.now() + wrong(),
    set(time) {
      set += time - (right.now() + wrong());
    },
    elapsed: () => right.elapsed(),
    sleep: (milliseconds, signal) => right.sleep(milliseconds, signal),
  };
}

const nanoseconds = (seconds: number): bigint => BigInt(Math.round(seconds * 1e9));
