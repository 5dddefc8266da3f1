// In what two sides differ: boards paired, their dialogues aligned message by message, and what each pair says held together.
import { align, type Pair } from "./align.ts";
import { type Board, type Dialogue, dialogues, type Message } from "./messages.ts";
import type { Side } from "./side.ts";

/** Only A has it, only B has it, or both do and say other things. */
export type How = "gone" | "more" | "other";

export interface Difference {
  /** "PUBREC", "CONNECT.keepAlive", "finding.jorge-pc", "board": what `--ignore` names. */
  readonly id: string;
  readonly how: How;
  readonly board?: string;
  readonly a?: Message;
  readonly b?: Message;
  /** What the two say. */
  readonly said?: readonly [a: string, b: string];
}

export interface AlignedDialogue {
  readonly dialogue: Dialogue;
  readonly pairs: readonly Pair<Message>[];
  /** Messages that stand in another place: time decides that. */
  readonly moved: number;
}

export interface AlignedBoard {
  readonly name: string;
  readonly a: Board | undefined;
  readonly b: Board | undefined;
  readonly dialogues: readonly AlignedDialogue[];
  readonly differences: readonly Difference[];
}

export interface Comparison {
  readonly boards: readonly AlignedBoard[];
  /** All of them: the boards', and those of the sides as a whole. */
  readonly differences: readonly Difference[];
}

export function compare(a: Side, b: Side): Comparison {
  const boards = paired(a.boards, b.boards).map(({ a, b }) => compareBoards(a, b));
  const whole: Difference[] = [];
  for (const rule of a.findings)
    if (!b.findings.includes(rule)) whole.push({ id: `finding.${rule}`, how: "gone" });
  for (const rule of b.findings)
    if (!a.findings.includes(rule)) whole.push({ id: `finding.${rule}`, how: "more" });
  if (a.settings && b.settings && a.failed !== b.failed)
    whole.push({ id: "failed", how: "other", said: [a.failed ?? "–", b.failed ?? "–"] });
  return { boards, differences: [...boards.flatMap(({ differences }) => differences), ...whole] };
}

export function compareBoards(a: Board | undefined, b: Board | undefined): AlignedBoard {
  const name = (a ?? b)!.name;
  if (!a || !b) {
    const how = a ? "gone" : "more";
    return { name, a, b, dialogues: [], differences: [{ id: "board", how, board: name }] };
  }
  const differences: Difference[] = [];
  const aligned = dialogues.flatMap((dialogue): AlignedDialogue[] => {
    const of = (board: Board) => board.messages.filter(one => one.dialogue === dialogue);
    const pairs = align(of(a), of(b), keyOf);
    if (pairs.length === 0) return [];
    const { alone, moved } = withoutMoved(pairs);
    for (const { a, b } of alone) {
      const id = (a ?? b)!.name;
      differences.push(a ? { id, how: "gone", board: name, a } : { id, how: "more", board: name, b: b! });
    }
    for (const pair of pairs) if (pair.a && pair.b) differences.push(...factsOf(name, pair.a, pair.b));
    return [{ dialogue, pairs, moved }];
  });
  return { name, a, b, dialogues: aligned, differences };
}

/** Who asks and who answers, what, and about what: never a time, a port, or a number drawn by lot. */
const keyOf = ({ isAsking, name, about }: Message): string => `${isAsking ? ">" : "<"} ${name} ${about}`;

/** What one side alone has, less what the other has too, only elsewhere in the dialogue. */
function withoutMoved(pairs: readonly Pair<Message>[]): {
  readonly alone: readonly Pair<Message>[];
  readonly moved: number;
} {
  const single = pairs.filter(({ a, b }) => !a || !b);
  const inB = new Map<string, Pair<Message>[]>();
  for (const pair of single) {
    if (!pair.b) continue;
    const key = keyOf(pair.b);
    inB.set(key, [...(inB.get(key) ?? []), pair]);
  }
  const elsewhere = new Set<Pair<Message>>();
  for (const pair of single) {
    const other = pair.a && inB.get(keyOf(pair.a))?.shift();
    if (other) elsewhere.add(pair).add(other);
  }
  return { alone: single.filter(pair => !elsewhere.has(pair)), moved: elsewhere.size / 2 };
}

function factsOf(board: string, a: Message, b: Message): Difference[] {
  const names = new Set([...Object.keys(a.facts), ...Object.keys(b.facts)]);
  return [...names].flatMap(fact => {
    const [said, other] = [a.facts[fact] ?? "–", b.facts[fact] ?? "–"];
    if (said === other) return [];
    return [{ id: `${a.name}.${fact}`, how: "other" as const, board, a, b, said: [said, other] as const }];
  });
}

/** Boards of one name belong together; what is left, in its order. */
function paired(a: readonly Board[], b: readonly Board[]): Pair<Board>[] {
  const left = [...b];
  const take = (name: string): Board | undefined => {
    const at = left.findIndex(one => one.name === name);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const named = a.map(one => ({ a: one, b: take(one.name) }));
  const pairs = named.map(({ a, b }): Pair<Board> => ({ a, b: b ?? left.shift() }));
  return [...pairs, ...left.map(one => ({ b: one }))];
}

/** Whether `--ignore` names it: "RST", "CONNACK.*", "finding.*", a whole dialogue; capitals don't matter. */
export function isIgnored({ id, a, b }: Difference, patterns: readonly string[]): boolean {
  const dialogue = (a ?? b)?.dialogue ?? "";
  return patterns.some(pattern => {
    const matches = glob(pattern);
    return matches.test(id) || matches.test(dialogue);
  });
}

const glob = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "i");
