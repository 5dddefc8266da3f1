// What a scenario is, as a value: who is on the network, and what people do there.
import type { BoardName, Settings } from "../board/settings.ts";
import type { BoardPlan } from "../board/workings.ts";
import type { CableFaults } from "../network/faulty.ts";
import type { HostPlan, Network } from "../network/index.ts";
import type { Said } from "../words.ts";
import type { Act } from "./acts.ts";
import type { Expectation } from "./expectation.ts";
import type { ScenarioOptions } from "./options.ts";
import type { People } from "./stage.ts";

export interface Scenario {
  readonly shows: Said;
  /** Who plays, as a person has chosen it. @throws Failure */
  readonly cast: (options: ScenarioOptions) => Promise<Cast>;
}

/** A fault is a function from one of these to another: other settings of a server, one host more, frames that are lost. */
export interface Cast {
  readonly boards: readonly CastBoard[];
  /** All others, in the ladder's order behind the boards. */
  readonly hosts: readonly HostPlan[];
  /** Those who come once all of these are ready, behind them in the ladder. */
  readonly guests?: readonly HostPlan[];
  /** The host at whose keyboard a person publishes. */
  readonly desk: string;
  readonly acts: readonly Act[];
  /** What the frames cross besides the switch. */
  readonly over?: (network: Network) => Network;
  /** What is wrong with the cables of hosts, by their names; the run's seed decides which frames that befalls. */
  readonly cables?: Readonly<Record<string, Omit<CableFaults, "seed">>>;
  /** It is played on the machine's own network, by that interface; recorded is what the filter selects. */
  readonly machine?: { readonly device: string; readonly filter: string };
  /** Somebody meddles with what people do. */
  readonly people?: (people: People) => People;
  /** Who ought to answer DHCP: any other server is a rogue. */
  readonly dhcpServers?: readonly string[];
  /** Somebody listens: what they learned is told at the end. */
  readonly isOverheard?: boolean;
  /** What the faults that were laid over it do. */
  readonly warns?: readonly Said[];
  /** Where it is known beforehand: a run that comes out so is a success, whatever failed in it. */
  readonly expects?: Expectation;
  /** What in it only the lab's own servers can do, a phrase each: "a clock that is wrong by years". With `--servers system` it is refused. */
  readonly needs?: readonly Said[];
}

export interface CastBoard {
  readonly kind: BoardName;
  /** Its host's name, and in DHCP: no other of the run has it. */
  readonly name: string;
  readonly mac?: string;
  readonly segment?: string;
  readonly settings: Settings;
  readonly plan: BoardPlan;
  /** Whether its button is held from the start. */
  readonly held: boolean;
}

/** In test mode nobody is listened to. */
export const isTesting = ({ settings, held }: Pick<CastBoard, "settings" | "held">): boolean =>
  settings.test.enabled && held;
