// What a fault is: a change to a run's cast, what it is to bring about, and what it can't be laid together with.
import type { Authority } from "../../../pki/index.ts";
import type { Said } from "../../words.ts";
import type { Layer } from "../diagnosis.ts";
import type { ScenarioOptions } from "../options.ts";
import type { Cast } from "../scenario.ts";

export interface Fault {
  /** For the list: what it shows. */
  readonly shows: Said;
  /** What is to come of it, and why. */
  readonly says: Said | ((value: string) => Said);
  /** What it changes: two faults that change the same can't be laid together. */
  readonly changes: readonly Part[];
  /** What it can't do without. */
  readonly needs?: readonly Need[];
  /** What no real server does, a phrase: "a clock that is wrong by years". With `--servers system` it is refused. */
  readonly onlyOurs?: Said;
  /** What may stand behind `=`. */
  readonly value?: Values;
  readonly lay: (cast: Cast, laying: Laying) => Cast | Promise<Cast>;
  /** What comes of it where it is the only one. */
  readonly outcome: (cast: Cast) => FaultOutcome;
}

export interface FaultOutcome {
  /** Which layer is the first to show it; none where it depends on chance. */
  readonly layer?: Layer;
  /** The phase in which the board fails; none: it comes to its end. */
  readonly fails?: string;
  /** Rules, besides those that any run brings. */
  readonly findings: readonly string[];
  /** Rules that chance, or the machine's speed, may bring. */
  readonly may?: readonly string[];
}

/** As the sentence that refuses two faults calls it. */
export type Part =
  | "address server"
  | "name server"
  | "time server"
  | "broker"
  | "broker's certificate"
  | "board's certificate"
  | "address of the board"
  | "way to the router"
  | "moment the cable is pulled"
  | "session"
  | "version of TLS"
  | "who listens"
  | "loss"
  | "delay"
  | "order"
  | "doubling"
  | "MTU";

/** frames, segments: which a relay has none of · JORGE-PC: the intranet's · TLS, mutual TLS, normal mode: of every board. */
export type Need = "JORGE-PC" | "frames" | "segments" | "TLS" | "mutual TLS" | "normal mode";

export interface Values {
  /** Where none is given. */
  readonly usual: string;
  /** "a share from 0 to 100, in percent". */
  readonly what: string;
  readonly fits: (text: string) => boolean;
}

/** What a fault is laid with. */
export interface Laying {
  readonly value: string;
  readonly options: ScenarioOptions;
  /** Opened where it is needed. */
  readonly authority: () => Promise<Authority>;
}

/** Numbers from the least to the most. */
export const numbers = (usual: number, least: number, most: number, unit: string): Values => ({
  usual: String(usual),
  what: `${unit} from ${least} to ${most}`,
  fits: text => /^-?\d+(\.\d+)?$/.test(text) && Number(text) >= least && Number(text) <= most,
});

export const oneOf = (usual: string, ...all: readonly string[]): Values => ({
  usual,
  what: all.join(" or "),
  fits: text => all.includes(text),
});
