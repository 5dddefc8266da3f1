// What a person can choose for a scenario.
import type { BoardName, Pace } from "../board/settings.ts";
import type { RunOptions } from "../runs/opening.ts";

export interface ScenarioOptions extends RunOptions {
  readonly board: BoardName;
  readonly tls?: "off" | "server" | "mutual";
  readonly tlsVersion?: "1.2" | "1.3";
  readonly pace: Pace;
  /** visit: somebody publishes to the secret topic; alone: nobody does. */
  readonly story: "visit" | "alone";
  readonly settings?: string;
  readonly set: readonly string[];
  /** Whether the capture holds the session's secrets. */
  readonly secrets: boolean;
}
