// What a person can choose for a scenario.
import type { BoardName, Pace } from "../board/settings.ts";
import type { NetworkKind } from "../network/index.ts";
import type { Language } from "../words.ts";

export interface ScenarioOptions {
  readonly board: BoardName;
  readonly tls?: "off" | "server" | "mutual";
  readonly tlsVersion?: "1.2" | "1.3";
  readonly pace: Pace;
  /** visit: somebody publishes to the secret topic; alone: nobody does. */
  readonly story: "visit" | "alone";
  readonly network: NetworkKind;
  readonly settings?: string;
  readonly set: readonly string[];
  /** Whether the capture holds the session's secrets. */
  readonly secrets: boolean;
  readonly write?: string;
  readonly output?: string;
  readonly keylog?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly lang: Language;
}
