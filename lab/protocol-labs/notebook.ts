// What each host of a lab knows, message by message: the thread that a student follows without a book.
import type { Packet } from "../../protocols/packet/index.ts";
import type { Knowing } from "../ladder.ts";
import { everybody, type Parties } from "../story/index.ts";
import type { Language, Said } from "../words.ts";

/** Of a standard's own words there is one version. */
export type Words = string | Said;

/** A host comes to know something, or something else than before; without a value it knows it no more. */
export interface Learning {
  readonly host: string;
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

  /** Those who send and who hear the packet, before and after it; hosts that nothing is known of are left out. */
  turn(packet: Packet, parties: Parties): Knowing[] {
    const before = new Map([...this.#facts.keys()].map(host => [host, this.#page(host)]));
    for (const one of this.#lesson.learn(packet, parties)) this.#note(one);
    return [...this.#facts.keys()]
      .map(host => ({ host, before: before.get(host) ?? [], after: this.#page(host) }))
      .filter(one => concerns(parties, one.host) || !same(one));
  }

  #note({ host, fact, value }: Learning): void {
    const page = this.#facts.get(host) ?? new Map<string, string>();
    this.#facts.set(host, page);
    const about = this.#word(fact);
    if (value === undefined) page.delete(about);
    else page.set(about, this.#word(value));
  }

  #page(host: string): string[] {
    return [...(this.#facts.get(host) ?? [])].map(([fact, value]) => `${fact}: ${value}`);
  }

  #word(words: Words): string {
    return typeof words === "string" ? words : words[this.#language];
  }
}

const concerns = ({ from, to }: Parties, host: string): boolean =>
  host === from || host === to || to === everybody;

const same = ({ before, after }: Knowing): boolean => before.join("\n") === after.join("\n");
