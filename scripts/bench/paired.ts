// Two that did the same work in turn, round by round: how much longer the one took, and how sure that is.
import { Dice } from "./dice.ts";
import { median } from "./measure.ts";

export interface PairedRatio {
  /** The median of the rounds' ratios: what else the machine did falls on both of a round alike. */
  readonly ratio: number;
  /** 95 of 100 such trials would find a median between these (percentile bootstrap). */
  readonly low: number;
  readonly high: number;
}

const trials = 4000;

/** `ours` and `theirs` of the same round stand at the same place. The same figures give the same interval. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): PairedRatio {
  const ratios = ours.map((one, i) => one / theirs[i]!);
  const dice = new Dice(1);
  const medians = Array.from({ length: trials }, () => median(ratios.map(() => dice.of(ratios))));
  medians.sort((a, b) => a - b);
  const [low, high] = [medians[Math.floor(trials * 0.025)]!, medians[Math.floor(trials * 0.975)]!];
  return { ratio: median(ratios), low, high };
}

/** "1.01 (0.97 to 1.05): no difference shown" */
export function pairedText({ ratio, low, high }: PairedRatio): string {
  const figures = `${ratio.toFixed(2)} (95 % between ${low.toFixed(2)} and ${high.toFixed(2)})`;
  if (low > 1) return `${figures}: longer`;
  return high < 1 ? `${figures}: shorter` : `${figures}: no difference shown`;
}
