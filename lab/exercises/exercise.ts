// What an exercise is: a scene that the seed sets, questions as queries over what was recorded, and how answers are judged.
import type { Packet } from "../../protocols/packet/index.ts";
import type { Message } from "../network/contract.ts";
import type { Language, Said } from "../words.ts";
import type { Draws } from "./draws.ts";

export const subjects = ["dhcp", "dns", "ntp", "tls", "mqtt", "across"] as const;
export type Subject = (typeof subjects)[number];

/** In the order in which they are harder. */
export const levels = ["find", "explain", "compute", "diagnose", "build"] as const;
export type Level = (typeof levels)[number];

/**
 * How a run comes about. Several exercises may share one: a student then looks into the same capture in all of them.
 * `version` is part of every seed: whatever changes what a seed comes to, changes it.
 */
export interface Scene<Task> {
  /** "two-servers". */
  readonly id: string;
  readonly version: number;
  /** The parameters, drawn from the seed and from nothing else. JSON. */
  readonly task: (draws: Draws) => Task;
  /** Plays it. `draws` go on where the task's ended. */
  readonly play: (task: Task, draws: Draws) => Promise<Played>;
}

/** What was played. */
export interface Played {
  /** A pcapng file. */
  readonly capture: Uint8Array;
  /** What the student gets besides, by file name: a key log, a certificate. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** What the hosts told, in order: what no capture shows. */
  readonly told?: readonly { readonly host: string; readonly message: Message }[];
}

/** A run, as questions are asked of it. */
export interface Run<Task = unknown> {
  readonly seed: string;
  readonly task: Task;
  readonly packets: readonly Packet[];
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Only while the run is made, not when an answer is checked: no judgement and no wrong answer may need it. */
  readonly told: readonly { readonly host: string; readonly message: Message }[];
  /** The packets that a display filter selects. @throws Failure for a filter that is none */
  select(filter: string): Packet[];
}

/** How an answer is read and judged. `V`: what it says. */
export interface Kind<V> {
  readonly name: string;
  /** What is expected, with an example: "an IPv4 address, such as 192.168.1.20". */
  readonly expects: (run: Run) => Said;
  /** @throws Illegible */
  readonly read: (text: string, run: Run) => V;
  /** As a person would type it; `type` where that depends on the run. */
  readonly show: (value: V) => string;
  readonly type?: (value: V, run: Run) => string;
  /** One text for all spellings of the same: its salted digest is what a student's folder holds. None: it is judged on the capture. */
  readonly spelling?: (value: V) => string;
  /** Where there is no spelling. */
  readonly accepts?: (typed: V, expected: V, run: Run) => boolean | Promise<boolean>;
  /** Whether an answer is the listed wrong one, where equal spellings are not all of it. */
  readonly isAlike?: (typed: V, wrong: V) => boolean;
  /** What can be said of a wrong answer from the answer alone, without giving the right one away. */
  readonly remarks?: (
    typed: V,
    expected: V | undefined,
    run: Run,
  ) => Said | undefined | Promise<Said | undefined>;
  /** Runs what the student wrote: a teacher has to ask for that. */
  readonly runs?: boolean;
  /** What can be chosen from, where there is something. */
  readonly options?: (run: Run) => readonly { readonly key: string; readonly says: Said }[];
}

/** An answer that is none of its kind; `says` what was expected. */
export class Illegible extends Error {
  override readonly name = "Illegible";
  constructor(readonly says: Said) {
    super(says.en);
  }
}

/** Text of a run: fixed, or made from what was drawn and recorded. */
export type Text<Task> = Said | ((run: Run<Task>) => Said);

export interface Question<Task, V> {
  /** Of one word, within its exercise: "server". */
  readonly id: string;
  readonly asks: Text<Task>;
  readonly kind: Kind<V>;
  /** A query over the run. Of kinds with a spelling it may use what hosts told. */
  readonly expected: (run: Run<Task>) => V;
  /** Answers that people give, each with what to say then: the packet, the field and the section, not the answer. */
  readonly wrong: readonly WrongAnswer<Task, V>[];
  /** What to say of any other wrong answer: the same. */
  readonly otherwise: Text<Task>;
  /** The same by tshark alone; tests hold the expected value against it. */
  readonly tshark?: ByTshark<Task>;
}

export interface WrongAnswer<Task, V> {
  /** None where this run has no such answer. It need not differ from the right one: then it is passed over. */
  readonly answer: (run: Run<Task>) => V | undefined;
  readonly says: Text<Task>;
}

/** What tshark is asked, and how its rows of fields come to an answer as a student would type it. */
export interface ByTshark<Task> {
  readonly filter?: string | ((run: Run<Task>) => string);
  /** A field each; several values of one field are parted by commas. */
  readonly fields: readonly string[];
  /** Further arguments, such as ["-o", "tls.keylog_file:{files}/keylog.txt"]: `{files}` is where the run's files lie. */
  readonly options?: readonly string[];
  readonly concludes: (rows: readonly (readonly string[])[], run: Run<Task>) => string;
}

// biome-ignore lint/suspicious/noExplicitAny: an exercise's questions are of several kinds
export type AnyQuestion<Task = any> = Question<Task, any>;

// biome-ignore lint/suspicious/noExplicitAny: a list of exercises holds scenes of every task
export interface Exercise<Task = any> {
  /** "dhcp-offer": the subject, and what it is about. */
  readonly id: string;
  readonly subject: Subject;
  readonly level: Level;
  readonly title: Said;
  readonly scene: Scene<Task>;
  /** What happened, and what is asked, before the questions. Paragraphs are parted by an empty line. */
  readonly story: Text<Task>;
  readonly questions: readonly AnyQuestion<Task>[];
  /** One at a time, each nearer to the answer. */
  readonly hints: readonly Text<Task>[];
  /** The files of what is built, by the question's id: what would pass. */
  readonly solve?: (run: Run<Task>) => Readonly<Record<string, string>>;
}

/** An exercise with its types: `export const exercise = anExercise({ … })`. */
export const anExercise = <Task>(exercise: Exercise<Task>): Exercise<Task> => exercise;

/** A question with the types of its task and kind. */
export const ask = <Task, V>(question: Question<Task, V>): Question<Task, V> => question;

export const textOf = <Task>(text: Text<Task>, run: Run<Task>): Said =>
  typeof text === "function" ? text(run) : text;

export const say = <Task>(text: Text<Task>, run: Run<Task>, language: Language): string =>
  textOf(text, run)[language];
