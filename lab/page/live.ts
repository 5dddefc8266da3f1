// What the page of a run that is being played is told, and what it may ask for: server-sent events, and one act at a time.
import type { Ladder, Message } from "../drawings/ladder/ladder.ts";
import type { Language, Said } from "../words.ts";

/** What the page knows before it asks. */
export interface AboutLive {
  readonly name: string;
  readonly language: Language;
  /** Hosts whose cables faults may be laid on. */
  readonly faults: boolean;
}

export interface LiveBoard {
  readonly name: string;
  readonly address?: string;
  readonly lit: readonly number[];
  readonly isLinked: boolean;
  readonly isOver: boolean;
}

/** A line of a console or a log; `who`: a board, a service, or a person. */
export interface LiveLine {
  readonly kind: "board" | "log" | "person";
  readonly who: string;
  readonly text: string;
  /** Seconds since the page was opened. */
  readonly time: number;
}

export interface Over {
  readonly ok: boolean;
  readonly says: string;
  /** Where the finished run is looked at. */
  readonly url?: string;
}

/** Each event by its name; the first of each kind are all that was so far. */
export interface LiveEvents {
  readonly boards: readonly LiveBoard[];
  readonly lines: readonly LiveLine[];
  /** Messages from that place on. */
  readonly ladder: Omit<Ladder, "messages"> & {
    readonly from: number;
    readonly messages: readonly Message[];
  };
  /** The faults that lie on a host's cable now. */
  readonly faults: Readonly<Record<string, LaidFaults>>;
  readonly over: Over;
}

/** Shares in percent, times in milliseconds. */
export interface LaidFaults {
  readonly loss?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
  readonly delay?: number;
}

/** What a fault's number may be at the most. */
export const faultLimits = { loss: 100, duplicate: 100, reorder: 100, delay: 5000 } as const;

export type LiveAct =
  | { readonly does: "button" | "pull" | "plug" | "off"; readonly board: string }
  | { readonly does: "publish"; readonly text: string }
  | { readonly does: "faults"; readonly host: string; readonly faults: LaidFaults };

export const faultNames: Readonly<Record<keyof LaidFaults, Said & { readonly unit: string }>> = {
  loss: { en: "lost", es: "perdidas", unit: "%" },
  duplicate: { en: "doubled", es: "duplicadas", unit: "%" },
  reorder: { en: "overtaken", es: "adelantadas", unit: "%" },
  delay: { en: "delay", es: "retardo", unit: "ms" },
};
