// What each host of a lab knows, message by message: the thread that a student follows without a book.
import type { Packet } from "../../protocols/packet/index.ts";
import type { Knowing } from "../ladder.ts";
import type { Page } from "../runs/reporter.ts";
import type { Parties } from "../story/index.ts";
import type { Language, Said } from "../words.ts";

/** Of a standard's own words there is one version. */
export type Words = string | Said;

/** A host comes to know something, or something else than before; without a value it knows it no more. */
export interface Learning {
  /** A host's name, or who else is there. */
  readonly host: Words;
  /** What it is about, "its address": one fact of a host for each. */
  readonly fact: Words;
  readonly value: Words | undefined;
}

/** What a protocol's messages teach. */
export interface Lesson {
  /** What the hosts know before the first message. */
  readonly before: readonly Learning[];
  /** What this packet changes; called once for each packet, in order. */
  learn(packet: Packet, parties: Parties): readonly Learning[];
  /** The title of what begins with this packet, where a part of its own begins. */
  chapter?(packet: Packet, parties: Parties): Words | undefined;
}

export class Notebook {
  readonly #lesson: Lesson;
  readonly #language: Language;
  /** By host, by fact. A fact keeps its place when it changes. */
  readonly #facts = new Map<string, Map<string, string>>();

  constructor(lesson: Lesson, language: Language) {
    this.#lesson = lesson;
    this.#language = language;
    for (const one of lesson.before) this.#note(one);
  }

  /** What each host knows now: "its address: none". */
  get pages(): readonly Page[] {
    return [...this.#facts].map(([host, facts]) => ({
      host,
      facts: [...facts].map(([fact, value]) => `${fact}: ${value}`),
    }));
  }

  /** What begins with this packet. */
  chapter(packet: Packet, parties: Parties): string | undefined {
    const title = this.#lesson.chapter?.(packet, parties);
    return title === undefined ? undefined : this.#word(title);
  }

  /** What this packet changes. */
  turn(packet: Packet, parties: Parties): Knowing[] {
    return this.#lesson
      .learn(packet, parties)
      .map(one => this.#note(one))
      .filter(({ before, after }) => before !== after);
  }

  #note({ host: who, fact, value }: Learning): Knowing {
    const host = this.#word(who);
    const facts = this.#facts.get(host) ?? new Map<string, string>();
    this.#facts.set(host, facts);
    const about = this.#word(fact);
    const [before, after] = [facts.get(about), value === undefined ? undefined : this.#word(value)];
    if (after === undefined) facts.delete(about);
    else facts.set(about, after);
    return { host, fact: about, before, after };
  }

  #word(words: Words): string {
    return typeof words === "string" ? words : words[this.#language];
  }
}
