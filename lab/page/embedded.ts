// A capture that the page carries inside, dissected beforehand: what a report is looked at with, without any server.
import { compile, FilterError, type Value } from "../../protocols/filter/index.ts";
import type { FieldType } from "../../protocols/filter/values.ts";
import { meant, type Said } from "../words.ts";
import { keyOf } from "./answer.ts";
import {
  type About,
  type Captured,
  type Conversation,
  type FieldName,
  type Findings,
  type Followed,
  type Listed,
  type Node,
  type Query,
  Refused,
  type Selected,
  type Shown,
  type State,
  Wrong,
} from "./captured.ts";

/** Values of Wireshark's fields: numbers and texts as they are, octets and numbers beyond a double's marked. */
export type Kept = number | string | { readonly octets: string } | { readonly big: string };

/** A field whose sentence stands elsewhere: a thousand fields share a hundred sentences. */
export type LeanNode = Omit<Node, "says" | "inner"> & {
  /** Which of `Whole.sentences`. */
  readonly says?: number;
  readonly inner?: readonly LeanNode[];
};

/** All that the page could ask, answered (lab/view/whole.ts makes it). */
export interface Whole {
  readonly about: About;
  readonly rows: readonly Listed[];
  readonly packets: readonly (Omit<Shown, "tree"> & { readonly tree: readonly LeanNode[] })[];
  readonly sentences: readonly Said[];
  readonly findings: Findings;
  /** Host names by address. */
  readonly hosts: Readonly<Record<string, string>>;
  /** By "tcp 3". */
  readonly follow: Readonly<Record<string, Conversation>>;
  /** What panels ask, by `keyOf`. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** Of each packet the values of its fields by Wireshark's names, for filters; and the type of each name. */
  readonly fields: readonly Readonly<Record<string, readonly Kept[]>>[];
  readonly types: Readonly<Record<string, string>>;
}

export class Embedded implements Captured {
  readonly about: About;
  readonly #selections: { readonly text: string; readonly at: readonly number[] }[] = [];

  constructor(readonly whole: Whole) {
    this.about = whole.about;
  }

  async state(): Promise<State> {
    const { rows, findings, hosts } = this.whole;
    return {
      packets: rows.length,
      done: true,
      share: 1,
      generation: 0,
      findings: findings.findings.length + findings.left,
      damages: [],
      hosts,
    };
  }
  async window(from: number, count: number, selection = 0): Promise<readonly Listed[]> {
    const { rows } = this.whole;
    if (selection === 0) return rows.slice(from, from + count);
    return this.#selection(selection)
      .at.slice(from, from + count)
      .map(at => rows[at]!);
  }
  async packet(number: number): Promise<Shown> {
    const shown = this.whole.packets.find(packet => packet.number === number);
    if (!shown) throw new Refused(`There is no packet ${number} in this report.`);
    return { ...shown, tree: shown.tree.map(node => this.#node(node)) };
  }
  async check(text: string): Promise<void> {
    this.#compiled(text);
  }
  async filter(text: string): Promise<Selected> {
    const filter = this.#compiled(text);
    const at = this.whole.fields.flatMap((fields, i) => (filter.selects(subjectOf(fields)) ? [i] : []));
    this.#selections.push({ text, at });
    return this.selected(this.#selections.length);
  }
  async selected(selection: number): Promise<Selected> {
    const { text, at } = this.#selection(selection);
    return { selection, text, count: at.length, done: true, share: 1 };
  }
  async place(number: number, selection: number): Promise<number> {
    const { at } = this.#selection(selection);
    const place = at.findIndex(one => this.whole.rows[one]!.number >= number);
    return place < 0 ? at.length : place;
  }
  async neighbour(packet: number, by: 1 | -1): Promise<number | null> {
    const { rows } = this.whole;
    const at = rows.findIndex(({ number }) => number === packet);
    const stream = rows[at]?.stream;
    if (stream === undefined) return null;
    for (let next = at + by; rows[next]; next += by)
      if (rows[next]!.stream === stream) return rows[next]!.number;
    return null;
  }
  async names(): Promise<readonly FieldName[]> {
    return Object.entries(this.whole.types).map(([name, type]) => ({ name, type }));
  }
  async findings(): Promise<Findings> {
    return this.whole.findings;
  }
  async follow(protocol: Followed, stream: number): Promise<Conversation> {
    const found = this.whole.follow[`${protocol} ${stream}`];
    if (!found) throw new Refused("This conversation is not in the report.");
    return found;
  }
  async ask<Answer>(name: string, query: Query = {}): Promise<Answer> {
    const key = keyOf(name, query);
    if (!Object.hasOwn(this.whole.answers, key)) throw new Refused("This is not in the report.");
    return this.whole.answers[key] as Answer;
  }

  #node({ says, inner, ...node }: LeanNode): Node {
    return {
      ...node,
      ...(says !== undefined && { says: this.whole.sentences[says]! }),
      ...(inner && { inner: inner.map(one => this.#node(one)) }),
    };
  }

  #selection(selection: number) {
    const found = this.#selections[selection - 1];
    if (!found) throw new Refused("There is no such filter.");
    return found;
  }

  #compiled(text: string) {
    const { types } = this.whole;
    const known = (name: string) => (Object.hasOwn(types, name) ? (types[name] as FieldType) : undefined);
    try {
      return compile(text, { typeOf: known });
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      const close = error.unknown === undefined ? undefined : meant(error.unknown, Object.keys(types));
      throw new Wrong(error.message, error.column, error.length, close);
    }
  }
}

const original = (kept: Kept): Value =>
  typeof kept !== "object" ? kept : "octets" in kept ? Uint8Array.fromHex(kept.octets) : BigInt(kept.big);

const subjectOf = (fields: Readonly<Record<string, readonly Kept[]>>) => ({
  values: (name: string) => (fields[name] ?? []).map(original),
  texts: (name: string) => (fields[name] ?? []).map(kept => String(original(kept))),
});
