// What a person can choose for a scenario.
import type { Pace } from "../board/settings.ts";
import type { RunOptions } from "../runs/opening.ts";

export interface ScenarioOptions extends Omit<RunOptions, "timeout"> {
  /** Seconds. */
  readonly timeout?: number;
  /** "nucleo", "nucleo,disco", "nucleo:10". */
  readonly board: string;
  readonly tls?: "off" | "server" | "mutual";
  readonly tlsVersion?: "1.2" | "1.3";
  readonly qos?: "0" | "1" | "2";
  readonly pace?: Pace;
  /** visit: somebody publishes to the secret topic; alone: nobody does. */
  readonly story: "visit" | "alone";
  /** What people do instead of the story's acts; `true`: a person at the terminal decides. */
  readonly play?: string | true;
  /** Whether the button of a board in test mode is held at its start. */
  readonly hold: boolean;
  /** FILE, or BOARD=FILE. */
  readonly settings: readonly string[];
  /** table.key=value, or BOARD.table.key=value. */
  readonly set: readonly string[];
  /** Faults that are laid over the run: NAME, or NAME=VALUE, several with commas between. */
  readonly fault?: readonly string[];
  /** Whether the internet is to be the real one, and whether that is agreed to beforehand. */
  readonly real?: boolean;
  readonly yes?: boolean;
  readonly seed: number;
  readonly repeat: number;
  /** Whose servers answer: the lab's own (by default), or dnsmasq, chronyd and Mosquitto. */
  readonly servers?: "embedded" | "system";
  /** Whether it is seen in the browser while it is played, and people play there. */
  readonly view?: boolean;
  /** Whether the capture holds the session's secrets. */
  readonly secrets: boolean;
}
