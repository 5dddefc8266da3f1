// What the page asks of a capture, and what it is told: the contract that a server and a report both keep.
import type { Severity } from "../../protocols/packet/index.ts";
import type { Followed, Shown } from "../inspect/shown.ts";
import type { Language, Said } from "../words.ts";

export type { Followed, Node, Shown, ShownSource } from "../inspect/shown.ts";

/**
 * A capture as the page knows it. `fetched.ts` asks the server of `bun lab view`, `embedded.ts` reads what a report
 * carries inside. Each question may be refused with a `Refused`, whose sentence is for people.
 */
export interface Captured {
  readonly about: About;
  /** How far the index is. */
  state(): Promise<State>;
  /** So many rows from this place on, counted from 0: of all packets, or of those that a filter selected. */
  window(from: number, count: number, selection?: number): Promise<readonly Listed[]>;
  /** @throws Refused if there is no such packet yet */
  packet(number: number): Promise<Shown>;
  /** Whether a display filter can be read. @throws Wrong with the place of the error */
  check(text: string): Promise<void>;
  /** Begins to look for the packets that a display filter selects. @throws Wrong with the place of the error */
  filter(text: string): Promise<Selected>;
  /** How far that is. */
  selected(selection: number): Promise<Selected>;
  /** At which place a packet stands among those selected: the nearest at or after it. */
  place(number: number, selection: number): Promise<number>;
  /** The next packet of the same conversation, or the one before; `null`: there is none. */
  neighbour(packet: number, by: 1 | -1): Promise<number | null>;
  /** Every name that a filter can ask for, sorted. */
  names(): Promise<readonly FieldName[]>;
  findings(): Promise<Findings>;
  follow(protocol: Followed, stream: number): Promise<Conversation>;
  /** Hands over a key log, or a server's RSA key: the capture is then read anew. None: secrets can't be taken here. */
  secrets?(text: string, name: string): Promise<Taken>;
  /** Any other answer, by its name in lab/view/answers.ts: what panels are drawn from. */
  ask<Answer>(name: string, query?: Query): Promise<Answer>;
}

export type Query = Readonly<Record<string, string | number>>;

export interface About {
  /** The capture's name, without its folder. */
  readonly name: string;
  /** What the page speaks at first. */
  readonly language: Language;
  /** Whether the page is inside a report. */
  readonly embedded: boolean;
  /** What the server knew when it sent the page: drawn before anything is asked. */
  readonly first?: { readonly state: State; readonly rows: readonly Listed[] };
}

export interface State {
  /** Packets listed so far. */
  readonly packets: number;
  /** Whether those are all. */
  readonly done: boolean;
  /** How much of the file has been read: 0 to 1. */
  readonly share: number;
  /** Grows when the capture is read anew, with secrets that it did not have: what is known of packets is then void. */
  readonly generation: number;
  readonly findings: number;
  /** What could not be read of the file, in sentences. */
  readonly damages: readonly string[];
  /** Host names by address, as far as the capture has some. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** A line of the packet list (lab/inspect/list.ts has the columns). */
export interface Listed {
  readonly number: number;
  /** Seconds since the first packet. */
  readonly time: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly length: number;
  readonly info: string;
  /** The conversation that it belongs to: "tcp 3". */
  readonly stream?: string;
  /** What the story says of it, in lines. */
  readonly comment?: string;
  readonly malformed?: true;
  /** The gravest that is found of it. */
  readonly severity?: Severity;
}

/** The packets that a filter selects. */
export interface Selected {
  readonly selection: number;
  readonly text: string;
  readonly count: number;
  readonly done: boolean;
  /** 0 to 1. */
  readonly share: number;
  /** Why it was given up, if it was. */
  readonly failed?: string;
}

export interface FieldName {
  readonly name: string;
  /** Wireshark's type, such as "uint16", "ipv4", "protocol". */
  readonly type: string;
}

/** The first so many findings, gravest first. */
export interface Findings {
  readonly findings: readonly Found[];
  readonly left: number;
}

export interface Found {
  readonly rule: string;
  readonly severity: Severity;
  readonly reference: string;
  readonly packets: readonly number[];
  readonly detail: string;
  readonly says: Said;
}

/** What the two ends of a conversation said. */
export interface Conversation {
  readonly nodes: readonly string[];
  readonly said: readonly {
    /** Which of the nodes. */
    readonly from: number;
    readonly packet: number;
    /** Hexadecimal. */
    readonly octets: string;
    /** Octets are missing before it. */
    readonly gap?: boolean;
    readonly words?: string;
  }[];
  /** More was said than is shown. */
  readonly cut?: boolean;
}

/** What came of secrets that were handed over. */
export interface Taken {
  readonly secrets: number;
  readonly unread: number;
}

/** A question that has no answer; its sentence says why, and what next. */
export class Refused extends Error {
  override readonly name: string = "Refused";
}

/** A filter that can't be read. Columns count from 0. */
export class Wrong extends Refused {
  override readonly name = "Wrong";
  constructor(
    sentence: string,
    readonly column: number,
    readonly length: number,
    /** The field that may have been meant. */
    readonly meant?: string,
  ) {
    super(sentence);
  }
}
